"""Fixtures of the tests with hostile input: simulators in-process, and sites to work at."""

from tests.integration.conftest import make_site, site
from tests.unit.sim.conftest import clock, desk, make

__all__ = ["clock", "desk", "make", "make_site", "site"]
