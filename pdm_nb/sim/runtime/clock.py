"""Simulated time: a clock that runs by itself (`RealClock`), and one that only `advance` moves (`ManualClock`).

Both run jobs when they are due, and can jump ahead. `RealClock` can run faster than real time, so that three minutes of
machine learning or 24 hours until an expiry take moments. Only this module waits; all other code is given a clock.
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
FOREVER = 10**9  # seconds: about thirty years
FASTEST = 10_000.0


def iso(seconds: float) -> str:
    """Format Unix seconds as the service does: ISO 8601, UTC, milliseconds (B3)."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Clock(Protocol):
    """The protocol of a clock. Times are Unix seconds."""

    @property
    def speed(self) -> float:
        """Simulated seconds per real second; 0 if only `advance` moves the clock."""

    @property
    def waiting(self) -> int:
        """Number of jobs that have not finished."""

    def now(self) -> float:
        """Return the present time."""

    def later(self, delay: float, job: Job, after: Future[Any] | None = None) -> None:
        """Run a job when `delay` seconds have passed and `after`, if given, is done or cancelled.

        Jobs run one at a time, never on the server's event loop. A job that waits for `after` does not block others.
        """

    def advance(self, seconds: float) -> None:
        """Jump ahead and run all jobs that become due; ValueError if `seconds` is negative."""

    def drain(self, timeout: float) -> bool:
        """Wait until no job is left; return False after `timeout` real seconds."""

    def close(self) -> None:
        """Discard all jobs; no job runs until `open`."""

    def open(self) -> None:
        """Accept jobs again after `close`."""


def make_clock(speed: float) -> Clock:
    """Return a clock that starts now: a `RealClock` with this speed, or a `ManualClock` for speed 0."""
    return RealClock(speed) if speed else ManualClock(time.time())


def _checked_seconds(seconds: float) -> float:
    if not 0 <= seconds < FOREVER:
        raise ValueError(f"time can be moved ahead by 0 to {FOREVER} seconds, not by {seconds}")
    return seconds


def _run(job: Job) -> None:
    try:
        job()
    except Exception:  # one broken job must not stop the others
        log.exception("A job of the simulator failed")


class RealClock:
    """A clock that runs by itself; jobs run in a separate thread.

    Parameters
    ----------
    speed : float
        Simulated seconds per real second, above 0 and at most 10,000.

    Examples
    --------
    >>> clock = RealClock(speed=60)
    >>> clock.speed
    60.0
    >>> clock.close()
    """

    def __init__(self, speed: float = 1.0) -> None:
        # Simulated time, the real time when it was set, and the speed since then.
        self._reference = (time.time(), time.time(), _checked_speed(speed))
        self._jobs: list[tuple[float, int, Job]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._awaited: dict[int, float] = {}  # due times of jobs that still wait for `after`, by their order
        self._thread: threading.Thread | None = None
        self._busy = False
        self._closed = False

    @property
    def speed(self) -> float:
        """Simulated seconds per real second. Can be set; ValueError for 0, which is a `ManualClock`'s speed."""
        return self._reference[2]

    @speed.setter
    def speed(self, speed: float) -> None:
        with self._changed:
            self._reference = (self.now(), time.time(), _checked_speed(speed))
            self._changed.notify_all()

    @property
    def waiting(self) -> int:
        """Number of jobs that have not finished."""
        with self._changed:
            return len(self._jobs) + len(self._awaited) + self._busy

    def now(self) -> float:
        """Return the present time, in Unix seconds."""
        simulated, real, speed = self._reference
        return simulated + (time.time() - real) * speed

    def later(self, delay: float, job: Job, after: Future[Any] | None = None) -> None:
        """Run a job when `delay` seconds have passed and `after`, if given, is done or cancelled."""
        with self._changed:
            order, due = next(self._order), self.now() + delay
            self._awaited[order] = due
        if after is None:
            self._take(due, order, job)
        else:
            after.add_done_callback(lambda _: self._take(due, order, job))

    def _take(self, due: float, order: int, job: Job) -> None:
        with self._changed:
            if self._awaited.pop(order, None) is None:  # discarded by `close`
                return
            heapq.heappush(self._jobs, (due, order, job))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="simulator-clock", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def advance(self, seconds: float) -> None:
        """Jump ahead and run all jobs that become due; ValueError if `seconds` is negative."""
        with self._changed:
            moment = self.now() + _checked_seconds(seconds)
            self._reference = (moment, time.time(), self.speed)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._closed or self._is_done(moment))

    def _is_done(self, moment: float) -> bool:
        """True if no job is left that is due up to a moment."""
        left = [due for due, *_ in self._jobs[:1]] + list(self._awaited.values())
        return not self._busy and all(due > moment for due in left)

    def drain(self, timeout: float) -> bool:
        """Wait until no job is left; return False after `timeout` real seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not (self._jobs or self._awaited or self._busy), timeout)

    def close(self) -> None:
        """Discard all jobs and end the thread; no job runs until `open`."""
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._awaited.clear()
            self._changed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    def open(self) -> None:
        """Accept jobs again after `close`."""
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


def _checked_speed(speed: float) -> float:
    if not 0 < speed <= FASTEST:
        raise ValueError(f"speed must be above 0 and at most {FASTEST:g}, not {speed}")
    return float(speed)


class ManualClock:
    """A clock that only `advance` moves; jobs run in the caller's thread, in order.

    Time also stands still while a due job waits for its `after`.

    Parameters
    ----------
    start : float
        The time at the start, in Unix seconds.

    Examples
    --------
    >>> clock = ManualClock(start=0)
    >>> clock.advance(90)
    >>> clock.now()
    90
    """

    speed = 0.0

    def __init__(self, start: float = 1_790_000_000.0) -> None:
        self._now = start
        self._jobs: list[tuple[float, int, Job]] = []
        self._order = itertools.count()
        self._lock = threading.RLock()

    @property
    def waiting(self) -> int:
        """Number of jobs that have not run."""
        return len(self._jobs)

    def now(self) -> float:
        """Return the present time, in Unix seconds."""
        return self._now

    def later(self, delay: float, job: Job, after: Future[Any] | None = None) -> None:
        """Run a job when `delay` seconds have passed and `after`, if given, is done or cancelled."""

        def run_after() -> None:
            if after is not None:
                wait([after])
            job()

        with self._lock:
            heapq.heappush(self._jobs, (self._now + delay, next(self._order), run_after))

    def advance(self, seconds: float) -> None:
        """Jump ahead and run all jobs that become due, each at its time; ValueError if `seconds` is negative."""
        end = self._now + _checked_seconds(seconds)
        while True:
            with self._lock:
                if not self._jobs or self._jobs[0][0] > end:
                    self._now = max(self._now, end)
                    return
                self._now, _, job = heapq.heappop(self._jobs)
            _run(job)

    def drain(self, timeout: float) -> bool:
        """Advance until no job is left; always True."""
        while self._jobs:
            self.advance(max(0.0, self._jobs[0][0] - self._now))
        return True

    def close(self) -> None:
        """Discard all jobs."""
        self._jobs.clear()

    def open(self) -> None:
        """Do nothing: a manual clock has no thread to restart."""
