"""Helpers of the tests: network."""
