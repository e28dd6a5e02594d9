"""A series that goes on: numbers, dates, names with a number at their end. Pure; texts in, texts out.

Its JavaScript twin is `widgets/frontend/src/series.js`; `tests/series.json` holds both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal

NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
COUNTED = re.compile(r"(.*?)(\d+)(\D*)", re.ASCII | re.DOTALL)
EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)  # else 28 digits are kept


def go_on(known: Sequence[str], count: int) -> list[str] | None:
    """The next `count` texts after two that begin a series; None where they begin none."""
    if len(known) < 2:
        return None
    step = _numbers(*known[-2:]) or _dates(*known[-2:]) or _counted(*known[-2:])
    return None if step is None else [step(index) for index in range(1, count + 1)]


def _numbers(a: str, b: str) -> Callable[[int], str] | None:
    if not (NUMBER.fullmatch(a) and NUMBER.fullmatch(b)):
        return None
    step = EXACT.subtract(Decimal(b), Decimal(a))
    return lambda index: f"{EXACT.fma(step, Decimal(index), Decimal(b)):f}"


def _dates(a: str, b: str) -> Callable[[int], str] | None:
    try:
        first, second = date.fromisoformat(a), date.fromisoformat(b)
    except ValueError:
        return None

    def day(index: int) -> str:
        try:
            return (second + (second - first) * index).isoformat()
        except OverflowError:  # beyond the years 1 to 9999 there is no day to put
            return ""

    return day


def _counted(a: str, b: str) -> Callable[[int], str] | None:
    first, second = COUNTED.fullmatch(a), COUNTED.fullmatch(b)
    if not (first and second and first[1] == second[1] and first[3] == second[3]):
        return None
    before, digits, after = second[1], second[2], second[3]
    step = int(digits) - int(first[2])
    return lambda index: f"{before}{max(0, int(digits) + step * index):0{len(digits)}}{after}"
