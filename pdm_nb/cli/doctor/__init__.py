"""`pdm-nb doctor`: what is wrong with this computer, the settings or the sign-in, and what to do. Never a secret."""
