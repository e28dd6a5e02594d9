"""Gives all cells of a merged range the text of its first cell."""

from __future__ import annotations

from ..sheets.limits import MAX_CELLS
from ..sheets.workbook import MergedRange, Sheet

Filled = set[tuple[int, int]]


def fill_merged(sheet: Sheet, first_row: int, width: float) -> Filled:
    """Fill the merged ranges from a row on; return row number and column of the cells that were filled.

    A range over most of a single row is the heading of a section, and stays one cell.
    """
    filled: Filled = set()
    last_row, columns = max(sheet.rows, default=0), sheet.width
    for one in sheet.merged:
        across = min(one.last_column, columns - 1) - one.first_column + 1
        if one.first_row < first_row or (one.first_row == one.last_row and across > width / 2):
            continue
        if len(filled) + (min(one.last_row, last_row) - one.first_row + 1) * across > MAX_CELLS:
            break
        _fill(sheet, one, min(one.last_row, last_row), one.first_column + across, filled)
    return filled


def _fill(sheet: Sheet, one: MergedRange, last_row: int, end_column: int, filled: Filled) -> None:
    first = sheet.rows.get(one.first_row, [])
    text = first[one.first_column] if one.first_column < len(first) else None
    if text is None:
        return
    cell = sheet.cells.get(one.first_column, {}).get(one.first_row)
    for number in range(one.first_row, last_row + 1):
        row = sheet.rows.get(number)
        if row is None:
            continue
        row.extend([None] * (end_column - len(row)))
        for column in range(one.first_column, end_column):
            if row[column] is None:
                row[column] = text
                filled.add((number, column))
                if cell is not None:
                    sheet.cells.setdefault(column, {})[number] = cell
