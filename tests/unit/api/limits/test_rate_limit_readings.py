"""The rate limits in each reading of their headers (B11, B12): the client's call queue against the simulator's limits.

On a virtual clock, with the benchmark `tests/benchmarks/pace.py`; the figures are those that it prints.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.benchmarks import pace as bench
from tests.support.virtual_time import elapsed

pytestmark = pytest.mark.slow

LETTERS = "abcdefg"
EXACT = "abc"  # readings whose headers report the spike limit as it is


Also = Callable[..., Awaitable[None]]
each_reading = pytest.mark.parametrize("letter", LETTERS)


def scene(letter: str, **how: float) -> bench.Scene:  # type: ignore[name-defined]
    return bench.Scene(bench.READINGS[letter], **how)


def least(letter: str) -> float:
    return 95.0 if letter in EXACT else 85.0


@each_reading
@pytest.mark.parametrize("retry_after", [True, False])
def test_the_first_ten_minutes(letter: str, retry_after: bool) -> None:  # B11, B12
    told = bench.play(scene(letter, retry_after=retry_after), bench.TEN_MINUTES)
    assert told["ten_minutes_percent"] >= least(letter)
    assert told["refused_per_100"] <= (0 if letter in EXACT else 1)
    assert told["calls_while_told_to_wait"] == 0
    assert told["person_waits_s"]["median"] < 1


@each_reading
def test_an_hour_and_the_beginning_of_the_next(letter: str) -> None:  # B11, B12
    """Also without any header in the refusals: then the end of the hour has to be found by trying, ever more rarely."""
    one = scene(letter, retry_after=letter < "e", headers_of_429=letter < "e")
    told = bench.play(one, bench.HOUR + 700)
    assert told["hour_percent"] >= least(letter)
    assert told["refused_per_100"] <= (0 if letter in EXACT else 1)
    assert told["calls_while_told_to_wait"] == 0
    assert any(at > bench.HOUR for at in one.passed)


@each_reading
@pytest.mark.parametrize(
    ("hourly", "spike", "seconds"), [(600, 25, 400), (600, 100, 200), (36_000, 2000, 60)]
)
def test_no_limit_is_assumed(letter: str, hourly: int, spike: int, seconds: int) -> None:  # B11
    """What is permitted, or as much as eight calls at once can be; an hour that is unknown is met once."""
    one = scene(letter, hourly=hourly, spike=spike)
    told = bench.play(one, seconds)
    fastest = seconds * bench.PARALLEL / (one.latency / 2)
    slow_start = 0.7 if spike == 2000 and letter in "de" else 1
    assert len(one.passed) >= 0.85 * slow_start * min(one.permitted(seconds), fastest)
    assert told["refused_per_100"] <= 1
    assert told["calls_while_told_to_wait"] == 0


def changing(*plan: tuple[float, int, int]) -> Also:
    async def change(one: bench.Scene) -> None:  # type: ignore[name-defined]
        for at, hourly, spike in plan:
            await asyncio.sleep(at - elapsed())
            one.limits.change(hourly, spike)
        await asyncio.sleep(1e9)

    return change


@each_reading
def test_limits_that_change(letter: str) -> None:  # B11
    """Lower ones at once, higher ones within five minutes: at once if the headers report them."""
    one = scene(letter, hourly=36_000)
    told = bench.play(one, 700, also=changing((200, 36_000, 10), (300, 36_000, 60)))
    lower = sum(220 <= at < 300 for at in one.passed)
    higher = sum(600 <= at < 700 for at in one.passed)
    assert 0.8 * 80 <= lower <= 80
    assert 0.85 * 600 <= higher <= 600
    assert told["refused_per_100"] <= 1
    assert told["calls_while_told_to_wait"] == 0


async def another(one: bench.Scene) -> None:  # type: ignore[name-defined]
    """Another client of the application: half of the spike limit, evenly."""
    while True:
        await asyncio.sleep(20.0 / one.spike)
        one.limits.count(one.now())


@each_reading
def test_another_client_uses_half_of_the_limit(letter: str) -> None:  # B11
    told = bench.play(scene(letter), bench.TEN_MINUTES, also=another)
    assert 40 <= told["ten_minutes_percent"] <= 60
    assert told["refused_per_100"] <= 2.5
    assert told["calls_while_told_to_wait"] == 0


async def one_refusal(one: bench.Scene) -> None:  # type: ignore[name-defined]
    """After a quiet minute, a 429 without any header for a call that was within the limits."""
    await asyncio.sleep(100)
    serve = one._serve

    def refuse() -> tuple[int, dict[str, str]]:
        one._serve = serve
        return 429, {}

    one._serve = refuse
    await asyncio.sleep(1e9)


@each_reading
def test_what_a_single_refusal_taught_is_relearned_within_two_minutes(letter: str) -> None:  # B11
    one = scene(letter, hourly=36_000)
    bench.play(one, 420, also=one_refusal)
    after = sum(220 <= at < 420 for at in one.passed)
    assert after >= least(letter) / 100 * 500


@each_reading
@pytest.mark.parametrize("skew", [300.0, -300.0])
def test_a_clock_that_is_wrong(letter: str, skew: float) -> None:  # B11
    told = bench.play(scene(letter, skew=skew), 120)
    assert told["ten_minutes_percent"] >= 85
    assert told["refused_per_100"] <= 1


def test_the_table_compares_three_clients() -> None:
    """A naive client is refused often; a call a second leaves most of the first ten minutes unused."""
    naive = bench.play(scene("a"), bench.TEN_MINUTES, bench.naive)
    fixed = bench.play(scene("a"), bench.TEN_MINUTES, bench.fixed)
    assert naive["refused_per_100"] > 10
    assert (fixed["ten_minutes_percent"], fixed["refused"]) == (40.0, 0)
