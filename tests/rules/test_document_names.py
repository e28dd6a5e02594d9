"""Names of documents: templates, and the revision, status or date that a name must not hold (B33, B40)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.errors import InputError
from pdm_nb.rules.document_names import (
    DEFAULT_TEMPLATE,
    NUMBER_TEMPLATE,
    Facts,
    check_template,
    evident_template,
    reduce,
    render,
)

STATUSES = ("S0", "S2", "A1", "CR")
HOLDS = [
    ("A-101_P01", Facts(), "A-101"),
    ("A-101 P01", Facts(), "A-101"),
    ("A-101-P01", Facts(), "A-101"),
    ("A-101.C02", Facts(), "A-101"),
    ("A-101_P01.2", Facts(), "A-101"),
    (
        "TST1-RG-ZZ-XX-DR-A-0001 Site Location Plan [P02]",
        Facts(),
        "TST1-RG-ZZ-XX-DR-A-0001 Site Location Plan",
    ),
    ("A-101 (Rev. 2)", Facts(), "A-101"),
    ("A-101 Rev B", Facts(), "A-101"),
    ("A-101_rev_C", Facts(), "A-101"),
    ("Specification Version 1.2", Facts(), "Specification"),
    ("A-101_S2_P01", Facts(statuses=STATUSES), "A-101"),
    ("A-101-S2-P01", Facts(statuses=STATUSES), "A-101"),
    ("A-101-B", Facts("B"), "A-101"),
    ("A-101[1]", Facts("1"), "A-101"),
    ("Site plan P01", Facts("P01"), "Site plan"),
    ("A-101_20260331", Facts(), "A-101"),
    ("Site plan 2026-03-31", Facts(), "Site plan"),
    ("2026-03-31 Site plan", Facts(), "Site plan"),
    ("Site plan 31.03.2026", Facts(), "Site plan"),
]
HOLDS_NOTHING = [
    ("A-101", Facts("P01")),
    ("RST-DEM-V1-ZZ-DR-A-0101", Facts("P01", STATUSES)),
    ("A-101-B", Facts()),  # a sheet of its own, as far as anyone knows
    ("A-101-B", Facts("A")),
    ("Block A", Facts("A")),
    ("Block-A", Facts("A")),
    ("Level 01", Facts("01")),
    ("Stage_2", Facts("2")),
    ("Phase 2", Facts("2")),
    ("P01", Facts("P01")),  # nothing would be left
    ("Rev A", Facts("A")),
    ("DR-C01", Facts()),  # a civil sheet
    ("Plumbing P01", Facts("A")),
    ("20269999", Facts()),
    ("A-101_20261399", Facts()),
    ("Invoice 2026", Facts("2026")),
]


@pytest.mark.parametrize(("name", "facts", "left"), HOLDS, ids=[row[0] for row in HOLDS])
def test_revision_status_and_date_are_taken_off(name: str, facts: Facts, left: str) -> None:
    found = reduce(name, facts)
    assert found.name == left
    assert found.parts


@pytest.mark.parametrize(("name", "facts"), HOLDS_NOTHING, ids=[row[0] for row in HOLDS_NOTHING])
def test_what_may_be_part_of_a_title_stays(name: str, facts: Facts) -> None:
    found = reduce(name, facts)
    assert (found.name, found.parts) == (name, ())


@given(st.text(max_size=60), st.text(max_size=8), st.lists(st.text(max_size=4), max_size=3))
def test_any_text_is_read_and_something_is_always_left(name: str, revision: str, statuses: list[str]) -> None:
    found = reduce(name, Facts(revision, statuses))
    assert found.name or not name
    assert found.parts or found.name == name
    assert reduce(found.name, Facts(revision, statuses)).parts == ()


def test_a_template_takes_the_file_name_and_fields() -> None:
    texts = {"number": "A-101", "description": "Ground floor", "empty": " "}
    assert render("{stem}", "A-101_P01.pdf", texts) == "A-101_P01"
    assert render("{number} {description}", "x.pdf", texts) == "A-101 Ground floor"
    assert render("PRE-{number}", "x.pdf", texts) == "PRE-A-101"
    assert render("{number} {empty}", "x.pdf", texts) == ""  # half a name is no name


@pytest.mark.parametrize(
    ("template", "why"),
    [("", "empty"), ("{nummer}", "Unknown field {nummer}"), ("{number", "brace"), ("number}", "brace")],
)
def test_a_template_that_cannot_be_used_is_refused_in_words(template: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        check_template(template, ["number"])


@pytest.mark.parametrize(
    ("documents", "template"),
    [
        ([("A-101_P01", "A-101", True), ("A-102", "A-102", False)], NUMBER_TEMPLATE),
        ([("A-101", "A-101", False), ("A-102", "A-102", False)], DEFAULT_TEMPLATE),  # the file name will do
        ([("A-101_P01", "A-101", True), ("A-102_P01", "", True)], DEFAULT_TEMPLATE),  # one has no number
        ([("plan_P01", "A-101", True)], DEFAULT_TEMPLATE),  # the file name says something else
        ([], DEFAULT_TEMPLATE),
    ],
)
def test_the_number_is_taken_only_where_it_is_evident(
    documents: list[tuple[str, str, bool]], template: str
) -> None:
    assert evident_template(documents) == template
