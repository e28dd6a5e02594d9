"""Parses the dates on a page, and detects whether the page writes the month or the day first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from .page_text import PageText

_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")


@dataclass(frozen=True, slots=True)
class DateOrder:
    """Whether a sheet writes the month first in dates such as 03/04/2026, and the confidence in that."""

    month_first: bool
    confidence: float


def detect_date_order(page: PageText) -> DateOrder:
    """Infer the order from unambiguous dates on the page; without any, a paper size in inches means month first."""
    votes = [
        int(match[3]) > 12
        for phrase in page.phrases
        if (match := _NUMERIC.fullmatch(phrase.text.strip())) and (int(match[1]) > 12) != (int(match[3]) > 12)
    ]
    if votes and 2 * sum(votes) != len(votes):
        return DateOrder(2 * sum(votes) > len(votes), 0.95 if len(set(votes)) == 1 else 0.7)
    inches = all(abs(side / 36 - round(side / 36)) < 0.02 for side in (page.width, page.height))
    return DateOrder(inches, 0.75 if inches else 0.6)


def parse_date(text: str, order: DateOrder) -> tuple[date, float] | None:
    """Return the date in one of the usual formats and the confidence in it; None if the text is not a date."""
    text, confidence = text.strip().casefold(), 1.0
    if match := re.fullmatch(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})", text):
        year, month, day = (int(part) for part in match.groups())
    elif match := re.fullmatch(rf"(\d{{1,2}})(?:st|nd|rd|th)?[ -.]*{_MONTH}[ -.,]*(\d{{4}}|\d{{2}})", text):
        day, month, year = int(match[1]), _MONTHS.index(match[2]) + 1, int(match[3])
    elif match := re.fullmatch(rf"{_MONTH} *(\d{{1,2}})(?:st|nd|rd|th)?,? *(\d{{4}})", text):
        month, day, year = _MONTHS.index(match[1]) + 1, int(match[2]), int(match[3])
    elif match := _NUMERIC.fullmatch(text):
        day, month, year = int(match[1]), int(match[3]), int(match[4])
        if max(day, month) <= 12 and day != month:
            # with dots or hyphens the day is first, unless the paper size or other dates suggest otherwise
            certain = match[2] != "/" and not order.month_first
            confidence = max(order.confidence, 0.9) if certain else order.confidence
        if month > 12 or (order.month_first and day <= 12):
            day, month = month, day
    else:
        return None
    try:
        return date(year + 2000 if year < 100 else year, month, day), confidence
    except ValueError:
        return None
