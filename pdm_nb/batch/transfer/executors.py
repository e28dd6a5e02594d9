"""Executors hash and send segments of files: here in threads of this process; `dask_executor.py` uses a Dask cluster.

`ConcurrencyLimit` lets as many parts go to storage at once as `concurrency.py` allows.
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
REPORT_EVERY = 0.25  # seconds between reports of how many bytes were sent


class Executor(Protocol):
    """Hashes and sends segments. Raises `FileChanged` or `OSError` for a file, a `ServiceError` for storage."""

    async def capacity(self) -> int:
        """Return how many segments can be hashed at once."""

    async def hash(self, source: FileSegment) -> str: ...

    async def put(self, segment: Segment, source: FileSegment, on_sent: Callable[[int], object]) -> str:
        """Send a segment and return its ETag; `on_sent` is admitted with how many more bytes were sent."""


class ThreadExecutor:
    """Threads of this process: hashing, reading and sending release the interpreter lock (B53-B56)."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def capacity(self) -> int:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    async def hash(self, source: FileSegment) -> str:
        reading = FileReading(source)
        try:
            return await run_in_thread(lambda: hash_segment(reading))
        finally:
            reading.stop()  # a cancelled task does not wait for its thread

    async def put(self, segment: Segment, source: FileSegment, on_sent: Callable[[int], object]) -> str:
        reading, reported = FileReading(source), 0
        work = asyncio.ensure_future(self._client.put_segment(segment, source.size, reading))
        try:
            while not work.done():
                await asyncio.wait([work], timeout=REPORT_EVERY)
                on_sent(reading.taken - reported)
                reported = reading.taken
            return work.result()
        finally:
            reading.stop()
            await _cancelled(work)


async def _cancelled(work: asyncio.Future[Any]) -> None:
    if not work.done():
        work.cancel()
        await asyncio.wait([work])


class ConcurrencyLimit:
    """Admits parts in their order, as many at once as `concurrency` allows."""

    def __init__(self, concurrency: Concurrency) -> None:
        self.concurrency = concurrency
        self._running = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        if self._running >= self.concurrency.limit or self._waiting:
            await self._wait()
        else:
            self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            self._admit()

    async def _wait(self) -> None:
        """Wait to be admitted; an admitted part counts as running already."""
        admitted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(admitted)
        self.concurrency.full()
        try:
            await admitted
        except asyncio.CancelledError:
            if admitted.done() and not admitted.cancelled():
                self._running -= 1
                self._admit()
            raise

    def _admit(self) -> None:
        while self._waiting and self._running < self.concurrency.limit:
            admitted = self._waiting.popleft()
            if not admitted.done():
                self._running += 1
                admitted.set_result(None)

    def update(self) -> None:
        """Report to `concurrency` if parts wait, and admit as many as it allows now."""
        if self._waiting:
            self.concurrency.full()
        self._admit()
