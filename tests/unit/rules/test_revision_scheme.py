"""The order of kinds of revisions, as a project sets it by examples."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pdm_nb.errors import InputError
from pdm_nb.rules.revision_order import Candidate, order
from pdm_nb.rules.revision_scheme import USUAL, RevisionScheme

ORDERED = [
    (["A < 0"], ["A", "B", "Z", "0", "1", "10"]),
    (["0", "A"], ["0", "1", "A", "B"]),
    (["A, B, 0, AB"], ["A", "B", "0", "1", "AB"]),
    (["-", "A", "0"], ["-", "A", "C", "0"]),
    (["IFR", "IFC"], ["IFR", "IFC"]),
    (["A", "P01"], ["A", "B", "P01", "P02", "C01"]),
    (["C01", "1"], ["P01", "C01", "1"]),
    (["C01", "P01"], ["C01", "C02", "P01"]),
    (["P01.1", "P01", "P02"], ["P01.1", "P01.2", "P01", "P02.1", "P02", "C01.1", "C01"]),
    (["P01", "P01.1"], ["P01", "P01.1", "P02", "P02.1"]),
    (["A", "AA"], ["A", "B", "Z", "AA", "AB"]),
    (["C", "P"], ["A", "C", "P"]),
    (["1", "2026-01-01"], ["1", "30", "2025-01-01", "2026-02-01"]),
    (["T1", "A"], ["T1", "T10", "A"]),
    (["1"], ["3", "2023"]),
]


@pytest.mark.parametrize(("examples", "revisions"), ORDERED, ids=lambda texts: " ".join(texts))
def test_kinds_are_ordered_as_the_examples_are(examples: list[str], revisions: list[str]) -> None:
    scheme = RevisionScheme.of(examples)
    found = order([Candidate(place, text) for place, text in reversed(list(enumerate(revisions)))], scheme)
    assert (found.documents, found.doubt) == (tuple(range(len(revisions))), "")
    for one, other in pairwise(revisions):
        assert scheme.is_older(one, other)
        assert not scheme.is_older(other, one)


@pytest.mark.parametrize(
    ("examples", "why"),
    [
        (["B", "A"], "'A' is not newer than 'B'"),
        (["A", "A"], "'A' is not newer than 'A'"),
        (["A", "1", "B"], "one after the other"),
        (["P01", "P01.1", "P02.1", "P02"], "'P02' is not newer than 'P02.1'"),
    ],
)
def test_examples_that_contradict_each_other_are_refused(examples: list[str], why: str) -> None:
    with pytest.raises(InputError, match=why):
        RevisionScheme.of(examples)


def test_what_the_examples_do_not_have_stays_unknown() -> None:
    scheme = RevisionScheme.of(["A < 0"])
    assert scheme.is_older("P01", "C01")
    assert scheme.is_unclear("P01", "A")
    assert not scheme.is_older("P01", "A")
    assert not scheme.is_unclear("?", "A")
    assert USUAL.is_unclear("0", "A")


def test_the_summary_shows_kinds_with_their_order() -> None:
    texts = ["B", "A", "0", "", "TBC", "A"]
    assert [(one.name, one.count, one.first, one.last, one.order) for one in USUAL.summary(texts)] == [
        ("letters", 3, "A", "B", None),
        ("numbers", 1, "0", "0", None),
        ("other", 1, "TBC", "TBC", None),
    ]
    found = RevisionScheme.of(["A < 0"]).summary(texts)
    assert [(one.name, one.order, one.known_by) for one in found] == [
        ("letters", 1, "set"),
        ("numbers", 2, "set"),
        ("other", None, ""),
    ]
    assert [(one.name, one.order, one.known_by) for one in USUAL.summary(["C01", "P01"])] == [
        ("P", 1, "usual"),
        ("C", 2, "usual"),
    ]
