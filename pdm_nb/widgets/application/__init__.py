"""What every view of the application is made of: state, actions, texts; and the board of a run, which needs nothing else."""
