"""Compares a real service with the contract, when the user asks for it and with read-only calls.

`calls` makes the calls. `shapes` compares the responses with the contract path by path. `readings` and `limits` find
out how the service behaves where the contract allows several readings. `report` shows both, without values of the
responses.
"""
