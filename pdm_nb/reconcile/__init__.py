"""A register or a folder against a project: what is present, missing, older, newer, different, and surplus."""
