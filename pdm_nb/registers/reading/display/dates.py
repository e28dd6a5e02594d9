"""Shows a number as date, time or duration, and returns what it stands for."""

from __future__ import annotations

import datetime as dt
import math

from .format_code import FormatToken, Section

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EPOCH_1900, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)
_LAST = 2958466  # 31 December 9999


def moment(serial: float, since_1904: bool = False) -> dt.datetime | None:
    """Return date and time of a serial number, to the millisecond; None if it is not a date.

    Day 60 of the calendar from 1900 does not exist: Lotus 1-2-3 took 1900 for a leap year, and Excel follows.
    """
    if not 0 <= serial < _LAST:
        return None
    if not since_1904 and serial < 60:
        serial += 1
    milliseconds = round(serial * 86_400_000)
    epoch = _EPOCH_1904 if since_1904 else _EPOCH_1900
    try:
        return epoch + dt.timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def stored_value(serial: float, section: Section, when: dt.datetime) -> dt.date | dt.time | dt.timedelta:
    """Return a date for whole days, a time or duration where the format shows no day, else both."""
    letters = {token.text[0] for token in section.tokens if token.kind == "date"}
    if any(token.kind == "elapsed" for token in section.tokens):
        return dt.timedelta(milliseconds=round(serial * 86_400_000))
    if serial < 1 and not letters & {"y", "d"}:
        return when.time()
    return when.date() if when.time() == dt.time() else when


def format_moment(serial: float, section: Section, when: dt.datetime) -> str:
    """Return date and time as a section of a number format shows it.

    Examples
    --------
    >>> from pdm_nb.registers.reading.display.format_code import sections
    >>> format_moment(45292, sections("d mmm yyyy")[0], moment(45292))
    '1 Jan 2024'
    """
    tokens = _minutes_marked(section.tokens)
    if not any(token.kind == "digits" for token in tokens):
        when += dt.timedelta(milliseconds=500)  # shown to the second, rounded
    half_day = any(token.kind == "ampm" for token in tokens)
    parts = []
    for index, token in enumerate(tokens):
        if token.kind == "digits" and index and tokens[index - 1].kind == "point":
            parts.append(f"{when.microsecond / 1e6:.{len(token.text)}f}"[2:])
        else:
            parts.append(_part(token, when, serial, half_day))
    return "".join(parts)


def _part(token: FormatToken, when: dt.datetime, serial: float, half_day: bool) -> str:
    if token.kind == "date":
        return _date_part(token.text, when, half_day)
    if token.kind == "elapsed":
        unit = {"h": 24, "m": 1440, "s": 86400}[token.text[0]]
        return str(math.floor(serial * unit + 1e-6)).rjust(len(token.text), "0")
    if token.kind == "ampm":
        text = "AM/PM" if len(token.text) > 3 else "A/P"
        return text.split("/")[when.hour >= 12]
    return token.text


def _date_part(letters: str, when: dt.datetime, half_day: bool) -> str:
    kind, count = letters[0], len(letters)
    if kind in "yeb":
        return f"{when.year % 100:02}" if count < 3 and kind == "y" else f"{when.year:04}"
    if kind == "m" and count > 2:
        name = _MONTHS[when.month - 1]
        return name[:3] if count == 3 else name[0] if count == 5 else name
    if kind == "d" and count > 2:
        return _DAYS[when.weekday()][: 3 if count == 3 else None]
    hour = (when.hour % 12 or 12) if half_day else when.hour
    value = {"m": when.month, "d": when.day, "h": hour, "n": when.minute, "s": when.second}[kind]
    return str(value).rjust(min(count, 2), "0")


def _minutes_marked(tokens: tuple[FormatToken, ...]) -> list[FormatToken]:
    """Write `n` for an `m` that stands for minutes: behind hours, or before seconds."""
    marked = list(tokens)
    times = [index for index, token in enumerate(tokens) if token.kind in ("date", "elapsed")]
    for place, index in enumerate(times):
        if tokens[index].kind != "date" or tokens[index].text[0] != "m" or len(tokens[index].text) > 2:
            continue
        before = tokens[times[place - 1]].text[0] if place else ""
        behind = tokens[times[place + 1]].text[0] if place + 1 < len(times) else ""
        if before == "h" or behind == "s":
            marked[index] = FormatToken("date", "n" * len(tokens[index].text))
    return marked
