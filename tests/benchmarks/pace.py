"""How well calls are paced: `python tests/benchmarks/pace.py`. Prints one JSON object last.

The real client against the simulator, in-process, in virtual time: hours of calls, eight bulk ones at once and a
person's now and then, under 3,600 calls an hour and 25 in ten seconds. Beside it, in the same run, a naive client
(sends until it is refused, then waits as `Retry-After` says) and one that makes a call a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))
import virtual_time
from virtual_time import elapsed

from pdm_nb.aio import Door
from pdm_nb.auth import Credentials, Environment, Secret, Tokens
from pdm_nb.client import Client, Clock
from pdm_nb.errors import PdmError
from pdm_nb.gate import DOOR
from pdm_nb.sim import Simulator
from pdm_nb.sim.limits import Window
from pdm_nb.storage import Through

HOURLY, SPIKE = 3600, 25
PARALLEL = 8
PERSON_EVERY = 97.0  # seconds
CHANGES = {0.3: (1000, 40), 1.6: (3600, 10), 2.5: (2400, 25)}  # hours: the limits from then on
LATENCY = 0.15  # seconds each way, at the most
HOST = Environment("virtual", "http://sim", "http://sim")


class VirtualClock:
    """The simulator's clock: the running loop's time, from a moment on."""

    speed = 0.0
    waiting = 0

    def __init__(self, start: float = 1_790_000_000.4) -> None:
        self.start = start

    def now(self) -> float:
        return self.start + elapsed()

    def later(self, delay: float, job: Callable[[], None]) -> None:
        raise NotImplementedError("no call of this benchmark leaves work behind")

    def advance(self, seconds: float) -> None:
        """Nothing to do: time passes by itself."""

    def drain(self, timeout: float) -> bool:
        return True

    def close(self) -> None: ...

    def open(self) -> None: ...


class Road(httpx.AsyncBaseTransport):
    """The way to the simulator and back, which takes a moment; counts what was let through and what was not."""

    def __init__(self, simulator: Simulator) -> None:
        self._inner = httpx.ASGITransport(simulator.app)
        self._random = random.Random(5)
        self.sent: list[float] = []
        self.refused: list[float] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(self._random.random() * LATENCY)
        counted = request.url.path.startswith("/rest/")
        if counted:
            self.sent.append(elapsed())
        answer = await self._inner.handle_async_request(request)
        await answer.aread()
        if counted and answer.status_code == 429:
            self.refused.append(elapsed())
        await asyncio.sleep(self._random.random() * LATENCY)
        return answer


class Watched(Window):
    """One of the simulator's windows, which remembers how much was used of each that is over: calls, limit."""

    def __init__(self, limit: int, seconds: float) -> None:
        super().__init__(limit, seconds)
        self.over: list[tuple[int, int]] = []

    def count(self, now: float) -> None:
        if now >= self.ends and self.used:
            self.over.append((self.used, self.limit))
        super().count(now)


class Scene:
    """A simulator, a road to it, and what is measured."""

    def __init__(self, skew: float = 0.0, **options: Any) -> None:
        self.clock = VirtualClock()
        given = {"hourly_limit": HOURLY, "spike_limit": SPIKE} | options
        self.sim = Simulator(clock=self.clock, **given)
        self.road = Road(self.sim)
        self.http = httpx.AsyncClient(transport=self.road)
        self.skew = skew
        self.waited: list[float] = []  # a person's waits
        self.others = 0
        limits = self.sim._core.limits
        limits.hourly = self.hour = Watched(given["hourly_limit"], 3600.0)
        limits.spike = self.spike = Watched(given["spike_limit"], 10.0)

    def client(self) -> Client:
        clock = Clock(lambda: self.clock.now() + self.skew, asyncio.sleep)
        credentials = Credentials(self.sim.client_id, Secret(self.sim.client_secret))
        tokens = Tokens(self.http, HOST, credentials, clock.now)
        return Client(
            HOST, tokens, self.http, clock=clock, company_id=str(self.sim.company_id), road=Through(self.http)
        )

    async def other_user(self, share: float) -> None:
        """Somebody else's calls of the same application: a share of the hour, evenly, and none past a limit."""
        limits = self.sim._core.limits
        while True:
            await asyncio.sleep(3600.0 / (limits.hourly.limit * share))
            now = self.clock.now()
            full = any(w.remaining == 0 and now < w.ends for w in (limits.hourly, limits.spike))
            if not full:
                limits.count(now)
                self.others += 1

    def result(self, hours: float) -> dict[str, Any]:
        shares = [min(used, limit) / limit for used, limit in self.hour.over]
        spikes = [min(used, limit) / limit for used, limit in self.spike.over]
        waited = sorted(self.waited)
        told: dict[str, Any] = {
            "hours": round(hours, 2),
            "calls": len(self.road.sent),
            "refused_429": len(self.road.refused),
            "hours_that_are_over": len(shares),
            "used_of_each_hour_percent": [round(100 * share, 2) for share in shares],
            "ledger": self.sim.ledger.counts,
        }
        if self.hour.limit > 360 * self.spike.limit:  # else the hour is what there is too little of
            told["used_of_spike_windows_percent"] = round(100 * statistics.mean(spikes), 2)
        if self.others:
            told["others_calls"] = self.others
        if waited:
            told["person_waits_s"] = {
                "calls": len(waited),
                "median": round(statistics.median(waited), 2),
                "p95": round(waited[int(len(waited) * 0.95)], 2),
                "most": round(waited[-1], 2),
            }
        return told


