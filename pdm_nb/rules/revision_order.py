"""Orders a document's revisions, oldest first: the one submitted last becomes the current version (B41).

How this works: revisions are compared by the revision scheme of the project: P01 before C01 (ISO 19650), A before B, 1 before
2, earlier dates before later ones (B67), and kinds of revisions as the scheme has them. Revisions whose order it does not
have, and equal or missing ones, are ordered by the documents' dates if each has one. Otherwise the order is not known, and
the reason is returned. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .revision_rank import Rank
from .revision_scheme import USUAL, RevisionScheme
from .values import dates
from .values.text import quoted


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


def order(candidates: Sequence[Candidate], scheme: RevisionScheme = USUAL) -> Order:
    """Return the candidates' order, oldest first, or why it is not known.

    Parameters
    ----------
    candidates : sequence of Candidate
        Documents that will have one name and one format, so that they become versions of one document (B33, B40).
    scheme : RevisionScheme
        The revision scheme of the project.
    """
    ids = tuple(one.document for one in candidates)
    if len(ids) < 2:
        return Order(ids)
    ranks = {one.document: scheme.rank(one.revision) for one in candidates}
    doubt = _doubt(candidates, ranks, scheme)
    if not doubt:
        return Order(tuple(sorted(ids, key=lambda id_: ranks[id_] or ("", ()))))
    by_date = _by_date(candidates, ranks)
    return Order(by_date) if by_date else Order(ids, doubt)


def _doubt(candidates: Sequence[Candidate], ranks: dict[int, Rank | None], scheme: RevisionScheme) -> str:
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
            return f"the revisions {quoted(one.revision)} and {quoted(other.revision)} are of different kinds"
    return scheme.question([one.revision for one in ordered])


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
