"""Templates filled in by hand in every wrong way: each is a sentence that names the cell and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pdm_nb import registers
from pdm_nb.batch.remote.configuration import Configuration
from pdm_nb.errors import InputError
from pdm_nb.registers import Register
from pdm_nb.registers.forms import FormOrigin, fingerprint
from pdm_nb.registers.reading.form import KEY
from tests.support.forms import column, configuration, edit, set_texts, texts_of, with_lists, write_template

ROWS = [
    {"File": f"A-{number}.pdf", "Number": f"000{number}", "Revision": f"P0{number % 3}", "Status": status}
    for number, status in enumerate(
        ("Work in progress", "Suitable for coordination", "Suitable for information", "Work in progress") * 2,
        1,
    )
]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    for row in ROWS:
        (tmp_path / row["File"]).write_text(row["File"])
    return write_template(tmp_path / "r.xlsx", ROWS)


def opened(path: Any, known: Configuration | None = None, project: str = "P-1", **options: Any) -> Register:
    known = known or configuration()
    origin = FormOrigin(project, "Tower", fingerprint(known))
    return Register(path, known.settable, known.lookups_by_name, origin=origin, **options)


def delete(*headings: str) -> Any:
    def change(sheet: Worksheet) -> None:
        for heading in headings:
            sheet.delete_cols(column(sheet, heading))

    return change


def sort(heading: str, *more: str) -> Any:
    """Sort these columns without the others, descending by the first."""

    def change(sheet: Worksheet) -> None:
        rows = list(zip(*(texts_of(sheet, name) for name in (heading, *more)), strict=True))
        for name, texts in zip((heading, *more), zip(*sorted(rows, reverse=True), strict=True), strict=True):
            set_texts(sheet, name, texts)

    return change


def filled(register: Register) -> list[Any]:
    return [(row.path.name, row.values["number"], row.values["status"]) for row in register.rows()]


ALL = [(row["File"], row["Number"], row["Status"]) for row in ROWS]


# -- what is right
def test_an_unchanged_template_has_no_question_and_no_notice(template: Path) -> None:
    register = opened(template)
    assert (register.questions, filled(register)) == ([], ALL)
    assert register.notices[:-1] == ["Sheet 'Register': headings in row 1, 8 rows."]
    assert KEY not in register.table.columns


def test_it_is_read_from_pandas_and_from_csv_too(template: Path) -> None:
    frame = pd.read_excel(template, dtype="string", engine="calamine")
    assert filled(opened(frame, folder=template.parent)) == ALL
    frame.to_csv(template.with_suffix(".csv"), index=False)
    register = opened(template.with_suffix(".csv"))
    assert (register.questions, filled(register)) == ([], ALL)


def test_whole_rows_may_be_sorted_filtered_and_filled_in(template: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sort("File", *(str(cell.value) for cell in sheet[1] if cell.value != "File"))(sheet)
        sheet.row_dimensions[3].hidden = True
        set_texts(sheet, "Description", [f"Plan {row}" for row in range(8)])

    register = opened(edit(template, change))
    assert register.questions == []
    assert filled(register) == ALL[::-1]


def test_rows_may_be_sorted_without_the_hidden_column(template: Path) -> None:
    headings = ("File", "Number", "Revision", "Status")
    register = opened(edit(template, sort(*headings)))
    assert register.questions == []
    assert sorted(filled(register)) == ALL


def test_a_few_corrections_are_no_sorting(template: Path) -> None:
    register = opened(edit(template, lambda sheet: set_texts(sheet, "Number", ["0002", "0001", "0009"])))
    assert register.questions == []


# -- columns
def test_deleted_columns_are_reported(template: Path) -> None:
    register = opened(edit(template, delete("Status", "Scale")))
    assert register.questions == []
    assert any(
        one.startswith(
            "Sheet 'Register' has no columns 'Status', 'Scale' any more. Their values are not set."
        )
        for one in register.notices
    )


def test_without_the_column_of_the_files_the_numbers_find_them_or_it_is_asked(template: Path) -> None:
    register = opened(edit(template, delete("File", "Number")))
    assert any("No column has the files or the numbers" in one for one in register.questions)
    assert any("has no columns 'File', 'Number' any more" in one for one in register.notices)


def test_a_renamed_heading_is_asked(template: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.cell(1, column(sheet, "Status")).value = "Stand"

    register = opened(edit(template, change))
    letter = register._stages.content.table.letters["Stand"]
    assert register.questions == [
        f"Sheet 'Register', cell {letter}1 is 'Stand', and the form had 'Status' there. Rename it back, or "
        "register.map('Stand', 'status') takes the column, and register.map('Stand', None) leaves it out."
    ]
    assert filled(register.map("Stand", "status")) == ALL


def test_a_column_that_was_added_is_listed(template: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.insert_cols(3)
        sheet.cell(1, 3).value = "Our remarks"
        sheet.cell(2, 3).value = "ask Sample Architect"

    register = opened(edit(template, change))
    assert (register.questions, filled(register)) == ([], ALL)
    assert any("1 column is not used: Our remarks" in one for one in register.notices)


# -- rows
@pytest.mark.parametrize("heading", ["Number", "Status"])
def test_a_column_that_was_sorted_alone_is_asked(template: Path, heading: str) -> None:
    (question,) = opened(edit(template, sort(heading))).questions
    assert question.startswith("Sheet 'Register', column ")
    assert (
        f"{heading!r} was sorted without the other columns, so its cells stand next to other files. Undo that"
        in question
    )
    assert question.endswith("delete the hidden column A.")


def test_the_files_that_were_sorted_alone_are_asked(template: Path) -> None:
    (question,) = opened(edit(template, sort("File"))).questions
    assert question.startswith("Sheet 'Register', column B: 'File' was sorted without the other columns")


def test_half_of_the_columns_that_were_sorted_are_asked(template: Path) -> None:
    questions = opened(edit(template, sort("File", "Number"))).questions
    assert questions
    assert all("was sorted without the other columns" in one for one in questions)


def test_without_the_hidden_column_sorting_is_not_known(template: Path) -> None:
    register = opened(edit(template, lambda sheet: (sort("Number")(sheet), sheet.delete_cols(1))))
    assert register.questions == []
    assert any(
        f"The hidden column {KEY!r} was deleted from sheet 'Register'" in one for one in register.notices
    )


def test_new_and_copied_rows_are_reported_and_read(template: Path) -> None:
    (template.parent / "B-1.pdf").write_text("new")

    def change(sheet: Worksheet) -> None:
        sheet.cell(10, column(sheet, "File")).value = "B-1.pdf"
        sheet.cell(10, column(sheet, "Number")).value = "0100"
        for place in range(1, sheet.max_column + 1):
            sheet.cell(11, place).value = sheet.cell(2, place).value

    register = opened(edit(template, change))
    assert "2 rows of sheet 'Register' are new: row 10, row 11." in register.notices
    assert any("2 rows are for 1 file" in one for one in register.questions)
    assert "B-1.pdf" in [row.path.name for row in register.use_policy("first").rows()]


# -- formats
def test_numbers_that_lost_their_zeros_are_asked(template: Path) -> None:
    def change(sheet: Worksheet) -> None:
        set_texts(sheet, "Number", [1, 2])
        for row in (2, 3):
            sheet.cell(row, column(sheet, "Number")).number_format = "General"

    (question,) = opened(edit(template, change)).questions
    assert (
        " is 1, and the form had 0001 there: another format was pasted, which drops zeros. 1 more cell"
        in question
    )
    assert "Format the column as text and enter 0001 again" in question


def test_a_date_pasted_into_a_column_of_texts_is_reported(template: Path) -> None:
    import datetime as dt

    def change(sheet: Worksheet) -> None:
        set_texts(sheet, "Revision", [dt.datetime(2026, 2, 1)])

    assert any("'Revision': date stored as a number" in one for one in opened(edit(template, change)).notices)


# -- an old version of it
def test_a_field_that_is_gone_is_asked_if_it_has_values(template: Path) -> None:
    edit(template, lambda sheet: set_texts(sheet, "Scale", ["1:50"]))
    register = opened(template, configuration(without=["scale", "sheet_size"]))
    (question,) = register.questions
    assert (
        "the project no longer has the field of the column 'Scale'. register.map('Scale', None) leaves"
        in question
    )
    assert register.map("Scale", None).questions == []
    assert any(
        "The configuration of the project changed since r.xlsx was written (2026-11-30)." in one
        for one in register.notices
    )


def test_new_fields_are_named(tmp_path: Path) -> None:
    path = write_template(tmp_path / "r.xlsx", ROWS, configuration(without=["scale"]))
    assert any(
        "New fields: Scale. project.template(…) writes a new one." in one for one in opened(path).notices
    )


def test_values_that_are_gone_are_named_with_their_cells(template: Path) -> None:
    known = with_lists(configuration(), "status", ["Work in progress", "Suitable for coordination"])
    notices = opened(template, known).notices
    assert any(
        "4: 'Suitable for information' was in the Status list when the form was written and no longer is (2 cells). Select"
        in one
        for one in notices
    )


# -- of something else
def test_a_template_of_another_project_is_refused(template: Path) -> None:
    with pytest.raises(InputError, match=r"r\.xlsx was written for the project Tower \(P-1\), not for"):
        opened(template, project="P-2")


def test_the_folder_of_the_files_is_remembered(tmp_path: Path) -> None:
    path = write_template(tmp_path / "r.xlsx", ROWS, folder="files")
    (tmp_path / "files").mkdir()
    for row in ROWS:
        (tmp_path / "files" / row["File"]).write_text(row["File"])
    register = opened(path)
    assert [row.path.parent.name for row in register.rows()] == ["files"] * 8
    known = configuration()
    again = registers.reopened(registers.stored(register) or {}, known.settable, known.lookups_by_name)
    assert len(again.rows()) == 8


@pytest.mark.parametrize("folder", ["../outside", "{absolute}"])
def test_a_folder_elsewhere_that_came_back_in_a_template_is_not_used(tmp_path: Path, folder: str) -> None:
    own, outside = tmp_path / "own", tmp_path / "outside"
    own.mkdir()
    outside.mkdir()
    (outside / "A-1.pdf").write_text("a secret")
    path = write_template(own / "r.xlsx", ROWS, folder=folder.format(absolute=outside))
    assert any(str(own) in one and "Check the folder of the files" in one for one in opened(path).questions)
