"""Reads a revision: its scheme, and its position in it. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from .values import dates

STAGED_SCHEME, LETTERS_SCHEME, NUMBERS_SCHEME = "P and C", "letters", "numbers"
STAGES = {"P": 0, "C": 1}  # ISO 19650: preliminary before contractual
PREFIX = re.compile(r"(?:revision|rev|issue|version|ver)[ ._-]*(?=[A-Z0-9])", re.IGNORECASE)
STAGED = re.compile(r"([PC])(\d{1,3})(?:\.(\d{1,3}))?", re.ASCII)
LETTERS = re.compile(r"[A-Z]{1,2}", re.ASCII)
NUMBER = re.compile(r"(\d{1,4})(?:\.(\d{1,3}))?", re.ASCII)
PREFIXED = re.compile(r"([A-Z]{1,3})[ ._]?(\d{1,4})(?:\.(\d{1,3}))?", re.ASCII)
COMPACT_DATE = re.compile(r"(?:19|20)\d{6}", re.ASCII)

CACHED = 10_000  # distinct revisions
Rank = tuple[str, tuple[int | str, ...]]  # the scheme, and the position in it


def normalized(revision: str) -> str:
    """Return a revision without its word and in capitals: "A" for "Rev a"."""
    return PREFIX.sub("", revision.strip(), count=1).upper()


@lru_cache(CACHED)
def rank(revision: str) -> Rank | None:
    """Return the scheme of a revision and its position in it, None if it is in no scheme ("-", "TBC", "")."""
    text = normalized(revision)
    if found := STAGED.fullmatch(text):
        return STAGED_SCHEME, (STAGES[found[1]], int(found[2]), int(found[3] or 0))
    if COMPACT_DATE.fullmatch(text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    if found := NUMBER.fullmatch(text):
        return NUMBERS_SCHEME, (int(found[1]), int(found[2] or 0))
    if LETTERS.fullmatch(text):
        return LETTERS_SCHEME, (len(text), text)
    if found := PREFIXED.fullmatch(text):
        return f"{found[1]} and a number", (int(found[2]), int(found[3] or 0))
    moment = dates.read(text)
    return None if moment is None else ("dates", (dates.iso(moment),))
