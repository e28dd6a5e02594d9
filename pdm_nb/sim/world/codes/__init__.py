"""The code lists of the simulator's seeded projects: plain data, no behavior. All firms are fictional."""
