"""Limits of calls: the rate limits, the queue of calls, and the clock skew."""
