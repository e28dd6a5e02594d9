"""The call queue: the order of calls, with hours of waiting in virtual time."""

from __future__ import annotations

import asyncio
import gc
import logging
import random

import httpx2
import pytest

from pdm_nb.api.auth import Credentials, Secret, Tokens
from pdm_nb.api.client import Client, TimeSource
from pdm_nb.api.limits.call_queue import CURRENT_RUN, JITTER, SPREAD, SPREAD_FOR, CallQueue, call_queue_of
from pdm_nb.api.storage_transport import UserStorageTransport
from pdm_nb.runs.pause_control import PauseControl
from tests.support import virtual_time
from tests.support.network.call_counting import NOW, Model, headers
from tests.support.network.fake_wire import HERE, FakeClock, Wire
from tests.support.virtual_time import elapsed


def now() -> float:
    return NOW + elapsed()


class Caller:
    """Makes calls through a gate at a service that counts, and writes down when each was sent."""

    def __init__(self, hourly: int = 3600, spike: int = 25, latency: float = 0.2) -> None:
        self.dice = random.Random(7)
        self.queue = CallQueue(now, asyncio.sleep, self.dice)
        self.told: list[float] = []
        self.control = PauseControl(
            lambda: None, self.told.append
        )  # of the batch that bulk calls are made for
        self.model = Model(hourly, spike)
        self.latency = latency
        self.sent: list[tuple[float, str]] = []
        self.waited: list[float] = []

    async def call(self, name: str = "", *, bulk: bool = False) -> int:
        CURRENT_RUN.set(self.control if bulk else None)
        begun = now()
        call = await self.queue.enter()
        self.waited.append(now() - begun)
        self.sent.append((now(), name))
        await asyncio.sleep(self.latency * self.dice.random())
        status, told = self.model.call(now())
        await asyncio.sleep(self.latency * self.dice.random())
        self.queue.leave(call, told, status)
        return status

    async def crowd(self, count: int, name: str = "", *, bulk: bool = False) -> list[int]:
        tasks = [asyncio.create_task(self.call(f"{name}{n}", bulk=bulk)) for n in range(count)]
        return await asyncio.gather(*tasks)

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.sent]


def test_a_crowd_goes_in_order_and_none_is_refused() -> None:  # B11
    async def work() -> Caller:
        caller = Caller()
        assert set(await caller.crowd(200)) == {200}
        return caller

    caller = virtual_time.run(work())
    assert caller.names == [str(n) for n in range(200)]
    assert caller.model.refused == 0
    assert 70 <= caller.sent[-1][0] - NOW <= 100, "eight windows of 25"


def test_after_a_reset_calls_resume_with_jitter() -> None:  # B12
    async def work() -> Caller:
        caller = Caller(spike=25)
        await caller.crowd(50)
        return caller

    caller = virtual_time.run(work())
    again = [at for at, _ in caller.sent[25:]]
    ends = NOW + 10  # when the first call leaves the window
    assert ends < again[0] < ends + caller.latency + JITTER + 0.1
    spread = [at for at in again if at < ends + SPREAD_FOR + caller.latency]
    assert len(spread) >= (SPREAD_FOR - JITTER) / SPREAD, "even where the dice are at their longest"
    assert len(set(spread)) == len(spread), "each at a moment of its own"


def test_people_go_before_a_batch() -> None:
    async def work() -> Caller:
        caller = Caller()
        bulk = asyncio.create_task(caller.crowd(100, "bulk", bulk=True))
        await asyncio.sleep(15)
        await asyncio.gather(*(caller.call("person") for _ in range(3)))
        last = len(caller.names) - caller.names[::-1].index("person")
        between = [name for at, name in caller.sent[:last] if at >= NOW + 15 and name != "person"]
        assert between == [], "one had its reserve, two waited for the window, and all bulk behind them"
        await bulk
        return caller

    assert virtual_time.run(work()).model.refused == 0


def test_a_batch_leaves_some_of_the_hour_to_people() -> None:
    async def work() -> None:
        caller = Caller(hourly=100, spike=1000)
        bulk = asyncio.create_task(caller.crowd(150, "bulk", bulk=True))
        await asyncio.sleep(600)
        assert len(caller.sent) == 98
        assert await caller.call("person") == 200
        assert caller.waited[-1] == 0
        until = caller.queue.waits_until(bulk=True)
        assert until is not None
        assert 3600 <= until - NOW <= 3602
        assert caller.queue.waits_until(bulk=False) is None
        await bulk
        assert caller.model.refused == 0
        assert caller.queue.waits_until(bulk=True) is None

    virtual_time.run(work())


