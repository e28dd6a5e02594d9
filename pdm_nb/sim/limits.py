"""The two rate limits, and the headers that tell of them (B11, B12). Storage PUTs never come here (B14)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

UNDER_WAY = 0.25  # seconds: calls that were sent before their caller could know of a refusal


@dataclass(slots=True)
class Window:
    """Calls within a fixed stretch of time; a new stretch begins with the first call after the last one's end."""

    limit: int
    seconds: float
    used: int = 0
    ends: float = 0.0

    def count(self, now: float) -> None:
        if now >= self.ends:
            self.used, self.ends = 0, now + self.seconds
        self.used += 1

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)

    @property
    def passed(self) -> bool:
        return self.used > self.limit


class Limits:
    """Counts calls. A refused call counts as well: whoever keeps calling keeps being refused (B12)."""

    def __init__(self, hourly: int, spike: int) -> None:
        self.hourly = Window(hourly, 3600.0)
        self.spike = Window(spike, 10.0)
        self._given = [hourly, spike]
        self._refused = self._until = -1.0

    def count(self, now: float) -> bool:
        """Count a call; False where it is over a limit."""
        for window in (self.hourly, self.spike):
            window.count(now)
        return not self.passed

    def refuse(self, now: float) -> bool:
        """Note a refusal; True where the caller had been told before to wait until a reset still to come (B12)."""
        told = self._refused + UNDER_WAY < now < self._until
        if now >= self._until:
            self._refused, self._until = now, self.nearer().ends
        return told

    def change(self, hourly: int | None, spike: int | None) -> None:
        """Set other limits; None leaves one as it is (B11)."""
        self.hourly.limit = hourly or self.hourly.limit
        self.spike.limit = spike or self.spike.limit

    def state(self) -> dict[str, Any]:
        """What outlasts a restart, as JSON has it."""
        windows = [[one.limit, one.used, one.ends] for one in (self.hourly, self.spike)]
        return {"given": self._given, "windows": windows, "told": [self._refused, self._until]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state`. Limits that had been changed stay so, unless others are given now."""
        for window, (limit, used, ends) in zip((self.hourly, self.spike), state["windows"], strict=True):
            window.used, window.ends = used, ends
            if state["given"] == self._given:
                window.limit = limit
        self._refused, self._until = state["told"]

    def fill(self, hourly: bool, now: float, seconds: float) -> None:
        """Have a window be used up, and end in so many seconds."""
        window = self.hourly if hourly else self.spike
        window.used, window.ends = window.limit + 1, now + seconds

    @property
    def passed(self) -> bool:
        return self.hourly.passed or self.spike.passed

    def nearer(self) -> Window:
        """The window that is nearer its end: the smaller share of calls left (B11)."""
        if self.hourly.passed != self.spike.passed:
            return self.hourly if self.hourly.passed else self.spike
        return min((self.spike, self.hourly), key=lambda window: window.remaining / window.limit)

    def headers(self) -> dict[str, str]:
        window = self.nearer()
        return {
            "X-Rate-Limit-Limit": str(window.limit),
            "X-Rate-Limit-Remaining": str(window.remaining),
            "X-Rate-Limit-Reset": str(math.ceil(window.ends)),
        }
