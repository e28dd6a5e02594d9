"""Shortens and quotes what people typed, and counts things, for messages."""

from __future__ import annotations

import unicodedata

LONGEST = 80  # characters of a text in a message


def short(text: str) -> str:
    """Return a text, truncated if it is too long for a message."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def nfc(text: str) -> str:
    """Return a text with composed accents. macOS may return names with separate ones."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def quoted(text: str) -> str:
    """Return a text in quotes, truncated if it is too long for a message."""
    return repr(short(text))


def quantity(number: int, noun: str, verb: str = "", verbs: str = "") -> str:
    """Return a number with its noun, and with the form of the verb for one or several.

    Examples
    --------
    >>> quantity(1, "cell"), quantity(1200, "cell"), quantity(2, "row", "has", "have")
    ('1 cell', '1,200 cells', '2 rows have')
    """
    return " ".join(
        filter(None, (f"{number:,} {noun}{'' if number == 1 else 's'}", verb if number == 1 else verbs))
    )
