"""`runs`: the event loop thread, the `Run` object, the throttle. The tests wait for conditions; timeouts only end a broken run."""

from __future__ import annotations

import asyncio
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pdm_nb.api.limits.call_queue import CURRENT_RUN, pausable_call
from pdm_nb.errors import RunError
from pdm_nb.runs import events, loop
from pdm_nb.runs.events import Ended, Failed, Notice, Paused, Resumed, StateChanged, Stored, Waiting
from pdm_nb.runs.loop import Throttle
from pdm_nb.runs.progress import Progress, RateMeter
from pdm_nb.runs.run import Run

SOON = 60.0  # seconds until a test that hangs fails


async def forever(run: Run[None]) -> None:
    await asyncio.Event().wait()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not condition():  # noqa: ASYNC110 - what is waited for knows of no asyncio event
            await asyncio.sleep(0.001)


# -- run
def test_a_quick_coroutine_runs_to_its_end_from_a_script() -> None:
    async def quick() -> str:
        await asyncio.sleep(0)
        return "done"

    assert loop.run(quick()) == "done"


def test_a_quick_coroutine_runs_inside_a_running_loop_and_from_another_thread() -> None:
    async def quick() -> asyncio.AbstractEventLoop:
        await asyncio.sleep(0)
        return asyncio.get_running_loop()

    async def cell() -> tuple[Any, Any]:
        return loop.run(quick()), await asyncio.to_thread(lambda: loop.run(quick()))

    assert asyncio.run(cell()) == (loop.worker(), loop.worker())


def test_the_worker_cannot_wait_for_itself() -> None:
    async def quick() -> None:
        await asyncio.sleep(0)

    async def work() -> None:
        loop.run(quick())

    with pytest.raises(RuntimeError, match="await the coroutine"):
        loop.run(work())


# -- Run
def test_wait_answers_what_the_work_answers() -> None:
    async def work(run: Run[int]) -> int:
        run.report(documents_total=2, documents_done=2, api_calls=5)
        return 42

    run = Run("upload", work)
    assert run.wait(SOON) == 42
    assert (run.running, run.cancelled, run.error, run.result) == (False, False, None, 42)
    assert repr(run) == "<Run upload: done, 2 of 2 documents, 5 calls>"


def test_wait_twice_answers_twice() -> None:
    async def work(run: Run[int]) -> int:
        return 42

    run = Run("upload", work)
    assert run.wait(SOON) == run.wait(SOON) == 42


def test_await_answers_what_the_work_answers() -> None:
    async def work(run: Run[int]) -> int:
        await asyncio.sleep(0)
        return 42

    async def cell() -> int:
        return await Run("upload", work)

    assert loop.run(cell()) == 42


@pytest.mark.parametrize("awaited", [True, False])
def test_an_error_is_raised_where_one_waits(awaited: bool) -> None:
    async def work(run: Run[None]) -> None:
        raise ValueError("no such thing")

    async def cell(run: Run[None]) -> None:
        await run

    run = Run("upload", work)
    with pytest.raises(ValueError, match="no such thing"):
        loop.run(cell(run)) if awaited else run.wait(SOON)
    assert isinstance(run.error, ValueError)
    assert run.result is None
    assert "failed" in repr(run)


def test_an_error_that_nobody_waits_for_is_kept() -> None:
    async def work(run: Run[None]) -> None:
        raise ValueError("no such thing")

    run = Run("upload", work)
    loop.run(until(lambda: not run.running))
    assert isinstance(run.error, ValueError)


def test_cancel_lets_the_work_put_its_things_away_before_it_counts_as_ended() -> None:
    put_away = []

    async def work(run: Run[None]) -> None:
        try:
            await forever(run)
        finally:
            await asyncio.sleep(0.01)
            put_away.append(not run.running)

    run = Run("upload", work)
    with pytest.raises(TimeoutError, match="upload has not ended after"):
        run.wait(0.01)
    run.cancel()
    with pytest.raises(RunError, match="upload was stopped"):
        run.wait(SOON)
    assert put_away == [False]
    assert run.cancelled
    assert not run.running
    assert run.error is None
    assert "stopped" in repr(run)


def test_cancel_while_it_is_awaited_is_a_run_error() -> None:
    async def cell() -> None:
        run = Run("watch", forever)
        asyncio.get_running_loop().call_soon(run.cancel)
        with pytest.raises(RunError, match="watch was stopped"):
            await run
        assert run.cancelled

    loop.run(cell())


def test_cancel_after_the_end_changes_nothing() -> None:
    async def work(run: Run[int]) -> int:
        return 42

    run = Run("upload", work)
    run.wait(SOON)
    run.cancel()
    assert run.wait(SOON) == 42
    assert not run.cancelled


