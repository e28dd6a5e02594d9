"""Pace: arithmetic on rate-limit headers. Time is a number here; nobody waits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.pace import Pace

NOW = 1000.0


def headers(limit: object = 25, remaining: object = 10, reset: object = NOW + 8) -> dict[str, str]:
    named = {"limit": limit, "remaining": remaining, "reset": reset}
    return {f"x-rate-limit-{key}": str(given) for key, given in named.items()}


def after(*answers: dict[str, str], throttled: bool = False) -> Pace:
    pace = Pace()
    for answer in answers:
        pace.sent()
        pace.answered(NOW, answer, throttled=throttled)
    return pace


def test_without_headers_no_limit_is_assumed() -> None:  # B11
    pace = Pace()
    for _ in range(10_000):
        assert pace.wait(NOW) == 0
        pace.sent()


def test_what_remains_is_sent_and_no_more_until_the_reset() -> None:  # B11
    pace = after(headers(remaining=2))
    sent = 0
    while pace.wait(NOW) == 0:
        pace.sent()
        sent += 1
    assert sent == 2
    assert pace.wait(NOW) == 8
    assert pace.wait(NOW + 8) == 0


def test_calls_under_way_are_subtracted() -> None:
    pace = Pace()
    for _ in range(3):
        pace.sent()
    pace.answered(NOW, headers(remaining=2))  # written before the service saw the other two
    assert pace.wait(NOW) == 8


def test_both_windows_are_watched() -> None:  # B11
    pace = after(headers(25, 5, NOW + 8), headers(3600, 0, NOW + 1800))
    assert pace.wait(NOW) == 1800
    assert after(headers(3600, 100, NOW + 1800), headers(25, 0, NOW + 8)).wait(NOW) == 8


def test_a_new_answer_replaces_what_its_window_was_thought_to_hold() -> None:
    assert after(headers(remaining=0), headers(remaining=7)).wait(NOW) == 0


def test_a_window_that_is_over_is_forgotten() -> None:
    pace = after(headers(remaining=0))
    pace.sent()
    pace.answered(NOW + 9, {})
    assert pace.wait(NOW) == 0


def test_throttled_holds_all_calls_until_the_reset_even_without_retry_after() -> None:  # B12
    pace = after(headers(remaining=3), throttled=True)
    assert pace.wait(NOW) == 8
    assert pace.wait(NOW + 7.5) == 0.5


def test_throttled_waits_for_the_later_of_reset_and_retry_after() -> None:  # B12
    assert after(headers() | {"retry-after": "20"}, throttled=True).wait(NOW) == 20
    assert after(headers() | {"retry-after": "2"}, throttled=True).wait(NOW) == 8


def test_throttled_without_any_header_still_waits() -> None:
    assert after({}, throttled=True).wait(NOW) == 1


def test_throttled_by_a_clock_behind_ours_still_waits() -> None:
    assert after(headers(reset=NOW - 3600), throttled=True).wait(NOW) == 1


def test_block_holds_and_a_shorter_block_does_not_shorten_it() -> None:  # B13
    pace = Pace()
    pace.block(NOW + 30)
    pace.block(NOW + 5)
    assert pace.wait(NOW) == 30


def test_headers_that_are_no_numbers_are_passed_over() -> None:
    pace = after(headers("lots", "some", "soon"), headers(remaining="") | {"retry-after": "later"})
    assert pace.wait(NOW) == 0
    assert after(headers("nan", 0), headers(25, "inf"), headers(25, 0, "nan")).wait(NOW) == 0


def test_a_call_that_nobody_answered_is_no_longer_under_way() -> None:
    pace = Pace()
    pace.sent()
    pace.answered(NOW, None)
    pace.sent()
    pace.answered(NOW, headers(remaining=1))
    assert pace.wait(NOW) == 0


@given(
    limit=st.integers(1, 50),
    flying=st.integers(1, 30),
    steps=st.lists(st.booleans(), max_size=200),
)
def test_never_more_than_the_limit_in_a_window_once_it_is_known(
    limit: int, flying: int, steps: list[bool]
) -> None:
    """A service that counts honestly, answers in any order: once it told its limit, it is not passed."""
    pace, served, under_way = Pace(), 0, 0
    pace.sent()
    served += 1
    pace.answered(NOW, headers(limit, limit - served))
    for send in steps:
        if send and under_way < flying and pace.wait(NOW) == 0:
            pace.sent()
            served, under_way = served + 1, under_way + 1
            assert served <= limit
        elif not send and under_way:
            under_way -= 1
            pace.answered(NOW, headers(limit, limit - served))


def test_no_window_is_waited_for_longer_than_an_hour() -> None:  # B11
    """Milliseconds in place of seconds, or a clock that goes wrong."""
    assert after(headers(remaining=0, reset=NOW * 1000)).wait(NOW) == 3600
    assert after(headers(remaining=0, reset=NOW * 1000), throttled=True).wait(NOW) == 3600
