"""How many calls may be made, and when: rate limits, the queue of calls, and the skew of the clock."""
