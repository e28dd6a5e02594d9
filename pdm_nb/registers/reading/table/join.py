"""Joins the tables of several sheets below each other."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ....rules.values.text import quantity
from ..sheets.workbook import ReadingNotice
from .register_table import Reason, RegisterTable, TableCandidate
from .sheet_table import SheetTable

Columns = dict[str, list[str | None]]


def join_tables(
    tables: Sequence[SheetTable],
    candidates: Sequence[TableCandidate],
    is_ambiguous: bool,
    notices: Sequence[ReadingNotice],
) -> RegisterTable:
    """Return one table: columns with the same heading are one, whatever its case and spaces."""
    renamed = [_renamed(table, tables[0]) for table in tables]
    names = list(dict.fromkeys(name for names in renamed for name in names.values()))
    numbers = [number for table in tables for number in table.numbers]
    columns: Columns = {name: [] for name in names}
    for table, to_name in zip(tables, renamed, strict=True):
        given = {to_name[old]: values for old, values in table.columns.items()}
        for name in names:
            columns[name] += given.get(name) or [None] * len(table.numbers)
    frame = pd.DataFrame(
        columns, index=pd.Index(numbers, dtype="int64", name="row"), columns=names, dtype=object
    )
    result = RegisterTable(
        frame,
        tuple(table.sheet for table in tables),
        [table.sheet for table in tables for _ in table.numbers],
        tables[0].header,
        {
            to_name[old]: letters
            for table, to_name in reversed(list(zip(tables, renamed, strict=True)))
            for old, letters in table.letters.items()
        },
        side=tuple(
            dict.fromkeys(
                to_name[old] for table, to_name in zip(tables, renamed, strict=True) for old in table.side
            )
        ),
        above=tables[0].above,
        excluded=tuple(row for table in tables for row in table.excluded),
        candidates=tuple(candidates),
        is_ambiguous=is_ambiguous,
        notices=(*notices, *_own_notices(tables), *_about_differences(tables, renamed)),
    )
    _add_places(result, tables, renamed)
    return result


def _renamed(table: SheetTable, first: SheetTable) -> dict[str, str]:
    """Return the headings of a sheet -> those of the first sheet that are the same."""
    known = {_plain(name): name for name in first.columns}
    return {name: known.get(_plain(name), name) for name in table.columns}


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _own_notices(tables: Sequence[SheetTable]) -> list[ReadingNotice]:
    notices = [notice for table in tables for notice in table.notices]
    for table in tables:
        if hidden := [row.row for row in table.excluded if row.reason is Reason.HIDDEN]:
            text = f"Left out of sheet {table.sheet!r}: {quantity(len(hidden), 'hidden row')}."
            notices.append(ReadingNotice("hidden_rows", text, table.sheet, tuple(hidden)))
        if filled := sum(map(len, table.filled.values())):
            text = f"Sheet {table.sheet!r} has merged cells: {quantity(filled, 'cell')} got the value of the first."
            notices.append(ReadingNotice("merged_cells", text, table.sheet))
    return notices


def _about_differences(
    tables: Sequence[SheetTable], renamed: Sequence[dict[str, str]]
) -> list[ReadingNotice]:
    notices = []
    first = set(renamed[0].values())
    for table, to_name in zip(tables[1:], renamed[1:], strict=True):
        more, less = [name for name in to_name.values() if name not in first], first - set(to_name.values())
        parts = [f"also has {', '.join(more)}"] * bool(more) + [
            f"does not have {', '.join(sorted(less))}"
        ] * bool(less)
        if parts:
            text = f"Sheet {table.sheet!r} {' and '.join(parts)}, unlike sheet {tables[0].sheet!r}."
            notices.append(ReadingNotice("different_headings", text, table.sheet))
    return notices


def _add_places(
    result: RegisterTable, tables: Sequence[SheetTable], renamed: Sequence[dict[str, str]]
) -> None:
    """Count the positions of cells, links and filled cells on through the sheets."""
    start = 0
    for table, to_name in zip(tables, renamed, strict=True):
        for old, cells in table.cells.items():
            shifted = {start + place: cell for place, cell in cells.items()} if start else cells
            result.cells.setdefault(to_name[old], {}).update(shifted)
        for old, links in table.links.items():
            result.links.setdefault(to_name[old], {}).update(
                {start + place: to for place, to in links.items()}
            )
        for old, places in table.filled.items():
            result.filled.setdefault(to_name[old], set()).update(start + place for place in places)
        start += len(table.numbers)
