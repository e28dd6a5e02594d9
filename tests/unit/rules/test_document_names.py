"""Names of documents: templates, and the revision, status or date that a name must not contain (B33, B40)."""

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
    revision_in,
)

OWN = Facts("P01", ("S2", "Suitable for information"), "2026-03-31")
SURE = [
    ("A-101_P01", OWN, "A-101"),
    ("A-101 P01", OWN, "A-101"),
    ("A-101-P01", Facts("P1"), "A-101"),
    ("A-101.P01", OWN, "A-101"),
    ("A-101_P01_Ground floor", OWN, "A-101_Ground floor"),
    ("P01_A-102", OWN, "A-102"),
    ("TST1-RG-ZZ-XX-DR-A-0001 Site Location Plan [P01]", OWN, "TST1-RG-ZZ-XX-DR-A-0001 Site Location Plan"),
    ("A-101 (Rev. 2)", Facts("2"), "A-101"),
    ("A-101 Rev B", Facts(), "A-101"),
    ("A-103_v1", Facts("1"), "A-103"),
    ("A-101_S2_P01", OWN, "A-101"),
    ("A-101[1]", Facts("1"), "A-101"),
    ("A-101_20260331", OWN, "A-101"),
    ("A-104_31032026", OWN, "A-104"),
    ("260331_plan", OWN, "plan"),
    ("Site plan 31.03.2026", OWN, "Site plan"),
]
UNSURE = [
    ("A-101_P01", Facts(), "A-101"),  # no revision is known yet
    ("A-101_P01", Facts("P02"), "A-101"),  # which of the two is right is not known
    ("A-101-2", Facts("2"), "A-101"),  # perhaps the next sheet
    ("A-101_B_plan", Facts("B"), "A-101_plan"),
    ("A-101 Rev B", Facts("C"), "A-101"),  # which of the two is right is not known
    ("2026-03-31 Site plan", Facts(), "Site plan"),
    ("Report 31.03.2026", Facts(date="2026-04-01"), "Report"),
]
HOLDS_NOTHING = [
    ("A-101", OWN),
    ("RST-DEM-V1-ZZ-DR-A-0101", OWN),
    ("A-101-B", Facts()),  # a sheet of its own, as far as anyone knows
    ("A-101-B", Facts("A")),
    ("Block A", Facts("A")),
    ("Block-A", Facts("A")),
    ("Level 01", Facts("01")),
    ("Stage_2", Facts("2")),
    ("Stair-2", Facts("2")),
    ("Apartment-2", Facts("2")),
    ("Zone A_B", Facts("B")),
    ("P01", OWN),  # nothing would be left
    ("Rev A", Facts("A")),
    ("DR-C01", Facts()),  # a civil sheet
    ("Column_C01", Facts("B")),
    ("A-101 C30", OWN),  # a concrete
    ("Site plan_A1", Facts("P01", ("S2",))),  # a sheet size
    ("A-101_20261399", OWN),
    ("Invoice 2026", Facts("2026")),
]


@pytest.mark.parametrize(("name", "facts", "left"), SURE, ids=[row[0] for row in SURE])
def test_what_the_documents_own_fields_say_is_taken_out(name: str, facts: Facts, left: str) -> None:
    found = reduce(name, facts)
    assert (found.name, bool(found.parts), found.sure) == (left, True, True)


@pytest.mark.parametrize(("name", "facts", "left"), UNSURE, ids=[row[0] for row in UNSURE])
def test_what_only_looks_like_it_is_not_sure(name: str, facts: Facts, left: str) -> None:
    found = reduce(name, facts)
    assert (found.name, bool(found.parts), found.sure) == (left, True, False)


@pytest.mark.parametrize(("name", "facts"), HOLDS_NOTHING, ids=[row[0] for row in HOLDS_NOTHING])
def test_what_may_be_part_of_a_title_stays(name: str, facts: Facts) -> None:
    found = reduce(name, facts)
    assert (found.name, found.parts) == (name, ())


@given(st.text(max_size=60), st.text(max_size=8), st.lists(st.text(max_size=4), max_size=3))
def test_any_text_is_read_and_something_is_always_left(name: str, revision: str, statuses: list[str]) -> None:
    found = reduce(name, Facts(revision, statuses))
    assert found.name or not name
    assert found.parts or found.name == name


def test_a_template_takes_the_file_name_and_fields() -> None:
    texts = {"number": "A-101", "description": "Ground floor", "empty": " "}
    assert render("{stem}", "A-101_P01.pdf", texts) == "A-101_P01"
    assert render("{number} {description}", "x.pdf", texts) == "A-101 Ground floor"
    assert render("PRE-{number}", "x.pdf", texts) == "PRE-A-101"
    assert render("{number} {empty}", "x.pdf", texts) == ""  # half a name is no name


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("", "empty"),
        ("{name}-x", "cannot use {name}"),
        ("Plan", "the same name"),
        ("{nummer}", "Unknown field {nummer}"),
        ("{number", "brace"),
        ("number}", "brace"),
    ],
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


@pytest.mark.parametrize(
    ("file_name", "revision"),
    [
        ("A-101_P02.pdf", "P02"),
        ("A-101 Rev B.pdf", "B"),
        ("A-101_v3.dwg", "3"),
        ("A-101.pdf", ""),
        ("Column-C01.pdf", ""),
        ("A-101_P02_C01.pdf", ""),  # which of them nobody knows
    ],
)
def test_a_revision_is_read_from_a_file_name_to_be_offered(file_name: str, revision: str) -> None:
    assert revision_in(file_name) == revision


def test_a_very_long_name_is_left_as_it_is() -> None:
    """Reading one of 200,000 characters took minutes."""
    name = "A-" * 100_000
    assert reduce(name, Facts(revision="A")).name == name
