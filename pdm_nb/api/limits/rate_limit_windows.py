"""The calls of one limit: our own, which are counted, and those of others, which headers report (B11). Pure."""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from dataclasses import dataclass

HOUR, SPIKE = 3600.0, 10.0  # B11: seconds of the two windows
SAME = 2.0  # seconds by which a reset may be reported too late: rounded up, or by another clock
GRACE = 0.01  # seconds: the clocks do not run at exactly the same speed
PATIENCE = 60.0  # seconds for which an estimate is used


@dataclass(frozen=True, slots=True)
class SentCall:
    """A call that was sent: its number, and the time."""

    number: int
    at: float


class CallHistory:
    """Our own calls of the last hour: how many are under way, and when the others ended."""

    def __init__(self) -> None:
        self.sent = 0
        self._ended_at: list[float] = []
        self._forgotten = 0

    @property
    def under_way(self) -> int:
        return self.sent - self._forgotten - len(self._ended_at)

    @property
    def has_ended_calls(self) -> bool:
        return self.sent > self.under_way

    def note(self, now: float) -> None:
        insort(self._ended_at, now)
        if len(self._ended_at) % 1000 == 0:
            old = bisect_right(self._ended_at, now - HOUR)
            del self._ended_at[:old]
            self._forgotten += old

    def since(self, moment: float) -> int:
        """Return the number of calls that may have arrived after a moment."""
        return self.under_way + len(self._ended_at) - bisect_right(self._ended_at, moment)

    def between(self, start: float, end: float) -> int:
        """Return the number of calls that ended after `start` and by `end`."""
        return max(0, bisect_right(self._ended_at, end) - bisect_right(self._ended_at, start))

    def leaving(self, length: float, rest: int) -> float:
        """Return when at most `rest` of the ended calls are within `length` seconds; infinity if `rest` is below 0."""
        if rest < 0:
            return math.inf
        return -math.inf if rest >= len(self._ended_at) else self._ended_at[-rest - 1] + length + GRACE


@dataclass(frozen=True, slots=True)
class CallsLeft:
    """How many calls of a limit are left, and when it is reset (Unix seconds; None if that is not known)."""

    left: int
    limit: int
    resets: float | None


@dataclass(slots=True)
class LimitWindow:
    """A limit, and what headers reported about it."""

    limit: int
    length: float
    reset: float = -math.inf
    began: float = -math.inf  # the last reset that has passed
    others: int = 0  # calls of others, until `others_until`
    others_until: float = 0.0
    newest: int = 0  # the last call whose response reported this limit
    stretched: float = -math.inf  # when a response last had a longer window than usual

    def allowed(self, now: float) -> float:
        """Return the number of calls that may count."""
        return self.limit

    def used(self, history: CallHistory, now: float) -> int:
        return history.since(self._start(now)) + self._others_at(now)

    def wait(self, history: CallHistory, now: float, room: float) -> float:
        """Return the seconds until fewer than `room` calls count; infinity until one under way has ended."""
        if self.used(history, now) < room:
            return 0.0
        rest = int(room) - 1 - history.under_way
        moments = [history.leaving(self.length, rest - self._others_at(now))]
        moments.append(max(self.others_until, history.leaving(self.length, rest)))
        if now < self.reset:
            moments.append(self.reset if rest >= 0 else math.inf)
        return max(0.0, min(moments) - now)

    def _start(self, now: float) -> float:
        """Return the time before which calls that had ended do not count. A reset may be reported too late."""
        return max(now - self.length, (self.reset if self.reset <= now else self.began) - SAME)

    def _others_at(self, now: float) -> int:
        return self.others if now < self.others_until else 0

    def learn(self, call: SentCall, now: float, used: int, reset: float | None, history: CallHistory) -> None:
        """Learn from a response to `call` how many calls are used, and until when.

        The response was written while `call` was under way: of our calls it may count any that could have arrived by
        now, and it does count those that had ended before `call` was sent. An estimate within these bounds is kept.
        """
        least = max(0, used - history.since(self._start(call.at)))
        most = max(least, used - history.between(self._start(now), call.at) - 1)
        others = min(max(self._others_at(now), least), most) if self.newest else most
        if call.number < self.newest and others < self._others_at(now):
            return  # an older response does not include newer calls of others
        end = now + self.length
        self.others, self.newest = others, call.number
        self.others_until = end if reset is None else min(end, reset)


@dataclass(slots=True)
class WindowEstimate(LimitWindow):
    """An estimate of a limit: the calls that passed before a refusal. It grows after a while."""

    at: float = 0.0
    patience: float = PATIENCE

    def allowed(self, now: float) -> float:
        doublings = (now - self.at - self.patience) / SPIKE
        if doublings <= 0:
            return self.limit
        return math.inf if doublings > 12 else math.floor(self.limit * 2.0**doublings)
