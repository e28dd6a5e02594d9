"""Recognizes an issue sheet, which has a column for each issue, and turns it into a row for each issue. Pure.

The cells of such columns are revisions. The date of an issue is the heading of its column, or stands above it: as one
cell, or as a day, a month and a year in three rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from ...rules.values import dates
from ...rules.values.placeholders import is_placeholder
from .date_order import find_date_order, read_date
from .evidence import Evidence, is_date
from .headings import plain
from .operations import Text

LEAST = 2  # columns of issues; one may be the revision
MANY = 0.8  # share of cells that are revisions
# What a column without a heading is called: nothing, its letter, or "Unnamed: 3".
NAMELESS = re.compile(r"[A-Z]{0,2}|(?i:unnamed|column|spalte|colonne|columna)[\s:_.-]*\w{0,3}")
ISSUE = re.compile(
    r"(issue|iss|rev(ision)?|ausgabe|index|indice|emision|emission)[\s.:#_-]*\d{1,3}", re.IGNORECASE
)
PARTS = {
    "day": {"day", "tag", "jour", "dia", "d"},
    "month": {"month", "monat", "mois", "mes", "m"},
    "year": {"year", "jahr", "annee", "ano", "y"},
}
CENTURY = 2000


@dataclass(frozen=True, slots=True)
class IssueColumn:
    """A column of revisions: its heading, and the ISO date of the issue, "" if none is known."""

    column: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class IssueMatrix:
    """How to turn the columns of issues into rows.

    Attributes
    ----------
    keep : tuple of str
        The columns that each new row repeats, such as number and title.
    issues : tuple of IssueColumn
        The columns that become rows, in their order.
    """

    keep: tuple[str, ...]
    issues: tuple[IssueColumn, ...]


def find_issue_matrix(
    columns: Mapping[str, Sequence[Text]], above: Sequence[Mapping[str, Text]] = ()
) -> IssueMatrix | None:
    """Return how the columns of issues become rows, None if the register has no such columns.

    Parameters
    ----------
    columns : mapping
        Heading -> the values of the column.
    above : sequence of mappings, optional
        The rows above the headings, from top to bottom: heading -> text in that column.

    Examples
    --------
    >>> columns = {"Number": ["A-1", "A-2"], "03/02/25": ["P01", ""], "17/03/25": ["P02", "P01"]}
    >>> [(one.column, one.date) for one in find_issue_matrix(columns).issues]
    [('03/02/25', '2025-02-03'), ('17/03/25', '2025-03-17')]
    """
    runs = groupby(columns, key=lambda column: _is_issue(column.strip(), columns[column]))
    blocks = [list(run) for is_issue, run in runs if is_issue]
    found = max(blocks, key=len, default=[])
    keep = tuple(column for column in columns if column not in found and any(columns[column]))
    if len(found) < LEAST or not keep:
        return None
    return IssueMatrix(keep, tuple(map(IssueColumn, found, _dates(found, above))))


def _is_issue(column: str, values: Sequence[Text]) -> bool:
    """True for a column of revisions under a date, a numbered issue, or without a heading."""
    if not is_date(column) and not any(form.fullmatch(column) for form in (NAMELESS, ISSUE)):
        return False
    evidence = Evidence.of(values)
    return evidence.revisions >= MANY and not any(map(is_date, evidence.some))


def _dates(columns: Sequence[str], above: Sequence[Mapping[str, Text]]) -> list[str]:
    """The ISO date of each issue."""
    texts = [column.strip() for column in columns]
    if not all(map(is_date, texts)):
        rows = [[(row.get(column) or "").strip() for column in columns] for row in above]
        whole = next((row for row in reversed(rows) if all(row) and all(map(is_date, row))), None)
        if whole is None:
            return _of_parts(columns, above)
        texts = whole
    return _in_one_order(texts)


def _in_one_order(texts: Sequence[str]) -> list[str]:
    """ISO dates of texts that have the same order of day and month, "" if the order is not certain."""
    order = find_date_order(texts)
    return [read_date(text, order.order) or "" for text in texts]


def _of_parts(columns: Sequence[str], above: Sequence[Mapping[str, Text]]) -> list[str]:
    """Dates of a day, a month and a year that stand in three rows, named in a column to the left."""
    rows: dict[str, Mapping[str, Text]] = {}
    for row in above:
        labels = {plain((text or "").strip()) for column, text in row.items() if column not in columns}
        rows |= {part: row for part, names in PARTS.items() if labels & names}
    if len(rows) < len(PARTS):
        return [""] * len(columns)
    return [_date(*(rows[part].get(column) or "" for part in ("year", "month", "day"))) for column in columns]


def _date(year: str, month: str, day: str) -> str:
    try:
        whole = int(year)
        return date(whole if whole > 99 else CENTURY + whole, int(month), int(day)).isoformat()
    except ValueError:
        moment = dates.read_as(f"{day} {month} {year}", "DMY")
        return moment.date().isoformat() if moment else ""


def melt(
    matrix: IssueMatrix,
    table: Mapping[str, Sequence[Text]],
    revision: str = "Revision",
    issued: str = "Issue date",
) -> tuple[dict[str, list[str]], list[tuple[int, str]]]:
    """Return a table with a row for each revision, and for each the place of its row and the column of its issue.

    The rows of one document stand together, in the order of the dates, so that the latest becomes the newest version.
    Empty cells and placeholders such as a dash are no issues. `revision` and `issued` are the headings of the two new
    columns.

    Examples
    --------
    >>> columns = {"Number": ["A-1"], "17/03/25": ["P02"], "03/02/25": ["P01"]}
    >>> melt(find_issue_matrix(columns), columns)[0]["Revision"]
    ['P01', 'P02']
    """
    size = max(map(len, table.values()), default=0)
    result: dict[str, list[str]] = {column: [] for column in (*matrix.keep, revision, issued)}
    places: list[tuple[int, str]] = []
    ordered = sorted(matrix.issues, key=lambda issue: (not issue.date, issue.date))
    for row in range(size):
        for issue in ordered:
            text = (table[issue.column][row] or "").strip()
            if text and not is_placeholder(text):
                for column in matrix.keep:
                    result[column].append(table[column][row] or "")
                result[revision].append(text)
                result[issued].append(issue.date)
                places.append((row, issue.column))
    return result, places
