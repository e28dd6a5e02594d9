"""Where `connect()` finds settings that were not given: environment variables, the settings file, the keyring."""
