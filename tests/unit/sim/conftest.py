"""Fixtures: callers of simulators that run in-process on a manual clock."""

from tests.support.simulator.fixtures import caller, clock, make

__all__ = ["caller", "clock", "make"]
