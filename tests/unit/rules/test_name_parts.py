"""A title, a status or a revision within the number of a file name."""

from __future__ import annotations

import pytest

from pdm_nb.rules.name_parts import ProposedParts, parts_in_number


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
