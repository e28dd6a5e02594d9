"""The registers in tests/data as rows: read simply, as shown, since their sheets and headers are known."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from pdm_nb.registers.mapping import find_issue_matrix, melt
from pdm_nb.registers.matching import RowKey

# Of the register whose mapping expected.json leaves to its headings.
COLUMNS = {
    "Drawing Number": "number",
    "Drawing Title": "description",
    "Rev": "revision",
    "Issue Date": "date_authored",
    "File": "file",
}
FOLDER = Path(__file__).parents[1] / "data" / "registers"


@cache
def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text("utf-8"))
    return found


def cells(name: str, sheet: str | None = None) -> list[list[str]]:
    """Return the cells of a register as text, as they are shown."""
    if name.endswith(".csv"):
        with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    book = openpyxl.load_workbook(FOLDER / name)
    found = book[sheet] if sheet else book.worksheets[0]
    return [[shown(cell) for cell in row] for row in found.iter_rows()]


def shown(cell: Any) -> str:
    """Return what a cell shows, for the number formats of these registers: 0000, "P"00 and dates."""
    value, form = cell.value, cell.number_format
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, int | float) and set(form.rpartition('"')[2]) == {"0"}:
        prefix, _, zeros = form.replace('"', "", 1).rpartition('"')
        return f"{prefix}{value:0{len(zeros)}d}"
    return str(value)


def rows(name: str) -> dict[int, dict[str, str]]:
    """Return the rows of a register by the number of their row, with the columns that are fields."""
    told = expected()[name]
    sheet = told.get("sheet", "").split(" (")[0] or None
    table, header = cells(name, sheet), told.get("header_row", 1)
    columns = [told.get("columns", COLUMNS).get(title) for title in table[header - 1]]
    numbered = {
        number: {field: text for field, text in zip(columns, row, strict=False) if field}
        for number, row in enumerate(table[header:], header + 1)
    }
    return {number: row for number, row in numbered.items() if row.get("file") or _is_drawing(row)}


def _is_drawing(row: dict[str, str]) -> bool:
    """Return False for rows that have no number, such as a total."""
    return bool(row.get("number") and row.get("description"))


def issue_rows(name: str) -> dict[RowKey, dict[str, Any]]:
    """Return the rows of the issue matrix. The columns of issues have no heading: they are named by their place."""
    table, header = cells(name), expected()[name]["header_row"]
    names = [title or f"Column {place}" for place, title in enumerate(table[header - 1])]
    body = [(number, row) for number, row in enumerate(table[header:], header + 1) if row[0]]
    columns = {title: [row[place] for _, row in body] for place, title in enumerate(names)}
    matrix = find_issue_matrix(columns, [dict(zip(names, row, strict=False)) for row in table[: header - 1]])
    assert matrix is not None
    melted, places = melt(matrix, columns)
    fields = dict(zip(("number", "description", "revision", "date_authored"), melted.values(), strict=True))
    return {
        (body[row][0], column): {field: texts[at] for field, texts in fields.items()}
        for at, (row, column) in enumerate(places)
    }
