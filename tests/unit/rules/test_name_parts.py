"""A title, a status or a revision within the number of a file name."""

from __future__ import annotations

import pytest

from pdm_nb.rules.name_parts import ProposedParts, parts_in_number, parts_in_segment


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("TST1-RG-ZZ-XX-DR-A-0001 Site Location Plan [P02].pdf", ("TST1-RG-ZZ-XX-DR-A-0001", "Site Location Plan", "", "P02")),
        ("TST1-RG-ZZ-XX-DR-A-0001 Site Location Plan.pdf", ("TST1-RG-ZZ-XX-DR-A-0001", "Site Location Plan", "", "")),
        ("TST1-DR-A-0001 [S2] [P02].pdf", ("TST1-DR-A-0001", "", "S2", "P02")),
        ("TST1-DR-A-0001 Roof (S2-P02).pdf", ("TST1-DR-A-0001", "Roof", "S2", "P02")),
        ("TST1-DR-A-0001 Roof plan Rev B.pdf", ("TST1-DR-A-0001", "Roof plan", "", "B")),
        ("TST1-DR-A-0001 P02", ("TST1-DR-A-0001", "", "", "P02")),
    ],
)  # fmt: skip
def test_a_title_status_or_revision_within_the_number_is_found(name: str, parts: tuple[str, ...]) -> None:
    found = parts_in_number(name)
    assert found == ProposedParts(*parts)
    assert repr(parts[0]) in found.message


@pytest.mark.parametrize(
    "name", ["TST1-RG-ZZ-XX-DR-A-0001.pdf", "TST1-DR-A-0001-S2-P02.pdf", "Site plan 1.pdf", ""]
)
def test_a_number_that_stands_alone_is_no_finding(name: str) -> None:
    assert parts_in_number(name) is None


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("0001 Site Location Plan [P02]", "the title 'Site Location Plan' and the revision 'P02'"),
        ("0001 S2", "the status 'S2'"),
        ("0001 [S2] P02", "the status 'S2' and the revision 'P02'"),
        ("0001 P02", "the revision 'P02'"),
        ("HQ-A-0001 (B2)", "the status 'B2'"),
    ],
)
def test_a_number_segment_has_nothing_but_the_number(text: str, listed: str) -> None:
    found = parts_in_segment(text)
    assert found is not None
    assert found.listed == listed


@pytest.mark.parametrize("text", ["0001", "101 A", "101 B2", "HQ-A-0001", "12 14", ""])
def test_a_code_behind_a_number_may_be_a_part_of_it(text: str) -> None:
    assert parts_in_segment(text) is None
