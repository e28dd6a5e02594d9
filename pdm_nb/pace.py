"""How long to wait before the next call: arithmetic on the service's rate-limit headers alone (B11-B13).

Pure: the time comes in as an argument, nothing sleeps here. `client.py` waits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

HOUR = 3600.0  # B11: no window is longer


@dataclass
class Window:
    """One of the service's windows, known by its limit; `remaining` is what we may still send in it."""

    remaining: int
    reset: float  # Unix seconds


class Pace:
    """Counts what we may send. The headers are the truth; no limit is assumed (B11).

    Answers tell of whichever window is nearer its end, so windows are kept apart by their limit. Calls under
    way when an answer was written may not be counted in it: they are subtracted.
    """

    def __init__(self) -> None:
        self._windows: dict[int, Window] = {}
        self._blocked_until = 0.0
        self._flying = 0

    def wait(self, now: float) -> float:
        """Seconds to wait before a call may be sent; 0.0 means now."""
        waits = [self._blocked_until - now]
        for window in self._windows.values():
            if window.remaining <= 0:
                waits.append(window.reset - now)
        return max(0.0, *waits)

    def sent(self) -> None:
        """A call goes out."""
        self._flying += 1
        for window in self._windows.values():
            window.remaining -= 1

    def answered(
        self, now: float, headers: Mapping[str, str] | None = None, *, throttled: bool = False
    ) -> None:
        """An answer came (`headers` with lower-case names), or none (`headers=None`)."""
        self._flying -= 1
        self._windows = {limit: window for limit, window in self._windows.items() if window.reset > now}
        if headers is None:
            return
        limit, remaining, reset = (
            _number(headers.get(f"x-rate-limit-{key}")) for key in ("limit", "remaining", "reset")
        )
        reset = None if reset is None else min(reset, now + HOUR)  # a clock that goes wrong, ours or theirs
        if limit is not None and remaining is not None and reset is not None and reset > now:
            self._windows[int(limit)] = Window(int(remaining) - self._flying, reset)
        if throttled:
            after = _number(headers.get("retry-after"))
            until = max(reset or 0.0, now + (after if after is not None else 0.0))
            self._blocked_until = max(self._blocked_until, until, now + 1.0)

    def block(self, until: float) -> None:
        """Hold all calls until `until` (Unix seconds): heavy load with Retry-After (B13)."""
        self._blocked_until = max(self._blocked_until, until)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "nan")
    except ValueError:
        return None
    return number if math.isfinite(number) else None
