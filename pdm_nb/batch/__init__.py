"""A batch: the table with a memory. `state` says what may happen, `journal` remembers, `engine` does it."""
