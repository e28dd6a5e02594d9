"""What a batch remembers: one SQLite file that outlives the kernel."""
