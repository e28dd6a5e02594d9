"""Helpers of the tests: simulator."""
