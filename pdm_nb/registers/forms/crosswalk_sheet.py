"""Writes a crosswalk as a spreadsheet to fill in, with a drop-down list for each field, and reads it back."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...errors import InputError
from ...file_writing.spreadsheet_text import encodable, unguarded, without_controls, write_csv
from ...file_writing.whole_file import file_for_people
from ...file_writing.workbook import new_workbook
from ...rules.values.lookup import Lookup
from ..mapping.filled_in import LEAVE_EMPTY, NEEDED
from ..reading import Sheet, read_workbook
from ..reading.sheets.workbook import column_letters

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

WIDTHS = {"field": 16, "value": 36, "use": 36, "candidate": 30, "others": 50}  # characters
LISTS = "lists"  # the sheet with the values of the lists
LEAVE_EMPTY_HINT = f"Select a value of the list, or {LEAVE_EMPTY} to leave the cells empty."
TITLE_LIMIT = 32  # characters of the title of a message
Formats = dict[str, Any]


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
    with file_for_people(path) as draft:
        if suffix == ".csv":
            write_csv(frame, draft)
        else:
            _write_workbook(draft, frame, lookups)


def _write_workbook(path: Path, frame: pd.DataFrame, lookups: Mapping[str, Lookup]) -> None:
    with new_workbook(path) as book:
        sheet, lists = book.add_worksheet("crosswalk"), book.add_worksheet(LISTS)
        text = {"num_format": "@", "valign": "top"}
        formats = {
            "bold": book.add_format({"bold": True}),
            "text": book.add_format(text),
            "several": book.add_format({**text, "text_wrap": True}),
            "use": book.add_format({**text, "bg_color": "#FFF8D6"}),
        }
        names = list(map(str, frame.columns))
        for place, name in enumerate(names):
            sheet.write_string(0, place, name, formats["bold"])
            sheet.set_column(place, place, WIDTHS.get(name, 11))
        use = names.index("use")
        for number, values in enumerate(frame.itertuples(index=False), 1):
            for place, value in enumerate(values):
                _write(sheet, number, place, value, formats, is_use=place == use)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(frame)), len(names) - 1)
        _write_rules(sheet, lists, frame, lookups, formats)


def _write_rules(
    sheet: Worksheet, lists: Worksheet, frame: pd.DataFrame, lookups: Mapping[str, Lookup], formats: Formats
) -> None:
    """Write the lists, and which cells of the column `use` have which."""
    use = list(map(str, frame.columns)).index("use")
    for place, (name, rows) in enumerate(_rows_of_fields(frame).items()):
        if name in lookups:
            rule = {
                "validate": "list",
                "source": _write_list(lists, 2 * place, lookups[name], formats),
                "error_title": without_controls(lookups[name].field.label)[:TITLE_LIMIT],
                "error_message": LEAVE_EMPTY_HINT,
            }
            for first, last in _runs(rows):
                sheet.data_validation(first, use, last, use, rule)


def _write(sheet: Worksheet, row: int, column: int, value: Any, formats: Formats, *, is_use: bool) -> None:
    """Write a cell; a text that begins with "=" stays a text."""
    if isinstance(value, str):
        style = "use" if is_use else "several" if "\n" in value else "text"
        sheet.write_string(row, column, encodable(value), formats[style])
    elif not pd.isna(value):
        sheet.write_number(row, column, float(value))
    elif is_use:
        sheet.write_blank(row, column, None, formats["use"])


def _rows_of_fields(frame: pd.DataFrame) -> dict[str, list[int]]:
    """Return the rows of the spreadsheet, counted from 0, for each field."""
    found: dict[str, list[int]] = {}
    for row, name in enumerate(frame["field"], 1):
        found.setdefault(str(name), []).append(row)
    return found


def _runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last row of each run of rows."""
    for _, run in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
        numbers = [row for _, row in run]
        yield numbers[0], numbers[-1]


def _write_list(lists: Worksheet, column: int, lookup: Lookup, formats: Formats) -> str:
    """Write the values of a list and their codes; returns the range of the values."""
    lists.write_string(0, column, encodable(lookup.field.label), formats["bold"])
    lists.write_string(0, column + 1, "code", formats["bold"])
    lists.write_string(1, column, LEAVE_EMPTY, formats["text"])
    for row, value in enumerate(lookup.active, 2):
        lists.write_string(row, column, encodable(lookup.name_of(value.id) or value.id), formats["text"])
        if value.own_code:
            lists.write_string(row, column + 1, encodable(value.own_code), formats["text"])
    lists.set_column(column, column, 40)
    letter = column_letters(column)
    return f"={LISTS}!${letter}$2:${letter}${len(lookup.active) + 2}"


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
    if path.suffix.lower() == ".csv":
        texts = {name: [text and unguarded(text) for text in cells] for name, cells in texts.items()}
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
