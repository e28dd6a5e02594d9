"""Writes a crosswalk as a spreadsheet to fill in, with a drop-down list for each field, and reads it back."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from ...errors import InputError
from ...rules.values.lookup import Lookup
from ..mapping.filled_in import LEAVE_EMPTY, NEEDED
from ..reading import Sheet, read_workbook

WIDTHS = {"field": 16, "value": 36, "use": 36, "candidate": 30, "others": 50}  # characters
TO_FILL_IN = PatternFill("solid", fgColor="FFF8D6")
LEAVE_EMPTY_HINT = f"Select a value of the list, or {LEAVE_EMPTY} to leave the cells empty."


def write_crosswalk(frame: pd.DataFrame, lookups: Mapping[str, Lookup], path: Path) -> None:
    """Write a crosswalk: .xlsx with drop-down lists in the column `use`, or .csv.

    Raises
    ------
    InputError
        For another suffix, or a file that cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise InputError(f"Cannot write a crosswalk as {path.suffix or path.name!r}. Use .xlsx or .csv.")
    try:
        if suffix == ".csv":
            frame.to_csv(path, index=False, encoding="utf-8-sig")
        else:
            _workbook(frame, lookups).save(path)
    except OSError as error:
        reason = error.strerror or error
        raise InputError(
            f"{path} cannot be written ({reason}). Close it in the spreadsheet, or use another name."
        ) from None


def _workbook(frame: pd.DataFrame, lookups: Mapping[str, Lookup]) -> Workbook:
    book = Workbook()
    sheet, lists = book.worksheets[0], book.create_sheet("lists")
    sheet.title = "crosswalk"
    names = list(map(str, frame.columns))
    for column, name in enumerate(names, 1):
        sheet.cell(1, column, name).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS.get(name, 11)
    for number, values in enumerate(frame.itertuples(index=False), 2):
        for column, value in enumerate(values, 1):
            _write(sheet, number, column, value)
        sheet.cell(number, names.index("use") + 1).fill = TO_FILL_IN
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    letter = get_column_letter(names.index("use") + 1)
    for place, (name, rows) in enumerate(_rows_of_fields(frame).items()):
        if name in lookups:
            choices = _write_list(lists, 2 * place + 1, lookups[name])
            rule = DataValidation("list", formula1=choices, allow_blank=True, errorTitle=lookups[name].field.label,
                                  error=LEAVE_EMPTY_HINT, showErrorMessage=True)  # fmt: skip
            for first, last in _runs(rows):
                rule.add(f"{letter}{first}:{letter}{last}")
            sheet.add_data_validation(rule)
    return book


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    """Write a cell; a text that begins with "=" stays a text."""
    if pd.isna(value):
        return
    cell = sheet.cell(row, column)
    cell.value = value if isinstance(value, str) else float(value)
    if isinstance(value, str):
        cell.data_type, cell.number_format = "s", "@"
        cell.alignment = Alignment(vertical="top", wrap_text="\n" in value)


def _rows_of_fields(frame: pd.DataFrame) -> dict[str, list[int]]:
    """Return the row numbers of the spreadsheet for each field."""
    found: dict[str, list[int]] = {}
    for row, name in enumerate(frame["field"], 2):
        found.setdefault(str(name), []).append(row)
    return found


def _runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last row of each run of rows."""
    for _, run in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
        numbers = [row for _, row in run]
        yield numbers[0], numbers[-1]


def _write_list(lists: Any, column: int, lookup: Lookup) -> str:
    """Write the values of a list and their codes; returns the range of the values."""
    lists.cell(1, column, lookup.field.label).font = Font(bold=True)
    lists.cell(1, column + 1, "code").font = Font(bold=True)
    _write(lists, 2, column, LEAVE_EMPTY)
    for row, value in enumerate(lookup.active, 3):
        _write(lists, row, column, lookup.name_of(value.id) or value.id)
        _write(lists, row, column + 1, value.own_code or None)
    letter = get_column_letter(column)
    lists.column_dimensions[letter].width = 40
    return f"lists!${letter}$2:${letter}${len(lookup.active) + 2}"


def read_crosswalk(source: str | os.PathLike[str] | pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return a crosswalk as it is shown, with its row numbers as index, and what messages call it.

    Raises
    ------
    InputError
        For a file that cannot be read, or that has no sheet with the columns of a crosswalk.
    """
    if isinstance(source, pd.DataFrame):
        return source, "The table"
    path = Path(source).expanduser()
    found = [heading for sheet in read_workbook(path).sheets if (heading := _heading(sheet))]
    if not found:
        raise InputError(
            f"{path.name} has no rows. Write the crosswalk with register.save_crosswalk({path.name!r})."
        )
    sheet, number = max(found, key=lambda one: len(_columns(*one).keys() & set(NEEDED)))
    columns = _columns(sheet, number)
    rows = {row: cells for row, cells in sheet.rows.items() if row > number}
    texts = {
        name: [cells[place] if place < len(cells) else None for cells in rows.values()]
        for name, place in columns.items()
    }
    return pd.DataFrame(texts, index=list(rows), dtype="string"), path.name


def _heading(sheet: Sheet) -> tuple[Sheet, int] | None:
    """Return a sheet with the row of its headings: the first one with most of the columns that are needed."""
    if not sheet.rows:
        return None
    return sheet, max(sheet.rows, key=lambda row: len(_columns(sheet, row).keys() & set(NEEDED)))


def _columns(sheet: Sheet, row: int) -> dict[str, int]:
    """Return the headings of a row and their places."""
    found: dict[str, int] = {}
    for place, text in enumerate(sheet.rows[row]):
        if text and text.strip():
            found.setdefault(text.strip().casefold(), place)
    return found
