"""Hands: who hashes and sends a piece. These are this machine's threads; `cluster.py` has those of a Dask cluster.

Also the gate before storage: as many parts at once as `width.py` finds good.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ...api.thread_pool import run_in_thread
from ...model import Segment
from .concurrency import Concurrency
from .file_parts import FileReading, FileSegment, hash_segment

if TYPE_CHECKING:
    from ...api.client import Client

T = TypeVar("T")
LOOK = 0.25  # seconds between looks at how many bytes have gone


class Executor(Protocol):
    """Hashes pieces and sends them. Raises `FileChanged`, `OSError` for a file, a `ServiceError` for storage."""

    async def capacity(self) -> int:
        """How many pieces can be hashed at once."""

    async def hash(self, piece: FileSegment) -> str: ...

    async def put(self, segment: Segment, piece: FileSegment, told: Callable[[int], object]) -> str:
        """Send a piece and answer its ETag; `told` hears how many more bytes have gone."""


class ThreadExecutor:
    """Threads of this process: hashing, reading and sending leave the interpreter to others (B53-B56)."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def capacity(self) -> int:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    async def hash(self, piece: FileSegment) -> str:
        reading = FileReading(piece)
        try:
            return await run_in_thread(lambda: hash_segment(reading))
        finally:
            reading.stop()  # whoever was cancelled waits for no thread

    async def put(self, segment: Segment, piece: FileSegment, told: Callable[[int], object]) -> str:
        reading, heard = FileReading(piece), 0
        work = asyncio.ensure_future(self._client.put_segment(segment, piece.size, reading))
        try:
            while not work.done():
                await asyncio.wait([work], timeout=LOOK)
                told(reading.taken - heard)
                heard = reading.taken
            return work.result()
        finally:
            reading.stop()
            await _ended(work)


async def _ended(work: asyncio.Future[Any]) -> None:
    if not work.done():
        work.cancel()
        await asyncio.wait([work])


class ConcurrencyLimit:
    """Lets parts through, first come first served, as many at once as the width says."""

    def __init__(self, width: Concurrency) -> None:
        self.width = width
        self._through = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        if self._through >= self.width.limit or self._waiting:
            await self._wait()
        else:
            self._through += 1
        try:
            yield
        finally:
            self._through -= 1
            self._call_in()

    async def _wait(self) -> None:
        """Wait to be called in; who is called in counts as through already."""
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(called)
        self.width.full()
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._through -= 1
                self._call_in()
            raise

    def _call_in(self) -> None:
        while self._waiting and self._through < self.width.limit:
            called = self._waiting.popleft()
            if not called.done():
                self._through += 1
                called.set_result(None)

    def look(self) -> None:
        """The width may have grown, or parts still wait: tell it, and let in who may come."""
        if self._waiting:
            self.width.full()
        self._call_in()
