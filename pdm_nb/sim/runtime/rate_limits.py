"""The two rate limits and the headers that report them (B11, B12). Storage PUTs are not counted here (B14).

Both limits are enforced in every reading; a reading decides only what the headers report, and whether the spike
window rolls or is fixed:

    nearest        the limit that is most likely to be exceeded first; the spike window rolls
    nearest_fixed  the same with a fixed spike window
    sooner         the limit whose window ends sooner, or the hourly one if nothing of it is left; both windows fixed
    hourly         the hourly limit alone
    none           no headers
    nodes          the counters of one of several gateway nodes, each of which sees a part of the calls
    sliding        the spike limit, its reset always "now + 10 s", its remaining nearly constant
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right, insort
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

UNDER_WAY = 0.25  # seconds: calls that were sent before their caller could know of a refusal
HOUR, SPIKE = 3600.0, 10.0
FIXED = ("nearest_fixed", "sooner")  # readings in which the spike window is fixed
NODES = 3  # gateway nodes of the reading `nodes`


@dataclass(slots=True)
class Window:
    """Calls within a fixed window; a new one begins with the first call after the end of the last one."""

    limit: int
    seconds: float
    used: int = 0
    ends: float = 0.0

    def count(self, now: float) -> bool:
        """Count a call, also one over the limit; False for that one."""
        if now >= self.ends:
            self.used, self.ends = 0, now + self.seconds
        self.used += 1
        return not self.exceeded

    def fill(self, now: float, seconds: float) -> None:
        """Use the window up until so many seconds from now."""
        self.used, self.ends = self.limit + 1, now + seconds

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)

    @property
    def exceeded(self) -> bool:
        return self.used > self.limit

    def state(self) -> list[Any]:
        return [self.limit, self.used, self.ends]

    def restore(self, state: list[Any], *, with_limit: bool) -> None:
        limit, self.used, self.ends = state
        self.limit = limit if with_limit else self.limit


@dataclass(slots=True)
class Rolling:
    """Calls within the last seconds. A call over the limit is refused and takes no place in the window."""

    limit: int
    seconds: float
    times: list[float] = field(default_factory=list)
    exceeded: bool = False  # by the last call

    def count(self, now: float) -> bool:
        del self.times[: bisect_right(self.times, now - self.seconds)]
        self.exceeded = len(self.times) >= self.limit
        if not self.exceeded:
            insort(self.times, now)
        return not self.exceeded

    def fill(self, now: float, seconds: float) -> None:
        self.times, self.exceeded = [now + seconds - self.seconds] * self.limit, True

    @property
    def remaining(self) -> int:
        return max(0, self.limit - len(self.times))

    @property
    def ends(self) -> float:
        """When all of the window is free again. Part of it is before: the window rolls."""
        return self.times[-1] + self.seconds if self.times else 0.0

    def state(self) -> list[Any]:
        return [self.limit, self.exceeded, self.times]

    def restore(self, state: list[Any], *, with_limit: bool) -> None:
        limit, self.exceeded, self.times = state
        self.limit = limit if with_limit else self.limit


class Limits:
    """Counts calls and decides which are refused."""

    def __init__(self, hourly: int, spike: int, reading: str = "nearest", seed: int = 1) -> None:
        self.reading = reading
        self.hourly = Window(hourly, HOUR)
        self._rolling = Rolling(spike, SPIKE)
        self._fixed = Window(spike, SPIKE)
        self._nodes = [(Window(hourly, HOUR), Window(spike, SPIKE)) for _ in range(NODES)]
        self._node, self._seed, self._calls = 0, seed, 0
        self._given = [hourly, spike]
        self._refused = self._until = -1.0

    @property
    def spike(self) -> Window | Rolling:
        """The spike window that the present reading enforces."""
        return self._fixed if self.reading in FIXED else self._rolling

    @property
    def _all(self) -> list[Window | Rolling]:
        return [self.hourly, self._fixed, self._rolling, *(one for node in self._nodes for one in node)]

    def count(self, now: float) -> bool:
        """Count a call; False where it is over a limit."""
        self._node = random.Random(f"{self._seed} {self._calls}").randrange(NODES)
        self._calls += 1
        for window in (self.hourly, self._fixed, self._rolling, *self._nodes[self._node]):
            window.count(now)
        return not self.exceeded

    def refuse(self, now: float, reported: bool) -> bool:
        """Note a refusal, `reported` with the time to wait until; True if an earlier one had named a later time."""
        too_early = self._refused + UNDER_WAY < now < self._until
        if now >= self._until:
            self._refused, self._until = now, self.ends if reported else -1.0
        return too_early

    def change(self, hourly: int | None, spike: int | None) -> None:
        """Set other limits; None leaves one as it is (B11)."""
        for window in self._all:
            window.limit = (hourly if window.seconds == HOUR else spike) or window.limit

    def state(self) -> dict[str, Any]:
        """What outlasts a restart, as JSON has it."""
        windows = [one.state() for one in self._all]
        told = [self._refused, self._until, self._calls]
        return {"given": self._given, "windows": windows, "told": told}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue from a `state`. Limits that had been changed stay so, unless others are given now."""
        for window, one in zip(self._all, state["windows"], strict=True):
            window.restore(one, with_limit=state["given"] == self._given)
        self._refused, self._until, self._calls = state["told"]

    def fill(self, hourly: bool, now: float, seconds: float) -> None:
        """Use a window up until so many seconds from now."""
        for window in self._all:
            if hourly == (window.seconds == HOUR):
                window.fill(now, seconds)

    @property
    def exceeded(self) -> bool:
        return self.hourly.exceeded or self.spike.exceeded

    @property
    def ends(self) -> float:
        """When the limit that refuses calls lets them pass again."""
        return max(window.ends for window in (self.hourly, self.spike) if window.exceeded)

    @property
    def names_its_end(self) -> bool:
        """Whether the headers of a refusal report the limit that refused."""
        window = self._reported()
        return window is not None and window.exceeded and self.reading != "sliding"

    def _reported(self) -> Window | Rolling | None:
        """The window that the headers are about."""
        match self.reading:
            case "none":
                return None
            case "hourly":
                return self.hourly
            case "sliding":
                return self.spike
            case "nodes":
                hourly, spike = self._nodes[self._node]
                return _nearest(hourly, spike)
            case "sooner":
                spent = self.hourly.remaining == 0  # reported until it ends
                return self.hourly if spent else min(self.spike, self.hourly, key=lambda one: one.ends)
        return _nearest(self.hourly, self.spike)

    def headers(self, now: float) -> dict[str, str]:
        window = self._reported()
        if window is None:
            return {}
        remaining, ends = window.remaining, window.ends
        if self.reading == "sliding":
            part = 2 * (window.limit - remaining) // window.limit
            remaining, ends = max(0, window.limit - 1 - part), now + SPIKE
        return {
            "X-Rate-Limit-Limit": str(window.limit),
            "X-Rate-Limit-Remaining": str(remaining),
            "X-Rate-Limit-Reset": str(math.ceil(ends)),
        }


def _nearest(hourly: Window, spike: Window | Rolling) -> Window | Rolling:
    """The window most likely to be exceeded first: the smaller share of calls left (B11)."""
    if hourly.exceeded != spike.exceeded:
        return hourly if hourly.exceeded else spike
    return min((spike, hourly), key=lambda window: window.remaining / window.limit)