def test_the_reason_for_waiting_is_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        caller = Caller(hourly=10, spike=1000)
        await caller.crowd(20)

    with caplog.at_level(logging.WARNING, "pdm_nb"):
        virtual_time.run(work())
    (told,) = caplog.messages
    assert "rate limit is used up: waiting until" in told


def test_a_wait_beyond_an_hour_is_shown_and_kept() -> None:  # B12
    async def work() -> None:
        caller = Caller(spike=1000)
        await caller.call()
        call = await caller.queue.enter()
        caller.queue.leave(call, {"retry-after": "7200"}, 429)
        waiting = asyncio.create_task(caller.call("bulk", bulk=True))
        await asyncio.sleep(1)
        until = caller.queue.waits_until(bulk=True)
        assert until is not None
        assert 7200 <= until - NOW <= 7202
        await waiting
        assert caller.sent[-1][0] >= until

    virtual_time.run(work())


def test_after_a_refusal_nothing_is_sent_until_the_reset() -> None:  # B12
    """Also what waited already, and also for people."""

    async def work() -> list[float]:
        caller = Caller(spike=1000)
        await caller.call()
        caller.model.hourly = 1  # from now on; nobody was told
        waiting = [asyncio.create_task(caller.call(bulk=n % 2 == 0)) for n in range(10)]
        await asyncio.sleep(2)
        sent = len(caller.sent)
        caller.model.hourly = 1000
        await asyncio.gather(*waiting, caller.call("person"))
        return [at for at, _ in caller.sent[sent:]]

    later = virtual_time.run(work())
    assert later == [] or min(later) >= NOW + 3600


def test_a_call_that_is_cancelled_while_it_waits_leaks_nothing() -> None:
    async def work() -> None:
        caller = Caller()
        await caller.crowd(25)
        waiting = [asyncio.create_task(caller.call(str(n))) for n in range(30)]
        await asyncio.sleep(1)
        for task in waiting[:20]:  # the first in line is one of them
            task.cancel()
        await asyncio.sleep(0)
        assert len(caller.queue._waiting) == 10
        assert await asyncio.gather(*waiting[20:]) == [200] * 10
        assert caller.queue._waiting == []
        assert caller.queue.rate_limit.under_way == 0
        assert len(asyncio.all_tasks()) == 1

    virtual_time.run(work())


@pytest.mark.parametrize("seed", range(5))
def test_cancelling_at_any_time_leaves_the_queue_usable(seed: int) -> None:
    async def work() -> None:
        dice = random.Random(seed)
        caller = Caller(spike=10)
        tasks = [asyncio.create_task(caller.call(bulk=dice.random() < 0.5)) for _ in range(120)]
        for task in dice.sample(tasks, 60):
            await asyncio.sleep(dice.random())
            task.cancel()
        await asyncio.wait(tasks)
        assert caller.queue._waiting == []
        assert all(task.cancelled() or task.result() == 200 for task in tasks)

    virtual_time.run(work())


def test_a_call_that_was_not_sent_gives_its_place_back() -> None:
    async def work() -> None:
        gate = CallQueue(now, asyncio.sleep)
        call = await gate.enter()
        gate.leave(call, headers(25, 1, NOW + 8))
        await gate.enter()
        next_one = asyncio.create_task(gate.enter())
        await asyncio.sleep(1)
        assert not next_one.done()
        gate.give_back()
        await asyncio.sleep(0.1)
        assert next_one.done()

    virtual_time.run(work())


def test_loops_of_several_threads_share_a_queue() -> None:
    async def work() -> None:
        caller = Caller(spike=5)
        caller.queue = CallQueue(lambda: NOW + wall(), lambda seconds: asyncio.sleep(seconds / 100))
        caller.latency = 0.001

        def wall() -> float:
            return (asyncio.get_running_loop().time() - begun) * 100

        begun = asyncio.get_running_loop().time()

        async def one() -> None:
            call = await caller.queue.enter()
            caller.queue.leave(call, caller.model.call(NOW + wall())[1])

        def thread() -> None:
            async def ten() -> None:
                await asyncio.gather(*(one() for _ in range(10)))

            asyncio.run(ten())

        await asyncio.gather(*(asyncio.to_thread(thread) for _ in range(3)))
        assert caller.model.refused == 0
        assert caller.queue._waiting == []

    asyncio.run(asyncio.wait_for(work(), 20))


