"""How many calls may go out, and when: arithmetic on the service's rate-limit headers alone (B11-B13).

Pure: the time comes in as an argument, nothing sleeps here. `gate.py` waits. `skew.py` knows the service's clock.
"""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections.abc import Mapping
from dataclasses import dataclass

from .skew import Skew, number_of, seconds_after

HOUR = 3600.0  # B11: no window is longer
SHORT = (
    60.0  # a window that ends within so many seconds is the spike one, unless it is known as the hourly one
)
SAME = 2.0  # seconds by which two answers may differ on the end of one window
FEELING = 100  # answers without a word of a spike window that may be there all the same
RESERVE = {True: 0.04, False: 0.02}  # the part of a short, of a long window that bulk calls leave to people


@dataclass(frozen=True, slots=True)
class Call:
    """One call that went out: which one it was, when, and how many had been answered by then."""

    number: int
    at: float
    before: int


@dataclass(slots=True)
class Window:
    """One of the service's two windows, in our time, as an answer told of it.

    `used` is never less than the service has counted of us. Until `reset` it counts on by itself; after that, until
    an answer tells of the next one, every call of the last `length` seconds may be in that.
    """

    limit: int
    used: int
    reset: float
    length: float
    noticed: int  # how many calls had been sent when others were last seen to use it too

    def since(self, now: float) -> float:
        """From when on a call may have been counted in the window that came after this one."""
        return max(self.reset, now - self.length)


