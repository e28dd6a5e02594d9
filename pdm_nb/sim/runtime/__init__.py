"""The lowest layer of the simulator: clock, options, ids, rate limits, faults, contract, responses."""
