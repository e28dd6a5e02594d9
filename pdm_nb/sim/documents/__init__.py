"""Documents: names, values, containers, visibility, machine learning, and changes by other users."""
