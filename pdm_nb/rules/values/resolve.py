"""Converts what people write into what the service accepts: labels and codes to ids, numbers, dates (B21, B22, B29).

Nothing is guessed: a text that is not clear stays as it was typed, with a `Problem` that names similar values or the
form to write.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd

from ...model import Cell, Field, FieldType, LabelSource
from . import dates, numbers
from .lists import SEPARATOR, listed, one_of
from .lookup import Lookup, Problem
from .text import quoted, short


def resolve(
    field: Field, given: Any, lookup: Lookup | None = None, today: date | None = None
) -> tuple[Cell, Problem | None]:
    """Return the cell for a given value, and what is wrong with it.

    Parameters
    ----------
    field : Field
        The field of the cell.
    given : object
        A text, a number, a date, a list of values, or None for an empty cell.
    lookup : Lookup, optional
        The values of a field with a list.
    today : date, optional
        If given, dates are proposed for years of two digits.

    Returns
    -------
    cell : Cell
        Its `values` are None if there is a problem; its text is then the given one.
    problem : Problem or None
    """
    text = text_of(given)
    if not text:
        return Cell("", (), LabelSource.MANUAL), None
    if field.type.is_lookup:
        found = _look_up(field, text, lookup or Lookup(field, ()))
    elif field.type is FieldType.NUMERIC:
        found = _number(field, text)
    elif field.type is FieldType.TIMESTAMP:
        found = _timestamp(field, text, today)
    else:
        found = Cell(text, (text,), LabelSource.MANUAL)
    if isinstance(found, Problem):
        return Cell(text, None, LabelSource.MANUAL), found
    return found, None


def text_of(given: Any) -> str:
    """Return the text of a Python value in a cell. NaN and None are empty; 3.0 is '3', as Excel shows it."""
    if is_missing(given):
        return ""
    if isinstance(given, str):
        return given.strip()
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    if isinstance(given, datetime):
        return dates.iso(given)
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(given, Sequence | set | frozenset):
        return f"{SEPARATOR} ".join(filter(None, map(text_of, given)))
    return str(given).strip()


def is_missing(given: Any) -> bool:
    """Return True for None and the missing values of pandas: NaN, NaT, NA."""
    return given is None or given is pd.NA or (isinstance(given, float | datetime) and given != given)


def _look_up(field: Field, text: str, lookup: Lookup) -> Cell | Problem:
    found = listed(text, lookup) if field.is_multiple else one_of(text, lookup)
    if isinstance(found, Problem):
        return found
    label = f"{SEPARATOR} ".join(value.label for value in found)
    return Cell(label, tuple(value.id for value in found), LabelSource.MANUAL)


def _number(field: Field, text: str) -> Cell | Problem:
    if numbers.is_number(text):
        return Cell(text, (text,), LabelSource.MANUAL)
    found = numbers.readings(text)
    if len(found) > 1:
        message = f"{quoted(text)} may mean {' or '.join(found)} ({field.label})"
        return Problem("PDM105", message, "Write the number that is meant", similar=found)
    message = f"{quoted(text)} is not a number ({field.label})"
    proposal = found[0] if found and not numbers.has_currency(text) else None
    fix = f"Write it as {short(found[0])}" if found else "Write numbers as 1234.5"
    return Problem("PDM105", message, fix, proposal, found)


def _timestamp(field: Field, text: str, today: date | None) -> Cell | Problem:
    if (moment := dates.read(text)) is not None:
        return Cell(dates.iso(moment), (dates.wire(moment),), LabelSource.MANUAL)
    if dates.lacks_zone(text):  # nothing is proposed: only its author knows which hour is meant
        fix = "Add Z for UTC or an offset such as +02:00, or set the time zone of the whole column"
        return Problem("PDM106", f"{quoted(text)} has a time but no time zone ({field.label})", fix)
    proposal = dates.clear(text, today)
    if proposal:
        fix = f"Write dates as {proposal}"
    elif any(dates.read_as(text, order) for order in dates.ORDERS):
        fix = "Write dates as 2026-03-31, or set the order of day and month for the whole column"
    else:
        fix = "Write dates as 2026-03-31, or with a time as 2026-03-31T14:00:00Z"
    similar = (proposal,) if proposal else ()
    return Problem("PDM106", f"{dates.why_not(text, proposal)} ({field.label})", fix, proposal, similar)
