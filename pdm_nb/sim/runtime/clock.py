"""Time: what o'clock it is, and work that is done later. A clock that runs by itself, and one that is driven by hand.

Only this module waits. Whoever needs time is given a clock. Both can jump ahead; the first can run faster than the
wall's, so that three minutes of machine learning or 24 hours of expiry pass in moments.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import UTC, datetime
from typing import Any, Protocol

log = logging.getLogger("pdm_nb.sim")
Job = Callable[[], None]
FOREVER = 10**9  # seconds: some thirty years
FASTEST = 10_000.0


def iso(seconds: float) -> str:
    """A moment as the service writes it: ISO 8601, UTC, milliseconds (B3)."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Clock(Protocol):
    """What the simulator asks of a clock. Seconds are Unix seconds."""

    @property
    def speed(self) -> float:
        """Seconds that pass in one second of the wall's clock; 0 where time is driven by hand."""

    @property
    def waiting(self) -> int:
        """How many jobs are still to be done."""

    def now(self) -> float: ...

    def later(self, delay: float, job: Job, after: Future[Any] | None = None) -> None:
        """Do a job once `delay` seconds have passed and, where it is given, `after` is done or cancelled.

        Jobs run one at a time, never on the server's event loop. One that waits for its `after` holds up no other.
        """

    def advance(self, seconds: float) -> None:
        """Jump ahead; what falls due on the way is done when this returns. ValueError for a jump back."""

    def drain(self, timeout: float) -> bool:
        """Wait until no job is left; False where that took longer than `timeout` real seconds."""

    def close(self) -> None:
        """Forget all jobs; none is done any more until `open`."""

    def open(self) -> None:
        """Take jobs again after `close`."""


def make_clock(speed: float) -> Clock:
    """A clock from this moment on: as fast as the wall's, faster by a factor, or with speed 0 driven by hand."""
    return RealClock(speed) if speed else ManualClock(time.time())


def _ahead(seconds: float) -> float:
    if not 0 <= seconds < FOREVER:
        raise ValueError(f"time can be moved ahead by 0 to {FOREVER} seconds, not by {seconds}")
    return seconds


def _run(job: Job) -> None:
    try:
        job()
    except Exception:  # one broken job must not stop the clock for all others
        log.exception("a job of the simulator failed")


class RealClock:
    """Time that runs by itself, `speed` times as fast as the wall's; jobs run in a thread of their own."""

    def __init__(self, speed: float = 1.0) -> None:
        # What o'clock it was here at a moment of the wall's clock, and how fast it has run since.
        self._line = (time.time(), time.time(), _speed(speed))
        self._jobs: list[tuple[float, int, Job]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._awaited: dict[int, float] = {}  # when jobs fall due that cannot be begun yet, by their order
        self._thread: threading.Thread | None = None
        self._busy = False
        self._closed = False

    @property
    def speed(self) -> float:
        return self._line[2]

    @speed.setter
    def speed(self, speed: float) -> None:
        """Run faster or slower from now on. ValueError for what is no speed: 0 is `ManualClock`'s."""
        with self._changed:
            self._line = (self.now(), time.time(), _speed(speed))
            self._changed.notify_all()

    @property
    def waiting(self) -> int:
        with self._changed:
            return len(self._jobs) + len(self._awaited) + self._busy

    def now(self) -> float:
        here, wall, speed = self._line
        return here + (time.time() - wall) * speed

    def later(self, delay: float, job: Job, after: Future[Any] | None = None) -> None:
        with self._changed:
            order, due = next(self._order), self.now() + delay
            self._awaited[order] = due
        if after is None:
            self._take(due, order, job)
        else:
            after.add_done_callback(lambda _: self._take(due, order, job))

    def _take(self, due: float, order: int, job: Job) -> None:
        with self._changed:
            if self._awaited.pop(order, None) is None:  # forgotten by `close`
                return
            heapq.heappush(self._jobs, (due, order, job))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="simulator-clock", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def advance(self, seconds: float) -> None:
        with self._changed:
            moment = self.now() + _ahead(seconds)
            self._line = (moment, time.time(), self.speed)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._closed or self._is_done(moment))

    def _is_done(self, moment: float) -> bool:
        """True where nothing is left of what falls due up to a moment."""
        left = [due for due, *_ in self._jobs[:1]] + list(self._awaited.values())
        return not self._busy and all(due > moment for due in left)

    def drain(self, timeout: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not (self._jobs or self._awaited or self._busy), timeout)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._awaited.clear()
            self._changed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    def open(self) -> None:
        with self._changed:
            self._closed, self._thread = False, None

    def _work(self) -> None:
        while (job := self._next()) is not None:
            _run(job)
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _next(self) -> Job | None:
        with self._changed:
            while not self._closed:
                wait = (self._jobs[0][0] - self.now()) / self.speed if self._jobs else None
                if wait is not None and wait <= 0:
                    self._busy = True
                    return heapq.heappop(self._jobs)[2]
                self._changed.wait(wait)
        return None


def _speed(speed: float) -> float:
    if not 0 < speed <= FASTEST:
        raise ValueError(f"speed must be above 0 and at most {FASTEST:g}, not {speed}")
    return float(speed)


class ManualClock:
    """Time that stands still until `advance` is called; due jobs run in the caller's thread, in order.

    It stands still also while a due job waits for what it comes after.
    """

    speed = 0.0

    def __init__(self, start: float = 1_790_000_000.0) -> None:
        self._now = start
        self._jobs: list[tuple[float, int, Job]] = []
        self._order = itertools.count()
        self._lock = threading.RLock()

    @property
    def waiting(self) -> int:
        return len(self._jobs)

    def now(self) -> float:
        return self._now

    def later(self, delay: float, job: Job, after: Future[Any] | None = None) -> None:
        def waiting() -> None:
            if after is not None:
                wait([after])
            job()

        with self._lock:
            heapq.heappush(self._jobs, (self._now + delay, next(self._order), waiting))

    def advance(self, seconds: float) -> None:
        """Let time pass, doing what falls due at its moment."""
        end = self._now + _ahead(seconds)
        while True:
            with self._lock:
                if not self._jobs or self._jobs[0][0] > end:
                    self._now = max(self._now, end)
                    return
                self._now, _, job = heapq.heappop(self._jobs)
            _run(job)

    def drain(self, timeout: float) -> bool:
        while self._jobs:
            self.advance(max(0.0, self._jobs[0][0] - self._now))
        return True

    def close(self) -> None:
        self._jobs.clear()

    def open(self) -> None:
        """Nothing to do: time that is driven by hand has no thread that has ended."""
