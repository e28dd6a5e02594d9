"""The command line, `pdm-nb`."""

from .main import main

__all__ = ["main"]
