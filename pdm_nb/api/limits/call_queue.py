"""The one door through which all calls of this process to one application go, in order, when `pace` lets them (B11-B13).

Calls that somebody waits for go before those of a batch, and of a batch whose run is paused none goes. Who waits here
holds nothing: a call that is cancelled leaves the line, and the next one moves up. What a call is, and what its answer
means, is `client.py`'s.
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
JITTER = 0.5  # seconds: the first call after a reset comes that much late at the most (B12)
SPREAD = 0.1  # and each of those behind it so much after the one before, for
SPREAD_FOR = 1.0  # so many seconds
TELL_FROM = 5.0  # seconds: who waits longer at the screen is told why

Now = Callable[[], float]
Sleep = Callable[[float], Awaitable[Any]]


class Pausable(Protocol):
    """What the calls of a run pass: closed while it is paused."""

    @property
    def is_open(self) -> bool: ...

    async def opened(self) -> None:
        """Wait until it is open."""

    def begin(self) -> None:
        """A call is on the wire."""

    def end(self) -> None:
        """It was answered, or got no answer."""

    def waits(self, until: float) -> None:
        """Calls wait for the service's limit, until then (Unix seconds)."""


CURRENT_RUN: ContextVar[Pausable | None] = ContextVar(
    "pdm_nb_door", default=None
)  # set in the work of a batch
_gates: WeakValueDictionary[tuple[str, str, Now, Sleep], CallQueue] = WeakValueDictionary()
_guard = threading.Lock()


def call_queue_of(api_url: str, client_id: str, now: Now, sleep: Sleep) -> CallQueue:
    """The gate of an application: the service counts by it, however many clients it has here."""
    key = (api_url, client_id, now, sleep)
    with _guard:
        gate = _gates.get(key)
        if gate is None:
            gate = _gates[key] = CallQueue(now, sleep)
        return gate


def is_paused() -> bool:
    """True while the run that this is done for is paused."""
    return (door := CURRENT_RUN.get()) is not None and not door.is_open


async def at_door() -> None:
    """Wait while the run that this is done for is paused."""
    if (door := CURRENT_RUN.get()) is not None:
        await door.opened()


@asynccontextmanager
async def passing() -> AsyncIterator[None]:
    """Around what goes to the wire beside this gate: it waits while its run is paused, and counts as under way."""
    door = CURRENT_RUN.get()
    if door is None:
        yield
        return
    await door.opened()
    door.begin()
    try:
        yield
    finally:
        door.end()


class _Turn:
    """One call's place in the line: people's before batches', then as they came."""

    def __init__(self, door: Pausable | None, number: int) -> None:
        self.door, self.number = door, number
        self.bulk = door is not None
        self.spread = False  # has kept its distance from the one before
        self.until = 0.0  # when the limit it waits for ends
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()

    def __lt__(self, other: _Turn) -> bool:
        return (self.bulk, self.number) < (other.bulk, other.number)

    def wake(self) -> None:
        """Have it look again; from any thread."""
        try:
            self._loop.call_soon_threadsafe(self._woken.set)
        except RuntimeError:  # its loop has ended, and it with the loop
            log.debug("A call's event loop has ended")

    @property
    def is_dead(self) -> bool:
        return self._loop.is_closed()

    @property
    def is_held(self) -> bool:
        return self.door is not None and not self.door.is_open

    async def rest(self, seconds: float, sleep: Sleep) -> None:
        """Until woken, or until so many seconds are over."""
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
    """Lets calls out. `client.Client` enters with each one, and leaves with its answer."""

    def __init__(self, now: Now, sleep: Sleep, dice: random.Random | None = None) -> None:
        self.pace = RateLimit()
        self._now, self._sleep = now, sleep
        self._line: list[_Turn] = []
        self._order = itertools.count()
        self._opens = self._told_until = 0.0  # when the last wait ended, or ends; and which end was told of
        self._random = dice or random.Random()
        self._lock = threading.Lock()  # clients may be used on several loops

    async def enter(self) -> SentCall:
        """Wait until a call may be sent, and count it as sent. It has to go out at once, and `leave` at its end."""
        turn = _Turn(CURRENT_RUN.get(), next(self._order))
        while True:
            await at_door()
            if (call := await self._stand(turn)) is not None:
                return call

    async def _stand(self, turn: _Turn) -> SentCall | None:
        """In line until the call may be sent; None where its run was paused meanwhile: others go before it."""
        with self._lock:
            heapq.heappush(self._line, turn)
        try:
            while not turn.is_held:
                call, seconds = self._try(turn)
                if call is not None:
                    if turn.door is not None:
                        turn.door.begin()
                    return call
                self._tell(turn)
                await turn.rest(seconds, self._sleep)
            return None
        finally:
            self._drop(turn)

    def leave(self, call: SentCall, headers: Mapping[str, str] | None = None, status: int = 200) -> None:
        """A call was answered, or got no answer."""
        with self._lock:
            self.pace.answered(call, self._now(), headers, status)
        self._ended()

    def give_back(self) -> None:
        """The call that entered last was not sent after all; nothing may have been awaited in between."""
        with self._lock:
            self.pace.taken_back()
        self._ended()

    def _ended(self) -> None:
        if (door := CURRENT_RUN.get()) is not None:
            door.end()
        self._wake_first()

    def waits_until(self, *, bulk: bool) -> float | None:
        """When a call that waits here now can go on (Unix seconds); None where none waits for a reset."""
        with self._lock:
            if not any(turn.bulk == bulk for turn in self._line):
                return None
            now = self._now()
            wait = self.pace.wait(now, bulk=bulk)
        return now + wait if PAUSE <= wait < math.inf else None

    def _try(self, turn: _Turn) -> tuple[SentCall | None, float]:
        """The call, where it may be sent now; else how many seconds to rest before asking again."""
        with self._lock:
            if self._line[0] is not turn:
                return None, math.inf
            now = self._now()
            wait = self.pace.wait(now, bulk=turn.bulk)
            if wait == 0 and (turn.spread or not 0 <= now - self._opens < SPREAD_FOR):
                return self.pace.sent(now), 0.0
            if PAUSE <= wait < math.inf or wait == 0:
                turn.spread = True
            if wait == 0:
                return None, self._random.random() * SPREAD
            if wait < PAUSE or wait == math.inf:
                return None, wait
            self._opens = turn.until = now + wait
            return None, wait + self._random.random() * JITTER

    def _tell(self, turn: _Turn) -> None:
        """A run tells of a wait itself; of those of people the log does, once, where they are long."""
        until, turn.until = turn.until, 0.0
        if turn.door is not None:
            if until:
                turn.door.waits(until)
            return
        if until - self._now() < TELL_FROM or until < self._told_until + 1:
            return
        self._told_until = until
        clock = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(until))
        log.warning("The application's rate limit is used up: waiting until %s", clock)

    def _drop(self, turn: _Turn) -> None:
        with self._lock:
            self._line.remove(turn)
            heapq.heapify(self._line)
        self._wake_first()

    def _wake_first(self) -> None:
        with self._lock:
            while self._line and self._line[0].is_dead:
                heapq.heappop(self._line)
            first = self._line[0] if self._line else None
        if first is not None:
            first.wake()
