"""The upload monitor and the status board: the runs of a batch, live."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pdm_nb.model import Document
from pdm_nb.runs.run import Run
from pdm_nb.widgets import (
    StatusBoard,
    SubmitPanel,
    UploadMonitor,
)
from pdm_nb.widgets.panels.monitor import progress_of
from tests.support.fake_batch import FakeBatch
from tests.support.panels import click

pytestmark = pytest.mark.usefixtures("sent")


def test_the_monitor_follows_a_run_that_somebody_else_started(until: Any) -> None:
    monitor = UploadMonitor(FakeBatch(4))
    monitor.batch.upload()
    until(lambda: "Upload finished" in monitor.board.note.text)
    assert monitor.table.value(4, "sent") == 1.0
    assert "4 of 4 documents" in monitor.board.figures.value
    assert not monitor.start.disabled


def test_the_monitors_button_starts_and_cancel_stops(until: Any) -> None:
    begun: list[Any] = []

    class Endless(FakeBatch):
        def upload(self) -> Any:
            async def work(run: Any) -> None:
                begun.append(run)
                await asyncio.Event().wait()

            self.run = Run("upload", work)
            return self.run

    monitor = UploadMonitor(Endless(2))
    assert monitor.board.stop.disabled
    click(monitor.start)
    assert monitor.start.disabled
    until(lambda: begun)
    click(monitor.board.stop)
    until(lambda: "stopped" in monitor.board.note.text)
    assert monitor.batch.view.run.cancelled


def test_each_panel_shows_its_own_run_and_none_starts_during_another(until: Any) -> None:
    batch = FakeBatch(2)
    monitor, status, submit = UploadMonitor(batch), StatusBoard(batch), SubmitPanel(batch)
    run = batch.upload()
    batch.tell(1)
    until(lambda: not run.running and "finished" in monitor.board.note.text)
    assert (status.board.run, submit.board.run) == (None, None)
    batch.watch()
    until(lambda: "Machine learning finished" in status.board.note.text)
    assert monitor.board.note.text == "Upload finished"


def test_how_much_of_a_file_is_stored() -> None:
    def document(**facts: Any) -> Document:
        return Document(1, "/x/a.pdf", "a.pdf", 200, "application/pdf", **facts)

    assert progress_of(document(sent=50, state="transferring")) == 0.25
    assert progress_of(document(state="settled")) == 1.0
    assert progress_of(document(sent=0, state="failed")) == 0.0


def test_the_status_board_shows_the_fields_that_machine_learning_fills(until: Any) -> None:
    board = StatusBoard(FakeBatch(2))
    keys = [column.key for column in board.table.columns]
    assert keys[4:] == ["type", "number", "description", "revision", "date_authored"]
    board.batch.change(1, ml="in_progress", state="completed")
    board.batch.ml_says(2, "revision", "C", 0.61)
    until(lambda: board.table.value(2, "revision") == "C")
    assert board.table.value(1, "ml") == "in progress"
    assert board.table.mark_of(2, "revision") == {"source": "ML", "confidence": 0.61}
