"""The rate limits: how many calls may be sent, and when (B11-B13). Pure: the time is an argument; `call_queue.py` sleeps.

How this works
--------------
The service has two limits, per hour and per ten seconds, and its headers can be read in many ways: either limit
may be reported, or none; windows may roll or be fixed; a counter may be that of one node. In all of them one thing holds:
*a client that sends at most `limit` calls in any `length` seconds never exceeds a limit*, wherever a window begins.
So this module counts the calls of this process and takes little from the headers:

    our calls      ·  ·  ··  · ·· · [ ·  · ·· ·  ·  · ·· ] x x        x: under way
                                    |<---- `length` ---->| now
                                      ours + others < limit: send     else: wait until the oldest one leaves

- *Ours.* A call counts from when it is sent until `length` seconds after its response: it arrived in between.
- *Limit.* `X-Rate-Limit-Limit`. A reset more than a minute away, or a number of used calls that only an hour can
  have, belongs to the hourly limit, the rest to the spike limit. A new number replaces the old one at once.
- *Others.* If the service counted more calls than we can have made, others use the application as well: the
  difference counts until the reset. If it counted fewer (one node, an average), our own count is used.
- *Hour.* Its windows may be fixed: our count starts again at its reset. The reset of the spike limit is not used.
- *Spread.* Bulk calls keep a distance from each other as the window fills up, so a person's call need not wait long
  (nor many calls be refused at once), and leave a reserve: of the hour a part, of the spike window a call that soon
  leaves it.
- *Dips.* While the spike limit is fully used, headers report nothing else. Until the hourly limit is known, calls
  wait for a moment whenever their number has grown by the part of the spike window that was last reported as free
  (the hour had as much left then): so an hour that is nearly used up is reported in time.
- *A refusal* (429) stops all calls until `Retry-After` or the reset, whichever is later; without either, for ten
  seconds, and twice as long for each further one in a row, up to ten minutes. What `Retry-After` asks for counts in
  full, up to a week; more than that, and a reset more than an hour away, is malformed. A distant reset of a limit that is not used up is ignored: the
  other limit refused the call. Then one call goes alone.
- *A limit that no header reports* is found by refusals: calls start one at a time, more as they succeed; the
  number of calls that passed in the ten seconds before a refusal is taken as the limit. That is an estimate: after a
  minute it doubles every ten seconds, until the next refusal, so a single accident has no effect after two minutes. An
  estimate that is confirmed is used for longer, up to four minutes: then such a probe costs little.
"""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections.abc import Mapping

from .clock_skew import ClockSkew, number_of, seconds_after
from .rate_limit_windows import (
    HOUR,
    PATIENCE,
    SAME,
    SPIKE,
    CallHistory,
    CallsLeft,
    LimitWindow,
    SentCall,
    WindowEstimate,
)

LONG = 60.0  # seconds: a reset further away belongs to the hourly limit
MEMORY = 120.0  # seconds for which headers, or a length, are used without being confirmed
SPIKE_RESERVE, HOUR_RESERVE = 0.04, 0.02  # the part of a limit that bulk calls leave to people
SOON = 1.0  # seconds that a person's call may wait for the reserve, and a call for a slow one
DIP, DIP_FROM = 0.08, 250  # the part of a window that a dip leaves free, and from how many calls on
LONGEST_PATIENCE = 240.0  # seconds for which an estimate is used that was confirmed repeatedly
HOLD, LONGEST_HOLD = 10.0, 600.0  # seconds after a refusal without a time
STEP = 40  # successful calls within ten seconds that permit one more under way


def _dipped(limit: float) -> int:
    """Return the number of calls in a window below which a response reports an hour that is nearly used up."""
    return max(1, math.floor(limit * (1 - DIP)))


