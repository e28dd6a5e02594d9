"""Reads dates as people write them, and writes them as the service accepts them: ISO 8601 in UTC (B29).

ISO 8601 is accepted, but a time needs a zone. A text that can be read in one way only gets a proposal. Any other text
is read only if somebody states the order of its numbers and the time zone. Nothing is guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo

from .text import quoted

ORDERS = ("DMY", "MDY", "YMD")
# Forms that can be read in one way only.
CLEAR = (
    "%Y/%m/%d",
    "%Y-%m-%d",
    "%Y.%m.%d",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%b %d, %Y",
)
DAY_MONTH = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", re.ASCII)
# A year of two digits comes last. Between hyphens, such as in 31-03-26, it might come first.
SHORT = re.compile(r"(\d{1,2}[./]\d{1,2}[./]|\d{1,2}[ -][A-Za-z]{3,9}[ -])\d{2}", re.ASCII)
TWO_DIGITS = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2}", re.ASCII)
NUMBERS = re.compile(
    r"(\d{1,4})[./\- ](\d{1,2})[./\- ](\d{1,4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AaPp])\.?[Mm]\.?)?)?",
    re.ASCII,
)
DAYS = re.compile(r"[2-7]\d{4}(\.\d+)?", re.ASCII)  # serial numbers of a spreadsheet: 1954 to 2119


def read(text: str) -> datetime | None:
    """Return an ISO 8601 text in UTC, midnight for a date alone; None for other texts and for a time without a zone."""
    moment = _iso(text)
    return None if moment is None or _lacks_zone(moment) else _in_utc(moment, UTC)


def lacks_zone(text: str) -> bool:
    """Return True for an ISO 8601 text with a time but no zone."""
    moment = _iso(text)
    return moment is not None and _lacks_zone(moment)


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _lacks_zone(moment: datetime) -> bool:
    """True for a time without a zone. Midnight is a date alone, as spreadsheets store it."""
    return moment.tzinfo is None and (moment.hour, moment.minute, moment.second) != (0, 0, 0)


def clear(text: str, today: date | None = None) -> str | None:
    """Return the ISO date of a text that can be read in one way only, such as 31/03/2026; None for 03/04/2026.

    A year of two digits is in the century that brings the date nearest to `today`. If the date would be nearer with
    its year first, such as in 26/03/31, the result is None.
    """
    if found := _clear(text):
        return found.isoformat()
    if today is None or not SHORT.fullmatch(text):
        return None
    centuries = range(today.year // 100 - 1, today.year // 100 + 2)
    last = [_clear(f"{text[:-2]}{century}{text[-2:]}") for century in centuries]
    first = [_clear(f"{century}{text}") for century in centuries]
    nearest = min(filter(None, last + first), key=lambda one: abs(one - today), default=None)
    return nearest.isoformat() if nearest and nearest in last else None


def _clear(text: str) -> date | None:
    if found := _in_words(text):
        return found.date()
    if not DAY_MONTH.fullmatch(text) or is_ambiguous(text):
        return None
    moment = read_as(text, "DMY") or read_as(text, "MDY")
    return moment.date() if moment else None


def _in_words(text: str) -> datetime | None:
    for form in CLEAR:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None


def is_ambiguous(text: str) -> bool:
    """Return True if day and month could be swapped."""
    match = NUMBERS.fullmatch(text)
    if match is None:
        return False
    first, second = int(match[1]), int(match[2])
    return len(match[3]) == 4 and 1 <= first <= 12 and 1 <= second <= 12 and first != second


def read_as(text: str, order: str, zone: tzinfo = UTC) -> datetime | None:
    """Return the date and time of a text whose numbers are in this order, in UTC; None if it cannot be read so.

    The year must have four digits. `zone` applies to a text with a time and without a zone. A date without a time
    stays that day in every time zone.
    """
    match = NUMBERS.fullmatch(text.strip())
    if match is None:
        found = _in_words(text.strip()) or _iso(text.strip())
        return _in_utc(found, _zone_of(found, zone)) if found else None
    numbers = dict(zip("YMD" if len(match[1]) == 4 else order, match.group(1, 2, 3), strict=True))
    if len(numbers["Y"]) != 4 or max(len(numbers["M"]), len(numbers["D"])) > 2:
        return None
    hour, minute, second = (int(one or 0) for one in match.group(4, 5, 6))
    if match[7]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[7] in "pP" else 0)
    try:
        local = datetime(int(numbers["Y"]), int(numbers["M"]), int(numbers["D"]), hour, minute, second)
    except ValueError:
        return None
    return _in_utc(local, _zone_of(local, zone))


def _zone_of(moment: datetime, zone: tzinfo) -> tzinfo:
    """The time zone of a moment without one: midnight is a date alone, which is the same day everywhere."""
    return zone if _lacks_zone(moment) else UTC


def _in_utc(moment: datetime, zone: tzinfo) -> datetime | None:
    """A moment in UTC; `zone` applies if it has none."""
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):  # before the first year, or after the last
        return None


def why_not(text: str, proposal: str | None) -> str:
    """Return why a text is not accepted as a date."""
    if proposal is not None:
        return f"{quoted(text)} is not in the expected date format"
    if is_ambiguous(text):
        return f"{quoted(text)} is not a clear date: day and month could be swapped"
    if TWO_DIGITS.fullmatch(text):
        return f"{quoted(text)} is not a clear date: its year has two digits"
    if DAYS.fullmatch(text):
        return f"{quoted(text)} is not a date; it may be the serial number of one in a spreadsheet"
    return f"{quoted(text)} is not a date"


def iso(moment: datetime) -> str:
    """Return a moment as cells show it: the date alone if it is midnight UTC."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date().isoformat()
    return wire(moment)


def wire(moment: datetime) -> str:
    """Return a moment as the service accepts it."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def show_timestamp(literal: str) -> str:
    """Return a timestamp of the service as cells show it."""
    try:
        return iso(datetime.fromisoformat(literal))
    except (ValueError, OverflowError):
        return literal
