"""Work on the event loop: the loop in a thread of its own, runs, and their events."""
