"""Helpers of the tests: servers and transports."""
