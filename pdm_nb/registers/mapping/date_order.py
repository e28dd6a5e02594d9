"""Settles the order of day and month for a whole column: one value that can be read in one way only proves it. Pure.

15/03/2025 has its day first. If one value of a column proves an order and no value disproves it, the order holds for
the column. Otherwise people are asked, once for the column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from ...rules.values import dates

ORDERS = dates.ORDERS
NUMERIC = re.compile(r"(\d{1,2})([./ -])(\d{1,2})\2(\d{4}|\d{2})((?:[T ,]+\d{1,2}:\d{2}.*)?)", re.ASCII)
NAMES = {
    "DMY": "day, month, year",
    "MDY": "month, day, year",
    "YMD": "year, month, day",
}
CENTURY = 2000
EPOCH = datetime(1899, 12, 30)  # day 0 of a spreadsheet


@dataclass(frozen=True, slots=True)
class ColumnDateOrder:
    """The order of day, month and year in a column.

    Attributes
    ----------
    order : str or None
        "DMY", "MDY" or "YMD"; None if it has to be asked, or if no value needs it.
    possible : tuple of str
        The orders that fit all values. More than one: ask. None: values contradict each other.
    proof : str
        A value that can be read in this order only, "" if there is none.
    proofs : int
        How many cells prove the order.
    unclear : int
        How many cells need the order, since they can be read in several ways.
    """

    order: str | None
    possible: tuple[str, ...] = ()
    proof: str = ""
    proofs: int = 0
    unclear: int = 0

    @property
    def needs_answer(self) -> bool:
        """True if cells can be read in several ways, and the column does not show which one is meant."""
        return self.order is None and self.unclear > 0

    def sentence(self, column: str) -> str:
        """Return what was found, or what to decide, about a column."""
        if self.order:
            proof = f", proved by {self.proof!r} and {self.proofs - 1} more" if self.proofs > 1 else ""
            proof = proof or (f", proved by {self.proof!r}" if self.proof else "")
            return f"Dates in {column!r} are read as {NAMES[self.order]}{proof}."
        if not self.unclear:
            return f"Dates in {column!r} can be read in one way only."
        names = " or ".join(NAMES[order] for order in self.possible or ORDERS[:2])
        why = "contradict each other" if not self.possible else "can be read in several ways"
        return f"{self.unclear} dates in {column!r} {why}. Set the order for the column: {names}."


def find_date_order(values: Iterable[str | None]) -> ColumnDateOrder:
    """Return the order of day, month and year in a column.

    Examples
    --------
    >>> find_date_order(["01/02/2025", "15/03/2025"]).order
    'DMY'
    >>> find_date_order(["01/02/2025", "03/04/2025"]).needs_answer
    True
    """
    counts = Counter(text.strip() for text in values if text)
    readings = {text: _orders(text) for text in counts}
    needing = {text: orders for text, orders in readings.items() if orders}
    possible = tuple(order for order in ORDERS if all(order in orders for orders in needing.values()))
    unclear = sum(
        counts[text] for text, orders in needing.items() if len(orders) > 1 and _differ(text, orders)
    )
    if not needing or len(possible) != 1:
        return ColumnDateOrder(
            None, possible if needing else (), unclear=unclear or _conflicts(possible, needing)
        )
    order = possible[0]
    proofs = [text for text, orders in needing.items() if orders == possible]
    count = sum(counts[text] for text in proofs)
    return ColumnDateOrder(order, possible, proofs[0] if proofs else "", count, unclear)


def _conflicts(possible: Sequence[str], needing: dict[str, tuple[str, ...]]) -> int:
    return 0 if possible else len(needing)


def _orders(text: str) -> tuple[str, ...]:
    """The orders in which a text of three numbers is a date; () for other texts, and for a year that comes first."""
    found = NUMERIC.fullmatch(text)
    if found is None:
        return ()
    # A year of two digits may come first between hyphens only: 25-03-31.
    orders = ORDERS if len(found[4]) == 2 and found[2] == "-" else ORDERS[:2]
    return tuple(order for order in orders if _read(found, order))


def _differ(text: str, orders: Sequence[str]) -> bool:
    found = NUMERIC.fullmatch(text)
    return found is not None and len({_read(found, order) for order in orders}) > 1


def _read(found: re.Match[str], order: str) -> date | None:
    numbers = dict(zip(order, (int(found[1]), int(found[3]), int(found[4])), strict=True))
    year = numbers["Y"]
    try:
        return date(year if year > 99 else CENTURY + year, numbers["M"], numbers["D"])
    except ValueError:
        return None


def read_date(text: str, order: str | None = None, zone: tzinfo = UTC) -> str | None:
    """Return a date as cells show it, None if it cannot be read, or only with an order that is not given.

    A date without a time stays that day in every time zone. Serial numbers of a spreadsheet are dates too.

    Examples
    --------
    >>> read_date("03/04/25", "DMY"), read_date("03/04/25"), read_date("45750")
    ('2025-04-03', None, '2025-04-03')
    """
    text = text.strip()
    found = NUMERIC.fullmatch(text)
    if found is None or found[5].strip(" ,T"):
        return _other(text, order, zone)
    orders = _orders(text)
    usable = [order] if order in orders else [] if order else orders
    days = {_read(found, one) for one in usable}
    return day.isoformat() if len(days) == 1 and (day := days.pop()) else None


def _other(text: str, order: str | None, zone: tzinfo) -> str | None:
    """A date with a time, with a month in words, in ISO 8601, or a serial number."""
    if dates.DAYS.fullmatch(text):
        return dates.iso(EPOCH + timedelta(seconds=round(float(text) * 86_400)))
    orders = [order] if order else [one for one in ORDERS if dates.read_as(text, one, zone)]
    moments = {dates.read_as(text, one, zone) for one in orders}
    return dates.iso(moment) if len(moments) == 1 and (moment := moments.pop()) else None
