"""Dates as people write them, and as the service takes them: ISO 8601 in UTC (B29). Nothing is guessed in silence.

What is ISO is taken as it is, a time without a zone for UTC. What can be read in one way only is proposed. Anything
else is read where somebody says the order of its numbers, and where its midnight is.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from .words import quoted

ORDERS = ("DMY", "MDY", "YMD")
# Forms in which nothing can be taken for something else.
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
TWO_DIGITS = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2}", re.ASCII)
NUMBERS = re.compile(
    r"(\d{1,4})[./\- ](\d{1,2})[./\- ](\d{1,4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AaPp])\.?[Mm]\.?)?)?",
    re.ASCII,
)
DAYS = re.compile(r"[2-7]\d{4}(\.\d+)?", re.ASCII)  # as a spreadsheet counts them: 1954 to 2119


def read(text: str) -> datetime | None:
    """What is ISO 8601, in UTC; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
        # B29: the service takes UTC, and a time without a zone is taken for it; said in the docs
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def clear(text: str) -> str | None:
    """A proposal for what can be read in one way only, as 31/03/2026 or 31 March 2026; none for 03/04/2026."""
    if found := _in_words(text):
        return found.date().isoformat()
    if not DAY_MONTH.fullmatch(text) or is_ambiguous(text):
        return None
    moment = read_as(text, "DMY") or read_as(text, "MDY")
    return moment.date().isoformat() if moment else None


def _in_words(text: str) -> datetime | None:
    for form in CLEAR:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None


def is_ambiguous(text: str) -> bool:
    """True where day and month could be taken for each other."""
    match = NUMBERS.fullmatch(text)
    if match is None:
        return False
    first, second = int(match[1]), int(match[2])
    return len(match[3]) == 4 and 1 <= first <= 12 and 1 <= second <= 12 and first != second


def read_as(text: str, order: str, zone: tzinfo = UTC) -> datetime | None:
    """A date, perhaps with a time, whose numbers stand in this order and that is of this zone; in UTC.

    The year is of four digits. None for what cannot be read so.
    """
    match = NUMBERS.fullmatch(text.strip())
    if match is None:
        found = _in_words(text.strip())
        return _in_utc(found, zone) if found else None
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
    return _in_utc(local, zone)


def _in_utc(local: datetime, zone: tzinfo) -> datetime | None:
    try:
        return local.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):  # before the first year, or after the last
        return None


def why_not(text: str, proposal: str | None) -> str:
    """Why a text is not taken as a date."""
    if proposal is not None:
        return f"{quoted(text)} is not written as dates are here"
    if is_ambiguous(text):
        return f"{quoted(text)} is no date: day and month could be taken for each other"
    if TWO_DIGITS.fullmatch(text):
        return f"{quoted(text)} is no date: its year has two digits"
    if DAYS.fullmatch(text):
        return f"{quoted(text)} is no date; it may be the number that a spreadsheet keeps for one"
    return f"{quoted(text)} is no date"


def iso(moment: datetime) -> str:
    """As cells show it: the date alone where it is midnight UTC."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date().isoformat()
    return wire(moment)


def wire(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def show_timestamp(literal: str) -> str:
    """A timestamp of the service as cells show it."""
    try:
        return iso(datetime.fromisoformat(literal))
    except (ValueError, OverflowError):
        return literal
