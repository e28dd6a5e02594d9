"""Fixtures of the tests with hostile input: simulators in-process and behind a socket."""

from tests.support.simulator.fixtures import clock, desk, make, make_site, site

__all__ = ["clock", "desk", "make", "make_site", "site"]
