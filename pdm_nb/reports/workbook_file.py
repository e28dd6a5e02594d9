"""Writes tables as a workbook: typed cells, real dates, widths, filters, a fixed first row.

Rows are written as they come (`constant_memory`), so the memory does not grow with their number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..file_writing.spreadsheet_text import encodable, without_controls
from ..file_writing.workbook import new_workbook
from .report_table import ReportTable

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

ROWS = 1_048_575  # of a sheet, without its headings
LENGTH = 32_767  # of a text in a cell
WIDEST, SAMPLED = 60, 500  # characters of a column; rows that its width is measured in
AT_ONCE = 20_000  # rows that become Python values at a time
DATE = "yyyy-mm-dd hh:mm:ss"
DAY_0 = pd.Timestamp("1899-12-30", tz="UTC")
Write = Callable[[int, int, Any], Any]


def write_workbook(path: Path, title: str, facts: pd.DataFrame, tables: Iterable[ReportTable]) -> None:
    """Write a sheet of facts, then one for each table, or several if it has more rows than a sheet."""
    with new_workbook(path, constant_memory=True, remove_timezone=True) as book:
        book.set_properties({"title": without_controls(title)})
        formats = {"head": book.add_format({"bold": True, "bottom": 1, "text_wrap": False}), "date": book.add_format({"num_format": DATE})}  # fmt: skip
        for name, frame in _sheets(facts, tables):
            _write_sheet(book.add_worksheet(name), frame, formats)


def _sheets(facts: pd.DataFrame, tables: Iterable[ReportTable]) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "summary", facts
    for table in tables:
        for number, start in enumerate(range(0, max(1, len(table.frame)), ROWS), 1):
            name = table.name if number == 1 else f"{table.name} {number}"
            yield name[:31], table.frame.iloc[start : start + ROWS]


def _write_sheet(sheet: Worksheet, frame: pd.DataFrame, formats: dict[str, Any]) -> None:
    names = [str(name) for name in frame.columns]
    sheet.freeze_panes(1, 0)
    for number, name in enumerate(names):
        sheet.set_column(number, number, _width(name, frame.iloc[:SAMPLED, number]))
    if names:
        sheet.autofilter(0, 0, max(1, len(frame)), len(names) - 1)
    for number, name in enumerate(names):
        sheet.write_string(0, number, clipped(encodable(name)), formats["head"])
    writers = [_writer(sheet, frame.iloc[:, number], formats) for number in range(len(names))]
    for start in range(0, len(frame), AT_ONCE):
        some = frame.iloc[start : start + AT_ONCE]
        columns = [_values(some.iloc[:, number]) for number in range(len(names))]
        for row, values in enumerate(zip(*columns, strict=True), start + 1):
            for column, (write, value) in enumerate(zip(writers, values, strict=True)):
                if value is not None:
                    write(row, column, value)


def _values(column: pd.Series[Any]) -> Sequence[Any]:
    """Return the values, None for what is missing or empty."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):  # as the number of days that a spreadsheet stores
        column = (column - DAY_0) / pd.Timedelta(days=1)
    found = column.astype("object").where(column.notna(), None).tolist()
    return [None if value == "" else value for value in found]


def _writer(sheet: Worksheet, column: pd.Series[Any], formats: dict[str, Any]) -> Write:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return lambda row, number, value: sheet.write_number(row, number, value, formats["date"])
    if pd.api.types.is_bool_dtype(column):
        return lambda row, number, value: sheet.write_boolean(row, number, value)
    if pd.api.types.is_numeric_dtype(column):
        return lambda row, number, value: _write_number(sheet, row, number, value)
    lengths = column.str.len().dropna() if pd.api.types.is_string_dtype(column) else None
    if lengths is None or (len(lengths) and lengths.max() > LENGTH):
        return lambda row, number, value: sheet.write_string(row, number, clipped(encodable(str(value))))
    return lambda row, number, value: sheet.write_string(row, number, encodable(value))


def _write_number(sheet: Worksheet, row: int, column: int, value: float) -> object:
    """Write a number, or the text of one that no spreadsheet has: infinity."""
    if math.isfinite(value):
        return sheet.write_number(row, column, value)
    return sheet.write_string(row, column, str(value))


def clipped(text: str) -> str:
    """Return a text as long as a cell may be."""
    return text if len(text) <= LENGTH else text[: LENGTH - 1] + "…"


def _width(name: str, column: pd.Series[Any]) -> int:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return len(DATE) + 1
    longest = max(
        (len(str(value)) for value in column if value is not None and not pd.isna(value)), default=0
    )
    return min(WIDEST, max(longest, len(name) + 2) + 1)
