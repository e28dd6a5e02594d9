"""Normalizes texts for searching: without case, without accents. Pure.

The grid does the same in JavaScript (`frontend/src/edit/normalize.js`), by the same steps, because JavaScript has no
`str.casefold`. `tests/vectors/value_search.json` and `find_replace.json` test both.
"""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not decompose, and the dashes and apostrophes that spreadsheets put in place of typed ones.
PLAIN = str.maketrans(
    dict(zip("øłđðħŧŋ", "olddhtn", strict=True))
    | {"æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("‐‒–—−", "-")
    | dict.fromkeys("‘’`′", "'")
)
REMOVED = frozenset({"Mn", "Cf"})  # accents; zero-width spaces and other invisible characters


def ignore_case(text: str) -> str:
    """Return a text without case: straße and STRASSE are the same, and so are i, I, İ and ı.

    Each character is folded on its own, so that offsets can be mapped back to the text.
    """
    if text.isascii():
        return text.lower()
    return text.replace("İ", "i").lower().upper().lower().replace("ς", "σ")


def plain(text: str) -> str:
    """Return the text by which values are searched: without case, accents and repeated spaces."""
    if not text.isascii():
        shown = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in shown if unicodedata.category(char) not in REMOVED)
    return " ".join(ignore_case(text).translate(PLAIN).split())
