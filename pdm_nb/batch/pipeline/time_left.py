"""How long a kind of work still takes: the calls it needs under the limits, and how fast it has been. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

ENOUGH = 3.0  # seconds of work after which its speed says something


@dataclass
class TimeLeft:
    """Follows one kind of work. What it did while it waited for a limit, or was paused, says nothing of its speed.

    `needed`: calls that are still to be made, at the least. `least`: seconds below which nothing is said, since what
    cannot be foreseen takes longer.
    """

    needed: float = 0.0
    least: float = 0.0
    worked: float = 0.0  # seconds
    made: int = 0  # calls
    bytes_left: int = 0
    moved: int = 0  # bytes
    _stored: int | None = None  # bytes at the start: those of earlier runs

    def follow(self, seconds: float, made: int, stored: int, size: int) -> None:
        """So many seconds of work later, so many calls were made, and so many bytes of all are stored."""
        self.worked += seconds
        self.made, self.bytes_left = made, size - stored
        self._stored = stored if self._stored is None else self._stored
        self.moved = stored - self._stored

    def time_left(self, time_for: Callable[[int], float]) -> float | None:
        """Seconds; None where nothing can be said. `time_for` tells how long the limits make so many calls take."""
        if self.needed <= 0:
            return None
        known = [time_for(round(self.needed))]
        if self.worked >= ENOUGH:
            known.append(self.needed * self.worked / self.made if self.made else 0.0)
            known.append(self.bytes_left * self.worked / self.moved if self.moved > 0 else 0.0)
        longest = max(known)
        return longest if longest > self.least else None
