"""Calls the service: client, sign-in, transports, limits. `protocol` is the part without HTTP."""
