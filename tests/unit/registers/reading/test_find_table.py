"""Finds sheet, headings and rows; everything that is left out has a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pdm_nb.errors import InputError
from pdm_nb.registers.reading import RegisterTable, Sheet, Workbook, find_table, read_workbook
from pdm_nb.registers.reading.sheets.workbook import MergedRange

DATA = Path(__file__).parents[3] / "data/registers"
EXPECTED: dict[str, Any] = json.loads((DATA / "expected.json").read_text("utf-8"))
HEADINGS = ["Number", "Title", "Rev", "Status"]
BODY = [
    [f"A-{number}", f"Plan {'abcdefghij'[number % 10]}", f"P0{number % 9}", "S2"]
    for number in range(101, 113)
]

Rows = list[list[str | None]]


def sheet_of(rows: Rows, name: str = "Drawings", **more: Any) -> Sheet:
    return Sheet(name, {number: row for number, row in enumerate(rows, 1) if any(row)}, **more)


def found(*sheets: Sheet, **options: Any) -> RegisterTable:
    return find_table(Workbook("r.xlsx", sheets), **options)


def reasons(table: RegisterTable) -> dict[int, str]:
    return {row.row: row.reason.name for row in table.excluded}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_shared_registers_give_what_is_expected(name: str) -> None:
    expected = EXPECTED[name]
    table = find_table(read_workbook(DATA / name))
    assert table.header == (expected.get("header_row", 1),)
    assert len(table.frame) == (15 if "unpivot" in expected else expected["rows"])
    assert set(expected.get("columns", ())) <= set(table.columns)
    assert expected.get("sheet", table.sheets[0]).startswith(table.sheets[0])
    assert not table.is_ambiguous
    left_out = [row for row in table.excluded if row.text]
    assert len(left_out) == expected.get("skipped_rows", 0)
    if shown := expected.get("as_shown"):
        assert table.frame["Sheet No"].iloc[0] == shown["first number"]
        assert table.frame["Current Rev"].iloc[0] == shown["first revision"]


def test_the_dates_above_an_issue_matrix_are_kept() -> None:
    table = find_table(read_workbook(DATA / "08-issue-matrix.xlsx"))
    assert table.columns == ["Number", "Title", "Column C", "Column D", "Column E"]
    assert table.above[7] == {"Title": "Day", "Column C": "3", "Column D": "17", "Column E": "9"}
    assert table.above[1] == {"Number": "DRAWING ISSUE SHEET"}
    assert "unnamed_columns" in [one.code for one in table.notices]


@pytest.mark.parametrize("above", [0, 2, 6, 9])
def test_headings_below_a_title_and_project_data(above: int) -> None:
    data: Rows = [
        ["DRAWING REGISTER"],
        [],
        ["Project", "Harbour quarter"],
        ["Job number", "0423"],
        ["Date", "5 May"],
    ]
    rows = [*data, ["Prepared by", "DC"], ["Client", "City"], [], ["Issue", "3"]][:above]
    table = found(sheet_of([*rows, HEADINGS, *BODY]))
    assert table.header == (above + 1,)
    assert list(table.frame.index) == list(range(above + 2, above + 14))
    assert set(table.above) == {number for number, row in enumerate(rows, 1) if row}


def test_headings_over_two_rows_with_merged_groups() -> None:
    rows: Rows = [["Drawing", None, "Issue", None], ["Number", "Title", "Date", "Rev"]]
    merged = [MergedRange(1, 1, 0, 1), MergedRange(1, 1, 2, 3)]
    body: Rows = [[f"A-{n}", "Plan", f"{n}/03/2025", "P01"] for n in range(10, 20)]
    table = found(sheet_of([*rows, *body], merged=merged))
    assert table.header == (1, 2)
    assert table.columns == ["Drawing Number", "Drawing Title", "Issue Date", "Issue Rev"]
    assert len(table.frame) == 10


def test_headings_over_two_rows_merged_downwards() -> None:
    rows: Rows = [["Number", "Title", "Issue", None], [None, None, "Date", "Rev"]]
    merged = [MergedRange(1, 2, 0, 0), MergedRange(1, 2, 1, 1), MergedRange(1, 1, 2, 3)]
    body: Rows = [[f"A-{n}", "Plan", f"{n}/03/2025", "P01"] for n in range(10, 20)]
    table = found(sheet_of([*rows, *body], merged=merged))
    assert table.columns == ["Number", "Title", "Issue Date", "Issue Rev"]


def test_a_title_merged_over_the_headings_is_not_part_of_them() -> None:
    table = found(sheet_of([["REGISTER"], HEADINGS, *BODY], merged=[MergedRange(1, 1, 0, 3)]))
    assert (table.header, table.columns) == ((2,), HEADINGS)


def test_sections_totals_notes_and_repeated_headings_are_listed() -> None:
    rows: Rows = [
        HEADINGS,
        ["1", "2", "3", "4"],
        ["ARCHITECTURAL"],
        *BODY[:4],
        [],
        ["STRUCTURAL"],
        *BODY[4:8],
        HEADINGS,
        *BODY[8:],
        [],
        ["Total", "12"],
        ["Note: superseded drawings are not listed"],
        ["* for information only"],
    ]
    table = found(sheet_of(rows))
    assert len(table.frame) == 12
    assert reasons(table) == {
        2: "COLUMN_NUMBERS", 3: "SECTION", 8: "EMPTY", 9: "SECTION", 14: "REPEATED", 19: "EMPTY", 20: "TOTAL", 21: "NOTE",
        22: "NOTE",
    }  # fmt: skip
    assert table.excluded[1].text == "ARCHITECTURAL"
    assert table.notices[0].message == "Sheet 'Drawings': headings in row 1, 12 rows, 7 left out."


def test_a_number_on_its_own_is_a_row() -> None:
    table = found(sheet_of([HEADINGS, *BODY, ["A-113"], ["A-114", "Plan a", "P01", "S2"]]))
    assert reasons(table) == {}
    assert table.frame["Number"].tolist()[-2:] == ["A-113", "A-114"]


def test_rows_that_are_only_numbered_in_advance() -> None:
    rows: Rows = [["S/N", *HEADINGS], *([str(n), *row] for n, row in enumerate(BODY, 1)), ["13"], ["14"]]
    table = found(sheet_of(rows))
    assert reasons(table) == {14: "COUNTER", 15: "COUNTER"}


def test_totals_that_are_titles_stay() -> None:
    rows: Rows = [HEADINGS, *BODY, ["A-113", "Total station survey", "P01", "S2"]]
    assert len(found(sheet_of(rows)).frame) == 13


def test_merged_cells_are_filled_and_marked_and_the_sheet_is_unchanged() -> None:
    rows = [list(row) for row in BODY]
    rows[1][3] = rows[2][3] = None
    sheet = sheet_of([HEADINGS, *rows], merged=[MergedRange(2, 4, 3, 3)])
    for _ in range(2):
        table = found(sheet)
        assert table.frame["Status"].tolist() == ["S2"] * 12
        assert table.filled == {"Status": {1, 2}}
    assert sheet.rows[3][3] is None


def test_a_section_merged_over_the_width_is_one_cell() -> None:
    sheet = sheet_of([HEADINGS, ["ARCHITECTURAL"], *BODY], merged=[MergedRange(2, 2, 0, 3)])
    assert reasons(found(sheet)) == {2: "SECTION"}


def test_hidden_rows_and_columns_are_left_out_or_taken() -> None:
    sheet = sheet_of([HEADINGS, *BODY], hidden_rows={3, 4}, hidden_columns={3})
    table = found(sheet)
    assert (len(table.frame), table.columns) == (10, HEADINGS[:3])
    assert reasons(table) == {3: "HIDDEN", 4: "HIDDEN"}
    assert {one.code for one in table.notices} >= {"hidden_rows", "hidden_columns"}
    shown = found(sheet, hidden=True)
    assert (len(shown.frame), shown.columns) == (12, HEADINGS)


def test_a_hidden_sheet_is_not_taken_by_itself() -> None:
    hidden = sheet_of([HEADINGS, *BODY], "Old", hidden=True)
    visible = sheet_of([["Number", "Title"], ["A-1", "Plan"]], "New")
    table = found(hidden, visible)
    assert table.sheets == ("New",)
    assert "hidden_sheets" in [one.code for one in table.notices]
    assert found(hidden, visible, sheet="Old").sheets == ("Old",)
    with pytest.raises(InputError, match=r"no table with headings in a visible sheet"):
        found(hidden, sheet_of([["Cover"]], "Cover"))


def test_two_sheets_that_are_equally_likely_are_reported() -> None:
    table = found(sheet_of([HEADINGS, *BODY], "Architecture"), sheet_of([HEADINGS, *BODY], "Structure"))
    assert table.sheets == ("Architecture",)
    assert table.is_ambiguous
    assert [one.sheet for one in table.candidates] == ["Architecture", "Structure"]
    assert "Structure" in next(one.message for one in table.notices if one.code == "ambiguous_sheet")


def test_sheets_are_joined_and_differences_reported() -> None:
    other: Rows = [["number", "TITLE", "Rev", "Zone"], *[[*row[:3], "Z1"] for row in BODY[:3]]]
    first = sheet_of([HEADINGS, *BODY], "Architecture", links={(2, 0): "a.pdf"})
    second = sheet_of(other, "Structure", links={(2, 0): "s.pdf"})
    table = found(first, second, sheet=["Architecture", "Structure"])
    assert table.columns == [*HEADINGS, "Zone"]
    assert table.sheet_of_row == ["Architecture"] * 12 + ["Structure"] * 3
    assert table.frame["Number"].tolist()[12] == "A-101"
    assert table.links == {"Number": {0: "a.pdf", 12: "s.pdf"}}
    assert table.place(12, "Zone") == "cell D2 of sheet 'Structure'"
    (notice,) = [one for one in table.notices if one.code == "different_headings"]
    assert (
        notice.message
        == "Sheet 'Structure' also has Zone and does not have Status, unlike sheet 'Architecture'."
    )


def test_sheet_header_and_skip_are_taken_as_given() -> None:
    rows: Rows = [["x", "y"], ["Number", "Title"], ["No.", "Text"], *[row[:2] for row in BODY]]
    sheet = sheet_of(rows)
    assert found(sheet, header=3).columns == ["No.", "Text"]
    assert found(sheet, header=(2, 3)).columns == ["Number No.", "Title Text"]
    assert found(sheet, header=3, skip=[4, 5]).frame.index[0] == 6
    assert reasons(found(sheet, header=3, skip=[4, 5])) == {4: "SKIPPED", 5: "SKIPPED"}
    without = found(sheet_of(BODY), header=0)
    assert (without.columns[0], len(without.frame), without.header) == ("Column A", 12, ())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sheet": "Plans"}, "r.xlsx has no sheet 'Plans'. It has: 'Drawings'"),
        ({"sheet": []}, "sheet= is an empty list"),
        ({"header": 40}, "Row 40 of sheet 'Drawings' is empty"),
    ],
)
def test_what_does_not_exist_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        found(sheet_of([HEADINGS, *BODY]), **options)


def test_an_empty_sheet_has_no_table() -> None:
    with pytest.raises(InputError, match=r"Sheet 'Drawings' of r\.xlsx has no table"):
        found(Sheet("Drawings"))


def test_headings_alone_are_a_table_without_rows() -> None:
    table = found(sheet_of([HEADINGS]))
    assert (table.columns, len(table.frame)) == (HEADINGS, 0)


def test_repeated_and_missing_headings_are_named() -> None:
    rows: Rows = [["Number", "Rev", "Rev", None], *[[row[0], row[2], row[2], "x"] for row in BODY]]
    table = found(sheet_of(rows))
    assert table.columns == ["Number", "Rev", "Rev (2)", "Column D"]
    assert {one.code for one in table.notices} >= {"repeated_headings", "unnamed_columns"}


def test_uncertain_headings_are_reported() -> None:
    assert "uncertain_headings" in [one.code for one in found(sheet_of(BODY)).notices]


def test_errors_and_formulas_without_value_are_reported(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    for row in [HEADINGS, *BODY, ["A-113", "#REF!", "=1+1", "S2"]]:
        workbook.active.append(row)
    workbook.save(tmp_path / "r.xlsx")
    notices = {one.code: one.message for one in find_table(read_workbook(tmp_path / "r.xlsx")).notices}
    assert notices["error_cells"] == "1 cell has an error (#REF!): B14. Correct them in the spreadsheet."
    assert notices["formulas_without_value"].startswith("1 formula has no stored value: C14.")


def test_cells_are_found_by_position_when_rows_are_left_out() -> None:
    table = find_table(read_workbook(DATA / "07-document-list.xlsx"), skip=[8])
    assert dict(table.odd_cells("Sheet No"))[0].stored == 2
    assert table.place(0, "Current Rev") == "cell F9"


def test_the_last_rows_of_a_table_are_no_headings() -> None:
    """Few rows are below them, so that they look different by chance; and values have words of headings too."""
    rows: Rows = [["File name", "Type", "Title", "Status", "Level"]]
    rows += [[f"{n}.pdf", "Drawing", f"Level {n} plan", "For review, stage 2", "Level 21"] for n in range(9)]
    rows += [["A-1.pdf", "DR", "LEVEL 17 ISSUE - PHASE B", "S2", "Zone 17"], ["scan", "Report", "", "", "XX"]]
    assert found(sheet_of(rows)).header == (1,)


def test_a_file_name_alone_is_a_document() -> None:
    rows: Rows = [["File", "Title", "Rev"], ["sub/B-1.pdf", None, None], ["A-1.pdf", "Plan", "P01"]]
    assert found(sheet_of(rows)).frame["File"].tolist() == ["sub/B-1.pdf", "A-1.pdf"]


COVER: Rows = [["MASTER DOCUMENT REGISTER"], ["Riverside Tower"], ["12 documents"]]


@pytest.mark.parametrize("body", [BODY, BODY[:2]])
def test_a_cover_with_lines_of_text_is_not_as_likely_as_a_table(body: list[list[str]]) -> None:
    table = found(sheet_of(COVER, "Cover"), sheet_of([HEADINGS, *body], "Register"))
    assert table.sheets == ("Register",)
    assert not table.is_ambiguous
    assert "ambiguous_sheet" not in [one.code for one in table.notices]


def test_a_long_list_of_file_names_is_a_table_next_to_a_small_one() -> None:
    names: Rows = [["File"], *([f"A-{number}.pdf"] for number in range(100, 140))]
    info: Rows = [["Project", "Tower"], ["Date", "2026-03-04"], ["Status", "S2"]]
    assert found(sheet_of(info, "Info"), sheet_of(names, "Files")).sheets == ("Files",)
