"""The service's clock beside ours, by the `Date` of its answers; and the times that its headers tell (B11-B13). Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

HOUR = 3600.0


class Skew:
    """By how much the service's clock is ahead of ours.

    `Date` has whole seconds, and an answer is on its way for a while: one answer tells a stretch in which the
    difference lies, several together a short one. Its lower end is used: so a reset is never taken for earlier
    than it is.
    """

    def __init__(self) -> None:
        self._least, self._most = -math.inf, math.inf

    def learn(self, headers: Mapping[str, str], sent: float, now: float) -> None:
        """An answer came `now` to a call that was sent at `sent`."""
        told = moment_of(headers.get("date"))
        if told is None:
            return
        least, most = told - now, told + 1.0 - sent
        if least > self._most or most < self._least:  # a clock was put right
            self._least, self._most = least, most
        self._least, self._most = max(self._least, least), min(self._most, most)

    def ours(self, theirs: float, now: float) -> float:
        """A reset of theirs by our clock. As it stands, where only that makes sense: a proxy may write `Date`."""
        if self._least == -math.inf:
            return theirs
        ours = theirs - self._least
        return theirs if not 0 < ours - now < HOUR + 2 and 0 < theirs - now < HOUR + 2 else ours


def moment_of(text: str | None) -> float | None:
    """Unix seconds of an HTTP date."""
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (ValueError, TypeError, OverflowError):
        return None


def seconds_after(headers: Mapping[str, str], now: float) -> float | None:
    """What `Retry-After` asks for: seconds, or a date by their clock."""
    text = headers.get("retry-after")
    seconds = number_of(text)
    if seconds is None and (until := moment_of(text)) is not None:
        theirs = moment_of(headers.get("date"))
        seconds = until - (now if theirs is None else theirs)
    return None if seconds is None else max(0.0, seconds)


def number_of(text: str | None) -> float | None:
    try:
        number = float(text or "nan")
    except ValueError:
        return None
    return number if math.isfinite(number) else None
