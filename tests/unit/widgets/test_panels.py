"""The panels of a batch: what they show, what they call, and their messages."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import pdm_nb
from pdm_nb.api.environments import NAMES
from pdm_nb.api.limits.call_queue import CURRENT_RUN, pausable_call
from pdm_nb.errors import SettingsError, SignInError
from pdm_nb.model import Document, Field, FieldType, Finding, Severity, Value
from pdm_nb.runs.events import Notice
from pdm_nb.runs.progress import Progress
from pdm_nb.runs.run import Run
from pdm_nb.widgets import (
    MetadataGrid,
    RequirementsView,
    RunBoard,
    SignIn,
    StatusBoard,
    SubmitPanel,
    UploadMonitor,
    workbench,
)
from pdm_nb.widgets.grid.document_cells import column_kind, list_entries
from pdm_nb.widgets.panels.monitor import progress_of
from pdm_nb.widgets.panels.run_board import figures_text, share_done, size_text
from pdm_nb.widgets.panels.submit import SubmitCounts, errors_of, verdict_of
from tests.support.fake_batch import FakeBatch

pytestmark = pytest.mark.usefixtures("sent")


def said(panel: Any) -> str:
    return str(panel.note.text)


def edit(panel: Any, row: int, key: str, text: str) -> None:
    old = panel.table.value(row, key)
    panel.table._receive(None, {"kind": "edit", "action": "t.1", "cells": [[row, key, old, text]]}, [])


def click(button: Any) -> None:
    assert not button.disabled
    button.click()


# -- the grid
def test_the_grid_shows_files_states_and_fields_in_the_batchs_order() -> None:
    grid = MetadataGrid(FakeBatch(3))
    keys = [column.key for column in grid.table.columns]
    assert keys == ["file", "state", "name", *(field.name for field in grid.batch.columns), "approval"]
    kinds = {column.key: column.kind for column in grid.table.columns}
    assert (kinds["type"], kinds["zones"], kinds["description"]) == ("select", "multiselect", "long")
    assert (kinds["date_authored"], kinds["scale"], kinds["number"]) == ("timestamp", "number", "text")
    assert grid.table.mark_of(1, "number")["source"] == "FILENAME_SCRAPING"
    assert grid.table.mark_of(1, "type")["required"]
    assert repr(grid) == "MetadataGrid(3 documents)"


def test_an_edit_reaches_the_batch_and_its_finding_the_cell(until: Any) -> None:
    grid = MetadataGrid(FakeBatch(3))
    edit(grid, 2, "status", "nonsense")
    until(lambda: grid.table.mark_of(2, "status").get("findings"))
    assert grid.batch.sets == [(2, "status", "nonsense")]
    assert grid.table.value(2, "status") == "nonsense"
    assert grid.table.mark_of(2, "status")["findings"][0]["severity"] == "error"
    until(lambda: "1 with errors" in grid.counts.value)
    edit(grid, 2, "status", "Approved")
    until(lambda: not grid.table.mark_of(2, "status").get("findings"))


def test_what_the_batch_refuses_stays_as_typed_with_the_reason(until: Any) -> None:
    grid = MetadataGrid(FakeBatch(3))
    edit(grid, 1, "number", "forbidden")
    until(lambda: grid.table.mark_of(1, "number").get("findings"))
    grid.batch.change(1, state="transferring")
    until(lambda: grid.table.value(1, "state") == "uploading")
    assert grid.table.value(1, "number") == "forbidden"
    assert "not allowed" in grid.table.mark_of(1, "number")["findings"][0]["message"]


def test_a_paste_is_one_action_of_the_batch_and_a_locked_row_refuses_its_own_cells_alone(
    sent: list[dict[str, Any]], until: Any
) -> None:
    grid = MetadataGrid(FakeBatch(3))
    grid.batch.change(2, state="submitted")
    cells = [[row, "revision", "", "P01"] for row in (1, 2, 3)]
    grid.table._receive(
        None, {"kind": "edit", "action": "t.1", "what": "Pasted: 3 cells.", "cells": cells}, []
    )
    until(lambda: any(message.get("reply_to") for message in sent))
    assert grid.batch.sets == [(1, "revision", "P01"), (3, "revision", "P01")]
    assert grid.batch.labels == ["Pasted: 3 cells"]
    answer = next(message for message in sent if message.get("reply_to"))
    assert answer["notice"].startswith("1 of 3 cells was not saved")

    sent.clear()
    for kind, told in [("undo", "Undone: 2 cells."), ("undo", "There is nothing to undo.")]:
        grid.table._receive(None, {"kind": kind, "action": "t.2"}, [])
        until(lambda told=told: told in [message.get("notice") for message in sent])
    assert grid.table.value(1, "revision") == ""
    grid.table._receive(None, {"kind": "redo", "action": "t.3"}, [])
    until(lambda: grid.table.value(1, "revision") == "P01")
    grid.show_code()
    assert "'P01'" in said(grid)


def test_lists_that_depend_on_another_field_and_columns_as_they_were_left() -> None:
    batch = FakeBatch(1)
    batch.layout = [{"key": "status", "hide": True}]
    grid = MetadataGrid(batch, depends={"status": ("type", {"Drawing": ["WIP"], "Other": ["WIP"]})})
    assert json.loads(grid.table._choices)["status"] == [
        ["Work in progress", "WIP", ["Drawing", "Other"]],
        ["Approved", "APP"],
    ]
    assert [column.depends for column in grid.table.columns if column.key == "status"] == ["type"]
    assert grid.table._options["layout"] == [{"key": "status", "hide": True}]
    grid._keep_layout([])
    assert batch.layout == []
    assert grid._search("discipline", "AR03") == [("Architectural 03", "AR03")]


def test_machine_learnings_values_appear_by_themselves_from_any_thread(until: Any) -> None:
    grid = MetadataGrid(FakeBatch(3))
    grid.batch.suggestions[1, "number"] = "A-99"
    threading.Thread(target=lambda: grid.batch.ml_says(1, "type", "Drawing", 0.93)).start()
    until(lambda: grid.table.value(1, "type") == "Drawing")
    assert grid.table.mark_of(1, "type") == {"source": "ML", "confidence": 0.93, "required": True}
    assert grid.table.mark_of(1, "number")["suggestion"] == "A-99"


def test_a_submitted_document_is_locked_with_the_reason(until: Any) -> None:
    grid = MetadataGrid(FakeBatch(3))
    grid.batch.change(1, state="submitted")
    until(lambda: grid.table.mark_of(1, "type").get("locked"))
    assert "was submitted and cannot be edited here" in grid.table.mark_of(1, "type")["locked"]


def test_what_nobody_sets_is_shown_and_says_why(until: Any) -> None:
    grid = MetadataGrid(FakeBatch(3))
    locked = {column.key: column.locked for column in grid.table.columns if not column.editable}
    assert locked["name"] == "The service takes Name from the file name."
    assert locked["approval"] == "Approval is read-only."
    assert grid.table.value(1, "name") == "A-001"
    grid.batch.change(1, name="B-001.pdf")
    until(lambda: grid.table.value(1, "name") == "B-001")


def test_documents_that_come_and_go_do_so_in_every_panel(until: Any) -> None:
    batch = FakeBatch(3)
    panels = [MetadataGrid(batch), StatusBoard(batch), SubmitPanel(batch), UploadMonitor(batch)]
    batch.add(8, 9)
    until(lambda: [len(panel.table) for panel in panels] == [5] * 4)
    assert {panel.table.value(9, "file") for panel in panels} == {"N-9.pdf"}
    batch.remove(1, 8)
    until(lambda: [len(panel.table) for panel in panels] == [3] * 4)
    assert panels[2].counts.value.startswith("<div><b>0 ready</b>, 3 blocked")
    batch.add(10)
    edit(panels[0], 2, "number", "X")  # before the panels have been told
    until(lambda: batch.cell(2, "number").text == "X")
    assert panels[0].table.value(10, "file") == "N-10.pdf"


def test_a_grid_that_is_shown_nowhere_rests_until_it_is_shown_again(
    sent: list[dict[str, Any]], until: Any
) -> None:
    batch = FakeBatch(3)
    old, new = MetadataGrid(batch), MetadataGrid(batch)
    old.table._receive(None, {"kind": "sync", "seq": 0, "view": "a"}, [])
    old.table._receive(None, {"kind": "closed", "view": "a"}, [])
    until(lambda: old.table.asleep)
    batch.set(1, "number", "X")
    until(lambda: new.table.value(1, "number") == "X")
    batch.set(2, "number", "Y")
    until(lambda: new.table.value(2, "number") == "Y")
    assert old.table.value(1, "number") == "A-001"
    old.table._receive(None, {"kind": "sync", "seq": 0, "view": "b"}, [])
    until(lambda: old.table.value(2, "number") == "Y")
    assert old.table.value(1, "number") == "X"


def test_an_open_grid_goes_by_the_project_as_it_is_now(until: Any) -> None:
    batch = FakeBatch(2)
    grid = MetadataGrid(batch)
    batch.columns = [*batch.columns, Field("f11", "package", "Package", FieldType.STRING)]
    batch.lists["type"] = [Value("t9", "MO", "Model")]
    batch.tell(1)
    until(lambda: "package" in {column.key for column in grid.table.columns})
    assert json.loads(grid.table._choices)["type"] == [["Model", "MO"]]
    assert "package" in {column["key"] for column in grid.table._columns}
    edit(grid, 1, "package", "P01")
    until(lambda: batch.cell(1, "package").text == "P01")


def test_check_says_what_was_found() -> None:
    grid = MetadataGrid(FakeBatch(3))
    grid.check()
    assert said(grid) == "3 documents checked: 3 findings, no errors. Findings are marked in their cells."
    for id_ in (1, 2, 3):
        grid.batch.set(id_, "description", "x")
    grid.check()
    assert said(grid) == "3 documents checked: no findings."


def test_a_closed_grid_listens_no_more() -> None:
    batch = FakeBatch(3)
    grid = MetadataGrid(batch)
    grid.close()
    assert batch.watchers == []


def test_a_label_that_several_values_have_is_offered_by_its_code() -> None:
    class Doubles(FakeBatch):
        def choices(self, name: str) -> Any:
            values = super().choices("status")
            return [*values, pdm_nb.model.Value("s9", "APP2", "Approved")]

    assert list_entries(Doubles(1).choices("status")) == [
        ("Work in progress", "WIP"),
        ("APP", "APP"),
        ("APP2", "APP2"),
    ]


def test_a_label_that_several_values_have_without_a_code_is_offered_with_its_id() -> None:  # B29
    values = [pdm_nb.model.Value("120701", "", "Block B"), pdm_nb.model.Value("120702", "", "Block B")]
    assert list_entries(values) == [("Block B (120701)", ""), ("Block B (120702)", "")]


def test_users_are_chosen_from_a_list_too() -> None:
    one = Field("u", "authored_by", "Authored by", FieldType.REFERENCE, variant="procore_user")
    several = Field("u", "reviewers", "Reviewers", FieldType.REFERENCE, variant="procore_users")
    assert (column_kind(one, True), column_kind(several, True), column_kind(one, False)) == (
        "select",
        "multiselect",
        "text",
    )


# -- monitor and status
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
    assert monitor.batch.run.cancelled


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


# -- submit
def settled(count: int = 3) -> FakeBatch:
    batch = FakeBatch(count)
    for id_ in batch.rows:
        batch.change(id_, state="settled")
    return batch


def test_nothing_is_submitted_without_the_confirmation(until: Any) -> None:
    panel = SubmitPanel(settled())
    assert panel.start.disabled
    panel.submit()
    assert (panel.batch.submits, said(panel)) == (0, "Select the confirmation first.")
    panel.confirm.value = True
    click(panel.start)
    until(lambda: panel.table.value(3, "verdict") == "submitted")
    assert panel.batch.submits == 1
    assert not panel.confirm.value


def test_documents_that_are_not_ready_are_reported_with_the_reason(until: Any) -> None:
    batch = settled(3)
    batch.change(3, state="transferring")
    batch.set(2, "status", "nonsense")
    panel = SubmitPanel(batch)
    assert "1 ready" in panel.counts.value
    assert panel.table.value(2, "reason") == "'nonsense' is not in the status list"
    assert panel.table.value(3, "reason") == "The upload is in progress"
    batch.change(1, state="submitted", revision_id="01REV", version="2")
    until(lambda: panel.table.value(1, "revision") == "01REV")
    assert panel.table.value(1, "version") == "2"
    assert "0 ready" in panel.counts.value


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"state": "settled"}, "ready"),
        ({"state": "held", "ml": "completed", "reason": "DUPLICATE_REVISION"}, "ready"),
        ({"state": "held", "ml": "completed", "reason": "WORKFLOW_CONFLICT"}, "to be checked"),
        ({"state": "held"}, "blocked"),
        ({"state": "planned"}, "blocked"),
        ({"state": "unconfirmed"}, "to be checked"),
        ({"state": "submitted"}, "submitted"),
    ],
)
def test_verdicts(facts: dict[str, Any], verdict: str) -> None:
    assert verdict_of(Document(1, "/x/a.pdf", "a.pdf", 1, "application/pdf", **facts), [])[0] == verdict


def test_a_document_held_by_a_workflow_is_reported_with_the_code_that_ends_it(until: Any) -> None:  # B48
    batch = settled(12)
    panel = SubmitPanel(batch)
    assert panel.workflows.value == ""
    for id_ in (2, 3):
        batch.change(id_, state="held", ml="completed", reason="WORKFLOW_CONFLICT", message="in a workflow")
    until(lambda: "2 documents on hold" in panel.workflows.value)
    assert "on an earlier revision (ids 2, 3)." in panel.workflows.value
    assert "option terminate_workflows of submit" in panel.workflows.value
    assert panel.table.value(2, "reason") == "WORKFLOW_CONFLICT: in a workflow"
    for id_ in batch.rows:
        batch.change(id_, state="held", ml="completed", reason="WORKFLOW_CONFLICT")
    until(lambda: "12 documents on hold" in panel.workflows.value)
    assert "on an earlier revision." in panel.workflows.value


def test_a_finding_blocks_a_settled_document_and_reasons_are_safe_html() -> None:
    document = Document(1, "/x/a.pdf", "a.pdf", 1, "application/pdf", state="settled")
    faulty = Finding("PDM101", Severity.ERROR, 1, "type", "<b>Type</b> is empty", "fill it")
    tidy = Finding("PDM900", Severity.WARNING, 1, "type", "It could be longer", "write more")
    errors = errors_of([faulty, faulty, tidy])
    assert errors == {1: ("<b>Type</b> is empty",)}
    tally = SubmitCounts()
    assert tally.update(document, errors[1]) == ("blocked", ["<b>Type</b> is empty"])
    tally.update(replace(document, id=2), errors[1])
    tally.update(replace(document, id=3), ())
    assert "2 × &lt;b&gt;Type" in tally.as_html()
    assert "1 ready" in tally.as_html()
    for id_ in (1, 2):  # fixed
        tally.update(replace(document, id=id_), ())
    assert "3 ready" in tally.as_html()
    assert "Type" not in tally.as_html()


def test_an_error_that_goes_with_another_document_is_not_kept(until: Any) -> None:
    """What is found in one may hang on another, which alone is told as changed."""
    batch = settled(2)
    twin = Finding("PDM301", Severity.ERROR, 2, None, "It is called like A-001.pdf", "rename one")
    found = batch.findings
    batch.findings = lambda ids=None: [twin] if ids is None or 2 in ids else []  # type: ignore[method-assign]
    panel = SubmitPanel(batch)
    assert panel.table.value(2, "verdict") == "blocked"
    batch.findings = found  # type: ignore[method-assign]
    batch.change(1, name="B-001.pdf")
    until(lambda: panel.table.value(2, "verdict") == "ready")
    assert "2 ready" in panel.counts.value


# -- requirements
FRAME = pd.DataFrame(
    [
        ("r1", True, "any document", "", "type", "Type", "lov_entry", "project", True),
        ("r2", False, "type is Drawing", "ISO", "number", "Number", "string", "naming standard", False),
        ("r2", False, "type is Drawing", "ISO", "type", "Type", "lov_entry", "project", False),
    ],
    columns=[
        *("rule", "is_default", "qualifies", "naming_standard", "field", "label", "type", "source"),
        "allow_duplicate_revisions",
    ],
)


class FakeProject:
    name, id = "Riverside Tower", "7"

    def __init__(self, frame: pd.DataFrame = FRAME) -> None:
        self.frame = frame

    def requirements(self) -> pd.DataFrame:
        return self.frame

    def batch(self, source: str) -> FakeBatch:
        if source == "nowhere/":
            raise pdm_nb.errors.InputError("The folder nowhere/ does not exist. Enter another one.")
        return FakeBatch(2)


def test_requirements_by_rule() -> None:
    view = RequirementsView(FakeProject())
    assert len(view.table) == 3
    assert [label for label, _ in view.rule_list.options] == [
        "All rules",
        "All other documents",
        "type is Drawing",
    ]
    view.rule_list.value = "r2"
    assert len(view.table) == 2
    assert view.table.value(1, "source") == "naming standard"
    assert view.table.value(1, "duplicates") == "not allowed"


def test_a_project_without_requirements_says_so() -> None:
    view = RequirementsView(FakeProject(FRAME.iloc[:0]))
    assert len(view.table) == 0
    assert "has no required fields" in view.table._options["empty"]


# -- signing in
SECRET = "s3cr3t-not-to-be-seen"


class FakeService:
    company = "Demo Builders"

    def projects(self) -> pd.DataFrame:
        rows = [("7", "Riverside Tower", True), ("8", "Harbour Bridge", True), ("9", "Old Depot", False)]
        return pd.DataFrame(rows, columns=["id", "name", "active"])

    def project(self, _: str) -> FakeProject:
        return FakeProject()


def sign_in(panel: SignIn, **typed: str) -> None:
    panel.form._handle_custom_msg({"kind": "sign-in", **typed}, [])


def test_signing_in_passes_on_what_was_typed_and_offers_the_projects(
    monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(pdm_nb, "connect", lambda *a, **k: calls.append((a, k)) or FakeService())
    seen: list[Any] = []
    panel = SignIn(on_service=seen.append, on_project=seen.append)
    sign_in(panel, environment="sandbox", client_id="me", client_secret=SECRET, company_id="")
    until(lambda: panel.service)
    assert calls == [(("sandbox",), {"client_id": "me", "client_secret": SECRET})]
    assert [label for label, _ in panel.project_list.options] == [
        "Select …",
        "Riverside Tower",
        "Harbour Bridge",
    ]
    panel.project_list.value = "7"
    assert [type(one).__name__ for one in seen] == ["FakeService", "FakeProject"]
    assert panel.form.tone == "good"


def test_the_form_offers_every_environment_and_names_the_account() -> None:
    """B1, B4."""
    form = SignIn().form
    assert [name for name, _ in form.environments] == [
        "sim", "sandbox", "monthly", "production", "federal", "other",
    ]  # fmt: skip
    assert {name for name, _ in form.environments} - {"other"} == set(NAMES)
    assert "developer-managed service account" in form.status
    assert "permitted projects" in form.status


def test_an_account_without_projects_is_pointed_to_the_permitted_ones(
    monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    """B4."""
    service = FakeService()
    monkeypatch.setattr(service, "projects", lambda: FakeService().projects().iloc[:0], raising=False)
    monkeypatch.setattr(pdm_nb, "connect", lambda *_, **__: service)
    panel = SignIn()
    sign_in(panel, environment="federal", client_id="me", client_secret=SECRET)
    until(lambda: panel.form.tone == "bad")
    assert "Company Admin → App Management" in panel.form.status
    assert "set again" in panel.form.status


def test_the_secret_is_in_no_state_and_no_repr(monkeypatch: pytest.MonkeyPatch, until: Any) -> None:
    monkeypatch.setattr(pdm_nb, "connect", lambda *_, **__: FakeService())
    panel = SignIn()
    sign_in(panel, environment="sandbox", client_id="me", client_secret=SECRET)
    until(lambda: panel.service)
    states = [widget.get_state() for widget in (panel, panel.form, panel.project_list, panel.note)]
    held = [*states, vars(panel), vars(panel.form), panel._repr_mimebundle_(), repr(panel), repr(panel.form)]
    assert SECRET not in json.dumps([str(one) for one in held])


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SignInError("The client id or secret is wrong", status=401), "The client id or secret is wrong"),
        (SettingsError("Which company?"), "Which company?"),
        (ZeroDivisionError(SECRET), "ZeroDivisionError"),
    ],
)
def test_a_failed_sign_in_is_reported_as_a_sentence(
    error: Exception, told: str, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(pdm_nb, "connect", refuse)
    panel = SignIn()
    sign_in(panel, environment="sandbox", client_id="me", client_secret=SECRET)
    until(lambda: panel.form.tone == "bad")
    assert told in panel.form.status
    assert SECRET not in panel.form.status
    assert not panel.form.busy


def test_what_is_missing_is_named(until: Any) -> None:
    panel = SignIn()
    sign_in(panel, environment="other", api_url="", client_id="me", client_secret="")
    until(lambda: panel.form.status)
    assert panel.form.status == "Enter the API address and the client secret."


# -- runs
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
    until(lambda: "waiting for the rate limit until" in board.note.text)
    assert board.note.text.startswith("Upload running: uploading, waiting")
    assert board.note.text.endswith("about 20 min left")
    release.set()
    until(lambda: board.note.text == "Upload finished")


def test_a_board_pauses_and_resumes_its_run(until: Any) -> None:
    go = threading.Event()

    async def work(run: Any) -> None:
        await asyncio.to_thread(go.wait, 20)
        CURRENT_RUN.set(run.pause_control)
        async with pausable_call():
            run.emit(Notice("<b>half</b> of it"))

    run: Any = Run("upload", work)
    board = RunBoard(run)
    assert (board.hold.description, board.hold.disabled) == ("Pause", False)
    board.hold.click()
    until(lambda: board.latest.text == "paused")
    assert run.paused
    go.set()
    until(lambda: "paused" in board.note.text)
    assert (board.hold.description, board.hold.disabled) == ("Resume", False)
    board.hold.click()
    until(lambda: not run.running and "finished" in board.note.text)
    assert board.hold.disabled
    assert board.latest.text == "<b>half</b> of it"
    assert "&lt;b&gt;half" in board.latest.value
    board.close()


def test_a_board_follows_the_run_it_is_shown(until: Any) -> None:
    async def work(run: Any) -> None:
        run.emit(Notice(run.name))

    first, second = Run("upload", work), Run("watch", work)
    board = RunBoard()
    assert board.hold.disabled
    board.show(first)
    until(lambda: board.latest.text == "upload")
    board.show(second)
    until(lambda: board.latest.text == "watch")


def test_a_board_shows_the_error_of_a_run_as_text(until: Any) -> None:
    async def work(_: Any) -> None:
        raise pdm_nb.errors.InputError("<b>No</b> such file.")

    run: Any = Run("upload", work)
    board = RunBoard(run)
    until(lambda: not run.running and "error" in board.note.text)
    assert "&lt;b&gt;No" in board.note.value
    assert board.stop.disabled
    assert repr(board) == "RunBoard(upload)"


# -- the workbench
def test_the_workbench_opens_step_by_step() -> None:
    bench = workbench(FakeProject())
    assert bench.titles[0] == "1. Sign in"
    assert isinstance(bench.children[1], RequirementsView)
    assert "Select files first" in bench.children[3].value
    bench.files.path.value = "nowhere/"
    bench.files.attempt(bench.files.read)
    assert said(bench.files) == "The folder nowhere/ does not exist. Enter another one."
    bench.files.path.value = "drawings/"
    bench.files.attempt(bench.files.read)
    assert [type(child).__name__ for child in bench.children[3:]] == [
        "MetadataGrid",
        "UploadMonitor",
        "StatusBoard",
        "SubmitPanel",
    ]
    assert bench.selected_index == 3
    batch = bench.batch
    bench.open_project(FakeProject())
    assert (bench.batch, batch.watchers) == (None, [])
