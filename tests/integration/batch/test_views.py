"""Notifications of views: also for unchanged documents whose findings change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

import pdm_nb
from pdm_nb.widgets import Workbench
from pdm_nb.widgets.grid.column import Edit
from tests.support.simulator.sim_site import Site

Until = Callable[[Callable[[], Any]], None]


def alike(site: Site, *numbers: str) -> pdm_nb.Batch:
    """Drawings that are called by their number, with all that is required, all of one revision."""
    for place, number in enumerate(numbers):
        folder = site.folder / "alike" / f"{place:04}"
        folder.mkdir(parents=True)
        (folder / f"{number}.txt").write_text(f"sheet {place}")
    batch = site.batch(site.folder / "alike")
    batch.set(None, "type", "Drawing")
    for name in batch.view.required(0) - {"name", "type"}:
        values = batch.view.choices(name)
        batch.set(None, name, values[0].code if values else "2026-03-31")
    batch.set(None, "number", list(numbers))
    batch.set(None, "revision", "P01")
    assert not [
        finding
        for finding in batch.findings()
        if finding.severity == "error" and finding.code not in ("PDM307", "PDM320")
    ]
    return batch


def found(batch: pdm_nb.Batch, id_: int) -> set[str]:
    return {finding.code for finding in batch.findings([id_])}


def shown(grid: Workbench, id_: int) -> set[str]:
    marks = [grid.table.mark_of(id_, column.key) for column in grid.table.columns]
    return {finding["code"] for mark in marks for finding in mark.get("findings", [])}


@pytest.fixture
def strict(make_site: Callable[..., Site]) -> Site:
    """A project that forbids duplicate revisions and puts names together from fields."""
    return make_site(scenario="iso19650", allow_duplicate_revisions=False)


def test_a_clash_that_goes_or_comes_is_shown_at_every_document_that_has_it(
    strict: Site, until: Until
) -> None:
    """B40, B42."""
    batch = alike(strict, "A", "A", "B")
    grid = Workbench(batch, view="grid")
    assert {"PDM304", "PDM307"} <= shown(grid, 1)
    batch.set(0, "revision", "P02")
    until(lambda: "PDM307" not in shown(grid, 1))
    assert "PDM304" in shown(grid, 1)
    batch.undo()
    until(lambda: "PDM307" in shown(grid, 1))
    batch.set(0, "number", "B")
    until(lambda: {"PDM304", "PDM307"} <= shown(grid, 2))
    assert not {"PDM304", "PDM307"} & shown(grid, 1)
    batch.undo()
    until(lambda: {"PDM304", "PDM307"} <= shown(grid, 1))
    assert not {"PDM304", "PDM307"} & shown(grid, 2)
    grid.documents._save_edits([Edit(0, "revision", "P01", "P03")], "")
    assert "PDM307" not in shown(grid, 1)  # with the edit's own answer
    until(lambda: "3 documents without errors, 0 with errors" in grid._state["outcome"]["text"])
    grid.documents._save_edits([Edit(1, "revision", "P01", "P03")], "")
    assert "PDM307" in shown(grid, 0)
    until(lambda: "1 document without errors, 2 with errors" in grid._state["outcome"]["text"])
    assert "PDM307" not in shown(grid, 2)


def test_a_document_that_is_taken_out_frees_the_others(strict: Site, until: Until) -> None:
    batch = alike(strict, "A", "a", "A")
    grid = Workbench(batch, view="grid")
    assert {"PDM304", "PDM305", "PDM307"} <= shown(grid, 0)
    batch.remove(2)
    until(lambda: len(grid.table) == 2)
    assert shown(grid, 0) & {"PDM304", "PDM305", "PDM307"} == {"PDM305"}


def test_views_are_notified_of_other_documents_in_the_changing_thread(strict: Site, until: Until) -> None:
    batch = alike(strict, "A", "A")
    grid = Workbench(batch, view="grid")
    threads: dict[frozenset[int], threading.Thread] = {}
    batch.view.watch_changes(lambda ids: threads.setdefault(ids, threading.current_thread()))
    work = threading.Thread(target=lambda: batch.set(0, "revision", "P02"))
    work.start()
    until(lambda: "PDM307" not in shown(grid, 1))
    assert threads == {frozenset({0}): work, frozenset({1}): work}


def test_a_view_may_read_from_another_thread_while_it_is_notified(strict: Site) -> None:
    batch = alike(strict, "A", "A")
    assert "PDM307" in found(batch, 1)
    answers: dict[int, set[str]] = {}

    def look(ids: frozenset[int]) -> None:
        thread = threading.Thread(
            target=lambda: answers.update({id_: found(batch, id_) for id_ in ids}), daemon=True
        )
        thread.start()
        thread.join(60)

    batch.view.watch_changes(look)
    batch.set(0, "revision", "P02")
    assert sorted(answers) == [0, 1]
    assert not any("PDM307" in codes for codes in answers.values())


def test_views_are_notified_once_per_document_for_many_changes(strict: Site) -> None:
    count = 40
    batch = alike(strict, *(f"A-{number // 2:03}" for number in range(count)))
    batch.findings()
    told: list[frozenset[int]] = []
    batch.view.watch_changes(told.append)
    batch.set(list(range(0, count, 2)), "revision", "P02")
    assert sorted(id_ for ids in told for id_ in ids) == list(range(count))
    assert len(told) == 2
    told.clear()
    batch.set(None, "revision", "P03")
    assert told == [frozenset(range(count))]
    told.clear()
    batch.set(None, "description", "A sheet")  # which says nothing of a name or a revision
    assert told == [frozenset(range(count))]


def test_what_a_check_learns_is_shown_in_a_grid_that_is_open(site: Site, until: Until) -> None:
    """B40: a cell's `batch.check()`, as the grid's button."""
    first = site.ready(2)
    first.submit().wait()
    batch = site.batch(site.folder / "plain", journal=site.folder / "again.sqlite")
    grid = Workbench(batch, view="grid")
    assert "PDM303" not in shown(grid, 0) | shown(grid, 1)
    batch.check()
    until(lambda: all("PDM303" in shown(grid, id_) for id_ in (0, 1)))


def test_dates_are_read_in_an_order_from_the_grid(site: Site, until: Until) -> None:
    batch = site.batch()
    batch.set_cells([(0, "date_authored", "03/04/2026"), (1, "date_authored", "31/12/2026")])
    grid, sent = Workbench(batch, view="grid"), []
    grid.table.send = lambda message, buffers=None: sent.append(message)  # type: ignore[method-assign,assignment]

    def notice(order: str) -> str:
        message = {"kind": "dates", "action": f"v.{len(sent)}", "key": "date_authored", "order": order}
        grid.table._receive(grid.table, message, [])
        until(lambda: any(one.get("reply_to") == message["action"] for one in sent))
        return next(str(one["notice"]) for one in sent if one.get("reply_to") == message["action"])

    assert notice("DMY") == "Read as D/M/Y: 2 cells. Press Ctrl+Z to undo."
    assert [grid.table.value(row, "date_authored") for row in (0, 1)] == ["2026-04-03", "2026-12-31"]
    assert notice("MDY").startswith("No text in this column can be read as a date")
    assert "Unknown order" in notice("nonsense")
    batch.undo()
    assert batch.view.cell(0, "date_authored").text == "03/04/2026"
