"""The runs of a batch in the workbench: progress, buttons, and what is not completed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pdm_nb.model import Document
from pdm_nb.runs.run import Run
from pdm_nb.widgets import Workbench
from pdm_nb.widgets.workbench.document_rows import progress_of
from pdm_nb.widgets.workbench.running import stopped_groups
from tests.support.fake_batch import FakeBatch
from tests.support.panels import do

pytestmark = pytest.mark.usefixtures("sent")


def run_text(bench: Workbench) -> str:
    return str((bench._state["run"] or {}).get("text", ""))


def test_a_run_that_was_started_in_a_cell_is_followed(until: Any) -> None:
    bench = Workbench(FakeBatch(4), view="upload")
    bench.batch.upload()
    until(lambda: run_text(bench) == "Upload finished")
    assert bench.table.value(4, "~sent") == 1.0
    assert "4 of 4 documents" in bench._state["run"]["figures"]


def test_the_button_starts_a_run_and_cancel_stops_it(until: Any) -> None:
    begun: list[Any] = []

    class Endless(FakeBatch):
        def upload(self) -> Any:
            async def work(run: Any) -> None:
                begun.append(run)
                await asyncio.Event().wait()

            self.run = Run("upload", work)
            return self.run

    bench = Workbench(Endless(2), view="upload")
    assert bench._state["primary"] == {"label": "Upload 2", "action": "running.upload", "disabled": False}
    do(bench, "running.upload")
    bench.update()
    assert bench._state["primary"]["disabled"]
    until(lambda: begun)
    do(bench, "run.cancel")
    until(lambda: run_text(bench) == "Upload stopped. Start it again to continue.")
    assert bench._state["run"]["tone"] == "bad"
    assert bench.batch.view.run.cancelled


def test_machine_learning_is_waited_for_after_an_upload_that_succeeded(until: Any) -> None:
    class Reading(FakeBatch):
        def upload(self) -> Any:
            return self._begin("upload", "completed")

    bench = Workbench(Reading(2), view="upload")
    do(bench, "running.upload")
    until(lambda: run_text(bench) == "Machine learning finished")
    until(lambda: bench._state["outcome"]["text"] == "2 of 2 documents uploaded")


def test_what_is_not_completed_is_grouped_by_reason_and_never_called_done(until: Any) -> None:
    batch = FakeBatch(5)
    for id_, facts in {
        1: {"state": "settled"},
        2: {"state": "held", "message": "Type is empty"},
        3: {"state": "held", "message": "Type is empty"},
        4: {"state": "failed", "message": "The connection broke"},
        5: {"state": "held", "ml": "completed", "message": "Date is empty"},
    }.items():
        batch.change(id_, **facts)
    found = {(one["message"], one["count"], one["action"]) for one in stopped_groups(batch)}
    assert found == {
        ("Type is empty", 2, "upload"),
        ("The connection broke", 1, "retry"),
        ("Date is empty", 1, "submit"),
    }
    bench = Workbench(batch, view="upload")
    outcome = bench._state["outcome"]
    assert (outcome["text"], outcome["stopped"]) == ("2 of 5 documents uploaded", "3 on hold, 1 failed")
    assert outcome["show"] == ["on hold", "failed"]


def test_how_much_of_a_file_is_stored() -> None:
    def document(**facts: Any) -> Document:
        return Document(1, "/x/a.pdf", "a.pdf", 200, "application/pdf", **facts)

    assert progress_of(document(sent=50, state="transferring")) == 0.25
    assert progress_of(document(state="settled")) == 1.0
    assert progress_of(document(state="held", ml="completed")) == 1.0
    assert progress_of(document(sent=0, state="failed")) == 0.0


def test_review_shows_machine_learning_and_the_differences(until: Any) -> None:
    bench = Workbench(FakeBatch(2), view="review")
    bench.batch.change(1, ml="in_progress", state="completed")
    bench.batch.suggestions[2, "number"] = "A-99"
    bench.batch.ml_says(2, "revision", "C", 0.61)
    until(lambda: bench.table.value(2, "revision") == "C")
    assert bench.table.value(1, "~ml") == "in progress"
    assert bench.table.value(2, "~differences") == 1
    assert bench.table.mark_of(2, "number")["suggestion"] == "A-99"
    until(lambda: bench._state["primary"]["label"] == "Wait for machine learning")


def test_what_machine_learning_did_not_read_in_time_is_not_called_read(until: Any) -> None:  # B35
    class Slow(FakeBatch):
        def watch(self, rows: list[int] | None = None) -> Any:
            if rows is not None:
                return super().watch(rows)
            run = self._begin("watch", "settled")
            self.change(2, reason="ML_TIMEOUT", message="It did not finish in time. Fill in what is missing.")
            return run

    batch = Slow(3)
    for id_ in (1, 2, 3):
        batch.change(id_, state="completed", ml="in_progress")
    bench = Workbench(batch, view="review")
    do(bench, "running.watch")
    until(lambda: "not read in time" in bench._state["outcome"]["text"])
    assert bench._state["outcome"]["text"] == "2 of 3 documents read, 1 not read in time"
    until(lambda: run_text(bench).startswith("Machine learning ended without 1 document:"))
    message = "It did not finish in time. Fill in what is missing."
    assert bench._state["not_read"] == [
        {"state": "ready", "reason": "ML_TIMEOUT", "message": message, "count": 1}
    ]
    review = next(one for one in bench._state["steps"] if one["key"] == "review")
    assert not review["done"]
    do(bench, "running.wait_again", reason="ML_TIMEOUT")
    until(lambda: bench._state["outcome"]["text"] == "3 of 3 documents read")
    until(lambda: bench._state["not_read"] == [])
    again = """batch.watch(batch.status().query("reason == 'ML_TIMEOUT'")).wait()"""
    assert bench.code.text().splitlines()[-2:] == ["batch.watch().wait()", again]


def test_what_workflows_hold_is_one_group_that_names_the_step_to_go_to() -> None:  # B48
    batch = FakeBatch(3)
    for id_ in (1, 2):
        facts = {"state": "held", "ml": "completed", "reason": "WORKFLOW_CONFLICT"}
        batch.change(id_, message=f"Workflows run in this container: revision {id_}", **facts)
    (group,) = stopped_groups(batch)
    assert (group["state"], group["count"], group["action"], group["only"]) == ("on hold", 2, "", None)
    assert "Submit" in group["message"]
