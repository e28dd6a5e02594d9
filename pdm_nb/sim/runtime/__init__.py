"""What all of the simulator stands on: clock, options, ids, limits, faults, responses."""
