"""Numbers as people write them, and as the service takes them: 1234.5 (B29). Nothing is guessed in silence."""

from __future__ import annotations

import re
import unicodedata

NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
# Digits in groups of three or in one run, then perhaps a decimal mark that is not the groups' own.
WRITTEN = re.compile(
    r"(?P<sign>-?)(?P<whole>\d+|[1-9]\d{0,2}(?P<mark>[., '])\d{3}((?P=mark)\d{3})*)"
    r"((?!(?P=mark))[.,](?P<fraction>\d+))?",
    re.ASCII,
)
MARKS = str.maketrans(
    {"\xa0": " ", "\u2009": " ", "\u202f": " ", "’": "'"}
)  # what stands between groups of digits


def is_number(text: str) -> bool:
    """True for what the service takes; not for all that Python does, as '1_000', 'inf', '１２' or '.5'."""
    return NUMBER.fullmatch(text) is not None


def readings(text: str) -> tuple[str, ...]:
    """The numbers that a text may mean, as the service takes them: none, one, or two as for 1,234.

    Marks between groups of three digits, a comma before the decimals, and a currency sign at either end are read.
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
    """True if a currency sign stands at either end: which currency the field is in, nobody but its reader knows."""
    return _without_currency(text) != text


def _without_currency(text: str) -> str:
    if unicodedata.category(text[0]) == "Sc":
        return text[1:].lstrip()
    return text[:-1].rstrip() if unicodedata.category(text[-1]) == "Sc" else text
