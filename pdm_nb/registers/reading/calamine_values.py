"""Reads .xls, .xlsb and .ods: the values of cells. How they are shown is not known."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import python_calamine as calamine

from ...errors import InputError
from .display import general_text, text_cell
from .extent import check_extent
from .sheets.limits import MAX_COLUMNS, check_archive
from .sheets.workbook import Appearance, MergedRange, ReadingNotice, Sheet, ShownCell, Stored, Workbook

_VISIBLE = calamine.SheetVisibleEnum.Visible
_WORKSHEET = calamine.SheetTypeEnum.WorkSheet


def read_values(path: Path, kind: str) -> Workbook:
    """Read the values of all worksheets."""
    if kind in ("xlsb", "ods"):
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, path.name)
            check_extent(archive, path.name, kind)
    try:
        with calamine.CalamineWorkbook.from_path(path) as workbook:
            described = [one for one in workbook.sheets_metadata if one.typ == _WORKSHEET]
            sheets = [
                _sheet(workbook.get_sheet_by_name(one.name), one.visible != _VISIBLE) for one in described
            ]
    except calamine.PasswordError:
        raise InputError(
            f"{path.name} has a password. Remove it in the spreadsheet, and save the file."
        ) from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise InputError(
            f"{path.name} cannot be read as a spreadsheet ({error}). Save it again as .xlsx or CSV."
        ) from None
    if not sheets:
        raise InputError(f"{path.name} has charts only. Save the table in a worksheet.")
    return Workbook(path.name, tuple(sheets), (_not_seen(path.name, kind),))


def _not_seen(name: str, kind: str) -> ReadingNotice:
    what = "number formats, hidden rows and columns, links and errors"
    if kind != "xls":
        what = "number formats, merged cells, hidden rows and columns, links and errors"
    return ReadingNotice(
        "values_only",
        f"Of a .{kind} file the values are read, but not {what}: 0007 may be shown as 7. Save {name} as .xlsx to keep them.",
    )


def _sheet(source: calamine.CalamineSheet, hidden: bool) -> Sheet:
    sheet = Sheet(source.name, hidden=hidden)
    first_row, first_column = source.start or (0, 0)
    # Without skipping, empty rows above the data would be counted from the claimed dimension.
    for number, values in enumerate(source.to_python(skip_empty_area=True), first_row + 1):
        row: list[str | None] = [None] * first_column
        for column, value in enumerate(values[: MAX_COLUMNS - first_column], first_column):
            shown = show(value)
            if isinstance(shown, ShownCell):
                sheet.cells.setdefault(column, {})[number] = shown
                shown = shown.shown
            row.append(shown)
        while row and row[-1] is None:
            row.pop()
        if row:
            sheet.rows[number] = row
    for (top, left), (bottom, right) in source.merged_cell_ranges or ():
        sheet.merged.append(MergedRange(top + 1, bottom + 1, left, right))
    return sheet


def show(value: Any) -> ShownCell | str | None:
    """Return a value as text, dates in the ISO form."""
    if isinstance(value, str):
        return text_cell(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return general_text(value) if value == value and abs(value) != float("inf") else None
    return ShownCell(_iso(value), value, Appearance.DATE)


def _iso(value: Stored) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds" if not value.microsecond else "milliseconds")
    return str(value)
