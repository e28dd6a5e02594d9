"""The table of the workbench: what it shows of a batch, and what it asks of it."""

from __future__ import annotations

import itertools
import json
import threading
from types import SimpleNamespace
from typing import Any

import pytest

import pdm_nb
from pdm_nb.model import Field, FieldType, Value
from pdm_nb.widgets import Workbench
from pdm_nb.widgets.grid import batch_listener
from pdm_nb.widgets.grid.document_cells import column_kind, list_entries
from tests.support.fake_batch import FakeBatch
from tests.support.panels import do, edit, said

pytestmark = pytest.mark.usefixtures("sent")


def test_the_grid_shows_files_states_and_fields_in_the_batchs_order() -> None:
    grid = Workbench(FakeBatch(3), view="grid")
    keys = [column.key for column in grid.table.columns]
    fields = [key for key in keys if not key.startswith("~")]
    assert fields == ["file", "state", "name", *(field.name for field in grid.batch.view.columns), "approval"]
    kinds = {column.key: column.kind for column in grid.table.columns}
    assert (kinds["type"], kinds["zones"], kinds["description"]) == ("select", "multiselect", "long")
    assert (kinds["date_authored"], kinds["scale"], kinds["number"]) == ("timestamp", "number", "text")
    assert grid.table.mark_of(1, "number")["source"] == "FILENAME_SCRAPING"
    assert grid.table.mark_of(1, "type")["required"]
    assert repr(grid) == "Workbench(3 documents)"


def test_an_edit_reaches_the_batch_and_its_finding_the_cell(until: Any) -> None:
    grid = Workbench(FakeBatch(3), view="grid")
    edit(grid, 2, "status", "nonsense")
    until(lambda: grid.table.mark_of(2, "status").get("findings"))
    assert grid.batch.sets == [(2, "status", "nonsense")]
    assert grid.table.value(2, "status") == "nonsense"
    assert grid.table.mark_of(2, "status")["findings"][0]["severity"] == "error"
    until(lambda: "1 with errors" in grid._state["outcome"]["text"])
    edit(grid, 2, "status", "Approved")
    until(lambda: not grid.table.mark_of(2, "status").get("findings"))


def test_what_the_batch_refuses_stays_as_typed_with_the_reason(until: Any) -> None:
    grid = Workbench(FakeBatch(3), view="grid")
    edit(grid, 1, "number", "forbidden")
    until(lambda: grid.table.mark_of(1, "number").get("findings"))
    grid.batch.change(1, state="transferring")
    until(lambda: grid.table.value(1, "state") == "uploading")
    assert grid.table.value(1, "number") == "forbidden"
    assert "not allowed" in grid.table.mark_of(1, "number")["findings"][0]["message"]


def test_a_paste_is_one_action_of_the_batch_and_a_locked_row_refuses_its_own_cells_alone(
    sent: list[dict[str, Any]], until: Any
) -> None:
    grid = Workbench(FakeBatch(3), view="grid")
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
    assert "'P01'" in do(grid, "code.open")


def test_lists_that_depend_on_another_field_and_columns_as_they_were_left() -> None:
    batch = FakeBatch(1)
    batch.view.layout = [{"key": "status", "hide": True}]
    grid = Workbench(batch, view="grid", depends={"status": ("type", {"Drawing": ["WIP"], "Other": ["WIP"]})})
    assert json.loads(grid.table._choices)["status"] == [
        ["Work in progress", "WIP", ["Drawing", "Other"]],
        ["Approved", "APP"],
    ]
    assert [column.depends for column in grid.table.columns if column.key == "status"] == ["type"]
    assert grid.table._options["layout"] == [{"key": "status", "hide": True}]
    grid.documents._keep_layout([])
    assert batch.view.layout == []
    assert grid.documents._search("discipline", "AR03") == [("Architectural 03", "AR03")]


def test_machine_learnings_values_appear_by_themselves_from_any_thread(until: Any) -> None:
    grid = Workbench(FakeBatch(3), view="grid")
    grid.batch.suggestions[1, "number"] = "A-99"
    threading.Thread(target=lambda: grid.batch.ml_says(1, "type", "Drawing", 0.93)).start()
    until(lambda: grid.table.value(1, "type") == "Drawing")
    assert grid.table.mark_of(1, "type") == {"source": "ML", "confidence": 0.93, "required": True}
    assert grid.table.mark_of(1, "number")["suggestion"] == "A-99"