class Pace:
    """Counts what may be sent. The headers are the truth; no limit is assumed (B11).

    An answer tells of one window, so the other one is counted by ourselves. As long as we are alone, what we think
    used is at least what the service counted: answers may come in any order and say nothing of calls under way, so
    a call that was sent before another one was answered may have been counted after it.
    """

    def __init__(self) -> None:
        self._short: Window | None = None
        self._long: Window | None = None
        self._blocked_until = 0.0
        self._sent = 0
        self._heard: list[float] = []  # when answers came, of the last hour
        self._forgotten = 0  # those before
        self._feeling = 0  # answers that told of the long window alone
        self._refused = 0  # refusals in a row that did not say until when
        self._late = 0.0  # seconds that the service's resets are rounded down by
        self._skew = Skew()

    @property
    def flying(self) -> int:
        """Calls under way."""
        return self._sent - self._answered

    @property
    def _answered(self) -> int:
        return self._forgotten + len(self._heard)

    # -- what may be sent
    def wait(self, now: float, *, bulk: bool = False) -> float:
        """Seconds to wait before a call may be sent; 0.0 means now, infinity until another one is answered."""
        waits = [0.0, self._blocked_until - now]
        waits += [self._wait_for(w, now, self._reserve(w, bulk)) for w in self._windows()]
        if self.flying and self._feels_its_way():
            waits.append(math.inf)
        return max(waits)

    def left(self, now: float, *, bulk: bool = False) -> int | None:
        """Calls that may be sent before the next wait; None where no limit is known."""
        if self.wait(now, bulk=bulk) > 0:
            return 0
        free = [self._free(w, now) - self._reserve(w, bulk) for w in self._windows()]
        return min(free, default=None)

    def time_for(self, calls: int, now: float) -> float:
        """Seconds until so many more bulk calls could have gone out, as far as the limits are known."""
        waits = [self._blocked_until - now, 0.0]
        for window in self._windows():
            reserve = self._reserve(window, True)
            over = calls - (self._free(window, now) - reserve)
            if over > 0:
                rounds = math.ceil(over / (window.limit - reserve)) - 1
                waits.append(max(0.0, window.reset - now) + rounds * window.length)
        return max(waits)

    def _free(self, window: Window, now: float) -> int:
        """Calls still free in a window, or in the one after it."""
        if now < window.reset:
            return window.limit - window.used
        return window.limit - self.flying - self._heard_since(window.since(now))

    def _wait_for(self, window: Window, now: float, reserve: int) -> float:
        if self._free(window, now) > reserve:
            return 0.0
        if now < window.reset:
            return window.reset - now
        most = window.limit - reserve - self.flying
        # Until the calls that may be in the present window cannot be any more; or until one under way is answered.
        return max(0.0, self._heard[-most] + window.length - now) if most > 0 else math.inf

    def _heard_since(self, moment: float) -> int:
        return len(self._heard) - bisect_right(self._heard, moment)

    def _windows(self) -> list[Window]:
        return [window for window in (self._short, self._long) if window is not None]

    def _reserve(self, window: Window, bulk: bool) -> int:
        return int(window.limit * RESERVE[window is self._short]) if bulk else 0

    def _feels_its_way(self) -> bool:
        """One call at a time while a limit may be there that no answer has told of.

        Before the first answer that is any limit; later a spike window, hidden behind an hour that is half used up.
        """
        if self._answered == 0:
            return True
        if self._short is not None or self._long is None:
            return False
        return self._feeling < FEELING or self._long.used * 2 > self._long.limit

    # -- what happens
    def sent(self, now: float) -> Call:
        """A call goes out."""
        for window in self._windows():
            window.used += 1
        self._sent += 1
        return Call(self._sent, now, self._answered)

    def taken_back(self) -> None:
        """The call that went out last did not go after all."""
        for window in self._windows():
            window.used -= 1
        self._sent -= 1

    def answered(
        self, call: Call, now: float, headers: Mapping[str, str] | None = None, status: int = 200
    ) -> None:
        """An answer came (`headers` with lower-case names), or none (`headers=None`)."""
        self._note(now)
        if headers is None:
            return
        self._skew.learn(headers, call.at, now)
        limit, remaining, given = (
            number_of(headers.get(f"x-rate-limit-{name}")) for name in ("limit", "remaining", "reset")
        )
        if status == 429 and given is not None and -1.5 < self._skew.ours(given, now) - now <= 0.5:
            self._late = 1.0  # refused at the reset itself: it had been told too early, by less than a second
        # No window is longer (B11): a clock that goes wrong, theirs or ours, must not hold us for ever.
        reset = None if given is None else min(self._skew.ours(given, now) + self._late, now + HOUR)
        if limit is not None and remaining is not None and reset is not None:
            told = max(1, int(limit))
            self._learn(call, now, told, max(0, told - max(0, int(remaining))), reset)
        if status == 429:
            self._refuse(now, headers, reset)
        elif (after := seconds_after(headers, now)) is not None:
            self.block(now + after, now)  # B13

    def _note(self, now: float) -> None:
        """Remember when an answer came; an hour is enough."""
        insort(self._heard, now)
        if len(self._heard) % 1000 == 0:
            old = bisect_right(self._heard, now - HOUR)
            del self._heard[:old]
            self._forgotten += old

    def block(self, until: float, now: float) -> None:
        """Hold all calls until `until`, an hour at the most; never shorter than they are held already."""
        self._blocked_until = max(self._blocked_until, min(until, now + HOUR))

    def _refuse(self, now: float, headers: Mapping[str, str], reset: float | None) -> None:
        """B12: nothing is sent until the reset; the later one, where `Retry-After` says something else."""
        untold = reset is None or reset <= now
        after = seconds_after(headers, now)
        if not untold or after:
            self._refused = 0
        elif now >= self._blocked_until:  # the first to say so, not one of several under way
            self._refused = min(self._refused + 1, 6)
        least = 2.0 ** max(0, self._refused - 1)
        self.block(max(now if reset is None else reset, now + (after or 0.0), now + least), now)

    # -- what the headers tell
    def _learn(self, call: Call, now: float, limit: int, told: int, reset: float) -> None:
        """An answer to `call` says that so many of a window's calls are used."""
        is_long = self._is_long(limit, reset, now)
        known = self._long if is_long else self._short
        # Of ours, those that may have been counted after that answer was written.
        after = self._sent - call.before - 1
        if known is None or known.limit != limit:
            known = Window(limit, told + after, reset, HOUR if is_long else SHORT, self._sent)
        elif reset > known.reset + SAME:  # the next one, with what we have sent since the last one's end
            known.used, known.noticed = known.limit - self._free(known, now), 0
        elif reset < min(known.reset, now + SAME + SAME) - SAME:  # one that is over
            return
        if told > known.used:  # others use the application too
            known.used, known.noticed = told + self.flying, self._sent
        elif call.number > known.noticed:  # an older answer knows nothing of the others
            known.used = min(known.used, told + after)
        if (
            told == 1 and reset > now
        ):  # the one that opened it: it lasts no longer than from its sending to the reset
            known.length = min(reset - call.at, HOUR)
        known.reset = reset
        self._keep(known, is_long)

    def _is_long(self, limit: int, reset: float, now: float) -> bool:
        """Which of the two an answer tells of. Near its end the hourly one looks like the spike one."""
        short, long = self._short, self._long
        if reset - now > SHORT:
            return True
        if short is None or short.limit == limit:
            return short is None and long is not None and long.limit == limit
        if long is None and abs(short.reset - reset) > SAME:  # not the same one with another limit
            if short.limit > limit:
                self._long, self._short = short, None
                return False
            return True
        return long is not None and long.limit == limit

    def _keep(self, window: Window, is_long: bool) -> None:
        if not is_long:
            self._short = window
            return
        if self._long is None:
            self._feeling = 0
            if self._short is not None and self._short.limit == window.limit:
                self._short = None  # it was the hour's last minute
        self._long = window
        self._feeling += 1
