"""How a run is followed from outside: its rate of late, its events one after the other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator

from .events import Ended, EventLog, RunEvent


class RateMeter:
    """Bytes a second over the last `span` seconds, from how many there are now and then."""

    def __init__(self, span: float = 10.0) -> None:
        self._span = span
        self._seen: deque[tuple[float, int]] = deque()

    def rate(self, now: float, done: int) -> float:
        """The rate at `now` (seconds), with `done` bytes so far. What was done at the first look is not counted."""
        seen = self._seen
        if not seen or now - seen[-1][0] >= self._span / 50:
            seen.append((now, done))
        while len(seen) > 2 and now - seen[1][0] >= self._span:
            seen.popleft()
        begun, before = seen[0]
        return max(0.0, (done - before) / (now - begun)) if now > begun else 0.0


class EventIterator:
    """The events of a run, one after the other until it ends: `for event in run.events()`, or `async for`."""

    def __init__(self, stream: EventLog) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[RunEvent]:
        pile, stop = self._stream.pile()
        try:
            while True:
                for event in pile.take(1.0):
                    yield event
                    if isinstance(event, Ended):
                        return
        finally:
            stop()

    async def __aiter__(self) -> AsyncIterator[RunEvent]:
        pile, stop = self._stream.pile()
        try:
            while True:
                for event in await asyncio.to_thread(pile.take, 1.0):
                    yield event
                    if isinstance(event, Ended):
                        return
        finally:
            stop()
