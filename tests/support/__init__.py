"""Helpers of the tests, by subject."""
