"""How much of the rate limits is used in each reading of B11: `python -m tests.benchmarks.pace`.

The client's queue (`call_queue.py`, `rate_limit.py`) against the simulator's limits, on a virtual clock: eight bulk calls at once
and a person's now and then, under 3,600 calls an hour and 25 in ten seconds. Next to it, in the same scenes, a naive
client (sends until it is refused, then waits as it was told) and one that makes a call a second. Prints a table, and
one JSON object last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import math
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from pdm_nb.api.limits.call_queue import CURRENT_RUN, CallQueue
from pdm_nb.runs.pause_control import PauseControl
from pdm_nb.sim.runtime.contract_variants import CHOICES
from pdm_nb.sim.runtime.rate_limits import Limits
from tests.support import virtual_time
from tests.support.virtual_time import elapsed

READINGS = dict(zip("abcdefg", CHOICES["limit_headers"], strict=True))
START = 1_790_000_000.4
PARALLEL = 8
PERSON_EVERY = 97.0  # seconds
TEN_MINUTES, HOUR = 600.0, 3600.0


@dataclass
class Scene:
    """The simulator's limits behind a wire, and what was sent."""

    reading: str = "nearest"
    hourly: int = 3600
    spike: int = 25
    retry_after: bool = True
    headers_of_429: bool = True
    latency: float = 0.3  # seconds there and back, at the most
    skew: float = 0.0  # how far our clock is ahead
    seed: int = 5
    passed: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    too_early: int = 0  # calls sent before a time that a refusal had named
    waited: list[float] = field(default_factory=list)  # a person's

    def __post_init__(self) -> None:
        self.limits = Limits(self.hourly, self.spike, self.reading, self.seed)
        self._random = random.Random(self.seed)
        self._until = 0.0  # named by a refusal that has arrived

    def now(self) -> float:
        return START + elapsed()

    async def call(self) -> tuple[int, Mapping[str, str]]:
        """One call over the wire: status and headers, with lower-case names."""
        self.too_early += self.now() < self._until
        await asyncio.sleep(self._random.random() * self.latency / 2)
        status, headers = self._serve()
        await asyncio.sleep(self._random.random() * self.latency / 2)
        if status == 429:
            named = [0.0]
            if "retry-after" in headers:
                named.append(self.now() + float(headers["retry-after"]) - self.latency)
            elif headers.get("x-rate-limit-remaining") == "0":
                named.append(float(headers["x-rate-limit-reset"]) - 1.0)
            self._until = max(self._until, *named)
        return status, headers

    def _serve(self) -> tuple[int, Mapping[str, str]]:
        now, limits = self.now(), self.limits
        within = limits.count(now)
        (self.passed if within else self.refused).append(elapsed())
        headers = {"Date": formatdate(now, usegmt=True)}
        if within or self.headers_of_429:
            headers |= limits.headers(now)
        if not within and self.retry_after:
            headers["Retry-After"] = str(max(1, math.ceil(limits.ends - now)))
        return 200 if within else 429, {name.lower(): text for name, text in headers.items()}

    def permitted(self, seconds: float) -> float:
        """How many calls so many seconds have room for."""
        return min(seconds * self.spike / 10.0, self.hourly * math.ceil(seconds / HOUR))

    def share(self, seconds: float) -> float:
        """Calls that passed, in percent of those permitted."""
        return 100 * sum(at < seconds for at in self.passed) / self.permitted(seconds)

    def result(self, seconds: float) -> dict[str, Any]:
        sent = len(self.passed) + len(self.refused)
        told: dict[str, Any] = {
            "ten_minutes_percent": round(self.share(min(seconds, TEN_MINUTES)), 1),
            "hour_percent": round(self.share(HOUR), 1) if seconds >= HOUR else None,
            "calls": sent,
            "refused": len(self.refused),
            "refused_per_100": round(100 * len(self.refused) / max(1, sent), 2),
            "calls_while_told_to_wait": self.too_early,
        }
        if self.waited:
            told["person_waits_s"] = {
                "median": round(sorted(self.waited)[len(self.waited) // 2], 2),
                "most_in_ten_minutes": round(max(self.waited[: int(TEN_MINUTES / PERSON_EVERY)]), 2),
            }
        return told


Drive = Callable[[Scene], Awaitable[None]]


async def ours(scene: Scene) -> None:
    """The client's own queue: eight bulk calls at once, and a person."""
    gate = CallQueue(lambda: scene.now() + scene.skew, asyncio.sleep)
    gate._random.seed(scene.seed)  # the same figures each time

    async def one() -> None:
        call = await gate.enter()
        status, headers = await scene.call()
        gate.leave(call, headers, status)

    async def bulk() -> None:
        CURRENT_RUN.set(PauseControl(lambda: None))
        while True:
            await one()

    async def person() -> None:
        while True:
            await asyncio.sleep(PERSON_EVERY)
            begun = elapsed()
            await one()
            scene.waited.append(max(0.0, elapsed() - begun - scene.latency))

    await asyncio.gather(person(), *(bulk() for _ in range(PARALLEL)))


async def naive(scene: Scene) -> None:
    """Eight workers, each of which sends until it is refused, then waits as it was told, or a second."""

    async def worker() -> None:
        while True:
            status, headers = await scene.call()
            if status == 429:
                await asyncio.sleep(float(headers.get("retry-after", 1)))

    await asyncio.gather(*(worker() for _ in range(PARALLEL)))


async def fixed(scene: Scene) -> None:
    """A call a second, whatever the headers report."""
    while True:
        begun = elapsed()
        await scene.call()
        await asyncio.sleep(max(0.0, 1.0 - (elapsed() - begun)))


CLIENTS: dict[str, Drive] = {"pdm_nb": ours, "naive": naive, "one_a_second": fixed}


def play(
    scene: Scene, seconds: float, drive: Drive = ours, also: Callable[[Scene], Awaitable[None]] | None = None
) -> dict[str, Any]:
    """One scene from its beginning to its end; `also` goes on at the same time."""

    async def whole() -> None:
        work = [asyncio.ensure_future(one(scene)) for one in (drive, also) if one is not None]
        done, _ = await asyncio.wait(work, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
        for one in done:
            one.result()
        for one in work:
            one.cancel()
        await asyncio.gather(*work, return_exceptions=True)

    virtual_time.run(whole())
    return scene.result(seconds)


def row(*cells: object) -> str:
    return "{:<4}{:<15}{:<14}{:>12}{:>9}{:>14}{:>11}".format(*map(str, cells))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=1.0, help="simulated hours of each scene (1)")
    seconds = parser.parse_args().hours * HOUR
    logging.disable(logging.WARNING)
    begun, told = time.monotonic(), {}
    print(row("", "reading", "client", "10 min, %", "hour, %", "refused/100", "too early"))
    for letter, reading in READINGS.items():
        told[reading] = {name: play(Scene(reading), seconds, drive) for name, drive in CLIENTS.items()}
        for name, one in told[reading].items():
            figures = [one[key] for key in ("ten_minutes_percent", "hour_percent", "refused_per_100")]
            print(row(letter, reading, name, *figures, one["calls_while_told_to_wait"]), flush=True)
    print(json.dumps({"readings": told, "real_seconds": round(time.monotonic() - begun, 1)}))


if __name__ == "__main__":
    main()
