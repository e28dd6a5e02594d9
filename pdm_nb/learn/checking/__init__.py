"""What lessons are made of: their plan, their files, the state of the service, and the outcome of a check."""
