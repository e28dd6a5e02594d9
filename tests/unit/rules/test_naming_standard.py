"""File names against a naming standard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.model import Field, NamingStandard
from pdm_nb.rules.naming_standard import SegmentMatch, parse, pattern, segments_of
from tests.support.builders import field

CODES = {"project": {"DH"}, "originator": {"JMA"}, "type": {"DR", "SP"}}
STANDARD = NamingStandard(
    "n",
    "ISO 19650",
    (
        field("project", "lov_entry"),
        field("originator", "lov_entry"),
        field("type", "lov_entry"),
        field("number"),
    ),
)


def known(one: Field, code: str) -> bool:
    return code in CODES[one.name]


@pytest.mark.parametrize("name", ["DH-JMA-DR-401.pdf", "DH-JMA-DR-401"])
def test_a_name_by_the_standard(name: str) -> None:  # B19, B67
    parsed = parse(name, STANDARD, known)
    assert parsed.fits
    assert parsed.codes == {"f-project": "DH", "f-originator": "JMA", "f-type": "DR", "f-number": "401"}


@pytest.mark.parametrize(
    ("name", "codes", "fault"),
    [
        (
            "DH-JMA-XX-401.pdf",
            {"f-project", "f-originator", "f-number"},
            "'XX' is not a code in the Type list",
        ),
        (
            "dh-JMA-DR-401.pdf",
            {"f-originator", "f-type", "f-number"},
            "'dh' is not a code in the Project list",
        ),  # B67: exact
        ("DH-JMA-DR.pdf", {"f-project", "f-originator", "f-type"}, "Number is missing"),
        ("DH-JMA-DR-401-A.pdf", {"f-project", "f-originator", "f-type"}, "'A' is an extra part"),
        ("DH - JMA - DR - 401.pdf", {"f-number"}, "'DH ' is not a code in the Project list"),  # B67: exact
        ("DH--DR-401.pdf", {"f-project", "f-type", "f-number"}, "Originator is missing"),
        (
            "DH_JMA_DR_401.pdf",
            set(),
            "'DH_JMA_DR_401' is not a code in the Project list",
        ),  # B67: no other separator
        ("", set(), "Project is missing"),
    ],
)
def test_a_segment_that_does_not_match_is_reported_and_the_rest_is_kept(
    name: str, codes: set[str], fault: str
) -> None:
    parsed = parse(name, STANDARD, known)
    assert not parsed.fits
    assert set(parsed.codes) == codes
    assert any(fault in told for told in parsed.faults)


def test_a_free_field_takes_any_segment() -> None:
    asked: list[str] = []
    parse("DH-JMA-DR-anything.pdf", STANDARD, lambda one, code: bool(asked.append(one.name)) or True)
    assert "number" not in asked


def test_the_pattern_in_words() -> None:
    assert pattern(STANDARD) == "Project-Originator-Type-Number"


segments = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6)


@given(st.lists(segments, min_size=1, max_size=8), st.sampled_from(["", ".pdf", ".DWG"]))
def test_a_name_put_together_from_codes_is_read_back(codes: list[str], suffix: str) -> None:
    standard = NamingStandard("n", "S", tuple(field(f"part_{n}", "lov_entry") for n in range(len(codes))))
    parsed = parse("-".join(codes) + suffix, standard, lambda one, code: True)
    assert parsed.fits
    assert list(parsed.codes.values()) == codes


@given(st.text(max_size=60))
def test_any_name_is_parsed_or_reported(name: str) -> None:
    parsed = parse(name, STANDARD, known)
    assert parsed.fits is (set(parsed.codes) == {one.id for one in STANDARD.fields} and not parsed.faults)


def test_a_standard_without_fields_asks_nothing_of_a_name() -> None:
    assert parse("anything-at-all.pdf", NamingStandard("n", "S", ()), known).fits


def test_a_code_that_is_the_prefix_of_another_is_distinguished() -> None:
    standard = NamingStandard("n", "S", (field("type", "lov_entry"),))
    assert parse("D.pdf", standard, lambda one, code: code in {"D", "DR"}).codes == {"f-type": "D"}
    assert not parse("DRA.pdf", standard, lambda one, code: code in {"D", "DR"}).fits


def test_free_text_in_a_name_of_another_length_is_unclear_and_no_fault() -> None:
    """B38: what is recognised in its place is kept, what may be anything is not."""
    fits = {
        piece.field.name if piece.field else "": piece.match
        for piece in segments_of("DH-JMA-DR-401-A.pdf", STANDARD, known)
    }
    assert fits == {
        "project": SegmentMatch.RECOGNISED,
        "originator": SegmentMatch.RECOGNISED,
        "type": SegmentMatch.RECOGNISED,
        "number": SegmentMatch.UNCLEAR,
        "": SegmentMatch.SURPLUS,
    }
    assert parse("DH-JMA-DR-401-A.pdf", STANDARD, known).faults == ("'A' is an extra part",)
