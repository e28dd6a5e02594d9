"""The progress of a run, and its recent transfer rate."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

from .events import duration


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a run.

    Attributes
    ----------
    documents_done, documents_total : int
        Documents.
    bytes_done, bytes_total : int
        Bytes of files that are stored, and that are to be stored.
    api_calls, storage_puts : int
        Calls to the service, and file parts sent to storage.
    elapsed : float
        Seconds since the start.
    note : str
        What the run does now.
    rate : float
        Bytes per second, recently.
    waiting_until : float or None
        Unix seconds until which the run waits for the rate limit of the service; None if it does not wait.
    time_left : float or None
        Estimated seconds until what `note` names is done; None if there is no estimate.
    """

    documents_done: int = 0
    documents_total: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    api_calls: int = 0
    storage_puts: int = 0
    elapsed: float = 0.0
    note: str = ""
    rate: float = 0.0
    waiting_until: float | None = None
    time_left: float | None = None

    @property
    def outlook(self) -> str:
        """A text such as "waiting for the rate limit until 14:32, about 25 min left", "" if nothing is known."""
        parts = []
        if self.waiting_until is not None:
            wait = self.waiting_until - time.time()
            form = "%H:%M:%S" if wait < 90 else "%H:%M" if wait < 12 * 3600 else "%Y-%m-%d %H:%M"
            clock = time.strftime(form, time.localtime(self.waiting_until))
            parts.append(f"waiting for the rate limit until {clock}")
        if self.time_left is not None:
            parts.append(f"about {duration(self.time_left)} left")
        return ", ".join(parts)


class RateMeter:
    """Measures bytes per second over the last `span` seconds."""

    def __init__(self, span: float = 10.0) -> None:
        self._span = span
        self._seen: deque[tuple[float, int]] = deque()

    def rate(self, now: float, done: int) -> float:
        """Return the rate at `now` (seconds) with `done` bytes so far. Bytes before the first call do not count."""
        seen = self._seen
        if not seen or now - seen[-1][0] >= self._span / 50:
            seen.append((now, done))
        while len(seen) > 2 and now - seen[1][0] >= self._span:
            seen.popleft()
        start, before = seen[0]
        return max(0.0, (done - before) / (now - start)) if now > start else 0.0
