"""Helpers of the tests: the contract and the vendor's samples."""