def test_a_submitted_document_is_locked_with_the_reason(until: Any) -> None:
    grid = Workbench(FakeBatch(3), view="grid")
    grid.batch.change(1, state="submitted")
    until(lambda: grid.table.mark_of(1, "type").get("locked"))
    assert "was submitted and cannot be edited here" in grid.table.mark_of(1, "type")["locked"]


def test_what_nobody_sets_is_shown_and_says_why(until: Any) -> None:
    grid = Workbench(FakeBatch(3), view="grid")
    locked = {column.key: column.locked for column in grid.table.columns if not column.editable}
    assert locked["name"] == "The service takes Name from the file name."
    assert locked["approval"] == "Approval is read-only."
    assert grid.table.value(1, "name") == "A-001"
    grid.batch.change(1, name="B-001.pdf")
    until(lambda: grid.table.value(1, "name") == "B-001")


def test_documents_that_come_and_go_do_so_in_every_view(until: Any) -> None:
    batch = FakeBatch(3)
    views = [Workbench(batch, view=view) for view in ("grid", "upload", "submit")]
    batch.add(8, 9)
    until(lambda: [len(view.table) for view in views] == [5] * 3)
    assert {view.table.value(9, "file") for view in views} == {"N-9.pdf"}
    batch.remove(1, 8)
    until(lambda: [len(view.table) for view in views] == [3] * 3)
    until(lambda: views[2]._state["submitting"]["blocked"] == 3)
    batch.add(10)
    edit(views[0], 2, "number", "X")  # before the views know
    until(lambda: batch.view.cell(2, "number").text == "X")
    assert views[0].table.value(10, "file") == "N-10.pdf"


def test_a_grid_that_is_shown_nowhere_rests_until_it_is_shown_again(
    sent: list[dict[str, Any]], until: Any
) -> None:
    batch = FakeBatch(3)
    old, new = Workbench(batch, view="grid"), Workbench(batch, view="grid")
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
    grid = Workbench(batch, view="grid")
    batch.view.columns = [*batch.view.columns, Field("f11", "package", "Package", FieldType.STRING)]
    batch.lists["type"] = [Value("t9", "MO", "Model")]
    batch.tell(1)
    until(lambda: "package" in {column.key for column in grid.table.columns})
    assert json.loads(grid.table._choices)["type"] == [["Model", "MO"]]
    assert "package" in {column["key"] for column in grid.table._columns}
    edit(grid, 1, "package", "P01")
    until(lambda: batch.view.cell(1, "package").text == "P01")


def test_check_says_what_was_found() -> None:
    grid = Workbench(FakeBatch(3), view="grid")
    do(grid, "documents.check")
    assert said(grid) == "3 documents checked: 3 findings, no errors. Findings are marked in their cells."
    for id_ in (1, 2, 3):
        grid.batch.set(id_, "description", "x")
    do(grid, "documents.check")
    assert said(grid) == "3 documents checked: no findings."


def test_a_closed_grid_listens_no_more() -> None:
    batch = FakeBatch(3)
    grid = Workbench(batch, view="grid")
    grid.close()
    assert batch.watchers == []


def test_an_exact_code_in_a_list_of_1502_values_is_offered_first() -> None:
    batch = FakeBatch(1)
    batch.lists["discipline"] = [pdm_nb.model.Value(f"d{n}", f"{n}", f"Company {n}") for n in range(1_502)]
    grid = Workbench(batch, view="grid")
    assert grid.documents._search("discipline", "1501") == [("Company 1501", "1501")]
    offered = grid.documents._search("discipline", "7")
    assert offered[0] == ("Company 7", "7")
    assert len(offered) == 200  # of 366 that contain it


def test_a_label_that_several_values_have_is_offered_by_its_code() -> None:
    class Doubles(FakeBatch):
        def choices(self, name: str) -> Any:
            values = super().choices("status")
            return [*values, pdm_nb.model.Value("s9", "APP2", "Approved")]

    assert list_entries(Doubles(1).choices("status")) == [
        ("Work in progress", "WIP"),
        ("APP", "APP", None, "Approved"),
        ("APP2", "APP2", None, "Approved"),
    ]


