"""The service's clock compared with ours, by the `Date` of its responses, and the times in its headers (B11-B13). Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

HOUR = 3600.0
MOMENT, FAR = (
    1e9,
    1e7,
)  # seconds: from there on a number is a time, no duration; further from now it is malformed
PAST = 2.0  # seconds: a reset that has just passed is one; an older one is an error


class ClockSkew:
    """By how much the service's clock is ahead of ours.

    `Date` has whole seconds, and a response takes a while to arrive: one response gives a range in which the
    difference lies, several together a narrow one. Its lower end is used: so a reset is never taken for earlier
    than it is.
    """

    def __init__(self) -> None:
        self._least, self._most = -math.inf, math.inf

    def learn(self, headers: Mapping[str, str], sent: float, now: float) -> None:
        """A response came `now` to a call that was sent at `sent`."""
        told = moment_of(headers.get("date"))
        if told is None:
            return
        least, most = told - now, told + 1.0 - sent
        if least > self._most or most < self._least:  # a clock was set
            self._least, self._most = least, most
        self._least, self._most = max(self._least, least), min(self._most, most)

    def reset(self, number: float | None, now: float) -> float | None:
        """A reset by our clock; None if the number makes no sense as one.

        It should be Unix seconds by the service's clock. Whatever else lies within the next hour is accepted, too:
        the time by our clock (a proxy may have written `Date`), milliseconds, or a number of seconds from now.
        """
        if number is None:
            return None
        times = (number, number / 1000.0)
        shift = 0.0 if self._least == -math.inf else self._least
        meant = [time - shift for time in times] + [*times, now + number]
        return next((time for time in meant if -PAST <= time - now <= HOUR + PAST), None)


def moment_of(text: str | None) -> float | None:
    """Unix seconds of an HTTP date."""
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (ValueError, TypeError, OverflowError):
        return None


def seconds_after(headers: Mapping[str, str], now: float) -> float | None:
    """What `Retry-After` asks for: seconds, or a date by their clock; also Unix seconds or milliseconds, if wrongly."""
    text = headers.get("retry-after")
    number = number_of(text)
    if number is not None and number < MOMENT:
        return max(0.0, number)
    theirs = moment_of(headers.get("date"))
    theirs = now if theirs is None else theirs
    times = (moment_of(text),) if number is None else (number, number / 1000.0)
    waits = (moment - theirs for moment in times if moment is not None)
    return next((max(0.0, wait) for wait in waits if number is None or abs(wait) < FAR), None)


def number_of(text: str | None) -> float | None:
    try:
        number = float(text or "nan")
    except ValueError:
        return None
    return number if math.isfinite(number) else None
