"""The order of a document's revisions, oldest first: what is submitted last becomes the current version (B41).

Revisions are compared within a scheme: P01 before C01 (ISO 19650), A before B, 1 before 2, earlier dates before later
ones (B67). Revisions of different schemes, and equal or missing ones, are ordered by the documents' dates if each has
one; else the order is not known, and the reason is returned. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from . import dates
from .words import quoted

STAGED_SCHEME = "P and C"
STAGES = {"P": 0, "C": 1}  # ISO 19650: preliminary before contractual
PREFIX = re.compile(r"(?:revision|rev|issue|version|ver)[ ._-]*(?=[A-Z0-9])", re.IGNORECASE)
STAGED = re.compile(r"([PC])(\d{1,3})(?:\.(\d{1,3}))?", re.ASCII)
LETTERS = re.compile(r"[A-Z]{1,2}", re.ASCII)
NUMBER = re.compile(r"(\d{1,4})(?:\.(\d{1,3}))?", re.ASCII)
PREFIXED = re.compile(r"([A-Z]{1,3})[ ._]?(\d{1,4})(?:\.(\d{1,3}))?", re.ASCII)
COMPACT_DATE = re.compile(r"(?:19|20)\d{6}", re.ASCII)

Rank = tuple[str, tuple[int | str, ...]]  # the scheme, and the place in it


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that becomes a version: its id, its revision and its date as the cells hold them."""

    document: int
    revision: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """Document ids, oldest first; `doubt` says why the order is not known, "" if it is."""

    documents: tuple[int, ...]
    doubt: str = ""


def rank(revision: str) -> Rank | None:
    """Return the scheme of a revision and its place in it, None for what is in no scheme ("-", "TBC", "")."""
    text = PREFIX.sub("", revision.strip(), count=1).upper()
    if found := STAGED.fullmatch(text):
        return STAGED_SCHEME, (STAGES[found[1]], int(found[2]), int(found[3] or 0))
    if COMPACT_DATE.fullmatch(text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    if found := NUMBER.fullmatch(text):
        return "numbers", (int(found[1]), int(found[2] or 0))
    if LETTERS.fullmatch(text):
        return "letters", (len(text), text)
    if found := PREFIXED.fullmatch(text):
        return f"{found[1]} and a number", (int(found[2]), int(found[3] or 0))
    moment = dates.read(text)
    return None if moment is None else ("dates", (dates.iso(moment),))


def is_older(revision: str, other: str) -> bool:
    """Return True if a revision is certainly older than another one of the same scheme."""
    mine, its = rank(revision), rank(other)
    if mine is None or its is None or _is_draft_of(mine, its) or _is_draft_of(its, mine):
        return False
    return mine[0] == its[0] and mine[1] < its[1]


def _is_draft_of(draft: Rank, published: Rank) -> bool:
    """True for P02.1 and P02: whether the first is a draft of the second or follows it depends on the project."""
    return (
        draft[0] == published[0] == STAGED_SCHEME
        and draft[1][:2] == published[1][:2]
        and draft[1][2] != 0
        and published[1][2] == 0
    )


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
    """Why revisions alone do not tell the order, "" if they do."""
    for one in candidates:
        if ranks[one.document] is None:
            if not one.revision:
                return "one of them has no revision"
            return f"the revision {quoted(one.revision)} is in no known order"
    ordered = sorted(candidates, key=lambda one: ranks[one.document] or ("", ()))
    for one, other in pairwise(ordered):
        mine, its = ranks[one.document], ranks[other.document]
        if mine == its:
            return f"two of them have the revision {quoted(other.revision)}"
        if mine and its and _is_draft_of(its, mine):
            return (
                f"whether {quoted(other.revision)} goes before {quoted(one.revision)} depends on the project"
            )
        if mine and its and mine[0] != its[0]:
            return (
                f"the revisions {quoted(one.revision)} and {quoted(other.revision)} are of different schemes"
            )
    return ""


def _by_date(candidates: Sequence[Candidate], ranks: dict[int, Rank | None]) -> tuple[int, ...]:
    """The order by date, if each has one of its own and no two revisions contradict it; else ()."""
    moments = {one.document: dates.read(one.date) for one in candidates}
    if None in moments.values() or len(set(moments.values())) < len(moments):
        return ()
    ordered = sorted(candidates, key=lambda one: str(moments[one.document]))
    if any(is_older(later.revision, earlier.revision) for earlier, later in combinations(ordered, 2)):
        return ()
    return tuple(one.document for one in ordered)