class RateLimit:
    """Counts what may be sent under the limits: see the module docstring."""

    def __init__(self) -> None:
        self._history = CallHistory()
        self._spike: LimitWindow | None = None
        self._hour: LimitWindow | None = None
        self._guess: WindowEstimate | None = None
        self._reported = -math.inf  # when headers last reported a limit
        self._skew = ClockSkew()
        self._blocked_until = 0.0
        self._refused = 0  # refusals in a row
        self._last = -math.inf  # when the last call was sent
        self._dip = DIP_FROM  # calls, when the next dip is due
        self._passed: list[float] = []  # when responses came to calls that were not refused
        self._late = 0.0  # seconds that the service's resets are rounded down by

    @property
    def under_way(self) -> int:
        """The number of calls under way."""
        return self._history.under_way

    # -- what may be sent
    def wait(self, now: float, *, bulk: bool = False) -> float:
        """Return the seconds to wait before a call may be sent; infinity until another one has ended.

        It may become less when another call ends: then call this again.
        """
        waits = [0.0, self._blocked_until - now]
        if self.under_way and self._is_probing(now):
            waits.append(self._last + SOON - now if self._history.has_ended_calls else math.inf)
        for window in self._windows(now):
            if window is self._hour:
                waits.append(window.wait(self._history, now, self._room(window, now, bulk)))
                continue
            waits.append(window.wait(self._history, now, self._room(window, now, False)))
            if bulk:  # so that a person's call could follow soon
                waits.append(window.wait(self._history, now, self._room(window, now, True)) - SOON)
                waits.append(self._distance(window, now))
        return max(waits)

    def left(self, now: float, *, bulk: bool = False) -> int | None:
        """Return the number of calls that may be sent before the next wait; None if no limit is known."""
        if self._blocked_until > now or self.wait(now) == math.inf:
            return 0
        windows = self._windows(now)
        free = [self._room(window, now, bulk) - window.used(self._history, now) for window in windows]
        return max(0, int(min(free))) if free else None

    def calls_left(self, now: float) -> CallsLeft | None:
        """Return what is left of the hourly limit, or of the shorter one; None if no limit is known."""
        windows = self._windows(now)
        window = self._hour if self._hour in windows else windows[0] if windows else None
        if window is None:
            return None
        limit = int(window.allowed(now))
        resets = window.reset if window.reset > now else None
        return CallsLeft(max(0, limit - window.used(self._history, now)), limit, resets)

    def time_for(self, calls: int, now: float) -> float:
        """Return the seconds until this number of bulk calls can have been sent, as far as the limits are known."""
        waits = [self._blocked_until - now, 0.0]
        for window in self._windows(now):
            room = self._room(window, now, True)
            over = calls - max(0.0, room - window.used(self._history, now))
            if over > 0 and now < window.reset:
                waits.append(window.reset - now + (math.ceil(over / room) - 1) * window.length)
            elif over > 0:
                waits.append(max(window.wait(self._history, now, room), over / room * window.length))
        return max(waits)

    def _windows(self, now: float) -> list[LimitWindow]:
        """Return the known limits. An estimate that has grown for long without a refusal is not one."""
        windows = (self._spike, self._guess, self._hour)
        return [one for one in windows if one is not None and one.allowed(now) < math.inf]

    def _is_probing(self, now: float) -> bool:
        """Return True if calls wait for those under way: after a refusal, and while no spike limit is known."""
        if self._refused:
            return True
        known = [window for window in self._windows(now) if window is not self._hour]
        return not known and self.under_way > self._passed_since(now - SPIKE) // STEP

    def _room(self, window: LimitWindow, now: float, bulk: bool) -> float:
        """Return the number of calls that may count in a window."""
        limit = window.allowed(now)
        if bulk:
            limit -= math.floor(limit * (HOUR_RESERVE if window is self._hour else SPIKE_RESERVE))
        if window is self._spike and self._hour is None and self._history.sent >= self._dip:
            limit = min(limit, _dipped(limit))
        return max(1, limit)

    def _distance(self, window: LimitWindow, now: float) -> float:
        """Return the seconds until the next call: 0 or less while the window is half empty, then towards even distances."""
        limit = window.allowed(now)
        fullness = min(1.0, max(0.0, 2 * window.used(self._history, now) / limit - 1))
        return self._last + fullness * window.length / limit - now

    def _passed_since(self, moment: float) -> int:
        return len(self._passed) - bisect_right(self._passed, moment)

    # -- what happens
    def sent(self, now: float) -> SentCall:
        """Note that a call is sent."""
        self._history.sent += 1
        self._last = now
        return SentCall(self._history.sent, now)

    def unsent(self) -> None:
        """Undo `sent` for the last call: it was not sent."""
        self._history.sent -= 1

    def ended(
        self, call: SentCall, now: float, headers: Mapping[str, str] | None = None, status: int = 200
    ) -> None:
        """Note a response (`headers` with lower-case names), or that there was none (`headers=None`)."""
        if headers is not None:
            self._read(call, now, headers, status)
        self._history.note(now)

    def _read(self, call: SentCall, now: float, headers: Mapping[str, str], status: int) -> None:
        self._skew.learn(headers, call.at, now)
        limit, remaining, given = (
            number_of(headers.get(f"x-rate-limit-{name}")) for name in ("limit", "remaining", "reset")
        )
        reset = self._skew.reset(given, now)
        if status == 429 and reset is not None and -1.5 < reset - now <= 0.5:
            self._late = 1.0  # refused at the reset: it was rounded down, by less than a second
        reset = None if reset is None else reset + self._late
        if limit is not None and limit >= 1 and remaining is not None:
            self._learn(call, now, int(limit), max(0, int(limit - max(0.0, remaining))), reset)
        elif now - self._reported > MEMORY:
            self._spike = self._hour = None  # the service no longer reports them
        if status == 429:
            # A distant reset of a limit that is not used up: the other limit refused the call.
            other = reset is not None and reset > now + LONG and remaining is not None and remaining > 0
            self._refuse(now, seconds_after(headers, now), None if other else reset)
            return
        insort(self._passed, now)
        del self._passed[: bisect_right(self._passed, now - SPIKE)]
        self._refused = 0
        if (after := seconds_after(headers, now)) is not None:
            self.block(now + after)  # B13

    def block(self, until: float) -> None:
        """Hold all calls until `until`, or longer if they are held already."""
        self._blocked_until = max(self._blocked_until, until)

    def _refuse(self, now: float, after: float | None, reset: float | None) -> None:
        """Send nothing until the time that the refusal names (B12)."""
        named = max(now, now + (after or 0.0), reset or now)
        if now < self._blocked_until:  # one of several that were under way
            self.block(named)
            return
        if named <= now + LONG:
            self._make_guess(now)
        self._refused += 1
        if named == now or self._refused > 2:
            named = max(named, now + min(LONGEST_HOLD, HOLD * 2.0 ** (self._refused - 1)))
        self.block(named)

    def _make_guess(self, now: float) -> None:
        """Estimate the limit: the calls that passed before a refusal, and at least half of what headers report."""
        passed, known, patience = self._passed_since(now - SPIKE), self._guess, PATIENCE
        if passed == 0:
            return
        if self._spike is not None:
            passed = max(passed, self._spike.limit // 2)
        if known is not None and passed >= 0.8 * known.limit:
            if known.allowed(now) > known.limit:  # a probe confirmed it
                patience = min(LONGEST_PATIENCE, 2 * known.patience)
            else:
                passed, patience = max(1, min(passed, known.limit - 1)), 1.5 * PATIENCE
        self._guess = WindowEstimate(passed, SPIKE, at=now, patience=patience)

    # -- what headers report
    def _learn(self, call: SentCall, now: float, limit: int, used: int, reset: float | None) -> None:
        """Learn from a response to `call` which reports that `used` calls of a window are used."""
        self._reported = now
        if self._is_hourly(limit, used, reset, now):
            window = self._hour = self._hour or LimitWindow(limit, HOUR)
            if self._spike is not None and self._spike.limit == limit and (reset or now) > now + LONG:
                self._spike = None  # it was the hour's last minute
            if reset is not None:
                if window.reset <= now and reset > window.reset + SAME:
                    window.began = window.reset
                window.reset = reset
        else:
            window = self._spike = self._spike or LimitWindow(limit, SPIKE)
            self._dip = max(self._dip, int(call.number * (1 + 0.8 * (limit - used) / limit)))
            self._lengthen(window, now, reset)
        window.limit = limit
        window.learn(call, now, used, reset, self._history)
        growing = self._guess is None or self._guess.allowed(now) > self._guess.limit
        if window is self._spike and window.others and used >= limit and growing:
            self._make_guess(now)  # others use the rest: they or we would be refused

    def _is_hourly(self, limit: int, used: int, reset: float | None, now: float) -> bool:
        """Return True if a response reports the hourly limit. Near its end it looks like the spike limit."""
        if reset is not None and reset > now + LONG:
            return True
        if self._spike is not None and self._spike.limit == limit:
            return False
        if self._hour is not None and self._hour.limit == limit:
            return True
        of_spike, of_hour = (self._history.since(now - length) for length in (SPIKE, HOUR))
        return abs(used - of_hour) < abs(used - of_spike)

    def _lengthen(self, window: LimitWindow, now: float, reset: float | None) -> None:
        """Adapt the length of a spike window that is longer than ten seconds; up to a quarter more is rounding."""
        seconds = 0.0 if reset is None else reset - now
        if seconds > SPIKE * 1.25:
            window.length = max(window.length, seconds)
            window.stretched = now
        elif now - window.stretched > MEMORY:
            window.length = SPIKE
