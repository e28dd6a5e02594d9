"""The board of a run."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

import pdm_nb
from pdm_nb.api.limits.call_queue import CURRENT_RUN, pausable_call
from pdm_nb.runs.events import Notice
from pdm_nb.runs.progress import Progress
from pdm_nb.runs.run import Run
from pdm_nb.widgets import RunBoard
from pdm_nb.widgets.application.run_board import figures_text, share_done, size_text
from tests.support.panels import do

pytestmark = pytest.mark.usefixtures("sent")


def state(board: RunBoard) -> dict[str, Any]:
    return dict(board._state["run"])


def test_a_runs_figures_in_words() -> None:
    progress = Progress(3, 10, 2048, 10240, 12, 5, elapsed=2.0, note="sending", rate=1024.0)
    told = "3 of 10 documents · 2.0 KB of 10.0 KB · 1.0 KB/s · 12 calls · 5 parts uploaded · 2 s"
    assert figures_text(progress) == told
    assert share_done(progress) == 0.2
    assert share_done(Progress()) == 0.0
    assert [size_text(1023), size_text(1024 * 1024 * 300)] == ["1023 B", "300 MB"]


def test_a_board_shows_what_a_run_waits_for(until: Any) -> None:
    release = threading.Event()

    async def work(run: Any) -> None:
        run.report(note="uploading", waiting_until=time.time() + 600, time_left=1200.0)
        await asyncio.to_thread(release.wait, 10)
        run.report(waiting_until=None, time_left=None)

    run: Any = Run("upload", work)
    board = RunBoard(run)
    until(lambda: "waiting for the rate limit until" in state(board)["text"])
    assert state(board)["text"].startswith("Upload running: uploading, waiting")
    assert state(board)["text"].endswith("about 20 min left")
    release.set()
    until(lambda: state(board)["text"] == "Upload finished")
    assert (state(board)["share"], state(board)["running"]) == (1.0, False)


def test_a_board_pauses_and_resumes_its_run(until: Any) -> None:
    go = threading.Event()

    async def work(run: Any) -> None:
        await asyncio.to_thread(go.wait, 20)
        CURRENT_RUN.set(run.pause_control)
        async with pausable_call():
            run.emit(Notice("<b>half</b> of it"))

    run: Any = Run("upload", work)
    board = RunBoard(run)
    assert (state(board)["running"], state(board)["paused"]) == (True, False)
    do(board, "run.pause")
    until(lambda: state(board)["event"] == "paused")
    assert run.paused
    go.set()
    until(lambda: "paused" in state(board)["text"])
    assert state(board)["paused"]
    do(board, "run.resume")
    until(lambda: not run.running and "finished" in state(board)["text"])
    until(lambda: state(board)["event"] == "<b>half</b> of it")  # the page shows it as text
    board.close()


def test_a_board_follows_the_run_it_is_shown(until: Any) -> None:
    async def work(run: Any) -> None:
        run.emit(Notice(run.name))

    first, second = Run("upload", work), Run("watch", work)
    board = RunBoard()
    assert board._state["run"] is None
    board.follow(first)
    until(lambda: state(board)["event"] == "upload")
    board.follow(second)
    until(lambda: state(board)["event"] == "watch")


def test_a_board_shows_the_error_of_a_run_and_a_line_for_saved_notebooks(until: Any) -> None:
    async def work(_: Any) -> None:
        raise pdm_nb.errors.InputError("<b>No</b> such file.")

    run: Any = Run("upload", work)
    board = RunBoard(run)
    until(lambda: not run.running and "error" in state(board)["text"])
    assert state(board)["tone"] == "bad"
    assert "&lt;b&gt;No" in board.static()["text/html"]
    assert repr(board) == "RunBoard(upload)"
