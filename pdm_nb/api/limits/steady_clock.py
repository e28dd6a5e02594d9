"""A clock that is never set back. Without it, a computer whose clock is corrected would wait until the old time comes again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class SteadyClock:
    """Return Unix seconds that never decrease.

    The clock of the computer counts as long as it goes forward, also by hours: the computer was asleep. If it was set
    back, the time continues from where it was, so it is ahead of the computer's clock from then on.

    Parameters
    ----------
    now : callable
        The clock of the computer.
    monotonic : callable
        Seconds from any origin, which nobody can set.

    Examples
    --------
    >>> wall = iter([1000.0, 1010.0, 500.0, 505.0])
    >>> passed = iter([0.0, 10.0, 20.0, 25.0])
    >>> clock = SteadyClock(lambda: next(wall), lambda: next(passed))
    >>> clock(), clock(), clock()
    (1010.0, 1020.0, 1025.0)
    """

    def __init__(
        self, now: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._now, self._monotonic = now, monotonic
        self._lock = threading.Lock()
        self._ahead = 0.0
        self._seen = now(), monotonic()

    def __call__(self) -> float:
        with self._lock:
            wall, passed = self._now(), self._monotonic()
            before, before_passed = self._seen
            if wall < before:
                self._ahead += before + max(0.0, passed - before_passed) - wall
            self._seen = wall, passed
            return wall + self._ahead


steady_time = SteadyClock()
