"""The shape of a text: which kinds of characters it has, in order. Numbers of documents have few shapes, titles many."""

from __future__ import annotations

import re
from functools import lru_cache

_LETTERS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+")


@lru_cache(maxsize=65536)
def shape(text: str) -> str:
    """Return a text with each run of letters as `A` and of digits as `9`.

    Examples
    --------
    >>> shape("PRJ01-CIV-0001"), shape("Rev."), shape("1,234.50")
    ('A9-A-9', 'A.', '9,9.9')
    """
    return _DIGITS.sub("9", _LETTERS.sub("A", text[:200]))


def is_numeric(text: str) -> bool:
    """Whether a text has digits and no letters: a number, date or time."""
    found = shape(text)
    return "9" in found and "A" not in found
