"""Helpers of the tests: the simulator."""
