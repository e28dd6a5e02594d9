"""The difference between the clock of the service and ours, from `Date` headers; reads times in headers (B11-B13). Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from . import response_limits

HOUR = 3600.0
MOMENT, FAR = (
    1e9,
    1e7,
)  # seconds: from the first on, a number is a time, not a duration; further from now than the second, it is malformed
PAST = 2.0  # seconds: a reset may have just passed; an older one is an error


class ClockSkew:
    """The seconds by which the clock of the service is ahead of ours.

    `Date` has whole seconds, and a response takes time to arrive: one response gives a range for the difference,
    several give a narrow one. Its lower end is used, so that a reset is never assumed too early.
    """

    def __init__(self) -> None:
        self._least, self._most = -math.inf, math.inf

    def learn(self, headers: Mapping[str, str], sent: float, now: float) -> None:
        """Learn from a response that arrived at `now` for a call that was sent at `sent`."""
        date = moment_of(headers.get("date"))
        if date is None:
            return
        least, most = date - now, date + 1.0 - sent
        if least > self._most or most < self._least:  # a clock was set
            self._least, self._most = least, most
        self._least, self._most = max(self._least, least), min(self._most, most)

    def reset(self, number: float | None, now: float) -> float | None:
        """Return a reset by our clock; None if the number cannot be one.

        It should be Unix seconds by the clock of the service. Other meanings within the next hour are accepted too: the
        time by our clock (a proxy may have set `Date`), milliseconds, or seconds from now.
        """
        if number is None:
            return None
        times = (number, number / 1000.0)
        shift = 0.0 if self._least == -math.inf else self._least
        meant = [time - shift for time in times] + [*times, now + number]
        return next((time for time in meant if -PAST <= time - now <= HOUR + PAST), None)


def moment_of(text: str | None) -> float | None:
    """Return an HTTP date in Unix seconds, None if it is malformed."""
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (ValueError, TypeError, OverflowError):
        return None


def seconds_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds in `Retry-After`: a number, a date by the service's clock, or (wrongly) Unix time."""
    text = headers.get("retry-after")
    number = number_of(text)
    if number is not None and number < MOMENT:
        return max(0.0, number) if number <= response_limits.WAIT else None
    service_now = moment_of(headers.get("date"))
    service_now = now if service_now is None else service_now
    times = (moment_of(text),) if number is None else (number, number / 1000.0)
    waits = (moment - service_now for moment in times if moment is not None)
    return next(
        (max(0.0, wait) for wait in waits if abs(wait) < (FAR if number else response_limits.WAIT)), None
    )


def number_of(text: str | None) -> float | None:
    try:
        number = float(text or "nan")
    except ValueError:
        return None
    return number if math.isfinite(number) else None
