"""Compares a real service with the contract, on the user's demand and by reading alone.

`calls` makes the calls, `shapes` compares the responses with the contract path by path, `readings` and `limits` find
out which reading of the open rules the service follows, `report` shows both without a value of the responses.
"""
