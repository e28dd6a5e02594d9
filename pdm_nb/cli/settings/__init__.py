"""Settings of the command line: the settings file, and the sign-in with it. Knows nothing of commands."""
