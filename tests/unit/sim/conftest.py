"""Fixtures: callers of simulators that run in-process on a manual clock."""

from tests.support.simulator.fixtures import clock, desk, make

__all__ = ["clock", "desk", "make"]
