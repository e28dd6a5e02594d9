"""Workbooks as other people make them, written with the usual libraries: what is read, left out and reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from pdm_nb.errors import InputError
from pdm_nb.registers import Register
from pdm_nb.registers.reading import RegisterTable, find_table, read_workbook
from tests.support.register_fields import FIELDS, LOOKUPS

HEADINGS = ["Drawing No.", "Title", "Rev.", "Issue Date"]
CODES = [("S2", "For information"), ("S3", "For review"), ("S4", "For approval")]


def body(count: int = 8, first: int = 101) -> list[list[str]]:
    return [
        [f"A-{first + n}", f"Ground floor {'ABCDEFGHIJ'[n]}", f"P0{n % 3 + 1}", f"{n + 13}/03/2024"]
        for n in range(count)
    ]


def write_rows(sheet: Any, rows: Sequence[Sequence[Any]], row: int = 0, column: int = 0) -> None:
    for number, values in enumerate(rows, row):
        sheet.write_row(number, column, values)


def table_of(path: Path, **options: Any) -> RegisterTable:
    return find_table(read_workbook(path), **options)


def messages(table: RegisterTable) -> dict[str, str]:
    return {notice.code: notice.message for notice in table.notices}


def numbers(table: RegisterTable) -> list[str | None]:
    return table.frame[table.columns[0]].tolist()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.xlsx"


def test_dates_from_1904_percent_fractions_and_numbers_as_text(path: Path) -> None:
    with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
        sheet = book.add_worksheet()
        write_rows(sheet, [["Number", "Title", "Date", "Progress", "Scale", "Sheet"]])
        formats = [book.add_format({"num_format": code}) for code in ("dd/mm/yyyy", "0%", "# ?/?", "@")]
        for row in (1, 2):
            write_rows(sheet, [[f"A-{row}", "Plan"]], row)
            sheet.write_datetime(row, 2, dt.datetime(2024, 3, row), formats[0])
            sheet.write_number(row, 3, 0.25 * row, formats[1])
            sheet.write_number(row, 4, 0.25 + row, formats[2])
            sheet.write_string(row, 5, f"00{row}", formats[3])
    table = table_of(path)
    assert table.frame.iloc[0].tolist() == ["A-1", "Plan", "01/03/2024", "25%", "1 1/4", "001"]
    stored = [cell.stored for _, cell in table.odd_cells("Date")]
    assert [str(value)[:10] for value in stored] == ["2024-03-01", "2024-03-02"]


def test_headings_merged_over_two_rows_and_groups(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (
        ["Number", "Title", "Revision", None, "Approval", None],
        [None, None, "No.", "Date", "By", "Date"],
    ):
        sheet.append(row)
    for cells in ("A1:A2", "B1:B2", "C1:D1", "E1:F1"):
        sheet.merge_cells(cells)
    for row in body():
        sheet.append([*row, "JB", "21/03/2024"])
    book.save(path)
    table = table_of(path)
    assert table.header == (1, 2)
    assert table.columns == [
        "Number",
        "Title",
        "Revision No.",
        "Revision Date",
        "Approval By",
        "Approval Date",
    ]
    assert len(table.frame) == 8


@pytest.mark.parametrize(
    "codes", [CODES, [(f"S{n}", f"For use {n}") for n in range(14)]], ids=["few", "many"]
)
def test_the_codes_next_to_a_register_are_not_its_values(path: Path, codes: list[tuple[str, str]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        write_rows(sheet, [HEADINGS, *body()])
        write_rows(sheet, [("Status", "Description"), *codes], column=6)
    register = Register(path, [item for item in FIELDS if item.is_settable], LOOKUPS)
    assert len(register.table) == 8
    fields = dict(zip(register.columns["column"], register.columns["field"].fillna(""), strict=True))
    assert fields == {
        "Drawing No.": "number", "Title": "description", "Rev.": "revision", "Issue Date": "date_authored",
        "Status": "", "Description": "",
    }  # fmt: skip
    assert any("Columns G to H" in text and "another table" in text for text in register.notices)
    assert set(register.map("Status", "status").columns["field"].dropna()) >= {"status"}


def test_an_empty_column_within_a_register_does_not_end_it(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        write_rows(sheet, [HEADINGS, *body()])
        write_rows(
            sheet, [("Status", "Remarks"), *[("S2", "new" if n % 2 else "") for n in range(7)]], column=6
        )
    assert table_of(path).side == ()


def test_the_same_headings_twice_are_reported_as_two_tables(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        write_rows(sheet, [HEADINGS, *body()])
        write_rows(sheet, [HEADINGS, *body(5, 201)], column=5)
    found = table_of(path)
    assert numbers(found) == [row[0] for row in body()]
    assert "Copy the others below it" in messages(found)["tables_side_by_side"]


def test_a_table_from_d7_on_with_gaps_a_total_and_a_note(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        write_rows(sheet, [["DRAWING REGISTER"], ["Project:", "Town hall"]], 1, 3)
        write_rows(sheet, [HEADINGS, *body(4)], 6, 3)
        write_rows(sheet, body(4, 105), 12, 3)
        sheet.write("D17", "Total")
        sheet.write_formula("E17", "=COUNTA(D8:D16)", value=8)
        sheet.write("D19", "Note: all drawings are issued for construction.")
    table = table_of(path)
    assert (table.header, table.columns) == ((7,), HEADINGS)
    assert numbers(table) == [f"A-{number}" for number in range(101, 109)]
    assert {row.row: row.reason.name for row in table.excluded if row.text} == {17: "TOTAL", 19: "NOTE"}


def test_a_stray_cell_in_the_last_corner_is_reported(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        write_rows(sheet, [HEADINGS, *body()])
        sheet.write("XFD1048576", "x")
    table = table_of(path)
    assert len(table.frame) == 8
    assert messages(table)["far_cells"].endswith("1 cell of sheet 'Sheet1' was left out: XFD1048576.")


def test_rows_that_a_filter_hides_are_left_out_with_their_count(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        write_rows(sheet, [HEADINGS, *body()])
        sheet.autofilter(0, 0, 8, 3)
        sheet.filter_column("C", "x == P01")
        for number, row in enumerate(body(), 1):
            if row[2] != "P01":
                sheet.set_row(number, None, None, {"hidden": True})
    table = table_of(path)
    assert numbers(table) == ["A-101", "A-104", "A-107"]
    assert messages(table)["hidden_rows"] == "Left out of sheet 'Sheet1': 5 hidden rows."
    assert len(table_of(path, hidden=True).frame) == 8


def test_a_very_hidden_sheet_is_named_and_read_if_it_is_asked_for(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Cover").write(0, 0, "Town hall")
        sheet = book.add_worksheet("Data")
        write_rows(sheet, [HEADINGS, *body()])
        sheet.very_hidden()
    with pytest.raises(InputError, match="Hidden sheets with a table: 'Data'"):
        table_of(path)
    assert len(table_of(path, sheet="Data").frame) == 8


def test_a_chart_next_to_the_table_is_reported(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        write_rows(book.add_worksheet("Data"), [HEADINGS, *body()])
        chart: Any = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Data!$A$2:$A$5"})
        book.add_chartsheet("Chart").set_chart(chart)
    table = table_of(path)
    assert len(table.frame) == 8
    assert messages(table)["chart_sheets"] == "Sheets without cells were left out: Chart."


def test_the_index_that_pandas_writes_is_not_worth_a_notice(path: Path) -> None:
    frame = pd.DataFrame(body(), columns=HEADINGS)
    frame.to_excel(path)
    assert "unnamed_columns" not in messages(table_of(path))
    frame.set_index(["Rev.", "Drawing No."]).sort_index().to_excel(path)
    grouped = table_of(path)
    assert grouped.columns[:2] == ["Rev.", "Drawing No."]
    assert all(grouped.frame["Rev."])


def test_columns_of_every_type_in_parquet_and_in_code(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "Number": pd.Categorical(["A-1", "A-2"]),
            "Code": [202403010001, 2**60 + 1],
            "Job": [202403010001.0, None],
            "Cost": [Decimal("1.10"), None],
            "Size": [1.5, 2.0],
            "Date": pd.to_datetime(["2024-03-01", None]),
            "Stamp": pd.to_datetime(["2024-03-01 10:00", None], utc=True),
            "Tags": [["a", "b"], []],
            "Done": pd.array([True, None], dtype="boolean"),
        }
    )
    frame.to_parquet(tmp_path / "r.parquet")
    expected = [
        ["A-1", "202403010001", "202403010001", "1.10", "1.5", "2024-03-01", "2024-03-01 10:00:00+00:00", "a; b", "TRUE"],
        ["A-2", "1152921504606846977", None, None, "2", None, None, None, None],
    ]  # fmt: skip
    for source in (frame, tmp_path / "r.parquet"):
        table = find_table(read_workbook(source))
        assert [list(row) for row in table.frame.itertuples(index=False)] == expected


def test_a_number_that_became_a_power_of_ten_is_reported(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        write_rows(
            sheet,
            [["Number", "Title"], [1e5, "Plan"], [12345678901234567890, "Roof"], [202403010001, "Site"]],
        )
        sheet.write_number("A2", 1e5, book.add_format({"num_format": "0.00E+00"}))
    register = Register(path, [item for item in FIELDS if item.is_settable], LOOKUPS)
    assert register.table["Number"].tolist() == ["1.00E+05", "1.23456789E+19", "202403010001"]
    assert register.problems[["row", "kind"]].to_numpy().tolist() == [
        [2, "number shown as a power of ten"],
        [3, "number shown as a power of ten"],
    ]
