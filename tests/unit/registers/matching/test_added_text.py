"""Files whose names are the text of a row with the mark of a copy or a revision added."""

from __future__ import annotations

import pytest

from pdm_nb.registers.matching import match_rows
from pdm_nb.registers.matching.added_text import AddedTextIndex, copied_name


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("A-101 (1).pdf", "A-101.pdf"),
        ("A-101(12).pdf", "A-101.pdf"),
        ("A-101 - Copy.pdf", "A-101.pdf"),
        ("A-101 - Copy (2).pdf", "A-101.pdf"),
        ("A-101_copy.pdf", "A-101.pdf"),
        ("A-101 - Kopie.pdf", "A-101.pdf"),
        ("Copy of A-101.pdf", "A-101.pdf"),
        ("Kopie von A-101.pdf", "A-101.pdf"),
        ("Copia de A-101.pdf", "A-101.pdf"),
        ("A-101 (2026).pdf", ""),
        ("Photocopy.pdf", ""),
        ("Copy.pdf", ""),
        ("(1).pdf", ""),
    ],
)
def test_marks_of_copies(name: str, original: str) -> None:
    assert copied_name(name) == original


@pytest.mark.parametrize(
    ("text", "revision", "file", "differences"),
    [
        ("A-101.pdf", "", "A-101 (1).pdf", ["copy mark"]),
        ("a-101.pdf", "", "Copy of A-101.pdf", ["case", "copy mark"]),
        ("A-101", "", "A-101 - Copy.pdf", ["copy mark", "suffix"]),
        ("x/A-101.pdf", "", "A-101 (1).pdf", ["copy mark", "folder"]),
        ("x\\A-101.pdf", "", "x/A-101 (1).pdf", ["copy mark"]),
        ("A-101.pdf", "2", "A-101_rev2.pdf", ["added revision"]),
        ("A-101.pdf", "", "A-101 Rev B.pdf", ["added revision"]),
        ("A-101.pdf", "P02", "A-101-P02.pdf", ["added revision"]),
        ("A-101.pdf", "P2", "A-101 [P02].pdf", ["added revision"]),
        ("A-101.pdf", "B", "A-101-B.pdf", ["added revision"]),
        ("A-101.pdf", "2", "A-101-2.pdf", ["added revision"]),
        ("A-101.pdf", "2", "A-101_v2.pdf", ["added revision"]),
        ("A-101.pdf", "P01", "A-101-P02.pdf", ["revision"]),
    ],
)
def test_what_was_added_is_a_difference(text: str, revision: str, file: str, differences: list[str]) -> None:
    ((path, how),) = AddedTextIndex([file]).find(text, revision)
    assert (path, sorted(map(str, how))) == (file, differences)


@pytest.mark.parametrize(
    ("text", "revision", "file"),
    [
        ("A-101.pdf", "", "A-101-2.pdf"),  # the next sheet
        ("A-101.pdf", "P01", "A-101-2.pdf"),
        ("A-101.pdf", "P01", "A-1012.pdf"),
        ("A-101.pdf", "P01", "A-101P01.pdf"),
        ("A-101.pdf", "", "A-101 Section.pdf"),
        ("A-101.dwg", "", "A-101 (1).pdf"),
        (".pdf", "", "(1).pdf"),
    ],
)
def test_another_name_is_not_proposed(text: str, revision: str, file: str) -> None:
    assert AddedTextIndex([file]).find(text, revision) == []


def test_of_several_revisions_that_of_the_row_is_proposed() -> None:
    rows = {2: {"file": "A-101.pdf", "revision": "2"}, 3: {"file": "A-102.pdf"}}
    files = dict.fromkeys(["A-101_rev1.pdf", "A-101_rev2.pdf", "A-102 (1).pdf", "A-102 (2).pdf"], 9)
    matching = match_rows(rows, files)
    assert matching.matches[2].file == "A-101_rev2.pdf"
    assert matching.applied == {}  # it is a proposal
    assert matching.unclear == {3: ("A-102 (1).pdf", "A-102 (2).pdf")}


def test_a_file_without_a_row_says_why() -> None:
    rows = {2: {"file": "A-101.pdf"}, 3: {"file": "A-102"}, 4: {"file": "A-103.pdf"}}
    files = ["A-101.pdf", "A-101 (1).pdf", "A-102.pdf", "x/A-103.pdf", "y/A-103.pdf", "A-104.pdf"]
    left = match_rows(rows, dict.fromkeys(files, 9)).files_without_row()
    assert dict(zip(left["file"], left["why"], strict=True)) == {
        "A-101 (1).pdf": "By its name, it is a copy of A-101.pdf.",
        "A-102.pdf": "It is proposed for row 3.",
        "x/A-103.pdf": "It is one of the files that row 4 may be for.",
        "y/A-103.pdf": "It is one of the files that row 4 may be for.",
        "A-104.pdf": "No row has it.",
    }
