"""Orders a document's revisions, oldest first: the one submitted last becomes the current version (B41).

How this works: revisions are compared within a scheme: P01 before C01 (ISO 19650), A before B, 1 before 2, earlier
dates before later ones (B67). Revisions of different schemes, and equal or missing ones, are ordered by the
documents' dates if each has one. Otherwise the order is not known, and the reason is returned. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from .values import dates
from .values.text import quoted

STAGED_SCHEME, LETTERS_SCHEME, NUMBERS_SCHEME = "P and C", "letters", "numbers"
STAGES = {"P": 0, "C": 1}  # ISO 19650: preliminary before contractual
PREFIX = re.compile(r"(?:revision|rev|issue|version|ver)[ ._-]*(?=[A-Z0-9])", re.IGNORECASE)
STAGED = re.compile(r"([PC])(\d{1,3})(?:\.(\d{1,3}))?", re.ASCII)
LETTERS = re.compile(r"[A-Z]{1,2}", re.ASCII)
NUMBER = re.compile(r"(\d{1,4})(?:\.(\d{1,3}))?", re.ASCII)
PREFIXED = re.compile(r"([A-Z]{1,3})[ ._]?(\d{1,4})(?:\.(\d{1,3}))?", re.ASCII)
COMPACT_DATE = re.compile(r"(?:19|20)\d{6}", re.ASCII)

Rank = tuple[str, tuple[int | str, ...]]  # the scheme, and the position in it


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that becomes a version: its id, and the revision and date in its cells.

    `stuck`: it is on hold or lost. `pending`: machine learning may still read its revision.
    """

    document: int
    revision: str = ""
    date: str = ""
    stuck: bool = False
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """Document ids, oldest first; `doubt` explains why the order is not known, "" if it is."""

    documents: tuple[int, ...]
    doubt: str = ""


@lru_cache(4096)
def rank(revision: str) -> Rank | None:
    """Return the scheme of a revision and its position in it, None if it is in no scheme ("-", "TBC", "")."""
    text = PREFIX.sub("", revision.strip(), count=1).upper()
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


def is_older(revision: str, other: str) -> bool:
    """Return True if a revision is certainly older than another one of the same scheme."""
    mine, its = rank(revision), rank(other)
    if mine is None or its is None or mine[0] != its[0]:
        return False
    return not _question([(revision, mine), (other, its)]) and mine[1] < its[1]


def _question(ranked: Sequence[tuple[str, Rank]]) -> str:
    """Why revisions of one scheme are not ordered, because projects differ in these; "" if they are."""
    scheme = ranked[0][1][0]
    if scheme == STAGED_SCHEME:
        published = {place[:2]: text for text, (_, place) in ranked if place[2] == 0}
        for text, (_, place) in ranked:
            if place[2] != 0 and place[:2] in published:  # P02.1: a draft of P02, or after it
                return f"whether {quoted(text)} comes before {quoted(published[place[:2]])} depends on the project"
    if scheme == LETTERS_SCHEME:
        letters = {str(place[1]) for _, (_, place) in ranked}
        if letters == {"C", "P"}:  # letters, or the stages of ISO 19650
            return "'P' may come before or after 'C'"
        if len({len(one) for one in letters}) > 1 and "Z" not in letters:  # AB may be "as built"
            return "revisions of one and of two letters can be compared only after Z"
    if scheme == NUMBERS_SCHEME:
        years = [text for text, (_, place) in ranked if 1900 <= int(place[0]) < 2100]
        if years and len(years) < len(ranked):
            return f"{quoted(years[0])} may be a year"
    return ""


def order(candidates: Sequence[Candidate]) -> Order:
    """Return the candidates' order, oldest first, or why it is not known.

    Parameters
    ----------
    candidates : sequence of Candidate
        Documents that will have one name and one format, so that they become versions of one document (B33, B40).
    """
    ids = tuple(one.document for one in candidates)
    if len(ids) < 2:
        return Order(ids)
    ranks = {one.document: rank(one.revision) for one in candidates}
    doubt = _doubt(candidates, ranks)
    if not doubt:
        return Order(tuple(sorted(ids, key=lambda id_: ranks[id_] or ("", ()))))
    by_date = _by_date(candidates, ranks)
    return Order(by_date) if by_date else Order(ids, doubt)


def _doubt(candidates: Sequence[Candidate], ranks: dict[int, Rank | None]) -> str:
    """Why revisions alone do not determine the order, "" if they do."""
    for one in candidates:
        if ranks[one.document] is None:
            if not one.revision:
                return "one of them has no revision"
            return f"the revision {quoted(one.revision)} is not of a known scheme"
    ordered = sorted(candidates, key=lambda one: ranks[one.document] or ("", ()))
    for one, other in pairwise(ordered):
        mine, its = ranks[one.document], ranks[other.document]
        if mine == its:
            return f"two of them have the revision {quoted(other.revision)}"
        if mine and its and mine[0] != its[0]:
            return (
                f"the revisions {quoted(one.revision)} and {quoted(other.revision)} are of different schemes"
            )
    return _question([(one.revision, mine) for one in ordered if (mine := ranks[one.document])])


def _by_date(candidates: Sequence[Candidate], ranks: dict[int, Rank | None]) -> tuple[int, ...]:
    """The order by date, if each has one of its own and no two revisions contradict it; else ()."""
    moments = {one.document: dates.read(one.date) for one in candidates}
    if None in moments.values() or len(set(moments.values())) < len(moments):
        return ()
    ordered = sorted(candidates, key=lambda one: str(moments[one.document]))
    newest: dict[str, Rank] = {}
    for one in ordered:
        mine = ranks[one.document]
        if mine is not None and mine[1] < newest.setdefault(mine[0], mine)[1]:
            return ()
        if mine is not None:
            newest[mine[0]] = mine
    return tuple(one.document for one in ordered)
