"""Work on the event loop: the loop in its own thread, runs, their progress and their events."""
