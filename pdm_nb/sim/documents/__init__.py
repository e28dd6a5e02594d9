"""What happens to documents: names, values, machine learning, containers, and changes by others."""
