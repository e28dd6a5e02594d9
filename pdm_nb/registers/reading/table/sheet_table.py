"""Takes the table out of one sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from ....rules.values.text import quantity
from ..sheets.workbook import Appearance, ReadingNotice, Sheet, ShownCell, column_letters
from .headings import heading_names, typical_width
from .merged_cells import fill_merged
from .register_table import ExcludedRow, Reason
from .row_kinds import classify, row_text
from .side_tables import rows_of_side, side_columns


@dataclass(slots=True)
class SheetTable:
    """The table of one sheet: columns of text by heading, and the rest by heading and position."""

    sheet: str
    header: tuple[int, ...]
    numbers: list[int]
    columns: dict[str, list[str | None]]
    letters: dict[str, str]
    excluded: list[ExcludedRow]
    cells: dict[str, dict[int, ShownCell]] = field(default_factory=dict)
    filled: dict[str, set[int]] = field(default_factory=dict)
    links: dict[str, dict[int, str]] = field(default_factory=dict)
    above: dict[int, dict[str, str]] = field(default_factory=dict)
    side: list[str] = field(default_factory=list)
    notices: list[ReadingNotice] = field(default_factory=list)


def take_table(sheet: Sheet, header: tuple[int, ...], skip: frozenset[int], hidden: bool) -> SheetTable:
    """Return the table under the headings in these rows."""
    first = max(header, default=0) + 1
    headings = heading_names(sheet, header)
    sheet = _copied(sheet) if sheet.merged else sheet  # filling must not change what was read
    filled = fill_merged(
        sheet, first, typical_width([row for n, row in sheet.rows.items() if n >= first][:2000])
    )
    numbers, excluded = classify(sheet, header, headings, skip, hidden)
    contents = _transposed([sheet.rows[number] for number in numbers])
    side = side_columns(headings, contents)
    if beside := rows_of_side(contents, side):
        excluded += [_of_side(sheet, numbers[place]) for place in sorted(beside)]
        numbers = [number for place, number in enumerate(numbers) if place not in beside]
        contents = _transposed([sheet.rows[number] for number in numbers])
    names, notices = _names(sheet, headings, contents, hidden)
    position = {number: place for place, number in enumerate(numbers)}
    empty: list[None] = [None] * len(numbers)
    table = SheetTable(
        sheet.name,
        header,
        numbers,
        {name: list(contents[column] if column < len(contents) else empty) for column, name in names.items()},
        {name: column_letters(column) for column, name in names.items()},
        sorted(excluded, key=lambda one: one.row),
        side=[names[column] for column in side if column in names],
        notices=notices,
    )
    for column, name in names.items():
        if odd := {
            position[row]: cell for row, cell in sheet.cells.get(column, {}).items() if row in position
        }:
            table.cells[name] = odd
    for row, column in filled:
        if row in position and column in names:
            table.filled.setdefault(names[column], set()).add(position[row])
    for (row, column), target in sheet.links.items():
        if row in position and column in names:
            table.links.setdefault(names[column], {})[position[row]] = target
    table.above = _above(sheet, first - len(header), names)
    table.notices += [*sheet.notices, *_about_side(table), *_about_cells(table)]
    return table


def _transposed(rows: list[list[str | None]]) -> list[list[str | None]]:
    """Return the columns of rows of different length: cut out of one list, which is faster than `zip_longest`."""
    width = max(map(len, rows), default=0)
    flat = list(
        chain.from_iterable(row if len(row) == width else row + [None] * (width - len(row)) for row in rows)
    )
    return [flat[column::width] for column in range(width)]


def _of_side(sheet: Sheet, number: int) -> ExcludedRow:
    return ExcludedRow(sheet.name, number, number, Reason.SIDE, row_text(sheet, number))


def _about_side(table: SheetTable) -> list[ReadingNotice]:
    if not table.side:
        return []
    first, last = table.letters[table.side[0]], table.letters[table.side[-1]]
    text = (
        f"Columns {first} to {last} of sheet {table.sheet!r} ({_list(table.side)}) look like another table next to the "
        "register. They are used only if you map them."
    )
    return [ReadingNotice("side_table", text, table.sheet)]


def _copied(sheet: Sheet) -> Sheet:
    rows = {number: list(row) for number, row in sheet.rows.items()}
    return replace(sheet, rows=rows, cells={column: dict(cells) for column, cells in sheet.cells.items()})


def _names(
    sheet: Sheet, headings: dict[int, str], contents: list[list[str | None]], hidden: bool
) -> tuple[dict[int, str], list[ReadingNotice]]:
    """Return a unique name for each column with a heading or a content that is not hidden."""
    names: dict[int, str] = {}
    left_out, unnamed, repeated = [], [], []
    for column in range(max(len(contents), max(headings, default=-1) + 1)):
        name = headings.get(column)
        if name is None and not (column < len(contents) and any(contents[column])):
            continue
        if column in sheet.hidden_columns and not hidden:
            left_out.append(name or column_letters(column))
            continue
        if name is None:
            name = f"Column {column_letters(column)}"
            if column or not _counts_rows(contents[column]):
                unnamed.append(column_letters(column))
        if name in names.values():
            repeated.append(name)
            number = 2
            while f"{name} ({number})" in names.values():
                number += 1
            name = f"{name} ({number})"
        names[column] = name
    first = next(iter(names.values()), "")
    return names, _about_names(sheet.name, left_out, unnamed, repeated, first)


def _counts_rows(texts: Sequence[str | None]) -> bool:
    """Whether a column numbers the rows, as the index that pandas writes."""
    return any(list(texts) == [str(number + start) for number in range(len(texts))] for start in (0, 1))


def _about_names(
    sheet: str, left_out: list[str], unnamed: list[str], repeated: list[str], first: str
) -> list[ReadingNotice]:
    notices = []
    if left_out:
        text = f"Hidden columns of sheet {sheet!r} were left out: {_list(left_out)}."
        notices.append(ReadingNotice("hidden_columns", text, sheet))
    if unnamed:
        text = f"Columns of sheet {sheet!r} without a heading have values: {_list(unnamed)}."
        notices.append(ReadingNotice("unnamed_columns", text, sheet))
    if len(repeated) > 1 and repeated[0] == first:
        text = (
            f"Sheet {sheet!r} has several tables next to each other: the headings {_list(repeated)} are repeated. "
            "The first one is read. Copy the others below it."
        )
        notices.append(ReadingNotice("tables_side_by_side", text, sheet))
    elif repeated:
        text = f"Sheet {sheet!r} has several columns named {_list(repeated)}. They were numbered."
        notices.append(ReadingNotice("repeated_headings", text, sheet))
    return notices


def _list(texts: list[str]) -> str:
    return ", ".join(texts[:5]) + (f" and {len(texts) - 5} more" if len(texts) > 5 else "")


def _above(sheet: Sheet, first: int, names: dict[int, str]) -> dict[int, dict[str, str]]:
    rows = {}
    for number, row in sheet.rows.items():
        if number < first:
            texts = {
                names.get(column, f"Column {column_letters(column)}"): text
                for column, text in enumerate(row)
                if text
            }
            rows[number] = texts
    return rows


def _about_cells(table: SheetTable) -> list[ReadingNotice]:
    """Report errors and formulas without a value, which are easily taken for empty cells."""
    places: dict[Appearance, list[str]] = {Appearance.ERROR: [], Appearance.NO_VALUE: []}
    errors: Counter[str] = Counter()
    for name, cells in table.cells.items():
        for position, cell in cells.items():
            if cell.appearance in places:
                places[cell.appearance].append(f"{table.letters[name]}{table.numbers[position]}")
                errors[str(cell.stored)] += cell.appearance is Appearance.ERROR
    notices = []
    if found := places[Appearance.ERROR]:
        kinds = _list([kind for kind, count in errors.items() if count])
        text = f"{quantity(len(found), 'cell', 'has an error', 'have errors')} ({kinds}): {_list(found)}. Correct them in the spreadsheet."
        notices.append(ReadingNotice("error_cells", text, table.sheet))
    if found := places[Appearance.NO_VALUE]:
        text = f"{quantity(len(found), 'formula', 'has', 'have')} no stored value: {_list(found)}. Open the file in a spreadsheet and save it."
        notices.append(ReadingNotice("formulas_without_value", text, table.sheet))
    return notices
