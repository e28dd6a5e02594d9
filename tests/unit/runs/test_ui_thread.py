"""The thread of the widgets: the main thread, or that of a session if only that one has an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pdm_nb.runs import loop, ui_thread

PATIENCE = 20


@pytest.fixture
def no_main_loop(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a program whose main thread runs a web server that is not known here."""
    monkeypatch.setattr(ui_thread, "MAIN", ui_thread.UiThread(threading.main_thread()))
    monkeypatch.setattr(loop, "MAIN", ui_thread.MAIN)
    return


class Session:
    """A thread with an event loop, as a session of `marimo run` has."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._work)
        self.thread.start()

    def _work(self) -> None:
        self.loop.run_forever()
        self.loop.close()

    def call(self, function: Callable[[], Any]) -> Any:
        async def called() -> Any:
            return function()

        return asyncio.run_coroutine_threadsafe(called(), self.loop).result(PATIENCE)

    def end(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE)


@pytest.fixture
def session() -> Iterator[Session]:
    one = Session()
    yield one
    if one.thread.is_alive():
        one.end()


def seen_by(post: Callable[[Callable[[], object]], object]) -> threading.Thread | None:
    """The thread on which a posted callback is called."""
    heard = threading.Event()
    threads: list[threading.Thread] = []

    def callback() -> None:
        threads.append(threading.current_thread())
        heard.set()

    post(callback)
    heard.wait(PATIENCE)
    return threads[0] if threads else None


def test_what_a_session_makes_is_updated_on_its_own_thread(no_main_loop: None, session: Session) -> None:
    ui = session.call(ui_thread.ui_thread)
    assert session.call(ui_thread.ui_thread) is ui
    assert seen_by(lambda callback: loop.post(callback, ui)) is session.thread
    assert seen_by(lambda callback: loop.later(0.0, callback, ui)) is session.thread
    other = Session()
    try:
        throttle_thread = seen_by(
            lambda callback: session.call(
                lambda: loop.Throttle(callback)
            ).poke()  # poked from the main thread
        )
        assert throttle_thread is session.thread
        assert other.call(ui_thread.ui_thread) is not ui
    finally:
        other.end()


def test_the_result_of_work_in_the_background_comes_to_the_session_that_asked(
    no_main_loop: None, session: Session
) -> None:
    heard = threading.Event()
    seen: list[tuple[str, bool, bool]] = []

    def work() -> bool:
        return threading.current_thread() is not session.thread

    def then(was_elsewhere: bool) -> None:
        seen.append(("done", was_elsewhere, threading.current_thread() is session.thread))
        heard.set()

    session.call(lambda: loop.in_background(work, then))
    assert heard.wait(PATIENCE)
    assert seen == [("done", True, True)]


def test_in_a_kernel_another_thread_with_a_loop_is_not_taken(no_main_loop: None, session: Session) -> None:
    """Some kernels call widgets in a thread with a loop of its own, which ends when the page is reloaded."""

    async def kernel() -> None:
        ui_thread.MAIN.adopt_loop()
        assert await asyncio.to_thread(session.call, ui_thread.ui_thread) is ui_thread.MAIN
        heard = asyncio.Event()
        threads = []
        session.call(lambda: loop.post(lambda: (threads.append(threading.current_thread()), heard.set())))
        await asyncio.wait_for(heard.wait(), PATIENCE)
        assert threads == [threading.main_thread()]

    asyncio.run(kernel())


def test_a_thread_without_a_loop_uses_the_main_thread(no_main_loop: None) -> None:
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(ui_thread.ui_thread()))
    thread.start()
    thread.join(PATIENCE)
    assert found == [ui_thread.MAIN]


def test_work_on_the_worker_never_makes_it_a_thread_of_widgets(no_main_loop: None) -> None:
    async def ask() -> Any:
        return ui_thread.ui_thread()

    assert loop.run(ask()) is ui_thread.MAIN


def test_nothing_is_kept_for_a_session_that_has_ended(no_main_loop: None, session: Session) -> None:
    ui = session.call(ui_thread.ui_thread)
    session.end()
    loop.post(lambda: pytest.fail("called after the end"), ui)
    assert ui._inbox.empty()


def test_a_session_that_waits_is_updated_meanwhile(no_main_loop: None, session: Session) -> None:
    """`run.wait()` in a cell of a session: its views are updated on its thread while it waits."""
    release, seen = asyncio.Event(), []

    async def work() -> str:
        await release.wait()
        return "done"

    def wait() -> str:
        ui = ui_thread.ui_thread()

        def update() -> None:
            seen.append(threading.current_thread())
            loop.worker().call_soon_threadsafe(release.set)

        threading.Thread(target=loop.post, args=[update, ui]).start()
        return loop.run(work())

    assert session.call(wait) == "done"
    assert seen == [session.thread]
