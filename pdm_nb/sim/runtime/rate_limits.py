"""The two rate limits and the headers that report them (B11, B12). Storage PUTs are not counted here (B14).

Both limits are enforced in every variant. The variant (the option `limit_headers`) decides only what the headers
report, and whether the spike window is rolling or fixed:

    nearest        the limit that is most likely to be exceeded first; rolling spike window
    nearest_fixed  the same with a fixed spike window
    sooner         the limit whose window ends sooner, or the hourly one if no calls of it are left; fixed windows
    hourly         only the hourly limit
    none           no headers
    nodes          the counters of one of several gateway nodes, each of which receives a part of the calls
    sliding        the spike limit, with a reset that is always "now + 10 s" and a nearly constant `remaining`
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right, insort
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

IN_FLIGHT = 0.25  # seconds: calls that were sent before the client could know of a refusal
HOUR, SPIKE = 3600.0, 10.0
FIXED = ("nearest_fixed", "sooner")  # variants with a fixed spike window
NODES = 3  # gateway nodes of the variant `nodes`


@dataclass(slots=True)
class FixedWindow:
    """A fixed window; a new one starts with the first call after the end of the previous one."""

    limit: int
    seconds: float
    used: int = 0
    ends: float = 0.0

    def count(self, now: float) -> bool:
        """Count a call, also one over the limit; return False for that one."""
        if now >= self.ends:
            self.used, self.ends = 0, now + self.seconds
        self.used += 1
        return not self.exceeded

    def fill(self, now: float, seconds: float) -> None:
        """Use up the window for so many seconds from now."""
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
class RollingWindow:
    """A rolling window of the last seconds. A call over the limit is refused and not counted."""

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
        """When all of the window is free again; parts of it are free earlier."""
        return self.times[-1] + self.seconds if self.times else 0.0

    def state(self) -> list[Any]:
        return [self.limit, self.exceeded, self.times]

    def restore(self, state: list[Any], *, with_limit: bool) -> None:
        limit, self.exceeded, self.times = state
        self.limit = limit if with_limit else self.limit


class Limits:
    """Counts calls against both limits and decides which are refused."""

    def __init__(self, hourly: int, spike: int, variant: str = "nearest", seed: int = 1) -> None:
        self.variant = variant
        self.hourly = FixedWindow(hourly, HOUR)
        self._rolling = RollingWindow(spike, SPIKE)
        self._fixed = FixedWindow(spike, SPIKE)
        self._nodes = [(FixedWindow(hourly, HOUR), FixedWindow(spike, SPIKE)) for _ in range(NODES)]
        self._node, self._seed, self._calls = 0, seed, 0
        self._initial = [hourly, spike]
        self._refused = self._until = -1.0

    @property
    def spike(self) -> FixedWindow | RollingWindow:
        """The spike window that the present variant enforces."""
        return self._fixed if self.variant in FIXED else self._rolling

    @property
    def _all(self) -> list[FixedWindow | RollingWindow]:
        return [self.hourly, self._fixed, self._rolling, *(one for node in self._nodes for one in node)]

    def count(self, now: float) -> bool:
        """Count a call; return False if it exceeds a limit."""
        self._node = random.Random(f"{self._seed} {self._calls}").randrange(NODES)
        self._calls += 1
        for window in (self.hourly, self._fixed, self._rolling, *self._nodes[self._node]):
            window.count(now)
        return not self.exceeded

    def refuse(self, now: float, reported: bool) -> bool:
        """Record a refusal; return True if the client called before the reset that an earlier refusal reported.

        `reported` says whether this refusal reports its reset.
        """
        too_early = self._refused + IN_FLIGHT < now < self._until
        if now >= self._until:
            self._refused, self._until = now, self.ends if reported else -1.0
        return too_early

    def change(self, hourly: int | None, spike: int | None) -> None:
        """Change the limits; None leaves a limit unchanged (B11)."""
        for window in self._all:
            window.limit = (hourly if window.seconds == HOUR else spike) or window.limit

    def state(self) -> dict[str, Any]:
        """Return the state as JSON types, for the data folder."""
        windows = [one.state() for one in self._all]
        refusals = [self._refused, self._until, self._calls]
        return {"given": self._initial, "windows": windows, "told": refusals}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue from a saved `state`. Changed limits are kept, unless the initial limits differ now."""
        for window, one in zip(self._all, state["windows"], strict=True):
            window.restore(one, with_limit=state["given"] == self._initial)
        self._refused, self._until, self._calls = state["told"]

    def fill(self, hourly: bool, now: float, seconds: float) -> None:
        """Use up the hourly or the spike window for so many seconds from now."""
        for window in self._all:
            if hourly == (window.seconds == HOUR):
                window.fill(now, seconds)

    @property
    def exceeded(self) -> bool:
        return self.hourly.exceeded or self.spike.exceeded

    @property
    def ends(self) -> float:
        """When the exceeded limit accepts calls again."""
        return max(window.ends for window in (self.hourly, self.spike) if window.exceeded)

    @property
    def reports_reset(self) -> bool:
        """True if the headers of a refusal report the limit that was exceeded."""
        window = self._reported()
        return window is not None and window.exceeded and self.variant != "sliding"

    def _reported(self) -> FixedWindow | RollingWindow | None:
        """The window that the headers report, or None."""
        match self.variant:
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
                spent = self.hourly.remaining == 0  # then it is reported until it ends
                return self.hourly if spent else min(self.spike, self.hourly, key=lambda one: one.ends)
        return _nearest(self.hourly, self.spike)

    def headers(self, now: float) -> dict[str, str]:
        """Return the X-Rate-Limit headers of a response."""
        window = self._reported()
        if window is None:
            return {}
        remaining, ends = window.remaining, window.ends
        if self.variant == "sliding":
            part = 2 * (window.limit - remaining) // window.limit
            remaining, ends = max(0, window.limit - 1 - part), now + SPIKE
        return {
            "X-Rate-Limit-Limit": str(window.limit),
            "X-Rate-Limit-Remaining": str(remaining),
            "X-Rate-Limit-Reset": str(math.ceil(ends)),
        }


def _nearest(hourly: FixedWindow, spike: FixedWindow | RollingWindow) -> FixedWindow | RollingWindow:
    """The window most likely to be exceeded first: the smaller share of calls left (B11)."""
    if hourly.exceeded != spike.exceeded:
        return hourly if hourly.exceeded else spike
    return min((spike, hourly), key=lambda window: window.remaining / window.limit)