def test_interrupting_the_cell_that_awaits_stops_the_work() -> None:
    async def cell() -> None:
        run = Run("watch", forever)

        async def waiting() -> None:
            await run

        waiter = asyncio.create_task(waiting())
        await asyncio.sleep(0)
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter
        await until(lambda: run.cancelled)

    loop.run(cell())


def test_wait_that_times_out_leaves_the_work_going() -> None:
    go_on = asyncio.Event()

    async def work(run: Run[str]) -> str:
        await go_on.wait()
        return "went on"

    run = Run("upload", work)
    with pytest.raises(TimeoutError):
        run.wait(0.01)
    assert run.running
    loop.worker().call_soon_threadsafe(go_on.set)
    assert run.wait(SOON) == "went on"


def test_a_run_is_begun_waited_for_and_cancelled_from_other_threads() -> None:
    async def work(run: Run[asyncio.AbstractEventLoop]) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    def other_thread() -> None:
        assert Run("upload", work).wait(SOON) is loop.worker()
        run = Run("watch", forever)
        with pytest.raises(TimeoutError, match="watch has not ended after"):
            run.wait(0.01)
        run.cancel()
        with pytest.raises(RunError):
            run.wait(SOON)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(other_thread).result(SOON)


def test_work_continues_while_the_main_thread_is_busy() -> None:
    """A cell that computes or sleeps does not hold an upload up."""
    done = threading.Event()

    async def work(run: Run[None]) -> None:
        await asyncio.sleep(0.01)
        done.set()

    run = Run("upload", work)
    assert done.wait(SOON)  # blocks this thread, runs no loop
    run.wait(SOON)


def test_views_are_called_on_the_main_thread_while_it_waits() -> None:
    threads: set[threading.Thread] = set()

    async def work(run: Run[None]) -> None:
        while not threads:
            run.report(documents_done=1)
            await asyncio.sleep(0.01)

    run = Run("upload", work)
    run.on_change(lambda: threads.add(threading.current_thread()))
    run.wait(SOON)
    assert threads == {threading.main_thread()}


def test_views_are_called_on_a_kernels_loop() -> None:
    heard = []

    async def work(run: Run[None]) -> None:
        while not heard:
            run.report(documents_done=1)
            await asyncio.sleep(0.01)

    async def kernel() -> None:
        loop.adopt_main_loop()
        run = Run("upload", work)
        run.on_change(lambda: heard.append(asyncio.get_running_loop()))
        await until(lambda: bool(heard))
        assert heard[0] is asyncio.get_running_loop()
        await run

    asyncio.run(kernel())


@pytest.fixture
def interruptible() -> Iterator[None]:
    """As in a terminal or a kernel: what a shell starts in the background ignores interrupts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_while_one_waits_stops_the_work() -> None:
    """Ctrl+C, or the kernel's stop button."""

    async def work(run: Run[None]) -> None:
        loop.post(lambda: signal.raise_signal(signal.SIGINT))
        await forever(run)

    run = Run("upload", work)
    with pytest.raises(KeyboardInterrupt):
        run.wait(SOON)
    assert run.cancelled


def test_a_running_run_survives_without_a_reference() -> None:
    done = threading.Event()

    async def work(run: Run[None]) -> None:
        await asyncio.sleep(0.01)
        done.set()

    async def kernel() -> None:
        Run("upload", work)
        await until(done.is_set)

    loop.run(kernel())


def test_views_hear_of_changes_until_they_end_it() -> None:
    heard: list[int] = []
    steps = asyncio.Queue[int]()

    async def work(run: Run[None]) -> None:
        while (number := await steps.get()) < 3:
            run.report(documents_done=number)

    async def kernel() -> None:
        run = Run("upload", work)
        stop = run.on_change(lambda: heard.append(run.progress.documents_done))
        steps.put_nowait(1)
        await until(lambda: 1 in heard)
        stop()
        stop()  # a second time is harmless
        steps.put_nowait(2)
        steps.put_nowait(3)
        await run

    loop.run(kernel())
    assert 2 not in heard


def test_the_rate_is_that_of_the_last_seconds() -> None:
    meter = RateMeter(10.0)
    assert meter.rate(0.0, 500) == 0.0  # what was there when it began is not of this run
    assert meter.rate(2.0, 700) == 100.0
    for second in range(3, 30):
        meter.rate(float(second), 700)
    assert meter.rate(30.0, 700) == 0.0
    assert meter.rate(35.0, 1700) == 100.0
    assert meter.rate(35.0, 0) == 0.0  # taken back, as a part that is sent again


