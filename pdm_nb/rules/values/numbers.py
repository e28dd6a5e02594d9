"""Reads numbers as people write them, and writes them as the service accepts them: 1234.5 (B29). Nothing is guessed."""

from __future__ import annotations

import re
import unicodedata

NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
# Digits, optionally in groups of three, then optionally a decimal mark that differs from the group mark.
WRITTEN = re.compile(
    r"(?P<sign>-?)(?P<whole>\d+|[1-9]\d{0,2}(?P<mark>[., '])\d{3}((?P=mark)\d{3})*)"
    r"((?!(?P=mark))[.,](?P<fraction>\d+))?",
    re.ASCII,
)
MARKS = str.maketrans({"\xa0": " ", "\u2009": " ", "\u202f": " ", "’": "'"})  # between groups of digits


def is_number(text: str) -> bool:
    """Return True for a number that the service accepts. Unlike Python, it refuses '1_000', 'inf', '１２' and '.5'."""
    return NUMBER.fullmatch(text) is not None


def readings(text: str) -> tuple[str, ...]:
    """Return the numbers that a text may mean, as the service accepts them: none, one, or two, such as for 1,234.

    The text may have marks between groups of three digits, a comma before the decimals, and a currency sign at either
    end.
    """
    written = WRITTEN.fullmatch(_without_currency(text).translate(MARKS))
    if written is None:
        return ()
    sign, whole, fraction = written["sign"], re.sub(r"\D", "", written["whole"]), written["fraction"]
    plain = f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"
    may_be_a_group = fraction and len(fraction) == 3 and not written["mark"]
    if may_be_a_group and len(whole) <= 3 and not whole.startswith("0"):
        return f"{sign}{whole}{fraction}", plain
    return (plain,)


def has_currency(text: str) -> bool:
    """Return True if there is a currency sign at either end. The currency of the field is not known."""
    return _without_currency(text) != text


def _without_currency(text: str) -> str:
    if unicodedata.category(text[0]) == "Sc":
        return text[1:].lstrip()
    return text[:-1].rstrip() if unicodedata.category(text[-1]) == "Sc" else text
