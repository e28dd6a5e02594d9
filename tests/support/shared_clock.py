"""A quick clock that several processes share: the simulator's time, the sleeps of all, and wall clocks that jump.

How this works: a file of a few numbers is mapped into memory by all. The process of the simulator writes its speed, and
how far its time is ahead of `time.time() * speed`, so that all have the same time. Each client has two numbers of its
own: how far its wall clock is off, and the end of its shortest sleep. So the driver knows until when nobody has anything
to do, and jumps.
"""

from __future__ import annotations

import asyncio
import mmap
import struct
import time
from pathlib import Path

from pdm_nb.api.client import TimeSource
from pdm_nb.api.limits.steady_clock import SteadyClock

CLIENTS = 4
TURN = 0.2  # real seconds: how often a sleeping client looks at the clock
NUMBER = struct.Struct("d")
OFFSET, RATE = 0, 1  # places of the numbers; then for each client: skew, end of its shortest sleep
FIRST = 2


class SharedClock:
    """The numbers, mapped from a file. Each is written at once, so that no process sees a half of one."""

    def __init__(self, path: Path, speed: float | None = None) -> None:
        if speed is not None:
            path.write_bytes(NUMBER.pack(0.0) * (FIRST + 2 * CLIENTS))
        with path.open("r+b") as file:
            self._numbers = mmap.mmap(file.fileno(), 0)
        if speed is not None:
            self._set(RATE, speed)
        self.speed = self._get(RATE)

    def _get(self, place: int) -> float:
        return float(NUMBER.unpack_from(self._numbers, place * NUMBER.size)[0])

    def _set(self, place: int, number: float) -> None:
        NUMBER.pack_into(self._numbers, place * NUMBER.size, number)

    def now(self) -> float:
        """The time of the service."""
        return time.time() * self.speed + self._get(OFFSET)

    def follow(self, service_time: float) -> None:
        """Set the time of the service."""
        self._set(OFFSET, service_time - time.time() * self.speed)

    def skew(self, client: int) -> float:
        """How many seconds the wall clock of a client is ahead."""
        return self._get(FIRST + 2 * client)

    def set_skew(self, client: int, seconds: float) -> None:
        """Let the wall clock of a client jump."""
        self._set(FIRST + 2 * client, seconds)

    def wake(self, client: int) -> float:
        """When the shortest sleep of a client ends; 0 if it does not sleep."""
        return self._get(FIRST + 1 + 2 * client)

    def set_wake(self, client: int, moment: float) -> None:
        self._set(FIRST + 1 + 2 * client, moment)


class ClientTime:
    """The time of one client: a wall clock that may jump, and sleeps that do not depend on it."""

    def __init__(self, clock: SharedClock, client: int) -> None:
        self._clock, self._client = clock, client
        self._ends: dict[object, float] = {}
        clock.set_wake(client, 0.0)

    def source(self) -> TimeSource:
        """What `connect(clock=…)` takes."""
        wall = SteadyClock(lambda: self._clock.now() + self._clock.skew(self._client), self._clock.now)
        return TimeSource(wall, self._sleep)

    async def _sleep(self, seconds: float) -> None:
        key, end = object(), self._clock.now() + seconds
        self._change(key, end)
        try:
            while (left := end - self._clock.now()) > 0:  # noqa: ASYNC110 - the clock can jump
                await asyncio.sleep(min(left / self._clock.speed, TURN))
        finally:
            self._change(key, None)

    def sleep_until(self, moment: float) -> None:
        """Wait in the main thread until a time of the service."""
        key = object()
        self._change(key, moment)
        while self._clock.now() < moment:
            time.sleep(TURN)
        self._change(key, None)

    def now(self) -> float:
        """The time of the service."""
        return self._clock.now()

    def _change(self, key: object, end: float | None) -> None:
        if end is None:
            self._ends.pop(key, None)
        else:
            self._ends[key] = end
        self._clock.set_wake(self._client, min(self._ends.copy().values(), default=0.0))
