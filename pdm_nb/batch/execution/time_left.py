"""Estimates the time that a step still takes: by the calls under the rate limit, and by its speed so far. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

ENOUGH = 3.0  # seconds of work after which the speed is used


@dataclass
class TimeLeft:
    """Follows one step. Time in which it waited for a limit, or was paused, does not count for its speed.

    `needed`: calls that are still needed, at the least. `least`: estimates up to these seconds are not shown, since
    something unknown takes longer.
    """

    needed: float = 0.0
    least: float = 0.0
    worked: float = 0.0  # seconds
    made: int = 0  # calls
    bytes_left: int = 0
    moved: int = 0  # bytes
    _stored: int | None = None  # bytes at the start: those of earlier runs

    def follow(self, seconds: float, made: int, stored: int, size: int) -> None:
        """Add `seconds` of work, after which `made` calls were made and `stored` of `size` bytes are stored."""
        self.worked += seconds
        self.made, self.bytes_left = made, size - stored
        self._stored = stored if self._stored is None else self._stored
        self.moved = stored - self._stored

    def time_left(self, time_for: Callable[[int], float]) -> float | None:
        """Return seconds, or None if there is no estimate. `time_for`: seconds that the limits allow calls in."""
        if self.needed <= 0:
            return None
        known = [time_for(round(self.needed))]
        if self.worked >= ENOUGH:
            known.append(self.needed * self.worked / self.made if self.made else 0.0)
            known.append(self.bytes_left * self.worked / self.moved if self.moved > 0 else 0.0)
        longest = max(known)
        return longest if longest > self.least else None
