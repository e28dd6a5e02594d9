"""Which revision is older, and when that is unknown (B41, B67)."""

from __future__ import annotations

from itertools import permutations

import pytest

from pdm_nb.rules.revision_order import Candidate, order
from pdm_nb.rules.revision_rank import rank
from pdm_nb.rules.revision_scheme import USUAL

ORDERED = [
    ["P01", "P02", "P10", "C01", "C02"],
    ["P01.1", "P01.2", "P02.1", "C01.1"],
    ["A", "B", "Z", "AA", "AB"],
    ["0", "1", "2", "10"],
    ["01", "2", "2.1", "3"],
    ["Rev 1", "rev. 2", "Revision 3", "REV4"],
    ["2025-12-31", "2026-01-01", "20260301"],
    ["T1", "T2", "T10"],
]
UNDECIDED = [
    (["A", "1"], "different kinds"),
    (["P01", "A"], "different kinds"),
    (["P01", "p01"], "two of them have the revision"),
    (["1", "01"], "two of them have the revision"),
    (["", "P01"], "no revision"),
    (["-", "A"], "not of a known scheme"),
    (["TBC", "P01"], "not of a known scheme"),
    (["P02", "P02.1"], "depends on the project"),
    (["C", "P"], "may come before"),
    (["B", "AB"], "only after Z"),  # as built
    (["Rev 3", "2023"], "may be a year"),
]


def candidates(revisions: list[str], dates: list[str] | None = None) -> list[Candidate]:
    given = dates or [""] * len(revisions)
    return [Candidate(id_, *pair) for id_, pair in enumerate(zip(revisions, given, strict=True))]


@pytest.mark.parametrize("revisions", ORDERED, ids=" ".join)
def test_oldest_first_from_whatever_order_they_come_in(revisions: list[str]) -> None:
    for shuffled in list(permutations(enumerate(revisions)))[:30]:
        found = order([Candidate(place, revision) for place, revision in shuffled])
        assert (found.documents, found.doubt) == (tuple(range(len(revisions))), "")


@pytest.mark.parametrize(
    ("revisions", "why"), UNDECIDED, ids=lambda v: v if isinstance(v, str) else " ".join(v)
)
def test_an_order_that_revisions_do_not_show_is_not_guessed(revisions: list[str], why: str) -> None:
    assert why in order(candidates(revisions)).doubt


def test_dates_decide_if_revisions_do_not() -> None:
    found = order(candidates(["A", "1", "-"], ["2026-03-01", "2026-01-01", "2026-02-01"]))
    assert (found.documents, found.doubt) == ((1, 2, 0), "")


@pytest.mark.parametrize(
    "dates",
    [
        ["2026-03-01", "2026-03-01"],  # equal
        ["2026-03-01", ""],  # missing
        ["03/04/2026", "2026-01-01"],  # ambiguous
    ],
)
def test_dates_that_do_not_decide(dates: list[str]) -> None:
    assert order(candidates(["A", "1"], dates)).doubt


def test_dates_that_contradict_revisions_decide_nothing() -> None:
    found = order(candidates(["P01", "P02", "A"], ["2026-05-01", "2026-03-01", "2026-04-01"]))
    assert found.doubt


def test_one_document_needs_no_order() -> None:
    assert order(candidates(["?"])).doubt == ""
    assert order([]).documents == ()


def test_older_is_said_only_within_a_scheme() -> None:
    assert USUAL.is_older("P01", "C01")
    assert not USUAL.is_older("C01", "P01")
    assert not USUAL.is_older("A", "1")
    assert not USUAL.is_older("1", "A")
    assert not USUAL.is_older("P02.1", "P02")
    assert not USUAL.is_older("P02", "P02.1")
    assert not USUAL.is_older("", "P01")
    assert not USUAL.is_older("B", "AB")
    assert not USUAL.is_older("C", "P")
    assert not USUAL.is_older("3", "2023")


def test_what_is_in_no_scheme() -> None:
    assert [rank(text) for text in ("", "-", "N/A", "superseded", "A-101")] == [None] * 5