def test_a_label_that_several_values_have_without_a_code_is_offered_with_its_id() -> None:  # B29
    values = [pdm_nb.model.Value("120701", "", "Block B"), pdm_nb.model.Value("120702", "", "Block B")]
    assert list_entries(values) == [
        ("Block B (120701)", "", None, "Block B"),
        ("Block B (120702)", "", None, "Block B"),
    ]


def test_users_are_chosen_from_a_list_too() -> None:
    one = Field("u", "authored_by", "Authored by", FieldType.REFERENCE, variant="procore_user")
    several = Field("u", "reviewers", "Reviewers", FieldType.REFERENCE, variant="procore_users")
    assert (column_kind(one, True), column_kind(several, True), column_kind(one, False)) == (
        "select",
        "multiselect",
        "text",
    )


def test_findings_of_a_kind_are_fixed_and_suggestions_accepted_as_one_action(until: Any) -> None:
    grid = Workbench(FakeBatch(3), view="grid")
    for row in (1, 2):
        grid.batch.set(row, "status", "Aproved")
    grid.batch.suggestions |= {(1, "number"): "A-99", (3, "number"): "A-98"}
    assert do(grid, "documents.fix", code="PDM102") == 2
    assert grid.table.value(2, "status") == "Approved"
    assert said(grid) == "2 cells fixed. Press Ctrl+Z in the table to undo."
    assert do(grid, "documents.accept_cells", cells=[[1, "number"], [3, "number"], [2, "number"]]) == 2
    assert (grid.batch.labels[-1], grid.table.value(3, "number")) == ("Accept 2 suggestions", "A-98")
    assert do(grid, "documents.fix", code="PDM102") == 0
    assert said(grid) == "There is nothing to change in these cells."


def test_documents_are_removed_and_restarted_by_their_message(until: Any) -> None:
    grid = Workbench(FakeBatch(4), view="grid")
    for row in (1, 2):
        grid.batch.change(row, state="failed", message="The connection broke.")
    do(grid, "documents.exclude", rows=[3])
    assert said(grid) == "1 document removed from the batch. The files are unchanged."
    until(lambda: len(grid.table) == 3)
    do(grid, "documents.retry", message="The connection broke.")
    assert said(grid) == "2 documents will be uploaded again. Press Upload."
    assert {one.state for one in grid.batch.documents} == {"planned"}


def test_a_value_that_is_kept_is_no_open_work_and_can_be_undone(until: Any) -> None:
    bench = Workbench(FakeBatch(3))
    for row in (1, 2):
        bench.batch.suggestions[row, "type"] = "Drawing"
        bench.batch.set(row, "type", "Letter")
    bench.documents.flush()
    assert bench.documents.rows.differences == {1: 1, 2: 1, 3: 0}
    assert do(bench, "documents.keep_cells", cells=[[1, "type"], [3, "type"]]) == 1
    assert bench.documents.rows.differences == {1: 0, 2: 1, 3: 0}
    assert said(bench).startswith("1 value kept, other suggestions dismissed.")
    assert bench.table.mark_of(1, "type").get("suggestion", "") == ""
    until(lambda: bench._state["kept"] == 1)
    assert bench.documents._undo_or_redo("undo").notice == "Undone: 1 suggestion shown again."
    assert bench.documents.rows.differences[1] == 1
    do(bench, "documents.keep_cells", cells=[[1, "type"], [2, "type"]])
    bench.batch.set(3, "type", "Letter")
    bench.documents._undo_or_redo("undo")  # of what was done last
    assert bench.batch.kept == 2
    assert do(bench, "documents.open_again") == 2
    assert do(bench, "documents.keep_cells", cells=[[3, "type"]]) == 0
    assert said(bench) == "Nothing else is suggested for these cells."


def test_many_changes_are_shown_some_at_a_time_so_that_cells_run_in_between(
    until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeBatch(50)
    bench = Workbench(fake, view="grid")
    clock = itertools.count()
    monkeypatch.setattr(
        batch_listener, "time", SimpleNamespace(monotonic=lambda: next(clock))
    )  # each look: 1 s
    sizes: list[int] = []
    refresh = bench.documents._changes._refresh
    monkeypatch.setattr(
        bench.documents._changes, "_refresh", lambda ids: (sizes.append(len(ids)), refresh(ids))
    )
    for id_ in list(fake.cells):
        fake.set(id_, "number", f"N-{id_}")
    until(lambda: all(bench.table.value(id_, "number") == f"N-{id_}" for id_ in fake.cells))
    assert max(sizes) <= batch_listener.SLICE
