"""Decides how many parts go to storage at once, by the throughput that is measured. Pure, with an injected clock.

How this works: it starts low and increases the number while the throughput grows: twice as many at first, then one by
one. A step without a gain is undone, and tried again later. An error halves the number (additive increase,
multiplicative decrease, as in TCP). While no part waits, nothing is decided.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)

LEAST, START, MOST = 2, 4, 32
EVERY = 0.5  # seconds of measuring before each decision
GAIN = 1.05  # the least gain of a step: 5 % more bytes a second
REST = 10  # decisions to wait after a step without a gain, or an error


class Concurrency:
    """The number of parts, `limit`, and the measurements that it is decided by."""

    def __init__(
        self, now: Callable[[], float], *, least: int = LEAST, start: int = START, most: int = MOST
    ) -> None:
        self.least, self.most = min(least, most), most
        self.limit = min(start, most)
        self._now = now
        self._rate = 0.0  # bytes a second before the last step up
        self._before: int | None = None  # the limit before the last step up, until its gain is known
        self._doubling = True
        self._rest = 0
        self._begin()

    def _begin(self) -> None:
        self._since, self._bytes, self._full, self._failed = self._now(), 0, False, False

    def moved(self, count: int) -> None:
        """Add bytes that were sent."""
        self._bytes += count
        self.decide()

    def full(self) -> None:
        """Note that a part waits."""
        self._full = True

    def failed(self) -> None:
        """Note that a part failed. Several that fail together count once."""
        if not self._failed:
            self._doubling, self._rate, self._before, self._rest = False, 0.0, None, REST
            self._set(max(self.least, self.limit // 2), "a part failed")
            self._begin()
            self._failed = True

    def decide(self) -> None:
        """Every `EVERY` seconds: a step up, a step down, or neither."""
        seconds = self._now() - self._since
        if seconds < EVERY:
            return
        rate, full = self._bytes / seconds, self._full
        self._begin()
        if not full:
            return
        if self._before is not None and rate < self._rate * GAIN:
            self._doubling, self._rest = False, REST
            self._set(self._before, f"no more than {rate:,.0f} bytes/s")
            self._before = None
        elif self._rest:
            self._rest -= 1
        else:
            self._step_up(rate)

    def _step_up(self, rate: float) -> None:
        if self.limit >= self.most:
            self._before = None
            return
        self._rate, self._before = rate, self.limit
        more = self.limit if self._doubling else 1
        self._set(min(self.most, self.limit + more), f"{rate:,.0f} bytes/s, trying for more")

    def _set(self, limit: int, why: str) -> None:
        log.debug("%d parts at once instead of %d: %s", limit, self.limit, why)
        self.limit = limit
