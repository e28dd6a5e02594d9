"""The rate limit: calculations with the headers. Time is a number; nothing waits."""

from __future__ import annotations

import math
import random
from email.utils import formatdate
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pdm_nb.api.limits.rate_limit import HOLD, LONGEST_HOLD, SOON, STEP, RateLimit
from pdm_nb.api.limits.rate_limit_windows import GRACE, PATIENCE, SentCall
from tests.support.network.call_counting import NOW, Model, headers


def answer(pace: RateLimit, told: dict[str, str] | None, now: float = NOW, status: int = 200) -> None:
    pace.ended(pace.sent(now), now, told, status)


def after(*answers: dict[str, str], status: int = 200) -> RateLimit:
    pace = RateLimit()
    for told in answers:
        answer(pace, told, status=status)
    return pace


def count(pace: RateLimit, now: float = NOW, *, bulk: bool = False) -> int:
    """How many calls go out until one has to wait."""
    sent = 0
    while pace.wait(now, bulk=bulk) == 0:
        pace.sent(now)
        sent += 1
    return sent


# -- what is known of limits
def test_without_headers_no_limit_is_assumed() -> None:  # B11
    pace = after(*[{}] * 400)
    assert pace.left(NOW) is None
    for under_way in range(400 // STEP + 1):
        assert pace.wait(NOW) == 0, (
            f"as many under way as {STEP} times fewer have passed, and one: {under_way}"
        )
        pace.sent(NOW)
    assert pace.wait(NOW) == SOON


def test_the_first_call_goes_alone() -> None:  # B11: any limit may be there
    pace = RateLimit()
    call = pace.sent(NOW)
    assert pace.wait(NOW) == math.inf
    pace.ended(call, NOW, None)
    assert pace.wait(NOW) == 0


def test_a_slow_call_does_not_hold_the_others() -> None:  # B11: where no spike limit is known
    pace = after({})
    pace.sent(NOW)
    assert 0 < pace.wait(NOW + 0.5) <= SOON
    assert pace.wait(NOW + SOON) == 0


def test_what_remains_is_sent_and_no_more_until_the_reset() -> None:  # B11
    pace = after(headers(remaining=2))
    assert pace.left(NOW) == 2
    assert count(pace) == 2
    assert pace.wait(NOW) == 8
    assert pace.left(NOW) == 0
    assert pace.wait(NOW + 8) == 0


def test_calls_under_way_are_subtracted() -> None:
    pace = RateLimit()
    first, *_ = [pace.sent(NOW) for _ in range(3)]
    pace.ended(first, NOW, headers(remaining=2))  # written before the service saw the other two
    assert pace.wait(NOW) == 8


def test_calls_under_way_are_not_subtracted_twice() -> None:
    """Eight at once all the time, and yet each of the 25 is used."""
    pace, under_way, sent = after(headers(remaining=24)), [], 1
    while pace.wait(NOW) == 0:
        under_way.append(pace.sent(NOW))
        sent += 1
        if len(under_way) == 8:
            pace.ended(under_way.pop(0), NOW, headers(remaining=25 - sent + 7))
    assert sent == 25


def test_both_windows_are_watched() -> None:  # B11
    pace = after(headers(25, 5, NOW + 8), headers(3600, 0, NOW + 1800))
    assert pace.wait(NOW) == 1800
    assert after(headers(3600, 100, NOW + 1800), headers(25, 0, NOW + 8)).wait(NOW) == 8


def test_a_spike_window_that_no_response_reports_is_counted_by_ourselves() -> None:  # B11
    pace = after(headers(25, 24, NOW + 8))
    for sent in range(24):
        assert pace.wait(NOW + sent / 10) == 0
        answer(pace, headers(3600, 90 - sent, NOW + 1800), now=NOW + sent / 10)
    assert pace.wait(NOW + 2.4) == pytest.approx(10 + GRACE - 2.4), (
        "no window begins between two of our calls"
    )
    assert pace.left(NOW + 10 + 2 * GRACE) == 2


def test_a_reset_of_the_spike_limit_frees_nothing() -> None:  # B11: the window may roll
    pace = after(*(headers(25, 24 - sent, NOW + 8) for sent in range(25)))
    assert pace.wait(NOW + 8) == pytest.approx(2 + GRACE)
    assert pace.wait(NOW + 10 + GRACE) == 0


def test_a_spike_limit_may_be_there_that_no_header_reports() -> None:  # B11
    """The calls under way follow what passed within ten seconds."""
    pace = RateLimit()
    for sent in range(STEP):
        assert pace.wait(NOW) == 0
        call = pace.sent(NOW)
        assert pace.wait(NOW) >= SOON, "one at a time"
        pace.ended(call, NOW, headers(1000, 900 - sent, NOW + 600))
    pace.sent(NOW)
    assert pace.wait(NOW) == 0
    pace.sent(NOW + 11)
    assert pace.wait(NOW + 11) == SOON


def test_the_last_minute_of_the_hour_is_not_a_spike_window() -> None:
    pace = after(headers(25, 24, NOW + 8), headers(3600, 30, NOW + 90))
    answer(pace, headers(3600, 0, NOW + 90), now=NOW + 50)
    assert pace.wait(NOW + 50) == 40
    assert count(pace, NOW + 91) == 25


def test_an_hour_met_in_its_last_minute_is_known_in_the_next() -> None:
    pace = after(headers(3600, 5, NOW + 8))
    answer(pace, headers(25, 24, NOW + 19), now=NOW + 9)
    answer(pace, headers(3600, 3590, NOW + 3609), now=NOW + 9)
    answer(pace, headers(25, 23, NOW + 19), now=NOW + 9)
    assert count(pace, NOW + 9) == 21, "of 25, four have been sent"


@pytest.mark.parametrize(("limit", "now_free"), [(40, 35), (10, 5)])
def test_a_limit_that_changes_replaces_its_window(limit: int, now_free: int) -> None:  # B11
    pace = after(headers(25, 20), headers(limit, now_free))
    assert count(pace) == now_free


def test_an_hourly_limit_that_changes_replaces_its_window() -> None:  # B11
    pace = after(headers(3600, 3000, NOW + 1800), headers(1000, 0, NOW + 1800))
    assert pace.wait(NOW) == 1800
    answer(pace, headers(3600, 2600, NOW + 1800))
    answer(pace, headers(25, 20))
    assert pace.wait(NOW) == 0


def test_others_who_use_the_application_count() -> None:
    pace = after(headers(remaining=24))
    answer(pace, headers(remaining=10))
    assert count(pace) == 10


def test_an_older_answer_does_not_raise_what_remains() -> None:
    pace = after(headers(remaining=20))
    old, new = pace.sent(NOW), pace.sent(NOW)
    pace.ended(new, NOW, headers(remaining=3))  # others took many
    pace.ended(old, NOW, headers(remaining=19))
    assert count(pace) <= 3


def test_what_others_used_is_free_after_the_reset() -> None:
    pace = after(headers(remaining=0))
    assert pace.wait(NOW) == 8
    assert count(pace, NOW + 8) == 24


def test_calls_under_way_at_the_hours_reset_may_count_in_the_next_hour() -> None:
    pace = after(headers(100, 5, NOW + 300), headers(25, 23, NOW + 8))
    for _ in range(5):
        pace.sent(NOW + 299)
    assert pace.left(NOW + 301) == 20, "of the spike limit"
    assert pace._hour is not None
    assert pace._hour.used(pace._history, NOW + 301) == 5


# -- refusals
def test_throttled_holds_all_calls_until_the_reset_even_without_retry_after() -> None:  # B12
    pace = after(headers(remaining=3), status=429)
    assert pace.wait(NOW) == 8
    assert pace.wait(NOW + 7.5) == 0.5


def test_a_refusal_that_reports_the_other_limit_does_not_wait_for_its_reset() -> None:  # B11, B12
    """The hour has something left: it was the spike limit, of which nothing is reported."""
    pace = after(headers(3600, 3000, NOW + 3000), status=429)
    assert pace.wait(NOW) == HOLD
    assert after(headers(3600, 0, NOW + 3000), status=429).wait(NOW) == 3000


def test_throttled_waits_for_the_later_of_reset_and_retry_after() -> None:  # B12
    assert after(headers() | {"retry-after": "20"}, status=429).wait(NOW) == 20
    assert after(headers() | {"retry-after": "2"}, status=429).wait(NOW) == 8


def test_retry_after_may_be_a_date() -> None:
    told = {"retry-after": formatdate(5030, usegmt=True), "date": formatdate(5000, usegmt=True)}
    assert after(headers() | told, status=429).wait(NOW) == 30
    assert after({"retry-after": formatdate(NOW + 12, usegmt=True)}, status=503).wait(NOW) == 12


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("seconds", [3601, 7200, 90_000])
def test_retry_after_counts_in_full(status: int, seconds: int) -> None:  # B12, B13
    """Also beyond an hour, and after shorter ones."""
    pace = after({"retry-after": str(seconds)}, {"retry-after": "5"}, status=status)
    assert pace.wait(NOW) == seconds
    assert pace.wait(NOW + seconds - 1) == 1
    told = {"retry-after": formatdate(5000 + seconds, usegmt=True), "date": formatdate(5000, usegmt=True)}
    assert after(headers() | told, status=status).wait(NOW) == seconds


@pytest.mark.parametrize("unit", [1, 1000])
def test_retry_after_may_be_a_unix_time(unit: int) -> None:
    """As the reset is; it is not taken for a wait of decades."""
    assert after({"retry-after": str((NOW + 30) * unit)}, status=429).wait(NOW) == pytest.approx(30)
    assert after({"retry-after": str((NOW - 30) * unit)}, status=503).wait(NOW) == 0


def test_throttled_without_any_header_waits_longer_each_time() -> None:
    pace, now, waits = RateLimit(), NOW, []
    for _ in range(8):
        answer(pace, {}, now, status=429)
        waits.append(pace.wait(now))
        now += waits[-1]
    assert waits == [10, 20, 40, 80, 160, 320, 600, 600]
    assert (waits[0], waits[-1]) == (HOLD, LONGEST_HOLD)
    answer(pace, {}, now)
    answer(pace, {}, now, status=429)
    assert pace.wait(now) >= HOLD
    assert pace.wait(now + HOLD + GRACE) == 0


def test_after_a_refusal_one_call_goes_alone() -> None:  # B12
    pace = after(headers(remaining=0), status=429)
    call = pace.sent(NOW + 8)
    assert pace.wait(NOW + 8) == SOON
    pace.ended(call, NOW + 8, headers(remaining=20, reset=NOW + 18))
    assert pace.wait(NOW + 8) == 0


def test_several_refusals_at_once_are_one() -> None:
    pace = after({})
    for call in [pace.sent(NOW) for _ in range(8)]:
        pace.ended(call, NOW, {}, 429)
    assert pace.wait(NOW) == pytest.approx(HOLD, abs=2 * GRACE)


def test_throttled_by_a_clock_behind_ours_still_waits() -> None:
    assert after(headers(reset=NOW - 3600), status=429).wait(NOW) == HOLD


def test_a_reset_that_is_rounded_down_is_learned_of() -> None:
    """Refused at the reset itself: from then on a second is added."""
    pace = after(headers(remaining=0, reset=NOW + 8), status=429)
    answer(pace, headers(remaining=0, reset=NOW + 8), now=NOW + 8.2, status=429)
    assert pace.wait(NOW + 8.2) == pytest.approx(0.8)
    answer(pace, headers(100, 0, NOW + 300), now=NOW + 9.5)
    assert pace.wait(NOW + 9.5) == 291.5


def test_heavy_load_holds_all_calls() -> None:  # B13
    pace = after({"retry-after": "30"}, status=503)
    answer(pace, {"retry-after": "5"}, status=503)
    assert pace.wait(NOW) == 30


def test_headers_that_are_not_numbers_are_ignored() -> None:
    pace = after(headers("lots", "some", "soon"), headers(remaining="") | {"retry-after": "later"})
    assert pace.wait(NOW) == 0
    assert after(headers("nan", 0), headers(25, "inf"), headers(25, "x", "nan")).wait(NOW) == 0
    assert after(headers(25, 0, "nan")).wait(NOW) == pytest.approx(10, abs=2 * GRACE), (
        "as long as its window lasts"
    )
    assert after(headers(25, -4)).wait(NOW) == 8


def test_a_call_without_a_response_is_no_longer_in_flight() -> None:
    pace = RateLimit()
    answer(pace, None)
    answer(pace, headers(remaining=1))
    assert pace.wait(NOW) == 0


def test_a_call_that_did_not_go_after_all_is_not_counted() -> None:
    pace = after(headers(remaining=1))
    pace.sent(NOW)
    pace.unsent()
    assert count(pace) == 1


# -- no learned thing holds us for ever
def test_no_window_is_waited_for_longer_than_an_hour() -> None:  # B11
    """A reset that makes no sense is none."""
    wrong = NOW * 1e9
    assert after(headers(remaining=0, reset=wrong)).wait(NOW) == pytest.approx(10, abs=2 * GRACE)
    assert after(headers(remaining=0, reset=wrong), status=429).wait(NOW) == HOLD
    assert after(headers(remaining=0, reset=NOW + 7200), status=429).wait(NOW) == HOLD
    assert after({"retry-after": "1e9"}, status=429).wait(NOW) == HOLD
    assert after({"retry-after": "1e300"}, status=429).wait(NOW) == HOLD


@pytest.mark.parametrize(("limit", "seconds"), [(25, 8), (3600, 1800)])
@pytest.mark.parametrize("form", ["time", "milliseconds", "seconds", "text with a fraction"])
def test_a_reset_in_any_unit(limit: int, seconds: int, form: str) -> None:
    """Unix seconds; milliseconds; seconds from now."""
    now = 1_790_000_000.0
    reset = {"time": now + seconds, "milliseconds": (now + seconds) * 1000, "seconds": seconds}
    told = headers(limit, 0, reset.get(form, f"{now + seconds}00"))
    pace = RateLimit()
    answer(pace, told, now, status=429)
    assert pace.wait(now) == pytest.approx(seconds, abs=2 * GRACE)
    answer(pace, headers(limit, 0, now - 86_400), now + seconds)
    assert pace.wait(now + seconds) <= 3600


@pytest.mark.parametrize("limit", [0, -5, 1, "1e300"])
def test_no_limit_holds_for_ever(limit: object) -> None:
    pace, now = after(headers(limit, 0, NOW + 3000)), NOW
    for _ in range(5):
        now += pace.wait(now)
        answer(pace, headers(limit, 0, now + 8), now)
    assert now <= NOW + 3600 * 5


def test_a_wrong_header_is_put_right_by_the_next_answer() -> None:
    pace = after(headers(25, 3))
    late = pace.sent(NOW)
    answer(pace, headers(25, 0, NOW * 1000))
    pace.ended(late, NOW, headers(25, 3))
    assert pace.wait(NOW) <= 8


# -- what a refusal taught
def passing(pace: RateLimit, now: float, calls: int) -> None:
    for _ in range(calls):
        answer(pace, {}, now)


@pytest.mark.parametrize("passed", [1, 5, 25, 100])
def test_what_a_refusal_taught_is_relearned_within_two_minutes(passed: int) -> None:  # B11
    """Once: then the calls that passed before it are no limit."""
    pace = RateLimit()
    passing(pace, NOW, passed)
    answer(pace, {}, NOW, status=429)
    assert pace.left(NOW + PATIENCE) == passed
    passing(pace, NOW + PATIENCE, 1)
    assert count(pace, NOW + PATIENCE) == passed - 1
    for _ in range(passed - 1):
        pace.unsent()
    later = NOW + 120
    passing(pace, later, 1)
    assert pace.left(later) is None or pace.left(later) >= 10 * passed  # type: ignore[operator]


def test_what_is_found_again_is_believed_for_longer_but_not_for_ever() -> None:
    pace, now, found = RateLimit(), NOW, []
    for _ in range(1200):  # at one call a second, ten in ten seconds pass
        if pace.wait(now) == 0:
            call, recent = pace.sent(now), sum(at > now - 10 for at in found)
            pace.ended(call, now, {}, 429 if recent >= 10 else 200)
            if recent < 10:
                found.append(now)
        now += 0.5
    assert pace._guess is not None
    assert pace._guess.limit in (9, 10)
    assert PATIENCE < pace._guess.patience <= 4 * PATIENCE


def test_a_longer_spike_window_is_believed_as_long_as_it_is_reported() -> None:
    pace = after(headers(25, 24, NOW + 40))
    assert pace._spike is not None
    assert pace._spike.length == 40
    for seconds in range(0, 150, 10):
        answer(pace, headers(25, 24, NOW + seconds + 10), now=NOW + seconds)
    assert pace._spike.length == 10


def test_limits_that_are_no_longer_reported_are_forgotten() -> None:  # B11
    pace = after(headers(25, 24, NOW + 8), headers(3600, 3000, NOW + 1800))
    answer(pace, {}, now=NOW + 60)
    assert pace.left(NOW + 60) is not None
    answer(pace, {}, now=NOW + 130)
    assert pace.left(NOW + 130) is None


@pytest.mark.parametrize("limit", [0, -25])
def test_a_limit_of_zero_is_ignored(limit: int) -> None:
    assert after(headers(limit, 0)).left(NOW) is None
    assert after(headers(limit, 0, NOW + 7), status=429).wait(NOW) == 7


# -- the service's clock
@pytest.mark.parametrize("ahead", [0.0, 1.0, -1.5, 300.0, -300.0, 86400.0])
def test_a_reset_is_taken_by_the_services_own_clock(ahead: float) -> None:
    pace, latency, waits = RateLimit(), 0.2, []
    for number in range(40):
        now = NOW + number * 0.23
        theirs = now + latency / 2 + ahead
        told = headers(1000, 900, theirs + 200) | {"date": formatdate(math.floor(theirs), usegmt=True)}
        pace.ended(pace.sent(now), now + latency, told)
        waits.append(pace._hour.reset - (now + latency / 2 + 200))  # type: ignore[union-attr]
    assert min(waits) >= -1e-6, "never before the reset"
    assert waits[0] <= 1.2
    assert waits[-1] <= 0.4, "and soon hardly after it"


def test_a_date_that_makes_no_sense_is_passed_over() -> None:
    """A proxy's, or a cached one."""
    told = headers(remaining=0) | {"date": formatdate(1_700_000_000, usegmt=True)}
    assert after(told).wait(NOW) == 8
    assert after(headers(remaining=0) | {"date": "yesterday"}).wait(NOW) == 8


def test_a_clock_that_was_put_right_is_followed() -> None:
    pace = after(headers() | {"date": formatdate(NOW, usegmt=True)})
    answer(pace, headers(remaining=0, reset=NOW + 68) | {"date": formatdate(NOW + 60, usegmt=True)})
    assert 8 <= pace.wait(NOW) <= 9


# -- who goes first
def test_bulk_leaves_a_reserve() -> None:
    pace = after(headers(25, 25), headers(3600, 100, NOW + 1800))
    assert pace.left(NOW, bulk=True) == 22
    assert pace.left(NOW) == 23
    hour = after(headers(3600, 73, NOW + 1800))
    assert (hour.left(NOW, bulk=True), hour.left(NOW)) == (1, 73)


def test_bulk_calls_keep_a_distance_as_the_window_fills_up() -> None:
    """So that a person's call never waits long: neither for a place in the window, nor behind a burst."""
    pace, now, sent = after(headers(25, 24)), NOW, []
    while len(sent) < 300:
        wait = pace.wait(now, bulk=True)
        now += wait
        if wait == 0:
            sent.append(now)
            answer(pace, {}, now)
    assert sent[10] == NOW, "while it is half empty, they come at once"
    gaps = [later - earlier for earlier, later in pairwise(sent[100:])]
    assert max(gaps) < 1.25, "in a dip; else"
    assert sorted(gaps)[len(gaps) * 9 // 10] < 0.5
    assert len(sent) / (now - NOW) > 0.97 * 2.5


def test_a_limit_of_one_is_used_by_bulk_too() -> None:
    pace = after(headers(1, 0))
    assert count(pace, NOW + 10 + GRACE, bulk=True) == 1


def test_the_time_that_many_calls_take() -> None:
    pace = after(headers(25, 24, NOW + 8), headers(3600, 1000, NOW + 1800))
    assert pace.time_for(20, NOW) == 0
    assert 7 <= pace.time_for(40, NOW) <= 20
    assert pace.time_for(1000, NOW) >= 1800
    assert pace.time_for(5000, NOW) >= 1800 + 3600
    assert RateLimit().time_for(10_000, NOW) == 0


# -- against a service that counts
def drive(
    model: Model, pace: RateLimit, seconds: float, parallel: int, dice: random.Random, slow: float
) -> None:
    """So many calls at once, whenever the pace lets them; answers take their time, and come in any order.

    An event is a call that arrives at the service, or an answer that arrives here.
    """
    now, arriving, answers = NOW, [], []  # type: ignore[var-annotated]
    end = NOW + seconds
    while now < end:
        wait = pace.wait(now)
        if wait == 0 and len(arriving) + len(answers) < parallel:
            call = pace.sent(now)
            arriving.append((now + dice.random() * slow, call))
            continue
        due = [at for at, *_ in arriving + answers]
        now = min([*due, now + wait if 0 < wait < math.inf else math.inf, end])
        for one in [one for one in arriving if one[0] <= now]:
            arriving.remove(one)
            answers.append((now + dice.random() * slow, one[1], *model.call(now)))
        for came in [came for came in answers if came[0] <= now]:
            answers.remove(came)
            _, back, status, told = came
            told["date"] = formatdate(math.floor(now - 1e-9), usegmt=True)
            pace.ended(back, now, told, status)


@pytest.mark.slow
@given(
    # An hour of fewer calls is told of for the first time when more are under way than it has left: nobody can know.
    hourly=st.integers(240, 1000),
    spike=st.integers(2, 60),
    parallel=st.integers(1, 16),
    before=st.integers(0, 1000),
    slow=st.sampled_from([0.01, 0.3, 2.0, 15.0]),
    rounded=st.booleans(),
    seed=st.integers(0, 2**32),
)
@example(hourly=400, spike=25, parallel=8, before=390, slow=0.3, rounded=True, seed=1)
@settings(max_examples=150)
def test_alone_hardly_a_call_is_ever_refused(
    hourly: int, spike: int, parallel: int, before: int, slow: float, rounded: bool, seed: int
) -> None:
    """B11: two windows, of which each answer tells of one, answers in any order, an hour that was begun by others.

    One at the most, where an hour that nobody told of ends while others' calls are counted in it. While an hour that
    others began hides the spike limit, that is found by being refused: by as many as are under way.
    """
    model = Model(max(hourly, spike), spike, rounded=rounded)
    for _ in range(min(before, hourly - 1)):
        model.used[0] += 1
    model.ends[0] = NOW + 300.0
    drive(model, RateLimit(), 5000.0, parallel, random.Random(seed), slow)
    hidden = before * spike > hourly
    assert model.refused <= (parallel if hidden else 1)


@pytest.mark.parametrize("slow", [0.05, 0.5])
@pytest.mark.parametrize(("hourly", "spike"), [(3600, 25), (1000, 40), (36_000, 25), (500, 500)])
def test_what_is_permitted_is_used(hourly: int, spike: int, slow: float) -> None:
    model = Model(hourly, spike)
    drive(model, RateLimit(), 4 * 3700.0, 8, random.Random(3), slow)
    assert model.refused == 0
    narrow = 0 if hourly <= spike * 360 else 1
    full = model.served[narrow][2:-1]
    assert sum(full) / len(full) >= 0.95 * (hourly, spike)[narrow], full


class ByTime(Model):
    """Tells of the window that ends sooner: of the hour only once it is passed (B11 can be read so)."""

    def call(self, now: float) -> tuple[int, dict[str, str]]:
        status, _ = super().call(now)
        limits, which = (self.hourly, self.spike), self.ends.index(min(self.ends))
        which = 0 if self.used[0] > self.hourly else which
        left = max(0, limits[which] - self.used[which])
        return status, headers(limits[which], left, math.ceil(self.ends[which]))


def test_an_unreported_hourly_limit_is_reached_once() -> None:
    """By the calls that are under way then; from there on it is counted."""
    model = ByTime(1000, 25)
    drive(model, RateLimit(), 5 * 3700.0, 8, random.Random(1), 0.3)
    assert 1 <= model.refused <= 8
    assert model.served[0][2:-1] == [1000] * 4


def test_a_call_knows_which_it_was() -> None:
    pace = after({})
    assert pace.sent(NOW) == SentCall(2, NOW)
