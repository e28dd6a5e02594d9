"""Iterates over the events of a run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

from .events import Ended, EventLog, RunEvent


class EventIterator:
    """The events of a run until it ends: `for event in run.events()`, or `async for`."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def __iter__(self) -> Iterator[RunEvent]:
        queue, stop = self._log.queue()
        try:
            while True:
                for event in queue.take(1.0):
                    yield event
                    if isinstance(event, Ended):
                        return
        finally:
            stop()

    async def __aiter__(self) -> AsyncIterator[RunEvent]:
        queue, stop = self._log.queue()
        try:
            while True:
                for event in await asyncio.to_thread(queue.take, 1.0):
                    yield event
                    if isinstance(event, Ended):
                        return
        finally:
            stop()
