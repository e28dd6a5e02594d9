"""The queue of all calls of this process to one application. `rate_limit.py` decides when the next one may go (B11-B13).

How this works: a call waits in `enter` until it is the first in the queue and the limits permit it, and reports its
response to `leave`. Calls that a person waits for go before those of a run (`CURRENT_RUN` is set in its work), and calls
of a paused run do not go at all. A waiting call holds no lock: if it is cancelled, it leaves the queue and the next one
moves up. What a call is and what its response means is known to `client.py`.

    person's call ──┐
                    ├─► _waiting (a heap) ── first, and RateLimit.wait() == 0 ──► service
    run's call ─────┘        ▲
                             └── not while the run is paused
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
import math
import random
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, Protocol
from weakref import WeakValueDictionary

from .rate_limit import RateLimit
from .rate_limit_windows import SentCall

log = logging.getLogger("pdm_nb")
PAUSE = 1.5  # seconds: a shorter wait is for the next place in a window, a longer one for a reset
JITTER = 0.5  # seconds by which the first call after a reset is delayed at most (B12)
SPREAD = 0.1  # seconds between the calls after it at most,
SPREAD_FOR = 1.0  # for this many seconds
LOG_FROM = 5.0  # seconds: a longer wait of a person's call is logged

Now = Callable[[], float]
Sleep = Callable[[float], Awaitable[Any]]


class Pausable(Protocol):
    """Holds the calls of a run back while it is paused: see `runs.pause_control`."""

    @property
    def is_paused(self) -> bool: ...

    async def wait_until_resumed(self) -> None:
        """Return at once if the run is not paused."""

    def begin_call(self) -> None:
        """Count a call as under way."""

    def end_call(self) -> None:
        """Count a call as ended, with or without a response."""

    def report_wait(self, until: float) -> None:
        """Report that calls wait for the rate limit until `until` (Unix seconds)."""


CURRENT_RUN: ContextVar[Pausable | None] = ContextVar(
    "pdm_nb_current_run", default=None
)  # set in the work of a batch
_queues: WeakValueDictionary[tuple[str, str, Now, Sleep], CallQueue] = WeakValueDictionary()
_guard = threading.Lock()


def call_queue_of(api_url: str, client_id: str, now: Now, sleep: Sleep) -> CallQueue:
    """Return the queue of an application: the service counts per application, not per client."""
    key = (api_url, client_id, now, sleep)
    with _guard:
        queue = _queues.get(key)
        if queue is None:
            queue = _queues[key] = CallQueue(now, sleep)
        return queue


def is_paused() -> bool:
    """True if the current run is paused."""
    return (control := CURRENT_RUN.get()) is not None and control.is_paused


async def wait_while_paused() -> None:
    """Wait while the current run is paused."""
    if (control := CURRENT_RUN.get()) is not None:
        await control.wait_until_resumed()


@asynccontextmanager
async def pausable_call() -> AsyncIterator[None]:
    """Put a request to storage, which has no queue, under the control of the current run: pausing, and counting."""
    control = CURRENT_RUN.get()
    if control is None:
        yield
        return
    await control.wait_until_resumed()
    control.begin_call()
    try:
        yield
    finally:
        control.end_call()


class _Turn:
    """The place of one call in the queue: calls of people first, then in order of arrival."""

    def __init__(self, control: Pausable | None, number: int) -> None:
        self.control, self.number = control, number
        self.bulk = control is not None
        self.spread = False  # has waited after the one before
        self.until = 0.0  # when the limit it waits for ends
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()

    def __lt__(self, other: _Turn) -> bool:
        return (self.bulk, self.number) < (other.bulk, other.number)

    def wake(self) -> None:
        """Make it check again; from any thread."""
        try:
            self._loop.call_soon_threadsafe(self._woken.set)
        except RuntimeError:  # its loop has ended, and so has the call
            log.debug("A call's event loop has ended")

    @property
    def is_dead(self) -> bool:
        return self._loop.is_closed()

    @property
    def is_held(self) -> bool:
        return self.control is not None and self.control.is_paused

    async def rest(self, seconds: float, sleep: Sleep) -> None:
        """Wait for `seconds`, or until woken."""
        waking = asyncio.ensure_future(self._woken.wait())
        both: list[asyncio.Future[Any]] = [waking]
        if seconds < math.inf:
            both.append(asyncio.ensure_future(sleep(seconds)))
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()
            self._woken.clear()


class CallQueue:
    """Lets calls go in order. `Client` calls `enter` before each one and `leave` after it."""

    def __init__(self, now: Now, sleep: Sleep, dice: random.Random | None = None) -> None:
        self.rate_limit = RateLimit()
        self._now, self._sleep = now, sleep
        self._waiting: list[_Turn] = []
        self._order = itertools.count()
        self._opens = self._logged_until = 0.0  # when the last wait ends or ended; the end that was logged
        self._random = dice or random.Random()
        self._lock = threading.Lock()  # clients may run on several loops

    async def enter(self) -> SentCall:
        """Wait until a call may be sent, and count it as sent. Send it at once, and call `leave` after it."""
        turn = _Turn(CURRENT_RUN.get(), next(self._order))
        while True:
            await wait_while_paused()
            if (call := await self._wait_for_turn(turn)) is not None:
                return call

    async def _wait_for_turn(self, turn: _Turn) -> SentCall | None:
        """Wait in the queue until the call may be sent; None if its run was paused, so that others go first."""
        with self._lock:
            heapq.heappush(self._waiting, turn)
        try:
            while not turn.is_held:
                call, seconds = self._try(turn)
                if call is not None:
                    if turn.control is not None:
                        turn.control.begin_call()
                    return call
                self._report_wait(turn)
                await turn.rest(seconds, self._sleep)
            return None
        finally:
            self._drop(turn)

    def leave(self, call: SentCall, headers: Mapping[str, str] | None = None, status: int = 200) -> None:
        """Note the response to a call, or that there was none."""
        with self._lock:
            self.rate_limit.ended(call, self._now(), headers, status)
        self._ended()

    def give_back(self) -> None:
        """Undo `enter`: the call was not sent. Nothing may be awaited in between."""
        with self._lock:
            self.rate_limit.unsent()
        self._ended()

    def _ended(self) -> None:
        if (control := CURRENT_RUN.get()) is not None:
            control.end_call()
        self._wake_first()

    def waits_until(self, *, bulk: bool) -> float | None:
        """Return when waiting calls may continue (Unix seconds); None if none waits for a reset."""
        with self._lock:
            if not any(turn.bulk == bulk for turn in self._waiting):
                return None
            now = self._now()
            wait = self.rate_limit.wait(now, bulk=bulk)
        return now + wait if PAUSE <= wait < math.inf else None

    def _try(self, turn: _Turn) -> tuple[SentCall | None, float]:
        """Return the call if it may be sent now, else the seconds to wait before the next try."""
        with self._lock:
            if self._waiting[0] is not turn:
                return None, math.inf
            now = self._now()
            wait = self.rate_limit.wait(now, bulk=turn.bulk)
            if wait == 0 and (turn.spread or not 0 <= now - self._opens < SPREAD_FOR):
                return self.rate_limit.sent(now), 0.0
            if PAUSE <= wait < math.inf or wait == 0:
                turn.spread = True
            if wait == 0:
                return None, self._random.random() * SPREAD
            if wait < PAUSE or wait == math.inf:
                return None, wait
            self._opens = turn.until = now + wait
            return None, wait + self._random.random() * JITTER

    def _report_wait(self, turn: _Turn) -> None:
        """Report a wait: to the run of the call, or, for a person's call, once to the log if it is long."""
        until, turn.until = turn.until, 0.0
        if turn.control is not None:
            if until:
                turn.control.report_wait(until)
            return
        if until - self._now() < LOG_FROM or until < self._logged_until + 1:
            return
        self._logged_until = until
        clock = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(until))
        log.warning("The rate limit is used up: waiting until %s", clock)

    def _drop(self, turn: _Turn) -> None:
        with self._lock:
            self._waiting.remove(turn)
            heapq.heapify(self._waiting)
        self._wake_first()

    def _wake_first(self) -> None:
        with self._lock:
            while self._waiting and self._waiting[0].is_dead:
                heapq.heappop(self._waiting)
            first = self._waiting[0] if self._waiting else None
        if first is not None:
            first.wake()
