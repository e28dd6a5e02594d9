"""Describes the values of a column, as evidence for what the column is. Pure.

Only distinct values are looked at, and of many only some, spread over the column: 50,000 rows take milliseconds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from ...rules.values import dates
from ...rules.values.lookup import Lookup

MOST = 400  # distinct values that are looked at
LONGEST = 200  # characters of a value that are looked at
SHOWN = 3  # samples
REVISION = re.compile(
    r"(?:rev(?:ision)?|index|indice|ind|ver(?:sion)?|v)?[\s.:_-]*(?:[a-z]{0,2}\d{0,3}(?:[._]\d{1,3})?[a-z]?|[-–—])",
    re.IGNORECASE,
)
# These are revisions even under an unknown heading: P01, C02, Rev-00.
TYPICAL_REVISION = re.compile(r"[PCTR]\d{2}(\.\d{1,2})?|rev(ision)?[\s._-]*\w{1,3}", re.IGNORECASE)
FILE_NAME = re.compile(
    r".+\.(pdf|dwg|dxf|dgn|dwf|rvt|ifc|nwd|nwc|docx?|xlsx?|pptx?|zip|jpe?g|png|tiff?)", re.I | re.S
)
DATE = re.compile(
    r"\d{1,4}[./ -](\d{1,2}|[^\W\d]{3,9}\.?)[./ -]\d{2,4}([T ,].*)?|[^\W\d]{3,9} \d{1,2},? \d{4}"
)
IDENTIFIER = re.compile(r"(?=.*\d)[^\s]*[-_./][^\s]*|[A-Z]{1,4}\d{2,}", re.IGNORECASE)


@dataclass(frozen=True)
class Evidence:
    """What the values of a column look like.

    Attributes
    ----------
    counts : Counter
        Each distinct value, without empty ones, with its count.
    """

    counts: Counter[str]
    _shares: dict[str, float] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, values: Iterable[str | None]) -> Evidence:
        """Return the evidence of the values of a column."""
        counts = Counter(values)
        for text in [text for text in counts if not (text and text.strip())]:
            del counts[text]
        return cls(counts)  # type: ignore[arg-type]

    @cached_property
    def some(self) -> Sequence[str]:
        """Distinct values spread over the column."""
        texts = list(self.counts)
        return [text.strip()[:LONGEST] for text in texts[:: max(1, len(texts) // MOST)][:MOST]]

    @property
    def samples(self) -> tuple[str, ...]:
        """The first distinct values."""
        return tuple(list(self.counts)[:SHOWN])

    @property
    def is_empty(self) -> bool:
        """True if the column has no values."""
        return not self.counts

    def share(self, name: str, matches: Callable[[str], object]) -> float:
        """Return the share of distinct values for which a function is true. `name` identifies the function."""
        if name not in self._shares:
            hits = sum(1 for text in self.some if matches(text))
            self._shares[name] = hits / len(self.some) if self.some else 0.0
        return self._shares[name]

    @property
    def revisions(self) -> float:
        """The share of values that can be revisions."""
        return self.share("revision", REVISION.fullmatch)

    @property
    def typical_revisions(self) -> float:
        """The share of values that can hardly be anything else than revisions."""
        return self.share("typical revision", TYPICAL_REVISION.fullmatch)

    @property
    def files(self) -> float:
        """The share of values that are file names."""
        return self.share("file", FILE_NAME.fullmatch)

    @property
    def dates(self) -> float:
        """The share of values that are dates."""
        return self.share("date", is_date)

    @property
    def identifiers(self) -> float:
        """The share of values that look like the number of a document."""
        return self.share("identifier", IDENTIFIER.fullmatch)

    def known(self, lookup: Lookup) -> float:
        """Return the share of values that are in the list of a field."""
        return self.share(f"known {lookup.field.name}", lookup.knows)

    @cached_property
    def is_counter(self) -> bool:
        """True for 1, 2, 3 …, which number the rows."""
        numbers = [int(text) for text in self.some if text.isdecimal() and len(text) < 10]
        whole = len(numbers) == len(self.some) > 1 and max(self.counts.values()) == 1
        return whole and all(a < b for a, b in pairwise(numbers)) and numbers[0] in (0, 1)


def is_date(text: str) -> bool:
    """Return True for a text in one of the forms of dates, or the serial number of one in a spreadsheet."""
    return bool(DATE.fullmatch(text) or dates.DAYS.fullmatch(text)) or dates.read(text) is not None
