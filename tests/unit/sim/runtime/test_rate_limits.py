"""The variants of the rate-limit headers and of the rejections (B11, B12)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import httpx2
import pytest

from pdm_nb import sim
from pdm_nb.sim.runtime.rate_limits import Limits
from tests.support.simulator.api_caller import ApiCaller

Make = Callable[..., ApiCaller]
NAMES = ("Limit", "Remaining", "Reset")
HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"


def ask(caller: ApiCaller, status: int = 200) -> httpx2.Response:
    return caller.call("GET", "/rest/v1.0/me", None, status)


def told(answer: httpx2.Response, now: float) -> tuple[int, int, int]:
    """Limit, remaining, and seconds until the reset."""
    limit, remaining, reset = (int(answer.headers[f"X-Rate-Limit-{name}"]) for name in NAMES)
    return limit, remaining, reset - int(now)


def calls(
    make: Make, clock: sim.ManualClock, reading: str, count: int, *, every: float = 1.0
) -> list[tuple[int, int, int]]:
    """What so many calls report under 30 an hour and 5 in ten seconds, the last of each at its own moment."""
    caller, found = make(limit_headers=reading, hourly_limit=30, spike_limit=5), []
    for _ in range(count):
        found.append(told(ask(caller), clock.now()))
        clock.advance(every)
    return found


@pytest.mark.rule("B11", reading="limit_headers='nearest'")
def test_b11_the_spike_window_rolls(make: Make, clock: sim.ManualClock) -> None:
    """A call is free ten seconds after it was made: before the reset that is reported."""
    caller = make(limit_headers="nearest", spike_limit=5)
    found = [told(ask(caller), clock.now()), told(ask(caller), clock.now())]
    clock.advance(6)
    found += [told(ask(caller), clock.now()) for _ in range(3)]
    ask(caller, 429)
    clock.advance(4)
    found += [told(ask(caller), clock.now()) for _ in range(2)]
    ask(caller, 429)
    assert found == [(5, 4, 10), (5, 3, 10), (5, 2, 10), (5, 1, 10), (5, 0, 10), (5, 1, 10), (5, 0, 10)]


@pytest.mark.rule("B11", reading="limit_headers='nearest'")
@pytest.mark.rule("B11", reading="limit_headers='nearest_fixed'")
@pytest.mark.parametrize("reading", ["nearest", "nearest_fixed"])
def test_b11_the_limit_with_the_smaller_share_left_is_reported(
    make: Make, clock: sim.ManualClock, reading: str
) -> None:
    found = calls(make, clock, reading, 30, every=3.0)
    assert found[0] == (5, 4, 10)
    assert [one[:2] for one in found[-5:]] == [(30, left) for left in range(4, -1, -1)]


@pytest.mark.rule("B11", reading="limit_headers='nearest_fixed'")
def test_b11_the_spike_window_is_fixed(make: Make, clock: sim.ManualClock) -> None:
    caller = make(limit_headers="nearest_fixed", spike_limit=5)
    ask(caller)
    clock.advance(6)
    assert [told(ask(caller), clock.now()) for _ in range(4)] == [(5, left, 4) for left in (3, 2, 1, 0)]
    ask(caller, 429)
    clock.advance(4)
    assert told(ask(caller), clock.now()) == (5, 4, 10), "all of it at once"


@pytest.mark.rule("B11", reading="limit_headers='sooner'")
def test_b11_the_limit_whose_window_ends_sooner_is_reported(make: Make, clock: sim.ManualClock) -> None:
    found = calls(make, clock, "sooner", 30, every=3.0)
    assert [one[0] for one in found] == [5] * 29 + [30], "the hourly limit when nothing of it is left"
    assert [one[2] for one in found[:5]] == [10, 7, 4, 1, 10]


@pytest.mark.rule("B11", reading="limit_headers='hourly'")
def test_b11_the_hourly_limit_alone_is_reported(make: Make, clock: sim.ManualClock) -> None:
    caller = make(limit_headers="hourly", hourly_limit=30, spike_limit=5)
    assert [told(ask(caller), clock.now()) for _ in range(5)] == [
        (30, left, 3600) for left in range(29, 24, -1)
    ]
    assert told(ask(caller, 429), clock.now()) == (30, 24, 3600), (
        "the spike limit refuses, and is not reported"
    )


@pytest.mark.rule("B11", reading="limit_headers='none'")
def test_b11_no_limit_is_reported(make: Make) -> None:
    caller = make(limit_headers="none", spike_limit=5)
    answers = [*(ask(caller) for _ in range(5)), ask(caller, 429)]
    assert not any(f"X-Rate-Limit-{name}" in answer.headers for answer in answers for name in NAMES)


@pytest.mark.rule("B11", reading="limit_headers='nodes'")
def test_b11_one_of_several_nodes_reports_what_it_has_seen(make: Make, clock: sim.ManualClock) -> None:
    caller = make(limit_headers="nodes", spike_limit=20, seed=3)
    left = [told(ask(caller), clock.now())[1] for _ in range(20)]
    assert any(later > earlier for earlier, later in pairwise(left)), "up and down"
    assert min(left) > 0
    ask(caller, 429)
    again = Limits(36_000, 20, "nodes", 3)
    assert left == [int(again.headers(0.0)["X-Rate-Limit-Remaining"]) for _ in range(20) if again.count(0.0)]


@pytest.mark.rule("B11", reading="limit_headers='sliding'")
def test_b11_a_reset_that_is_always_ten_seconds_away(make: Make, clock: sim.ManualClock) -> None:
    found = calls(make, clock, "sliding", 29, every=3.0)
    assert {one[2] for one in found} == {10}
    assert {one[1] for one in found} <= {2, 3, 4}


@pytest.mark.rule("B11")
@pytest.mark.parametrize(
    "reading", ["nearest", "nearest_fixed", "sooner", "hourly", "none", "nodes", "sliding"]
)
def test_b11_both_limits_are_enforced_in_every_reading(
    make: Make, clock: sim.ManualClock, reading: str
) -> None:
    caller = make(limit_headers=reading, hourly_limit=12, spike_limit=5, retry_after=True)
    for _ in range(2):
        for _ in range(5):
            ask(caller)
        assert ask(caller, 429).headers["Retry-After"] == "10"
        clock.advance(10)
    passed = [caller.send("GET", "/rest/v1.0/me", headers=caller.headers).status_code for _ in range(3)]
    assert passed[-1] == 429, "the twelve of the hour are used up"
    clock.advance(3600)
    ask(caller)


@pytest.mark.rule("B12", reading="throttled_headers=True")
@pytest.mark.rule("B12", reading="throttled_headers=False")
@pytest.mark.parametrize("there", [True, False])
def test_b12_a_refusal_with_and_without_any_header(make: Make, there: bool) -> None:
    caller = make(spike_limit=1, throttled_headers=there)
    assert "X-Rate-Limit-Reset" in ask(caller).headers
    refused = ask(caller, 429)
    assert all((f"X-Rate-Limit-{name}" in refused.headers) == there for name in NAMES)
    assert ("Retry-After" in refused.headers) == there


@pytest.mark.rule("B12", reading="throttled_body='json'")
@pytest.mark.rule("B12", reading="throttled_body='text'")
@pytest.mark.rule("B12", reading="throttled_body='html'")
@pytest.mark.parametrize(("body", "kind"), [("json", "application/json"), ("text", TEXT), ("html", HTML)])
def test_b12_the_body_of_a_refusal(make: Make, body: str, kind: str) -> None:
    caller = make(spike_limit=1, throttled_body=body)
    ask(caller)
    headers = {"Authorization": f"Bearer {caller.token}", "Procore-Company-Id": str(caller.company)}
    refused = caller.send(
        "GET", "/rest/v1.0/me", headers=headers
    )  # not held to the contract: it has no such body
    assert (refused.status_code, refused.headers["Content-Type"]) == (429, kind)
    if body == "json":
        assert refused.json()["error"]["details"][0]["reason_code"] == "TOO_MANY_REQUESTS"
    assert refused.headers["X-Rate-Limit-Remaining"] == "0"


@pytest.mark.rule("B11")
def test_b11_the_reading_can_change_while_it_runs(make: Make) -> None:
    caller = make()
    caller.sim.switch(limit_headers="none")
    assert "X-Rate-Limit-Limit" not in ask(caller).headers
    with pytest.raises(ValueError, match="limit_headers must be 'nearest'"):
        caller.sim.switch(limit_headers="weather")


@pytest.mark.rule("B12")
@pytest.mark.parametrize(("reading", "counted"), [("nearest", 1), ("hourly", 0)])
def test_b12_a_client_without_a_reset_time_is_not_called_careless(
    make: Make, clock: sim.ManualClock, reading: str, counted: int
) -> None:
    caller = make(limit_headers=reading, spike_limit=1, retry_after=False)
    ask(caller), ask(caller, 429)
    clock.advance(1)
    ask(caller, 429)
    assert caller.sim.ledger.counts.get("called_while_throttled", 0) == counted
