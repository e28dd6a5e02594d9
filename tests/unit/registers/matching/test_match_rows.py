"""Rows and files: what is exact, what is proposed, what is unclear, and what is never matched."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pdm_nb.errors import InputError
from pdm_nb.registers.matching import Matching, MatchKind, match_rows

NFD = unicodedata.normalize("NFD", "Übersicht.pdf")


def by_file(text: str, *files: str, **options: Any) -> Matching:
    return match_rows({2: {"file": text}}, dict.fromkeys(files, 1), **options)


def by_number(number: str, revision: str, *files: str, **options: Any) -> Matching:
    return match_rows({2: {"number": number, "revision": revision}}, dict.fromkeys(files, 1), **options)


def differences(matching: Matching) -> set[str]:
    return {difference.value for difference in matching.matches[2].differences}


# -- the file column
@pytest.mark.parametrize(
    ("text", "file", "differs"),
    [
        ("A.pdf", "A.pdf", set()), ("sub/A.pdf", "sub/A.pdf", set()), ("A", "A.pdf", {"suffix"}),
        ("a.PDF", "A.pdf", {"case"}), ("plan 1.pdf", "Plan 1.pdf", {"case"}), ("A.pdf", "sub/A.pdf", {"folder"}),
        ("old/A.pdf", "new/A.pdf", {"folder"}), ("sub\\S.pdf", "sub/S.pdf", {"slashes"}),
        ("SUB/S.pdf", "sub/S.pdf", {"case"}), ("Übersicht.pdf", NFD, {"unicode"}),
        ("übersicht", NFD, {"unicode", "case", "suffix"}), ("A.pdf ", "A.pdf", set()), ("A. ", "A.pdf", {"trailing", "suffix"}),
        ("A .pdf", "A.pdf", {"trailing"}), ("sub./A.pdf", "sub/A.pdf", {"trailing"}), ("A Rev 1.2", "A Rev 1.2.pdf", {"suffix"}),
        ("A.dwg", "A.pdf", {"other suffix"}), ("./A.pdf", "A.pdf", set()), ("area 2\\pid-304", "area 2/PID-304.pdf", {"slashes", "case", "suffix"}),
        ("C:\\Projects\\Area\\A.pdf", "A.pdf", {"folder", "slashes"}),
    ],
)  # fmt: skip
def test_the_text_of_the_file_column(text: str, file: str, differs: set[str]) -> None:
    matching = by_file(text, file, "another.pdf")
    assert (matching.matches[2].file, matching.matches[2].kind) == (file, MatchKind.PATH)
    assert differences(matching) == differs
    assert (2 in matching.applied) == (not differs)
    assert 2 in matching.confirm(*differs or {"case"}).applied


def test_the_exact_file_is_preferred_to_one_that_differs() -> None:
    assert by_file("A.pdf", "a.pdf", "A.pdf", "sub/A.pdf").applied[2].file == "A.pdf"
    assert by_file("A.dwg", "A.pdf", "A.dwg").applied[2].file == "A.dwg"
    assert by_file("a", "x/A.pdf", "y/a.pdf").matches[2].file == "y/a.pdf"
    assert (
        by_file("area 2/A.pdf", "all/area 1/A.pdf", "all/area 2/A.pdf").matches[2].file == "all/area 2/A.pdf"
    )


@pytest.mark.parametrize(
    ("text", "files"), [("A", ["A.pdf", "A.dwg"]), ("A.pdf", ["one/A.pdf", "two/A.pdf"])]
)
def test_several_files_that_match_equally_are_unclear_until_one_is_assigned(
    text: str, files: list[str]
) -> None:
    matching = by_file(text, *files)
    assert (matching.matches, matching.unclear) == ({}, {2: tuple(files)})
    (row,) = matching.rows_without_file().to_dict("records")
    assert (row["candidates"], row["why"]) == ("; ".join(files), "2 files match. Assign one of them.")
    assigned = matching.assign({2: files[1]})
    assert (assigned.applied[2].file, assigned.unclear) == (files[1], {})
    assert len(assigned.rows_without_file()) == 0


def test_only_some_suffixes_may_be_matched() -> None:
    assert by_file("A", "A.pdf", "A.dwg", suffixes=[".PDF"]).matches[2].file == "A.pdf"


# -- number and revision
@pytest.mark.parametrize(
    ("number", "revision", "file"),
    [
        ("CW-A-100", "A", "CW-A-100 Rev A.pdf"), ("PRJ01-CIV-0001", "Rev-00", "PRJ01-CIV-0001_Rev-00.pdf"),
        ("DR-400", "P02", "DR-400_P02.pdf"), ("DR-400", "P02", "DR-400_P02_Roof plan.pdf"), ("A-1", "B", "A-1_RevB.pdf"),
        ("A-1", "B", "A-1 Section A-A [B].pdf"), ("A-1", "-", "A-1.pdf"), ("A-1", "TBC", "A-1 Plan.pdf"),
        ("A-1", "P01", "A-1.pdf"), ("A-1", "P01.2", "A-1-P01.2.pdf"), ("A-1", "02", "sub/A-1_02.pdf"),
    ],
)  # fmt: skip
def test_number_and_revision_in_the_file_name(number: str, revision: str, file: str) -> None:
    matching = by_number(number, revision, file, "CW-A-1000 Rev A.pdf", "A-10_RevB.pdf", "DR-4000_P02.pdf")
    assert matching.applied[2].file == file


@pytest.mark.parametrize(
    ("number", "revision", "file", "differs"),
    [
        ("cw-a-100", "A", "CW-A-100 Rev A.pdf", {"case"}), ("CW A 100", "A", "CW-A-100 Rev A.pdf", {"separators"}),
        ("A-100", "A", "CW-A-100 Rev A.pdf", {"inside"}), ("A-1", "P1", "A-1_P01.pdf", {"revision spelling"}),
        ("A-1", "B", "A-1_Rev A.pdf", {"revision"}), ("CWA100", "A", "CW-A-100.pdf", {"separators"}),
        ("A-1", "P01", "A-001 P01.pdf", {"zeros"}),
    ],
)  # fmt: skip
def test_numbers_that_differ_are_proposed(number: str, revision: str, file: str, differs: set[str]) -> None:
    matching = by_number(number, revision, file)
    assert matching.documents() == []
    assert (matching.matches[2].file, differences(matching)) == (file, differs)


@pytest.mark.parametrize(
    ("number", "revision", "file"),
    [
        ("A-1", "P01", "A-10 P01.pdf"), ("A-1", "P01", "A-2 P01.pdf"), ("CW-A-100", "A", "CW-S-100 Rev A.pdf"),
        ("A-1", "P01", "B-1 P01.pdf"), ("A-12-3", "", "A-1-23.pdf"), ("", "P01", "A-1 P01.pdf"),
    ],
)  # fmt: skip
def test_another_digit_or_code_is_another_drawing(number: str, revision: str, file: str) -> None:
    matching = by_number(number, revision, file)
    assert (matching.matches, matching.unclear) == ({}, {})


def test_a_letter_of_a_title_is_not_a_revision() -> None:
    matching = by_number("A-1", "A", "A-1 Section A-A Rev B.pdf")
    assert differences(matching) == {"revision"}


def test_the_longest_number_of_a_file_name_counts() -> None:
    rows = {2: {"number": "A-100", "revision": "A"}, 3: {"number": "A-100-1", "revision": "A"}}
    matching = match_rows(rows, {"A-100-1_A.pdf": 1, "A-100_A.pdf": 1})
    assert [document.file for document in matching.documents()] == ["A-100_A.pdf", "A-100-1_A.pdf"]


def test_revisions_of_one_number_each_have_their_file() -> None:
    rows = {n: {"number": "A-1", "revision": text} for n, text in enumerate(["C01", "P02", "P01"], 2)}
    matching = match_rows(rows, {"A-1_P01.pdf": 1, "A-1_P02.pdf": 1, "A-1_C01.pdf": 1})
    assert [document.file for document in matching.documents()] == [
        "A-1_C01.pdf",
        "A-1_P02.pdf",
        "A-1_P01.pdf",
    ]
    alone = match_rows(rows, {"A-1.pdf": 1})
    assert alone.matches == {}  # which of the three is not known
    assert alone.unclear == dict.fromkeys(rows, ("A-1.pdf",))
    assert alone.rows_without_file()["why"].str.contains("other rows have the same number").all()


def test_a_number_with_several_files_is_unclear_without_a_revision() -> None:
    assert by_number("A-1", "", "A-1_P01.pdf", "A-1_P02.pdf").unclear == {2: ("A-1_P01.pdf", "A-1_P02.pdf")}


def test_a_name_that_no_file_has_is_matched_by_the_number_as_a_proposal() -> None:
    row = {"file": "drawing1.pdf", "number": "A-1", "revision": "P01"}
    matching = match_rows({2: row}, {"A-1_P01.pdf": 1})
    assert (matching.matches[2].file, differences(matching)) == ("A-1_P01.pdf", {"other name"})


def test_a_number_after_a_level_is_not_a_revision() -> None:
    rows = {2: {"number": "A-1", "revision": "01"}, 3: {"number": "A-1", "revision": "02"}}
    matching = match_rows(rows, {"A-1 Level 01.pdf": 1, "A-1 Level 01 Rev 02.pdf": 1})
    assert [(match.row, match.file) for match in matching.applied.values()] == [
        (3, "A-1 Level 01 Rev 02.pdf")
    ]


@pytest.mark.parametrize("value", [None, float("nan"), pd.NA, pd.NaT, 101, 7.5, Path("x")])
def test_values_need_not_be_text(value: Any) -> None:
    rows = {
        2: {"file": value, "number": value, "revision": value, "description": value},
        3: {"file": "a.pdf"},
    }
    matching = match_rows(rows, {"a.pdf": 1}, template="{number}-{title}")
    assert list(matching.applied) == [3]
    assert len(matching.rows_without_file()) == 1


# -- templates
def test_a_template_compares_all_of_its_fields() -> None:
    row = {"number": "0001", "description": "Plan 1/2", "status": "S2", "revision": "Rev P01"}
    files = {"HQ-0001-Plan 1-2-S2-P01.pdf": 1, "HQ-0001-Plan 1-2-S3-P01.pdf": 1}
    matching = match_rows({2: row}, files, template="HQ-{number}-{title}-{status}-{revision}")
    assert (matching.applied[2].file, matching.applied[2].kind) == (
        "HQ-0001-Plan 1-2-S2-P01.pdf",
        MatchKind.TEMPLATE,
    )


# -- likeness
@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("Grund floor plan 1", "Ground floor plan 1.pdf"), ("Ground floor plan-1.pdf", "Ground_floor_plan_1.pdf"),
        ("Groundfloor plan", "Ground floor plan.pdf"), ("Elevatoins", "Elevations.pdf"),
    ],
)  # fmt: skip
def test_near_misses_are_proposed(text: str, file: str) -> None:
    matching = by_file(text, file, "Roof plan 1.pdf")
    assert (matching.matches[2].file, matching.matches[2].kind) == (file, MatchKind.SIMILAR)
    assert matching.documents() == []
    assert [document.file for document in matching.confirm().documents()] == [file]


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("Level 12", "Level 1.pdf"), ("Plan 1", "Plan 2.pdf"), ("Section North", "Section South.pdf"),
        ("Plan P01", "Plan P02.pdf"), ("Section A", "Section B.pdf"), ("Basement 3", "Basement 2.pdf"),
        ("Volume 9", "No volume.pdf"), ("Stage 2", "Stage 3.pdf"), ("Plan", "Roof plan.pdf"),
    ],
)  # fmt: skip
def test_a_likeness_never_crosses_a_digit_or_a_code(text: str, file: str) -> None:
    assert by_file(text, file).matches == {}


# -- outside
@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    (tmp_path / "secret.pdf").touch()
    (tmp_path / "root" / "a.pdf").touch()
    (tmp_path / "root" / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    return tmp_path / "root"


@pytest.mark.parametrize(
    "text", ["../secret.pdf", "..\\secret.pdf", "/etc/passwd", "link.pdf", "../missing.pdf"]
)
def test_a_row_that_points_outside_is_sent_only_if_it_is_allowed(root: Path, text: str) -> None:
    files = ("a.pdf", "link.pdf")
    matching = by_file(text, *files, root=root)
    assert matching.documents() == []
    (row,) = matching.outside().to_dict("records")
    assert (row["row"], row["file"], row["allowed"]) == (2, text, False)
    assert "Allow it by name to send it." in matching.rows_without_file()["why"][0]
    assert len(matching.confirm().documents()) == 0
    allowed = by_file(text, *files, root=root, allow=[text])
    assert [document.file for document in allowed.documents()] == [text]
    assert matching.allow(text).documents() == allowed.documents()
    assert matching.allow("another.pdf").documents() == []


def test_an_absolute_path_below_the_folder_is_that_file(root: Path) -> None:
    assert by_file(str(root / "a.pdf"), "a.pdf", root=root).applied[2].file == "a.pdf"


def test_a_path_of_another_computer_is_matched_by_its_name(root: Path) -> None:
    assert differences(by_file("/Volumes/Projects/a.pdf", "a.pdf", root=root)) == {"folder"}


# -- both ways
def test_what_is_left_over_is_reported_both_ways() -> None:
    rows = {2: {"file": "a.pdf"}, 3: {"file": "b"}, 4: {"file": "zzz.pdf"}, 5: {"description": "a note"}}
    matching = match_rows(rows, {"a.pdf": 10, "b.pdf": 20, "c.pdf": 30})
    files = matching.files_without_row()
    assert files.drop(columns="why").to_dict("list") == {
        "file": ["b.pdf", "c.pdf"], "size": [20, 30], "proposed": [True, False]
    }  # fmt: skip
    left = matching.rows_without_file()
    assert left["row"].tolist() == [3, 4, 5]
    assert left["why"].tolist() == [
        "Differs in suffix. Confirm it if it is the file.",
        "No file matches.",
        "The row has neither a file nor a number.",
    ]
    assert {str(kind) for kind in files.dtypes} == {"string", "Int64", "boolean"}


def test_two_rows_that_lead_to_one_file_by_different_texts_are_reported() -> None:
    matching = match_rows({2: {"file": "A.pdf"}, 3: {"file": "a"}}, {"A.pdf": 1}).confirm("case", "suffix")
    (shared,) = matching.shared
    assert (shared.rows, shared.is_listed) == ((2, 3), False)
    assert matching.documents() == []


def test_empty_reports_keep_their_columns() -> None:
    matching = by_file("A.pdf", "A.pdf")
    for frame in (matching.proposals(), matching.kinds(), matching.shared_files(), matching.outside()):
        assert len(frame) == 0
        assert len(frame.columns) > 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.confirm("colour"), "Unknown difference 'colour'"),
        (lambda m: m.assign({9: "A.pdf"}), "Row 9 is not in the register"),
        (lambda m: m.assign({2: "B.pdf"}), "B.pdf is not in the list of files"),
        (lambda m: m.use_policy("last"), "Unknown policy 'last'"),
    ],
)
def test_what_cannot_be_decided_is_reported(call: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call(by_file("A.pdf", "A.pdf"))


def test_a_row_may_be_given_no_file() -> None:
    assert by_file("A.pdf", "A.pdf").assign({2: None}).documents() == []


def test_rows_of_issues_are_named_by_row_and_issue_in_reports() -> None:
    rows = {
        (11, "May"): {"number": "A-1", "revision": "P02"},
        (11, "June"): {"number": "A-1", "revision": "P03"},
    }
    (left,) = match_rows(rows, {"A-1 P02.pdf": 1}).rows_without_file().to_dict("records")
    assert (left["row"], left["issue"], left["text"]) == (11, "June", "A-1 P03")


@pytest.mark.parametrize(
    ("revision", "file", "differences"),
    [
        ("C", "A-101_B.pdf", {"revision"}),  # a wrong revision cannot be corrected later
        ("C", "A-101-B Ground floor.pdf", {"revision"}),
        ("2", "A-101 rev 1 Ground floor.pdf", {"revision"}),
        ("C", "A-101 Section A.pdf", set()),  # a part of the title
        ("P01", "A-101_B.pdf", set()),  # of another kind
        ("C", "A-101 (1).pdf", {"copy mark"}),
        ("C", "Copy of A-101_C.pdf", {"copy mark"}),
    ],
)
def test_a_number_with_another_revision_or_a_copy_is_a_proposal(
    revision: str, file: str, differences: set[str]
) -> None:
    matching = match_rows({2: {"number": "A-101", "revision": revision}}, {file: 9})
    assert matching.matches[2].differences == differences


def test_the_original_goes_before_its_copy() -> None:
    matching = match_rows({2: {"number": "A-101", "revision": "C"}}, {"A-101_C (1).pdf": 9, "A-101_C.pdf": 9})
    assert matching.applied[2].file == "A-101_C.pdf"


def test_the_form_of_accents_in_a_number_is_a_difference_of_its_own() -> None:
    name = unicodedata.normalize("NFD", "Ü-101_C.pdf")
    matching = match_rows({2: {"number": "Ü-101", "revision": "C"}}, {name: 9})
    assert matching.matches[2].differences == {"unicode"}
