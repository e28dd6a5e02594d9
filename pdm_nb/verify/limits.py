"""Finds out how a service reports its rate limits, from the headers of its responses (B11).

How this works: there are two limits, an hourly one and a spike limit of 10 seconds, and a response has the headers of
one of them. The time until the reset shows which one. The changes of `remaining` and `reset` over a dozen calls, a
second apart, show how the window works. Nothing is concluded that the responses do not show.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ..api.limits.clock_skew import moment_of, number_of
from .response import Response

SPIKE = 12.0  # seconds: a reset that is farther away is the hourly limit's
HOUR = 3_602.0
LONG_ENOUGH = 11.0  # seconds of calls that show a whole spike window
ENOUGH = 8  # responses
LITTLE = 0.01  # share of the hourly limit that is negligible
FEW = 3  # calls: fewer than in a spike window at one call a second
JUMP = 4  # calls that a window frees at once


class LimitSample(NamedTuple):
    """The headers of one response: seconds until the reset, and what remains."""

    at: float
    limit: float
    remaining: float
    reset: float
    left: float

    @property
    def used(self) -> float:
        """The share of the limit that is used up."""
        return 1 - self.remaining / self.limit if self.limit > 0 else 1.0


def reading(responses: Sequence[Response]) -> str | None:
    """Return none, hourly, nodes, sliding, nearest, nearest_fixed, spike or mixed; None for too few responses.

    `nearest` is the spike limit in a rolling window, `nearest_fixed` in fixed windows, `spike` if it is not clear yet
    which; `mixed` if both limits were reported.
    """
    samples = [sample for one in responses if (sample := _sample(one)) is not None]
    if len(responses) < ENOUGH:
        return None
    if not samples:
        return "none"
    if _jumps(samples):
        return "nodes"
    hourly = [sample.left > SPIKE for sample in samples]
    if all(hourly):
        # Once more of the hour is used up than of the spike limit, every reading reports the hour.
        return "hourly" if samples[0].used < LITTLE else None
    return "mixed" if any(hourly) else _spike(samples)


def _sample(response: Response) -> LimitSample | None:
    limit, remaining, reset = (
        number_of(response.headers.get(f"x-rate-limit-{name}")) for name in ("limit", "remaining", "reset")
    )
    if limit is None or remaining is None or reset is None:
        return None
    date = moment_of(response.headers.get("date"))
    lefts = [reset - now for now in (date, response.at) if now is not None]
    plausible = [left for left in lefts if -2 <= left <= HOUR]
    return LimitSample(response.at, limit, remaining, reset, plausible[0]) if plausible else None


def _jumps(samples: Sequence[LimitSample]) -> bool:
    """True if the headers are not those of a single counter.

    Within one window a single counter falls with every call, and its reset never moves back. Only a rolling window
    frees calls, and then its reset moves forward.
    """
    if len(samples) < ENOUGH or len({sample.limit for sample in samples}) > 1:
        return False
    pairs = list(pairwise(samples))
    same = [(before, now) for before, now in pairs if abs(now.reset - before.reset) < 1 < now.remaining]
    odd = 0 if _is_fresh(samples) else sum(now.remaining >= before.remaining for before, now in same)
    back = sum(now.reset < before.reset - 1.5 for before, now in pairs)
    rises = sum(now.remaining > before.remaining for before, now in pairs)
    falls = sum(now.remaining < before.remaining - 1 for before, now in pairs)
    return odd + back >= 2 or (rises >= 3 and falls >= 3)


def _is_fresh(samples: Sequence[LimitSample]) -> bool:
    """True if each reset was a whole spike window away."""
    return all(8.5 <= sample.left <= 11.0 for sample in samples)


def _spike(samples: Sequence[LimitSample]) -> str:
    span = samples[-1].at - samples[0].at
    if len(samples) < ENOUGH or span < LONG_ENOUGH:
        return "spike"
    # At a steady rate a rolling window also keeps its number, but it counts the calls of the last ten seconds.
    if _is_fresh(samples) and all(sample.limit - sample.remaining <= FEW for sample in samples):
        return "sliding"
    if any(_begins(before, now) for before, now in pairwise(samples)):
        return "nearest_fixed"
    return "nearest"


def _begins(before: LimitSample, now: LimitSample) -> bool:
    """True if a new fixed window started between two responses, with nearly all of the limit remaining."""
    rise = now.remaining - before.remaining
    return rise >= JUMP and now.reset > before.reset and now.remaining >= now.limit - 2
