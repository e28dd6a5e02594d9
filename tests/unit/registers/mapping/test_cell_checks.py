from __future__ import annotations

import pytest

from pdm_nb.registers.mapping import check_cells
from pdm_nb.rules.values.invisible import visible
from tests.support.register_fields import LOOKUPS


@pytest.mark.parametrize(
    "text", ["-", "–", "N/A", "n/a", "NA", "n.a.", "TBC", "tba", "TBD", "?", "??", "none", "k.A.", "xxx"]
)
def test_placeholders_are_found_in_every_cell(text: str) -> None:
    first, second = check_cells({"Rev.": [text, "P01", text]}, {"Rev.": "revision"}, rows=[2, 3, 4])
    assert (first.row, second.row, first.column, first.value) == (2, 4, "Rev.", text)
    assert (first.kind, first.proposal) == ("placeholder", "")
    assert first.message == f"{text!r} in 'Rev.' is a placeholder. Enter the revision, or leave it empty."


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("Rev-00", "00"),
        ("REV 1", "1"),
        ("Rev.C", "C"),
        ("Revision 2.1", "2.1"),
        ("Index B", "B"),
        ("Rev P01", "P01"),
    ],
)
def test_a_revision_that_repeats_its_heading_is_offered_without_it(text: str, offered: str) -> None:
    (found,) = check_cells({"R": [text]}, {"R": "revision"})
    assert (found.kind, found.proposal) == ("prefix", offered)
    assert check_cells({"T": [text]}, {"T": "description"}) == []


@pytest.mark.parametrize(
    ("text", "shown", "name"),
    [
        ("P01\u200b", "P01", "zero-width space"),
        ("\ufeffGround", "Ground", "byte order mark"),
        ("Ground\u00a0floor", "Ground floor", "no-break space"),
        ("A\u202e-101", "A-101", "right-to-left override"),
        ("A\x01-101", "A-101", "U+0001"),
    ],
)
def test_invisible_characters_are_named_and_the_text_without_them_is_offered(
    text: str, shown: str, name: str
) -> None:
    (found,) = check_cells({"Title": [text]}, {"Title": "description"})
    assert (found.kind, found.proposal) == ("invisible characters", shown)
    assert f"has invisible characters ({name})" in found.message
    assert visible(text) == shown


def test_what_is_right_is_not_reported() -> None:
    table = {"Rev": ["00", "P01", "C", "", None, "Revised"], "Title": ["Line\nbreak", "Größe", "No"]}
    assert check_cells(table, {"Rev": "revision", "Title": "description"}) == []


def test_a_value_of_the_list_is_no_placeholder_and_other_columns_are_not_checked() -> None:
    assert check_cells({"V": ["XX"], "Remarks": ["-"]}, {"V": "volume", "Remarks": None}, LOOKUPS) == []
    assert len(check_cells({"V": ["XX"]}, {"V": "description"})) == 1


def test_problems_are_in_the_order_of_the_rows() -> None:
    found = check_cells({"A": ["x", "-"], "B": ["TBC", "x"]}, {"A": "number", "B": "revision"})
    assert [(one.row, one.column) for one in found] == [(0, "B"), (1, "A")]
