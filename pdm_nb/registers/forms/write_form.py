"""Writes a form with XlsxWriter: the register with its lists, a sheet of codes, one of instructions, and the mark.

Texts are written as texts, so that `0007` stays, and `=1+1` never becomes a formula.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...file_writing.spreadsheet_text import encodable, without_controls
from ...file_writing.whole_file import file_for_people
from ...file_writing.workbook import new_workbook
from ..reading.form import (
    CODES,
    FILE,
    INSTRUCTIONS,
    KEY,
    MARK,
    REGISTER,
    Form,
    FormColumn,
    FormRow,
    mark_rows,
)
from ..reading.form.form import row_key
from ..reading.sheets.workbook import column_letters

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

COLORS = {"always": ("#1F4E79", "#FFFFFF"), "sometimes": ("#F4B183", "#000000"), "": ("#E7E6E6", "#000000")}
EMPTY, REMARK = "#FFF2CC", "#F8CBAD"  # required cells that are empty, cells with a remark
TEXT, DATE = "@", "yyyy-mm-dd"
TITLE_LIMIT, MESSAGE_LIMIT = 32, 255  # characters of the messages of a list
LARGEST = 1_048_576  # rows of a sheet
LONGEST_TEXT = 32_767  # characters of a cell
Formats = Mapping[str, "Format"]


def write_form(path: Path, form: Form) -> Path:
    """Write a form as .xlsx.

    Raises
    ------
    InputError
        For another suffix, a folder that does not exist, a file that exists or cannot be written, or too many rows.
    """
    if path.suffix.lower() != ".xlsx":
        raise InputError(
            f"Cannot write {path.name} as {path.suffix or 'a file without suffix'!r}. Use .xlsx."
        )
    if not path.absolute().parent.is_dir():
        raise InputError(
            f"The folder {path.absolute().parent} does not exist. Create it, or write {path.name} to another folder."
        )
    if os.path.lexists(path):
        raise InputError(
            f"{path} exists already, and somebody may have filled it in. Use another name, or move it first."
        )
    if len(form.rows) + form.ready >= LARGEST:
        raise InputError(
            f"A spreadsheet has {LARGEST:,} rows, fewer than {len(form.rows):,}. Split the files."
        )
    with file_for_people(path, over=False) as draft, new_workbook(draft) as book:
        formats = _formats(book)
        register, codes = book.add_worksheet(REGISTER), book.add_worksheet(CODES)
        instructions, mark = book.add_worksheet(INSTRUCTIONS), book.add_worksheet(MARK)
        ranges = _write_codes(codes, form, formats)
        _write_register(register, form, ranges, formats)
        _write_instructions(instructions, form, formats)
        letters = {one.heading: column_letters(place) for place, one in enumerate(form.columns, 1)}
        for number, row in enumerate(mark_rows(form, letters)):
            for place, text in enumerate(row):
                mark.write_string(number, place, text)
        mark.very_hidden()
    return path


def _formats(book: Any) -> Formats:
    wrapped = {"text_wrap": True, "valign": "top"}
    found = {
        name: book.add_format(
            {"bold": True, "bg_color": color, "font_color": font, "border": 1, "num_format": TEXT, **wrapped}
        )
        for name, (color, font) in COLORS.items()
    }
    kinds = {"text": TEXT, "list": TEXT, "several": TEXT, "date": DATE, "number": "General"}
    for kind, code in kinds.items():
        found[kind] = book.add_format({"num_format": code})
        found[f"{kind} remark"] = book.add_format({"num_format": code, "bg_color": REMARK})
    found["info"] = book.add_format({"num_format": TEXT, "font_color": "#595959", "italic": True})
    found["empty"] = book.add_format({"bg_color": EMPTY})
    found["bold"] = book.add_format({"bold": True, **wrapped})
    found["wrapped"] = book.add_format({"num_format": TEXT, **wrapped})
    return found


# -- the register
def _write_register(sheet: Worksheet, form: Form, ranges: Mapping[str, str], formats: Formats) -> None:
    last = len(form.rows) + form.ready
    sheet.write_string(0, 0, KEY, formats[""])
    sheet.set_column(0, 0, 12, formats["info"], {"hidden": True})
    for place, one in enumerate(form.columns, 1):
        sheet.write_string(0, place, one.heading, formats[one.required])
        sheet.set_column(place, place, one.width, formats["info" if not one.field else one.kind])
        if note := " ".join(filter(None, (one.when, one.help))):
            sheet.write_comment(
                0, place, without_controls(note), {"x_scale": 2, "y_scale": 1 + len(note) / 120}
            )
        if one.heading in ranges and last:
            sheet.data_validation(1, place, last, place, _list_rule(one, ranges[one.heading]))
        if one.required == "always" and last and one.field:
            _mark_empty(sheet, form, place, last, formats)
    _write_rows(sheet, form, formats)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1 + [one.heading for one in form.columns].index(FILE) + 1)
    sheet.autofilter(0, 0, max(last, 1), len(form.columns))
    sheet.set_landscape()
    sheet.repeat_rows(0)


def _mark_empty(sheet: Worksheet, form: Form, place: int, last: int, formats: Formats) -> None:
    """Color cells of a column that is always required while they are empty and the row has a file."""
    file = column_letters(1 + [one.heading for one in form.columns].index(FILE))
    formula = f'=AND(${file}2<>"",{column_letters(place)}2="")'
    sheet.conditional_format(
        1, place, last, place, {"type": "formula", "criteria": formula, "format": formats["empty"]}
    )


def _list_rule(column: FormColumn, source: str) -> dict[str, object]:
    """Return the rule of a list. A text that is not in it can be kept: it may be a code, or a value that is missing."""
    return {
        "validate": "list",
        "source": source,
        "error_type": "warning",
        "error_title": "Not in the list"[:TITLE_LIMIT],
        "error_message": f"Select a value of the {without_controls(column.heading)} list, or one of its codes. The sheet {CODES} has them."[
            :MESSAGE_LIMIT
        ],
        "show_error": column.kind == "list",
    }


def _write_rows(sheet: Worksheet, form: Form, formats: Formats) -> None:
    compared = form.compared
    for number, row in enumerate(form.rows, 1):
        texts = (_fitting(row.texts.get(heading)) for heading in compared)
        sheet.write_string(number, 0, row_key(row.id, row.texts.get(FILE), texts))
    for place, one in enumerate(form.columns, 1):
        write, style, heading = (
            _writer(sheet, one.kind),
            formats["info" if not one.field else one.kind],
            one.heading,
        )
        for number, row in enumerate(form.rows, 1):
            if text := _fitting(row.texts.get(heading)):
                write(number, place, text, style)
        _write_remarks(sheet, place, one, form.rows, formats)


def _fitting(text: str | None) -> str | None:
    """Return a text that a cell can have, None for a longer one: half of it would be taken for a change."""
    if text is None or len(text) > LONGEST_TEXT:
        return None
    return encodable(text)


def _write_remarks(
    sheet: Worksheet, place: int, column: FormColumn, rows: Sequence[FormRow], formats: Formats
) -> None:
    style, write = formats[f"{column.kind} remark"], _writer(sheet, column.kind)
    for number, row in enumerate(rows, 1):
        if remark := row.remarks.get(column.heading):
            if text := _fitting(row.texts.get(column.heading)):
                write(number, place, text, style)
            else:
                sheet.write_blank(number, place, None, style)
            sheet.write_comment(number, place, without_controls(remark), {"x_scale": 2})


def _writer(sheet: Worksheet, kind: str) -> Callable[[int, int, str, Format], object]:
    """Return the function that writes texts of a kind: dates and numbers as such if they are."""

    def write_date(row: int, column: int, text: str, style: Format) -> object:
        with suppress(ValueError):
            return sheet.write_datetime(
                row, column, dt.datetime.combine(dt.date.fromisoformat(text), dt.time()), style
            )
        return sheet.write_string(row, column, text, style)

    def write_number(row: int, column: int, text: str, style: Format) -> object:
        with suppress(ValueError):
            # Not one that would look different, and not what only Python calls a number.
            if isfinite(number := float(text)) and str(number) in (text, f"{text}.0"):
                return sheet.write_number(row, column, number, style)
        return sheet.write_string(row, column, text, style)

    write_text: Callable[[int, int, str, Format], object] = sheet.write_string
    return {"date": write_date, "number": write_number}.get(kind, write_text)


# -- the other sheets
def _write_codes(sheet: Worksheet, form: Form, formats: Formats) -> dict[str, str]:
    """Write the lists below each other; return the range of the values of each."""
    for place, (heading, width) in enumerate((("Field", 24), ("Value", 44), ("Code", 16), ("Label", 44))):
        sheet.write_string(0, place, heading, formats["always"])
        sheet.set_column(place, place, width, formats["text"])
    ranges: dict[str, str] = {}
    number = 1
    for one in form.columns:
        if not one.choices:
            continue
        first = number
        for choice in one.choices:
            for place, text in enumerate((one.heading, choice.text, choice.code, choice.label)):
                if text:
                    sheet.write_string(number, place, text)
            number += 1
        ranges[one.heading] = f"={CODES}!$B${first + 1}:$B${number}"
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(number - 1, 1), 3)
    sheet.protect("", {"autofilter": True, "format_columns": True})  # a sorted list would shift the others
    return ranges


def _write_instructions(sheet: Worksheet, form: Form, formats: Formats) -> None:
    sheet.set_column(0, 0, 26, formats["bold"])
    sheet.set_column(1, 1, 100, formats["wrapped"])
    sheet.hide_gridlines(2)
    lines = list(form.instructions)
    lines += [(one.heading, " ".join(filter(None, (one.when, one.help)))) for one in form.columns]
    for number, (heading, text) in enumerate(lines):
        sheet.write_string(number, 0, heading, formats["bold"])
        sheet.write_string(number, 1, text, formats["wrapped"])
    sheet.protect("", {"format_columns": True, "format_rows": True})
