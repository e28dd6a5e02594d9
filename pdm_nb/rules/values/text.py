"""Shortens and quotes what people typed, for messages."""

from __future__ import annotations

LONGEST = 80  # characters of a text in a message


def short(text: str) -> str:
    """Return a text, truncated if it is too long for a message."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def quoted(text: str) -> str:
    """Return a text in quotes, truncated if it is too long for a message."""
    return repr(short(text))
