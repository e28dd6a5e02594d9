"""The workbook of a form: texts stay texts, dates are dates, lists are dropdowns, headings have notes."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdm_nb.errors import InputError
from pdm_nb.registers.forms import write_form
from pdm_nb.registers.reading import read_workbook
from pdm_nb.registers.reading.form import Form, FormKey
from pdm_nb.registers.reading.form.form import plain
from tests.support.forms import column, write_template

ROW = {
    "File": "A-1.pdf", "Number": "0007", "Description": "=cmd|' /C calc'!A0", "Notes": "https://example.com",
    "Date authored": "2026-03-31", "Handover date": "31.3.26", "Asset value": "12.5", "Type": "Drawing",
}  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(write_template(tmp_path / "r.xlsx", [ROW]))


def test_texts_stay_texts_and_dates_are_dates(book: openpyxl.Workbook) -> None:
    sheet = book["Register"]
    cells = {heading: sheet.cell(2, column(sheet, heading)) for heading in ROW}
    assert {heading: cell.value for heading, cell in cells.items()} == ROW | {
        "Date authored": dt.datetime(2026, 3, 31),
        "Asset value": 12.5,
    }
    assert {cells[heading].data_type for heading in ("Number", "Description", "Notes", "Handover date")} == {
        "s"
    }
    assert (cells["Number"].number_format, cells["Date authored"].number_format) == ("@", "yyyy-mm-dd")
    assert cells["Notes"].hyperlink is None


def test_each_cell_of_a_list_has_a_dropdown_also_in_the_rows_below(book: openpyxl.Workbook) -> None:
    sheet, codes = book["Register"], book["Codes"]
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    letter = sheet.cell(1, column(sheet, "Specification section")).column_letter
    source = rules[f"{letter}2:{letter}22"]
    cells = codes[source.removeprefix("Codes!").replace("$", "")]
    assert len(cells) == 211
    assert sum(len(str(cell.value)) for (cell,) in cells) > 255
    first = [cell.value for cell in codes[cells[0][0].row]]
    assert first == [
        "Specification section",
        "Contents of the project manual",
        "00 01 10",
        "Contents of the project manual",
    ]


def test_headings_are_frozen_colored_and_have_notes(book: openpyxl.Workbook) -> None:
    sheet = book["Register"]
    headings = {str(cell.value): cell for cell in sheet[1]}
    assert headings["Type"].comment.text.startswith(
        "Required for every document. Select a value of the list."
    )
    assert "naming standard ISO 19650" in headings["Number"].comment.text
    colors = {headings[name].fill.start_color.rgb for name in ("Type", "Number", "Scale")}
    assert len(colors) == 3
    assert (sheet.freeze_panes, sheet.auto_filter.ref[:3]) == ("C2", "A1:")
    assert sheet.column_dimensions["A"].hidden
    assert book["pdm_nb"].sheet_state == "veryHidden"
    assert book["Codes"].protection.sheet


def test_the_instructions_name_project_time_and_version(book: openpyxl.Workbook) -> None:
    lines = dict(book["Instructions"].iter_rows(values_only=True))
    assert lines["Register of documents"] == "Tower"
    assert lines["Written"] == "2026-11-30"
    assert lines["Version"].startswith("Form 1, configuration ")
    assert lines["Description"].startswith("Required unless Type is Drawing.")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("r.csv", r"Cannot write r\.csv as '\.csv'\. Use \.xlsx\."),
        ("missing/r.xlsx", r"missing does not exist\. Create it, or write r\.xlsx to another folder\."),
        ("folder.xlsx", r"folder\.xlsx exists already"),
        (
            f"{'long' * 99}.xlsx",
            r"long\.xlsx cannot be written .*Use another file or folder\.",
        ),
    ],
)
def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(InputError, match=message):
        write_template(tmp_path / name, [])


def test_a_file_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    path = write_template(tmp_path / "r.xlsx", [ROW])
    with pytest.raises(
        InputError, match=r"r\.xlsx exists already, and somebody may have filled it in\. Use another name"
    ):
        write_template(path, [])


def test_a_text_that_no_cell_can_have_is_left_out_and_is_no_change(tmp_path: Path) -> None:
    path = write_template(tmp_path / "r.xlsx", [ROW | {"Notes": "x" * 40_000}])
    sheet = openpyxl.load_workbook(path)["Register"]
    assert sheet.cell(2, column(sheet, "Notes")).value is None
    key = FormKey.parse(sheet.cell(2, 1).value)
    assert key is not None
    assert "0000" in key.cells


def test_more_rows_than_a_sheet_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="A spreadsheet has 1,048,576 rows"):
        write_form(tmp_path / "r.xlsx", Form("template", {}, [], [], [], 1_048_576))


@pytest.mark.slow
@settings(max_examples=15)
@given(st.lists(st.text(max_size=30), min_size=30, max_size=60))
def test_any_text_comes_back_as_people_see_it_and_is_no_change(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write_template(
            Path(folder) / "r.xlsx", [{"File": f"{row}.pdf", "Notes": text} for row, text in enumerate(texts)]
        )
        (sheet,) = (one for one in read_workbook(path).sheets if one.name == "Register")
    place = sheet.rows[1].index("Notes")
    rows = [sheet.rows[number] for number in range(2, len(texts) + 2)]
    assert [plain(row[place]) if len(row) > place else "" for row in rows] == list(map(plain, texts))


def test_a_name_that_is_not_utf8_is_written(tmp_path: Path) -> None:
    path = write_template(tmp_path / "r.xlsx", [{"File": os.fsdecode(b"A-\xff.pdf")}])
    assert openpyxl.load_workbook(path)["Register"]["B2"].value == "A-\ufffd.pdf"
