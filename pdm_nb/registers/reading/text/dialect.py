"""Detects separator and quotation mark of a text, on whole records: a line break can be inside quotes."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _csv import Reader

SEPARATORS = (",", ";", "\t", "|")
RECORDS = 2000


@dataclass(frozen=True, slots=True)
class Dialect:
    """Separator and quotation mark, and how many columns most records have with them."""

    separator: str
    quote: str
    columns: int = 1
    share: float = 0.0

    def reader(self, text: str) -> Reader:
        """Return a strict reader: quotation marks must be closed, and doubled inside a field."""
        return csv.reader(
            io.StringIO(text, newline=""), delimiter=self.separator, quotechar=self.quote, strict=True
        )


def detect_dialect(text: str, separators: Sequence[str] = SEPARATORS) -> Dialect:
    """Return separator and quotation mark with which most records have the same number of fields, above one."""
    measured = [
        _measure(text, separator, quote) for quote in _quotes(text, separators) for separator in separators
    ]
    return max(
        measured,
        key=lambda one: (one.columns > 1 and one.share > 0.5, one.share * min(one.columns, 4), one.share),
    )


def _quotes(text: str, separators: Sequence[str]) -> tuple[str, ...]:
    """Return the single quotation mark too, if the double one is not used and fields are enclosed in it."""
    if '"' in text[:1_000_000]:
        return ('"',)
    between = "".join(map(re.escape, separators))
    enclosed = re.findall(rf"(?m)(?:^|[{between}])'[^'\n]*'(?=[{between}\r\n]|$)", text[:1_000_000])
    return ("'",) if len(enclosed) > text[:1_000_000].count("\n") / 2 and len(enclosed) > 1 else ('"',)


def _measure(text: str, separator: str, quote: str) -> Dialect:
    """Count the fields of the records up to the first that cannot be parsed."""
    counts: Counter[int] = Counter()
    try:
        for record in islice(Dialect(separator, quote).reader(text), RECORDS):
            if any(record):
                counts[len(record)] += 1
    except csv.Error:
        pass  # refused later, with its row
    if not counts:
        return Dialect(separator, quote)
    columns, most = max(counts.items(), key=lambda item: (item[1] if item[0] > 1 else 0, item[0]))
    return Dialect(separator, quote, columns, most / counts.total())
