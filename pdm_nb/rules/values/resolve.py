"""Turns what people write into what the service takes: labels and codes to ids, numbers, timestamps (B21, B22, B29).

Nothing is guessed in silence: what is not clear stays as it was typed, with a `Problem` that names the nearest
values or the form to write.
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
    """The cell for what was given: text, number, date, list of values, or None for an empty cell.

    The cell's `values` are None where there is a problem; its text then is what was given. Where `today` is given,
    dates are proposed for what has a year of two digits.
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
    """What a cell shows of a Python value. NaN and None are empty; 3.0 is '3', as Excel had it."""
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
    """True for None and what pandas puts in its place: NaN, NaT, NA."""
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
        told = f"{quoted(text)} may be {' or '.join(found)} ({field.label})"
        return Problem("PDM105", told, "write the one that is meant", similar=found)
    told = f"{quoted(text)} is no number ({field.label})"
    proposal = found[0] if found and not numbers.has_currency(text) else None
    mend = f"write it as {short(found[0]) if found else '1234.5'}"
    return Problem("PDM105", told, mend, proposal, found)


def _timestamp(field: Field, text: str, today: date | None) -> Cell | Problem:
    if (moment := dates.read(text)) is not None:
        return Cell(dates.iso(moment), (dates.wire(moment),), LabelSource.MANUAL)
    if dates.lacks_zone(text):  # nothing is proposed: which hour is meant, nobody but its author knows
        mend = f'write Z for UTC, or an offset as +02:00, behind it; batch.dates("{field.name}", zone="Europe/Berlin") does it'
        return Problem("PDM106", f"{quoted(text)} has a time but no zone ({field.label})", mend)
    proposal = dates.clear(text, today)
    if proposal:
        mend = f"write it as {proposal}"
    elif any(dates.read_as(text, order) for order in dates.ORDERS):
        mend = (
            f'say how it is meant: batch.dates("{field.name}", order="DMY"), or order="MDY"; zone= says where; '
            "in the grid, the column's filter has both orders"
        )
    else:
        mend = "write it as 2026-03-31, or 2026-03-31T14:00:00Z"
    similar = (proposal,) if proposal else ()
    return Problem("PDM106", f"{dates.why_not(text, proposal)} ({field.label})", mend, proposal, similar)
