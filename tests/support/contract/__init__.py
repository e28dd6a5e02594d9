"""Helpers of the tests: contract."""
