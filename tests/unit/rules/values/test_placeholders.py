"""Placeholders stand for empty cells, in values and in the revisions by which files are found."""

from __future__ import annotations

import pytest

from pdm_nb.registers.matching import match_rows
from pdm_nb.registers.matching.matches import MatchKind
from pdm_nb.rules.values.placeholders import is_placeholder


@pytest.mark.parametrize("text", ["-", "–", "—", "n/a", "NA", "tbc", "TBA", "none", "?", "..", "xx", "k. A."])
def test_a_file_is_found_by_its_number_if_the_revision_is_a_placeholder(text: str) -> None:
    assert is_placeholder(text)
    found = match_rows({2: {"number": "A-100", "revision": f" {text} "}}, {"A-100.pdf": 1})
    assert (found.applied[2].file, found.applied[2].kind) == ("A-100.pdf", MatchKind.NUMBER)


def test_x_is_a_revision() -> None:
    assert not is_placeholder("X")
    files = {"A-100_W.pdf": 1, "A-100_X.pdf": 1}
    assert match_rows({2: {"number": "A-100", "revision": "X"}}, files).applied[2].file == "A-100_X.pdf"