def test_the_meter_keeps_few_figures_however_often_it_is_read() -> None:
    meter = RateMeter(10.0)
    for tick in range(100_000):
        meter.rate(tick / 1000, tick)
    assert len(meter._seen) < 60
    assert meter.rate(100.0, 100_000) == pytest.approx(1000, rel=0.05)


# -- events
def events_of(run: Run[Any]) -> list[Any]:
    return list(run.events())


def test_events_come_in_order_to_all_who_listen_early_or_late() -> None:
    begin = threading.Event()

    async def work(run: Run[None]) -> None:
        await asyncio.to_thread(begin.wait, 20)
        for number in range(3):
            run.emit(StateChanged(number, f"{number}.pdf", "created"))
            run.report(bytes_done=number, bytes_total=9)
        run.emit(Notice("three"))

    run = Run("upload", work)
    heard: list[list[Any]] = []
    early = threading.Thread(target=lambda: heard.append(events_of(run)))
    early.start()
    begin.set()
    run.wait(60)
    early.join(60)
    assert heard == [events_of(run)]
    told = heard[0]
    assert [event.document for event in told if isinstance(event, StateChanged)] == [0, 1, 2]
    assert told[-2:] == [Notice("three"), Ended("done")]

    async def later() -> list[Any]:
        return [event async for event in run.events()]

    assert loop.run(later()) == told


def test_bytes_in_a_row_are_one_event_and_what_is_kept_is_bounded() -> None:
    pile = events.EventQueue(3)
    for number in range(100):
        pile.add(Stored(number, 100))
    assert pile.peek() == [Stored(99, 100)]
    for number in range(5):
        pile.add(Notice(str(number)))
    assert pile.take() == [Notice("2"), Notice("3"), Notice("4")]
    assert pile.take() == []


def test_a_view_hears_at_most_ten_times_a_second_and_misses_nothing() -> None:
    async def work(run: Run[None]) -> None:
        for number in range(500):
            run.emit(StateChanged(number, "a.pdf", "created"))
            await asyncio.sleep(0.001)

    calls: list[list[Any]] = []
    run = Run("upload", work)
    run.on_event(calls.append)
    begun = time.monotonic()
    run.wait(60)
    while not any(isinstance(event, Ended) for call in calls for event in call):
        loop.run(asyncio.sleep(0.01))
    assert len(calls) <= 10 * (time.monotonic() - begun) + 2
    assert [event.document for call in calls for event in call if isinstance(event, StateChanged)] == list(
        range(500)
    )


def test_an_error_and_a_stop_are_events(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(run: Run[None]) -> None:
        raise RunError("no such thing")

    async def endless(run: Run[None]) -> None:
        await asyncio.Event().wait()

    caplog.set_level(logging.INFO, "pdm_nb.run")
    failed = Run("upload", fail)
    assert events_of(failed) == [Failed("RunError", "no such thing"), Ended("failed")]
    stopped = Run("watch", endless)
    stopped.cancel()
    assert events_of(stopped) == [Ended("stopped")]
    asyncio.run(until(lambda: "upload: failed: no such thing (RunError)" in caplog.messages))
    # The log is written by the worker, after whoever reads the events has heard.
    asyncio.run(until(lambda: "watch: stopped" in caplog.messages))


def test_a_listener_that_fails_stops_nothing() -> None:
    async def work(run: Run[None]) -> None:
        run.emit(Notice("one"), Notice("two"))

    run = Run("upload", work)
    run._log._listeners.insert(0, lambda event: 1 / 0)
    assert events_of(run)[-1] == Ended("done")


# -- pause
def test_a_pause_lets_what_is_under_way_end_and_begins_no_more() -> None:
    """Calls pass through the door; whoever waits there goes on with `go_on`, or is stopped by `cancel`."""
    begun: list[int] = []
    ended: list[int] = []
    hold = threading.Event()

    async def call(run: Run[None], number: int) -> None:
        async with pausable_call():
            begun.append(number)
            await asyncio.to_thread(hold.wait, 20)
            ended.append(number)

    async def work(run: Run[None]) -> None:
        CURRENT_RUN.set(run.pause_control)
        await call(run, 1)
        await asyncio.gather(call(run, 2), call(run, 3))

    run = Run("upload", work)
    stream = iter(run.events())
    while not begun:
        loop.run(asyncio.sleep(0.001))
    run.pause()
    assert next(stream) == Paused(1)
    hold.set()
    assert next(stream) == Paused(0)
    assert (begun, ended, run.paused, run.running) == ([1], [1], True, True)
    assert "paused" in repr(run)
    run.pause()  # a second time is nothing new
    run.resume()
    assert next(stream) == Resumed()
    run.wait(60)
    assert (sorted(ended), run.paused) == ([1, 2, 3], False)
    run.pause()
    run.resume()  # once it has ended, neither does anything
    assert next(stream) == Ended("done")


def test_a_paused_run_can_be_stopped() -> None:
    async def work(run: Run[None]) -> None:
        CURRENT_RUN.set(run.pause_control)
        while True:
            async with pausable_call():
                await asyncio.sleep(0)

    run = Run("upload", work)
    run.pause()
    stream = iter(run.events())
    while next(stream) != Paused(0):
        pass
    run.cancel()
    with pytest.raises(RunError, match="stopped"):
        run.wait(60)


# -- Throttle
def test_throttle_calls_at_most_every_tenth_of_a_second_and_never_loses_the_last() -> None:
    value, seen, times = [0], [], []

    def callback() -> None:
        seen.append(value[0])
        times.append(time.monotonic())

    throttle = Throttle(callback)

    async def kernel() -> None:
        while len(times) < 4:
            value[0] += 1
            throttle.poke()
            await asyncio.sleep(0.001)
        value[0] = -1
        throttle.poke()
        await until(lambda: seen[-1] == -1)

    loop.run(kernel())
    # Over the whole, not gap by gap: a busy machine may delay a single look at the clock.
    assert times[-1] - times[0] > 0.1 * (len(times) - 1) - 0.05


def test_pokes_from_many_threads_become_one_call() -> None:
    calls: list[threading.Thread] = []
    throttle = Throttle(lambda: calls.append(threading.current_thread()), seconds=60)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: throttle.poke(), range(100)))
    loop.run(until(lambda: bool(calls)))
    assert calls == [threading.current_thread()]  # the main loop's


