"""Helpers of the tests: browser."""