Drive = Callable[[Scene], Awaitable[None]]


async def ours(scene: Scene) -> None:
    """The real client: eight bulk calls at once, and a person."""
    client = scene.client()

    async def bulk() -> None:
        DOOR.set(Door(lambda: None))
        while True:
            try:
                await client.show_me()
            except PdmError as error:
                print("a call failed:", error, file=sys.stderr)

    async def person() -> None:
        while True:
            await asyncio.sleep(PERSON_EVERY)
            begun = elapsed()
            await client.show_me()
            scene.waited.append(elapsed() - begun - LATENCY)

    await asyncio.gather(person(), *(bulk() for _ in range(PARALLEL)))


async def _signed_in(scene: Scene) -> dict[str, str]:
    form = {"client_id": scene.sim.client_id, "client_secret": scene.sim.client_secret}
    answer = await scene.http.post(
        f"{HOST.login_url}/oauth/token", data={"grant_type": "client_credentials"} | form
    )
    return {
        "Authorization": f"Bearer {answer.json()['access_token']}",
        "Procore-Company-Id": str(scene.sim.company_id),
    }


async def naive(scene: Scene) -> None:
    """Eight workers, each of which sends until it is refused, and then waits as it was told."""
    headers = await _signed_in(scene)

    async def worker() -> None:
        nonlocal headers
        while True:
            answer = await scene.http.get(f"{HOST.api_url}/rest/v1.0/me", headers=headers)
            if answer.status_code == 429:
                await asyncio.sleep(float(answer.headers.get("Retry-After", 1)))
            elif answer.status_code == 401:
                headers = await _signed_in(scene)

    await asyncio.gather(*(worker() for _ in range(PARALLEL)))


async def fixed(scene: Scene) -> None:
    """A call a second, whatever the headers say: what 3,600 an hour come to."""
    headers = await _signed_in(scene)
    while True:
        begun = elapsed()
        answer = await scene.http.get(f"{HOST.api_url}/rest/v1.0/me", headers=headers)
        if answer.status_code == 401:
            headers = await _signed_in(scene)
        await asyncio.sleep(max(0.0, 1.0 - (elapsed() - begun)))


async def _play(scene: Scene, drive: Drive, hours: float, *beside: Awaitable[None]) -> None:
    work = [asyncio.ensure_future(one) for one in (drive(scene), *beside)]
    await asyncio.wait(work, timeout=hours * 3600.0, return_when=asyncio.FIRST_COMPLETED)
    for one in work:
        if one.done():
            one.result()
        one.cancel()
    await asyncio.gather(*work, return_exceptions=True)


def play(drive: Drive, hours: float, **how: Any) -> dict[str, Any]:
    """One scene from its beginning to its end."""
    others, limits = how.pop("others", 0.0), how.pop("limits", {})

    async def whole() -> dict[str, Any]:
        scene = Scene(**how)

        async def change() -> None:
            for after, (hourly, spike) in limits.items():
                await asyncio.sleep(max(0.0, after * 3600 - elapsed()))
                scene.sim._core.limits.change(hourly, spike)
            await asyncio.sleep(1e9)

        beside = [change()]
        if others:
            beside.append(scene.other_user(others))
        await _play(scene, drive, hours, *beside)
        told = scene.result(hours)
        scene.sim.stop()
        return told

    begun = time.monotonic()
    told = virtual_time.run(whole())
    return told | {"real_seconds": round(time.monotonic() - begun, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=4.1, help="simulated hours of each scene (4.1)")
    hours = parser.parse_args().hours
    logging.disable(logging.WARNING)
    scenes: dict[str, tuple[Drive, dict[str, Any]]] = {
        "pdm_nb": (ours, {}),
        "naive_client": (naive, {}),
        "one_call_a_second": (fixed, {}),
        "without_retry_after": (ours, {"retry_after": False}),
        "our_clock_5_min_ahead": (ours, {"skew": 300.0}),
        "our_clock_5_min_behind": (ours, {"skew": -300.0}),
        "limits_change": (ours, {"limits": CHANGES}),
        "one_call_a_second_when_they_change": (fixed, {"limits": CHANGES}),
        "spike_limit_alone": (ours, {"hourly_limit": 36_000}),
        "another_user_takes_a_third": (ours, {"others": 1 / 3}),
    }
    told = {}
    for name, (drive, how) in scenes.items():
        told[name] = play(drive, hours, **how)
        print(f"{name}: {told[name]}", file=sys.stderr)
    print(json.dumps({"limits": {"hourly": HOURLY, "spike_per_10_s": SPIKE}, **told}))


if __name__ == "__main__":
    main()
