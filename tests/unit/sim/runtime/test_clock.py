"""The clock: speed factor, jumps and manual control; from Python, by option and by the control route."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from pdm_nb import sim
from pdm_nb.sim.runtime.clock import FASTEST, Clock, make_clock
from tests.support.simulator.api_caller import ApiCaller, messages
from tests.support.simulator.server_process import signed_in

HOUR, DAY = 3600.0, 86_400.0


@pytest.fixture(params=["by itself", "by hand"])
def any_clock(request: pytest.FixtureRequest) -> Iterator[Clock]:
    clock = sim.RealClock() if request.param == "by itself" else sim.ManualClock()
    yield clock
    clock.close()


def test_a_jump_does_all_that_falls_due_on_the_way_and_no_more(any_clock: Clock) -> None:
    done: list[str] = []
    any_clock.later(2 * HOUR, lambda: done.append("late"))
    any_clock.later(HOUR, lambda: done.append("early"))
    any_clock.later(DAY, lambda: done.append("another day"))
    before = any_clock.now()
    any_clock.advance(3 * HOUR)
    assert done == ["early", "late"]
    assert 0 <= any_clock.now() - before - 3 * HOUR < 60
    assert any_clock.waiting == 1
    assert any_clock.drain(0.01) is (any_clock.speed == 0)  # by hand, to drain is to jump


def test_a_jump_waits_for_a_job_that_is_under_way() -> None:
    clock, begun, go, done = sim.RealClock(), threading.Event(), threading.Event(), threading.Event()

    def job() -> None:
        begun.set()
        go.wait(60)
        done.set()

    clock.later(HOUR, job)
    jump = threading.Thread(target=clock.advance, args=(DAY,))
    jump.start()
    assert begun.wait(60)
    assert jump.is_alive()
    go.set()
    jump.join(60)
    assert done.is_set()
    assert not jump.is_alive()
    clock.close()


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf"), 1e12])
def test_time_does_not_go_back(any_clock: Clock, seconds: float) -> None:
    with pytest.raises(ValueError, match="moved ahead"):
        any_clock.advance(seconds)


def test_a_faster_clock_runs_by_its_factor() -> None:
    clock = sim.RealClock(speed=1000)
    done, before, here, after = threading.Event(), time.time(), clock.now(), time.time()
    clock.later(200.0, done.set)
    assert done.wait(60)
    shortest = time.time() - after
    passed = clock.now() - here
    longest = time.time() - before  # a busy machine may stop us between two looks at a clock
    assert passed >= 200
    assert 990 * shortest <= passed <= 1010 * longest
    clock.close()


def test_a_clock_that_gets_faster_wakes_what_waits() -> None:
    clock, done = sim.RealClock(), threading.Event()
    clock.later(HOUR, done.set)
    before = clock.now()
    clock.speed = FASTEST
    assert done.wait(60)
    assert clock.now() - before >= HOUR
    clock.close()


@pytest.mark.parametrize("speed", [0, -1, 1e9, float("nan")])
def test_an_invalid_speed_is_rejected(speed: float) -> None:
    with pytest.raises(ValueError, match="speed must be"):
        sim.RealClock(speed)


def test_the_speed_is_an_option() -> None:
    assert make_clock(60).speed == 60
    assert isinstance(sim.Simulator(speed=0).clock, sim.ManualClock)
    with sim.Simulator(speed=60) as simulator:
        assert simulator.clock.speed == 60
    with pytest.raises(ValueError, match="speed must be"):
        sim.Simulator(speed=-1)


def test_three_minutes_of_machine_learning_pass_in_a_moment(make: Callable[..., ApiCaller]) -> None:
    """B35, over the control route: the answer comes when what fell due is done."""
    caller = make(clock=sim.RealClock(), ml_seconds=180.0)
    upload = caller.completed()
    assert caller.show(upload)["integration_statuses"]["ml"] == "in_progress"
    answer = caller.send("POST", "/_internal/clock", json={"advance": 200}).json()
    assert (answer["speed"], answer["jobs"]) == (1.0, 0)
    assert caller.show(upload)["integration_statuses"]["ml"] == "completed"


def test_an_hour_of_a_limit_and_a_day_of_a_file(make: Callable[..., ApiCaller]) -> None:
    """B11, B60."""
    caller = make(clock=sim.ManualClock(time.time()), hourly_limit=6)
    file = caller.announce(b"abc").json()["data"]
    for _ in range(5):
        caller.call("GET", f"{caller.files}/{file['upload_id']}")
    caller.call("GET", f"{caller.files}/{file['upload_id']}", None, 429)
    caller.send("POST", "/_internal/clock", json={"advance": HOUR})
    caller.call("GET", f"{caller.files}/{file['upload_id']}")
    caller.send("POST", "/_internal/clock", json={"advance": DAY})
    caller.token = caller.sign_in()["access_token"]
    caller.call("GET", f"{caller.files}/{file['upload_id']}", None, 404)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (b"", "object"),
        (b"[]", "object"),
        (b"{}", "advance"),
        (b'{"back": 1}', "advance"),
        (b'{"advance": "1"}', "must be a number"),
        (b'{"advance": true}', "must be a number"),
        (b'{"advance": -1}', "moved ahead"),
        (b'{"advance": NaN}', "not valid JSON"),
        (b'{"speed": 2}', "only advance moves it"),
    ],
)
def test_driving_that_makes_no_sense(caller: ApiCaller, told: bytes, says: str) -> None:
    now = caller.send("GET", "/_internal/clock").json()["now"]
    answer = caller.send("POST", "/_internal/clock", content=told)
    assert answer.status_code == 400
    assert says in messages(answer)[0]
    assert caller.send("GET", "/_internal/clock").json()["now"] == now


def test_over_a_socket_others_are_served_while_time_is_driven() -> None:
    release = threading.Event()
    with sim.Simulator() as simulator, signed_in(simulator.ready_line()) as client:
        done = threading.Event()
        simulator.clock.later(50, lambda: release.wait(60))

        def drive() -> None:
            client.post("/_internal/clock", json={"advance": 200}, timeout=90)
            done.set()

        driver = threading.Thread(target=drive)
        driver.start()
        assert client.get("/rest/v1.0/me").status_code == 200
        assert not done.is_set()
        release.set()
        driver.join(60)
        assert done.is_set()
