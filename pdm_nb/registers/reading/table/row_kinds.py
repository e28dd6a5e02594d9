"""Decides which rows below the headings are documents, and why the others are not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from ..sheets.workbook import Sheet
from .headings import typical_width
from .register_table import ExcludedRow, Reason
from .shapes import shape

_TOTAL = re.compile(
    r"(?:grand |sub-?)?(?:total|totals|sum|count|summe|gesamt|gesamtsumme|anzahl|somme|suma|totales|nombre)\b",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"[^\s.]\.[A-Za-z][A-Za-z0-9]{1,4}$")
SAMPLE = 2000


@dataclass(slots=True)
class BodyProfile:
    """What the rows of documents have in common."""

    width: float
    shapes: dict[int, set[str]]
    counter: int | None
    headings: dict[int, str]


def classify(
    sheet: Sheet, header: tuple[int, ...], headings: dict[int, str], skip: frozenset[int], hidden: bool
) -> tuple[list[int], list[ExcludedRow]]:
    """Return the numbers of the rows of documents, and the rows that are left out."""
    last_header = max(header, default=0)
    numbers = [number for number in sheet.rows if number > last_header]
    profile = _profile(sheet, numbers, headings)
    kept: list[int] = []
    weak: dict[int, Reason | None] = {}
    for number in numbers:
        reason = _fixed_reason(sheet, number, skip, hidden) or _reason(sheet.rows[number], profile)
        if number == last_header + 1 and _are_column_numbers(sheet.rows[number]):
            reason = Reason.COLUMN_NUMBERS
        if reason is None:
            kept.append(number)
        else:
            weak[number] = reason
    last = kept[-1] if kept else 0
    excluded = [
        ExcludedRow(
            sheet.name,
            number,
            number,
            Reason.NOTE if reason is Reason.SECTION and number > last else reason,
            row_text(sheet, number),
        )
        for number, reason in weak.items()
        if reason is not None
    ]
    return kept, sorted(excluded + _empty_rows(sheet, last_header, numbers), key=lambda one: one.row)


def _profile(sheet: Sheet, numbers: list[int], headings: dict[int, str]) -> BodyProfile:
    sample = [sheet.rows[number] for number in numbers[:SAMPLE]]
    width = typical_width(sample)
    strong = [row for row in sample if len(row) - row.count(None) > width / 2]
    shapes: dict[int, set[str]] = {}
    for row in strong:
        for column, text in enumerate(row):
            if text:
                shapes.setdefault(column, set()).add(shape(text))
    return BodyProfile(width, shapes, _counter(strong), headings)


def _counter(rows: list[list[str | None]]) -> int | None:
    """Return the column that numbers the rows, one of the first two."""
    for column in (0, 1):
        values = [row[column] for row in rows if column < len(row)]
        numbers = [
            int(value) for value in values if value and value.isascii() and value.isdigit() and len(value) < 9
        ]
        steps = [after - before for before, after in pairwise(numbers)]
        if len(numbers) > 2 and len(numbers) > 0.9 * len(rows) and steps.count(1) >= 0.9 * len(steps):
            return column
    return None


def _fixed_reason(sheet: Sheet, number: int, skip: frozenset[int], hidden: bool) -> Reason | None:
    if number in skip:
        return Reason.SKIPPED
    return Reason.HIDDEN if number in sheet.hidden_rows and not hidden else None


def _reason(row: list[str | None], profile: BodyProfile) -> Reason | None:
    """Return why a row is not a document, None if it is one."""
    width = len(row) - row.count(None)
    if width == 0:
        return Reason.EMPTY
    if width > 1 and _repeats_headings(row, profile.headings):
        return Reason.REPEATED
    if width >= profile.width or profile.width < 2:
        return None
    if _TOTAL.match(next((text for text in row if text), "")) and width <= max(1, profile.width * 0.6):
        return Reason.TOTAL
    if width > max(1, profile.width / 3):
        return None
    cells = {column: text for column, text in enumerate(row) if text}
    if profile.counter is not None and cells.keys() == {profile.counter}:
        return Reason.COUNTER if next(iter(cells.values())).isdigit() else Reason.SECTION
    # A number such as A-101 or a file name on its own is a document without details; a word is the heading of a section.
    known = any(
        _FILE_NAME.search(text) or ("9" in shape(text) and shape(text) in profile.shapes.get(column, ()))
        for column, text in cells.items()
    )
    return None if known else Reason.SECTION


def _repeats_headings(row: list[str | None], headings: dict[int, str]) -> bool:
    return all(headings.get(column) == " ".join(text.split()) for column, text in enumerate(row) if text)


def _are_column_numbers(row: list[str | None]) -> bool:
    """Whether a row numbers the columns below the headings: 1, 2, 3 … or (1), (2), (3) …"""
    digits = [text.strip("()") for text in row if text]
    return len(digits) > 2 and digits == [str(number) for number in range(1, len(digits) + 1)]


def row_text(sheet: Sheet, number: int) -> str:
    """Return the beginning of a row for messages."""
    return " | ".join(text for text in sheet.rows[number] if text)[:200]


def _empty_rows(sheet: Sheet, above: int, numbers: list[int]) -> list[ExcludedRow]:
    """Return the gaps between the rows."""
    gaps = []
    for number in numbers:
        if number > above + 1:
            gaps.append(ExcludedRow(sheet.name, above + 1, number - 1, Reason.EMPTY))
        above = number
    return gaps
