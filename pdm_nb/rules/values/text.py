"""How what people typed is shown to them."""

from __future__ import annotations

LONGEST = 80  # characters of a text that a sentence has room for


def short(text: str) -> str:
    """A text, cut where it is too long for a sentence."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def quoted(text: str) -> str:
    """The same in quotes."""
    return repr(short(text))
