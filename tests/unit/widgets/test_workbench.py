"""The workbench: its steps open one after the other, and nothing is dropped in silence."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from typing import Any

import pytest

import pdm_nb
from pdm_nb.errors import PdmError
from pdm_nb.widgets import Workbench
from tests.support.fake_batch import FakeBatch
from tests.support.panels import FakeProject, do, said

pytestmark = pytest.mark.usefixtures("sent")


def test_the_workbench_opens_step_by_step() -> None:
    bench = pdm_nb.workbench(FakeProject())
    assert (bench.step, bench._state["header"]["project"]) == ("import", "Riverside Tower")
    with pytest.raises(PdmError, match="Import files first"):
        do(bench, "bench.go", step="prepare")
    with pytest.raises(PdmError, match="nowhere/ does not exist"):
        do(bench, "importing.make", source="nowhere/")
    do(bench, "importing.make", source="drawings/")
    assert said(bench) == "2 documents imported from drawings/."
    assert (bench.step, len(bench.table), repr(bench)) == ("prepare", 2, "Workbench(2 documents)")
    batch = bench.batch
    bench.open_project(FakeProject())
    assert said(bench).endswith("was left. All its values are stored; select it again to continue.")
    assert (bench.batch, batch.watchers, bench._state["table"]) == (None, [], "")


def test_one_table_is_kept_through_the_steps() -> None:
    bench = Workbench(FakeBatch(3))
    table = bench._state["table"]
    for step in ("upload", "review", "submit", "report", "prepare"):
        do(bench, "bench.go", step=step)
        assert (bench._state["step"], bench._state["table"]) == (step, table)
    steps = {column["key"]: column.get("steps") for column in bench.table._columns}
    assert (steps["file"], steps["~sent"], steps["type"]) == (None, ("upload",), ("prepare", "review"))


def test_a_view_shows_one_part_and_needs_what_it_shows() -> None:
    assert Workbench(FakeBatch(1), view="upload").step == "upload"
    assert Workbench(FakeProject(), view="requirements")._page["requirements"]["pattern"] == "Project-Number"
    with pytest.raises(ValueError, match="Unknown view 'grids'"):
        Workbench(view="grids")


def test_an_action_has_one_reply_and_an_error_is_a_sentence(sent: list[dict[str, Any]], until: Any) -> None:
    bench = Workbench(FakeProject())
    replies: list[dict[str, Any]] = []
    bench.send = replies.append  # type: ignore[method-assign,assignment]
    for name in ("bench.go", "documents.check", "bench.close", "importing.look"):
        arguments = {"step": "submit"} if name == "bench.go" else {"source": " "} if "look" in name else {}
        bench._receive(None, {"kind": "do", "action": name, "name": name, "arguments": arguments}, [])
    until(lambda: len(replies) == 8)
    assert [one["kind"] for one in replies] == ["began", "done"] * 4
    replies = [one for one in replies if one["kind"] == "done"]
    errors = {one["reply_to"]: one["error"] for one in replies}
    assert errors["bench.go"] == "Import files first."
    assert errors["documents.check"] == errors["bench.close"] == "This is not possible here."
    assert errors["importing.look"].startswith("Enter a folder, a pattern")
    assert bench._state["note"]["tone"] == "bad"


def test_an_action_that_arrives_on_another_thread_is_carried_out_on_the_main_one(
    monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    """Some kernels call widgets in a thread that has an event loop of its own."""
    bench = Workbench(FakeBatch(2))
    replies: list[dict[str, Any]] = []
    threads: list[threading.Thread] = []
    bench.send = replies.append  # type: ignore[method-assign,assignment]
    go = bench.go
    monkeypatch.setattr(bench, "go", lambda step: (threads.append(threading.current_thread()), go(step)))

    async def receive() -> None:
        message = {"kind": "do", "action": "v.1", "name": "bench.go", "arguments": {"step": "upload"}}
        bench._receive(None, message, [])

    thread = threading.Thread(target=lambda: asyncio.run(receive()))
    thread.start()
    thread.join()
    until(lambda: len(replies) == 2)
    assert replies[-1]["error"] == ""
    assert threads == [threading.main_thread()]
    assert bench.step == "upload"


def test_all_states_are_json_and_a_closed_workbench_listens_no_more() -> None:
    bench = Workbench(FakeBatch(2))
    json.dumps([bench._state, bench._page])
    bench.close()
    assert bench.batch.watchers == []


def test_chips_count_states_in_the_order_of_the_work(until: Any) -> None:
    bench = Workbench(FakeBatch(4))
    bench.batch.change(1, state="held")
    bench.batch.change(2, state="settled")
    until(lambda: len(bench._state["header"]["counts"]) == 3)
    assert [(one["state"], one["count"]) for one in bench._state["header"]["counts"]] == [
        ("not uploaded", 2),
        ("ready", 1),
        ("on hold", 1),
    ]


def test_what_is_left_by_switching_is_said_together_with_what_was_opened() -> None:
    bench = Workbench(FakeProject())
    do(bench, "importing.make", source="drawings/")
    do(bench, "importing.make", source="letters/")
    assert re.fullmatch(
        r"2 documents imported from letters/\. fake-\d+\.journal was left\. All its values are stored; select it again to "
        r"continue\.",
        said(bench),
    )
    bench.importing.source = "list.xlsx"
    bench.importing._register, bench.importing._decisions = object(), ["register = …", "register.map(…)"]
    bench.open_project(FakeProject())
    assert said(bench).endswith("The mapping of list.xlsx was not saved, and is no longer open.")
