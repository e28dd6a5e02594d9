"""Time: what o'clock it is, and work that is done later. A real clock, and one that is driven by hand.

Only this module waits. Whoever needs time is given a clock.
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


def iso(seconds: float) -> str:
    """A moment as the service writes it: ISO 8601, UTC, milliseconds (B3)."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Clock(Protocol):
    """What the simulator asks of a clock. Seconds are Unix seconds."""

    def now(self) -> float: ...

    def later(self, delay: float, job: Job, after: Future[Any] | None = None) -> None:
        """Do a job once `delay` seconds have passed and, where it is given, `after` is done or cancelled.

        Jobs run one at a time, never on the server's event loop. One that waits for its `after` holds up no other.
        """

    def drain(self, timeout: float) -> bool:
        """Wait until no job is left; False where that took longer than `timeout` real seconds."""

    def close(self) -> None:
        """Forget all jobs; none is done any more until `open`."""

    def open(self) -> None:
        """Take jobs again after `close`."""


def _run(job: Job) -> None:
    try:
        job()
    except Exception:  # one broken job must not stop the clock for all others
        log.exception("a job of the simulator failed")


class RealClock:
    """The wall's time; jobs run in a thread of their own, started with the first job."""

    def __init__(self) -> None:
        self._jobs: list[tuple[float, int, Job]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._awaited: set[int] = set()  # jobs that cannot be begun yet, by their order
        self._thread: threading.Thread | None = None
        self._busy = False
        self._closed = False

    def now(self) -> float:
        return time.time()

    def later(self, delay: float, job: Job, after: Future[Any] | None = None) -> None:
        with self._changed:
            order, due = next(self._order), time.monotonic() + delay
            self._awaited.add(order)
        if after is None:
            self._take(due, order, job)
        else:
            after.add_done_callback(lambda _: self._take(due, order, job))

    def _take(self, due: float, order: int, job: Job) -> None:
        with self._changed:
            if order not in self._awaited:  # forgotten by `close`
                return
            self._awaited.remove(order)
            heapq.heappush(self._jobs, (due, order, job))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="simulator-clock", daemon=True)
                self._thread.start()
            self._changed.notify_all()

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
                wait = self._jobs[0][0] - time.monotonic() if self._jobs else None
                if wait is not None and wait <= 0:
                    self._busy = True
                    return heapq.heappop(self._jobs)[2]
                self._changed.wait(wait)
        return None


class ManualClock:
    """Time that stands still until `advance` is called; due jobs run in the caller's thread, in order.

    It stands still also while a due job waits for what it comes after.
    """

    def __init__(self, start: float = 1_790_000_000.0) -> None:
        self._now = start
        self._jobs: list[tuple[float, int, Job]] = []
        self._order = itertools.count()
        self._lock = threading.RLock()

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
        end = self._now + seconds
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
