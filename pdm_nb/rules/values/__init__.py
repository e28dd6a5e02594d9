"""Converts what people write into what the service accepts. Pure."""
