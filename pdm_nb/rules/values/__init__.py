"""Turns what people write into what the service takes. Pure."""
