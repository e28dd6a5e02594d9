"""How long a run still takes: the calls it needs under the limits, and how fast it has been. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

CALLS = 2.03  # for each document: two for its file, and its part of the calls that are made for a hundred (B23, B57)
ENOUGH = 3.0  # seconds of work after which its speed says something


@dataclass
class Outlook:
    """Follows one run of uploading. What it did while it waited for a limit says nothing of its speed."""

    worked: float = 0.0  # seconds
    total: int = 0
    done: int = 0
    bytes_left: int = 0
    moved: int = 0  # bytes
    _stored: int | None = None  # bytes at the start: those of earlier runs

    def follow(self, seconds: float, total: int, done: int, stored: int, size: int) -> None:
        """So many seconds of work later, so many documents of all are done, and so many bytes of all stored."""
        self.worked += seconds
        self.total, self.done, self.bytes_left = total, done, size - stored
        self._stored = stored if self._stored is None else self._stored
        self.moved = stored - self._stored

    def time_left(self, calls: int, time_for: Callable[[int], float]) -> float | None:
        """Seconds, after so many calls; None where nothing can be said. `time_for` tells what the limits allow."""
        needed = self._calls_left(calls)
        limited = time_for(needed)
        if self.worked < ENOUGH:
            return limited or None
        paced = needed * self.worked / calls if calls else 0.0
        moving = self.bytes_left * self.worked / self.moved if self.moved > 0 else 0.0
        return max(limited, paced, moving) or None

    def _calls_left(self, calls: int) -> int:
        """Documents count as done when they are linked, by the hundred: what they have taken by then is taken off."""
        open_ = self.total - self.done
        return round(min(CALLS * open_, max(CALLS * self.total - calls, (CALLS - 2) * open_)))
