"""Continues a series of numbers, dates, or names with a number at their end. Pure: texts in, texts out.

The grid does the same in JavaScript (`series.js`); `tests/vectors/series.json` tests both.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import MAXYEAR, MINYEAR, date
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal

NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
COUNTED = re.compile(r"(.*?)(\d+)(\D*)", re.ASCII | re.DOTALL)
EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)  # else 28 digits are kept


def continue_series(known: Sequence[str], count: int) -> list[str] | None:
    """Return the next `count` texts after the two that begin a series; None if they do not."""
    if len(known) < 2:
        return None
    a, b = known[-2:]
    step = _numbers(a, b) or _months(a, b) or _dates(a, b) or _counted(a, b)
    return None if step is None else [step(index) for index in range(1, count + 1)]


def _numbers(a: str, b: str) -> Callable[[int], str] | None:
    if not (NUMBER.fullmatch(a) and NUMBER.fullmatch(b)):
        return None
    last = EXACT.plus(Decimal(b))  # -0 becomes 0
    step = EXACT.subtract(last, Decimal(a))
    return lambda index: f"{EXACT.fma(step, Decimal(index), last):f}"


def _months(a: str, b: str) -> Callable[[int], str] | None:
    """Continue the same day of a month, or the last days of months; a short month has its last day instead."""
    first, second = _day(a), _day(b)
    if first is None or second is None:
        return None
    step = _count(second) - _count(first)
    same = first.day == second.day
    if not step or not (same or (_last(first) == first.day and _last(second) == second.day)):
        return None

    def day(index: int) -> str:
        year, month = divmod(_count(second) + step * index, 12)
        if not MINYEAR <= year <= MAXYEAR:
            return ""
        begin = date(year, month + 1, 1)
        return begin.replace(day=min(second.day if same else 31, _last(begin))).isoformat()

    return day


def _count(day: date) -> int:
    return day.year * 12 + day.month - 1


def _last(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if DATE.fullmatch(text) else None
    except ValueError:
        return None


def _dates(a: str, b: str) -> Callable[[int], str] | None:
    first, second = _day(a), _day(b)
    if first is None or second is None:
        return None

    def day(index: int) -> str:
        try:
            return (second + (second - first) * index).isoformat()
        except OverflowError:  # there are no dates outside the years 1 to 9999
            return ""

    return day


def _counted(a: str, b: str) -> Callable[[int], str] | None:
    first, second = COUNTED.fullmatch(a), COUNTED.fullmatch(b)
    if not (first and second and first[1] == second[1] and first[3] == second[3]):
        return None
    before, digits, after = second[1], second[2], second[3]
    last = Decimal(digits)  # `int` reads at most 4,300 digits
    step = EXACT.subtract(last, Decimal(first[2]))

    def name(index: int) -> str:
        number = max(Decimal(0), EXACT.fma(step, Decimal(index), last))
        return f"{before}{f'{number:f}'.zfill(len(digits))}{after}"

    return name
