"""Talks to the service: client, sign-in, transports, the limits of calls. `protocol` is its pure part."""
