"""Fixtures of the tests with hostile input: simulators in-process and behind a socket."""

from tests.support.simulator.fixtures import caller, clock, make, make_site, site

__all__ = ["caller", "clock", "make", "make_site", "site"]