# -- a run that is paused
def test_a_pause_holds_what_waits_in_line_and_lets_end_what_was_sent() -> None:
    async def work() -> Caller:
        caller = Caller(latency=8)
        bulk = asyncio.create_task(caller.crowd(100, "", bulk=True))
        await asyncio.sleep(40)
        while len(caller.sent) == sum(caller.model.served[0]):  # noqa: ASYNC110 - until one is on the wire
            await asyncio.sleep(0.05)
        assert caller.control.under_way > 0
        caller.control.pause()
        sent, answered = len(caller.sent), sum(caller.model.served[0])
        await asyncio.sleep(20)
        assert (caller.control.under_way, caller.queue.rate_limit.under_way) == (0, 0), (
            "who waits is not under way"
        )
        assert answered < sum(caller.model.served[0]) == sent, "what was on the wire ended"
        await asyncio.sleep(3600)
        assert len(caller.sent) == sent < 100
        assert caller.queue._waiting == []
        caller.control.resume()
        assert await bulk == [200] * 100
        return caller

    caller = virtual_time.run(work())
    assert caller.names == [str(n) for n in range(100)], "each once, and in order"
    assert caller.model.refused == 0
    assert caller.control.under_way == 0


def test_other_calls_continue_while_one_batch_is_paused() -> None:
    async def work() -> None:
        caller = Caller()
        held = asyncio.create_task(caller.crowd(30, "held", bulk=True))
        await asyncio.sleep(1)
        paused, caller.control = caller.control, PauseControl(lambda: None)
        paused.pause()
        sent = [name for name in caller.names if name.startswith("held")]
        await asyncio.gather(caller.call("person"), caller.crowd(60, "other", bulk=True))
        assert len(caller.names) == len(sent) + 61
        assert [name for name in caller.names if name.startswith("held")] == sent
        paused.resume()
        await held

    virtual_time.run(work())


@pytest.mark.parametrize("seed", range(5))
def test_pausing_and_going_on_at_any_moment_loses_no_call(seed: int) -> None:
    async def work() -> None:
        dice = random.Random(seed)
        caller = Caller(spike=10)
        tasks = [asyncio.create_task(caller.call(str(n), bulk=True)) for n in range(120)]
        for task in dice.sample(tasks, 30):
            caller.control.pause()
            before = len(caller.sent)
            await asyncio.sleep(dice.random() * 10)
            assert len(caller.sent) == before
            task.cancel()
            caller.control.resume()
            await asyncio.sleep(dice.random() * 5)
        await asyncio.wait(tasks)
        done = [number for number, task in enumerate(tasks) if not task.cancelled()]
        assert set(map(str, done)) <= set(caller.names)
        assert len(caller.names) == len(set(caller.names))
        assert all(tasks[number].result() == 200 for number in done)
        assert caller.queue._waiting == []

    virtual_time.run(work())


def test_a_batch_can_read_how_long_its_calls_wait() -> None:
    async def work() -> None:
        caller = Caller(hourly=100, spike=1000)
        await caller.crowd(150, bulk=True)
        assert {round(until) for until in caller.told} == {round(caller.told[0])}
        assert 3600 <= caller.told[0] - NOW <= 3602

    virtual_time.run(work())


# -- one for all
def test_clients_of_one_application_share_a_queue() -> None:  # B11
    wire = Wire()
    assert wire.client().call_queue is wire.client().call_queue
    assert wire.client().rate_limit is wire.client().rate_limit


def test_other_clocks_hosts_and_applications_do_not_share() -> None:
    clock = FakeClock()
    mine = call_queue_of("https://a.test", "one", clock.now, clock.sleep)
    assert call_queue_of("https://a.test", "one", clock.now, clock.sleep) is mine
    other = FakeClock()
    for key in (
        ("https://b.test", "one", clock),
        ("https://a.test", "two", clock),
        ("https://a.test", "one", other),
    ):
        assert call_queue_of(*key[:2], key[2].now, key[2].sleep) is not mine


def test_a_queue_is_removed_with_its_last_client() -> None:
    wire = Wire()
    client = wire.client()
    client.call_queue.rate_limit.block(NOW + 30)
    del client
    gc.collect()
    assert wire.client().rate_limit.wait(NOW) == 0


def test_a_client_that_waited_longer_than_its_token_lives_goes_with_a_fresh_one() -> None:  # B5, B8
    wire = Wire()
    wire.script = lambda _: httpx2.Response(200, json=[])
    tokens = Tokens(wire.transport, HERE, Credentials("the-client", Secret("x")), wire.clock.now)
    client = Client(
        HERE,
        tokens,
        wire.transport,
        clock=TimeSource(wire.clock.now, wire.clock.sleep),
        upload_transport=UserStorageTransport(wire.http),
    )

    async def work() -> None:
        await client.list_companies()
        wire.clock.time += 5000
        client.rate_limit.block(wire.clock.time + 3600)
        await client.list_companies()

    asyncio.run(work())
    assert [call.headers["Authorization"] for call in wire.calls][-1] == "Bearer access-2"
    assert client.calls.total() == 2
    assert client.rate_limit.under_way == 0
