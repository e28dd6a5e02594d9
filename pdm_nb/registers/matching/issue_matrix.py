"""Issue matrices: registers with a column per issue, whose cells are revisions, become a row for each revision."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from .matches import RowKey
from .number_index import has_revision

DAY, MONTH, YEAR, DATE = "day", "month", "year", "date"
# What the rows above an issue matrix are called, in English, German, French and Spanish.
LABELS = {
    "day": DAY, "tag": DAY, "jour": DAY, "dia": DAY,
    "month": MONTH, "monat": MONTH, "mois": MONTH, "mes": MONTH,
    "year": YEAR, "jahr": YEAR, "annee": YEAR, "an": YEAR, "ano": YEAR,
    "date": DATE, "datum": DATE, "fecha": DATE, "issue date": DATE, "date of issue": DATE, "issued": DATE,
}  # fmt: skip
CENTURY = 100


def issue_dates(above: Sequence[Sequence[Any]]) -> dict[int, str]:
    """Return the date of each issue, from the rows above the header.

    Parameters
    ----------
    above : sequence of sequence
        The cells of these rows. One cell of a row is its label: Day, Month, Year or Date.

    Returns
    -------
    dict
        Column, counted from 0 -> date (ISO 8601). A column without a valid date is not in it.

    Examples
    --------
    >>> issue_dates([["Day", 3, 17], ["Month", 2, 3], ["Year", 2025, 25]])
    {1: '2025-02-03', 2: '2025-03-17'}
    """
    parts: dict[str, dict[int, Any]] = {}
    for row in above:
        label = next(((place, kind) for place, cell in enumerate(row) if (kind := _label(cell))), None)
        if label:
            cells = {place: cell for place, cell in enumerate(row) if place > label[0] and _text(cell)}
            parts.setdefault(label[1], cells)
    columns = sorted({place for cells in parts.values() for place in cells})
    dates = {place: _date({kind: cells.get(place) for kind, cells in parts.items()}) for place in columns}
    return {place: date.isoformat() for place, date in dates.items() if date}


def rows_of_issues(
    rows: Mapping[int, Mapping[str, Any]],
    issues: Mapping[str, str],
    *,
    revision: str = "revision",
    date: str = "date_authored",
) -> dict[RowKey, dict[str, Any]]:
    """Return a row for each revision of an issue matrix.

    Parameters
    ----------
    rows : mapping
        Row number -> column -> value, with the columns of the issues.
    issues : mapping
        Column of an issue -> its date (ISO 8601), "" if it is not known.
    revision, date : str
        The fields that get the revision and the date.

    Returns
    -------
    dict
        (row number, column of the issue) -> the other columns, revision and date. The issues of a row are in the order
        of their dates, so that the latest becomes the newest version. Empty cells and dashes are no issues.

    Examples
    --------
    >>> rows_of_issues({11: {"number": "A-200", "May": "P02", "Feb": "P01"}}, {"May": "2025-05-09", "Feb": "2025-02-03"})
    {(11, 'Feb'): {'number': 'A-200', 'revision': 'P01', 'date_authored': '2025-02-03'},
     (11, 'May'): {'number': 'A-200', 'revision': 'P02', 'date_authored': '2025-05-09'}}
    """
    found: dict[RowKey, dict[str, Any]] = {}
    ordered = sorted(issues, key=lambda column: (not issues[column], issues[column]))
    for number, values in rows.items():
        common = {column: value for column, value in values.items() if column not in issues}
        for column in ordered:
            text = _text(values.get(column))
            if has_revision(text):
                dated = {date: issues[column]} if issues[column] else {}
                found[number, column] = common | {revision: text} | dated
    return found


def _text(cell: Any) -> str:
    return "" if cell is None or cell != cell else str(cell).strip()  # NaN is not equal to itself


def _label(cell: Any) -> str:
    plain = unicodedata.normalize("NFD", _text(cell).casefold())
    return LABELS.get("".join(char for char in plain if not unicodedata.combining(char)).rstrip(": ."), "")


def _date(parts: Mapping[str, Any]) -> dt.date | None:
    whole = parts.get(DATE)
    if isinstance(whole, dt.datetime):
        return whole.date()
    if isinstance(whole, dt.date):
        return whole
    numbers = [_number(parts.get(kind)) for kind in (YEAR, MONTH, DAY)]
    if None in numbers:
        return None
    year, month, day = (number or 0 for number in numbers)
    try:
        return dt.date(year + 2000 if year < CENTURY else year, month, day)
    except ValueError:
        return None


def _number(cell: Any) -> int | None:
    text = _text(cell)
    return int(float(text)) if re.fullmatch(r"\d{1,4}(\.0+)?", text) else None