def test_a_view_that_fails_is_logged_and_heard_again(caplog: pytest.LogCaptureFixture) -> None:
    calls = []

    def callback() -> None:
        calls.append(1)
        raise ValueError("the view broke")

    throttle = Throttle(callback, seconds=0)
    with caplog.at_level(logging.ERROR):
        throttle.poke()
        loop.run(until(lambda: len(calls) == 1))
        throttle.poke()
        loop.run(until(lambda: len(calls) == 2))
    assert "A view could not be updated" in caplog.text


def test_a_kernels_loop_is_kept_from_import_time() -> None:
    """`post` reaches it although nobody waits for anything."""
    code = """
import asyncio, threading
async def cell():
    from pdm_nb.runs import loop
    heard = asyncio.Event()
    threading.Thread(target=loop.post, args=[heard.set]).start()
    await asyncio.wait_for(heard.wait(), 60)
    return "heard"
print(asyncio.run(cell()))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "heard"


def test_a_callback_that_fails_does_not_fail_whoever_waits(caplog: pytest.LogCaptureFixture) -> None:
    calls = []

    def fail() -> None:
        raise ValueError("a message of a browser that makes no sense")

    loop.post(fail)
    loop.post(lambda: calls.append(1))
    loop.run(until(lambda: bool(calls)))
    assert "makes no sense" in caplog.text


def test_what_is_still_to_come_in_words() -> None:
    soon, later = time.time() + 20, time.time() + 3000
    assert Progress().outlook == ""
    assert Progress(time_left=42.4).outlook == "about 42 s left"
    assert Progress(time_left=600).outlook == "about 10 min left"
    told = Progress(waiting_until=later, time_left=9000).outlook
    clock = time.strftime("%H:%M", time.localtime(later))
    assert told == f"waiting for the rate limit until {clock}, about 2.5 h left"
    seconds = time.strftime("%H:%M:%S", time.localtime(soon))
    assert Progress(waiting_until=soon).outlook.endswith(seconds)
    tomorrow = time.time() + 24 * 3600
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(tomorrow))
    assert Progress(waiting_until=tomorrow).outlook.endswith(day)
    assert events.in_words(Waiting(later, 9000)) == "waiting for the rate limit, about 2.5 h left"
    assert events.in_words(Waiting(later)) == "waiting for the rate limit"


def test_importing_the_package_in_a_kernel_adopts_its_loop() -> None:
    """Views are updated on the loop that runs when a notebook imports pdm_nb, whatever is used of it first."""
    code = (
        "import asyncio, threading\n"
        "async def kernel():\n"
        "    import pdm_nb\n"
        "    from pdm_nb.runs import loop\n"
        "    done = asyncio.Event()\n"
        "    threading.Thread(target=loop.post, args=[done.set]).start()\n"
        "    await asyncio.wait_for(done.wait(), 10)\n"
        "asyncio.run(kernel())\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_importing_the_package_alone_loads_no_heavy_library() -> None:
    code = (
        "import sys, pdm_nb, pdm_nb.cli\n"
        "heavy = ('pandas', 'numpy', 'asyncio', 'httpx', 'httpx2', 'urllib3', 'openpyxl', 'sqlite3')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
