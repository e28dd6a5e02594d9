"""Bytes on their way to storage: hashing, parts, executors and concurrency."""
