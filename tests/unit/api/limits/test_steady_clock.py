"""A clock that was set back: time continues, and nothing waits until the old time comes again."""

from __future__ import annotations

import asyncio

import pytest

from pdm_nb.api.client import TimeSource
from pdm_nb.api.limits.call_queue import CallQueue
from pdm_nb.api.limits.steady_clock import SteadyClock, steady_time
from tests.support import virtual_time
from tests.support.network.call_counting import NOW
from tests.support.virtual_time import elapsed

HOUR, DAY = 3600.0, 86_400.0


class Clocks:
    """A clock that people can set, and one that they cannot."""

    def __init__(self) -> None:
        self.wall, self.passed = NOW, 0.0
        self.steady = SteadyClock(lambda: self.wall, lambda: self.passed)

    def pass_(self, seconds: float) -> None:
        self.wall, self.passed = self.wall + seconds, self.passed + seconds


def test_it_is_the_clock_of_the_computer_while_that_goes_forward() -> None:
    clocks = Clocks()
    for seconds in (0.0, 0.001, 10.0, HOUR):
        clocks.pass_(seconds)
        assert clocks.steady() == clocks.wall


def test_a_computer_that_was_asleep_has_the_new_time() -> None:
    clocks = Clocks()
    clocks.wall += 8 * HOUR
    assert clocks.steady() == NOW + 8 * HOUR


@pytest.mark.parametrize("back", [0.001, 1.0, HOUR, DAY])
def test_a_clock_that_was_set_back_continues(back: float) -> None:
    clocks = Clocks()
    clocks.pass_(10.0)
    clocks.steady()
    clocks.wall -= back
    clocks.pass_(5.0)
    assert clocks.steady() == pytest.approx(NOW + 15.0, abs=max(0.0, 5.0 - back) + 1e-6)
    before = clocks.steady()
    clocks.pass_(5.0)
    assert clocks.steady() == pytest.approx(before + 5.0)


def test_a_clock_that_jumps_to_and_fro_never_goes_back() -> None:
    clocks, seen = Clocks(), []
    for jump in (HOUR, -2 * HOUR, DAY, -600.0, -DAY, 0.0):
        clocks.wall += jump
        clocks.pass_(1.0)
        seen.append(clocks.steady())
    assert seen == sorted(seen)


def test_it_is_the_clock_that_calls_are_paced_by() -> None:
    assert TimeSource().now is steady_time


@pytest.mark.parametrize("back", [HOUR, DAY])
def test_no_call_waits_for_a_time_that_comes_again(back: float) -> None:
    """The limit is used up, and then the clock is set back while calls wait for its reset (B12)."""
    jump = 0.0

    async def scene() -> float:
        nonlocal jump
        queue = CallQueue(SteadyClock(lambda: NOW + elapsed() + jump, elapsed), asyncio.sleep)
        call = await queue.enter()
        queue.leave(call, {"retry-after": "60"}, 429)
        waiting = asyncio.create_task(queue.enter())
        await asyncio.sleep(20)
        jump = -back
        queue.leave(await waiting, {})
        queue.leave(await queue.enter(), {})
        return elapsed()

    assert 60 <= virtual_time.run(scene()) <= 63
