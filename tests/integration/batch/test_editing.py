"""The grid's functions in code: fill, series, replace, history, search in values, origins, column layout."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import pdm_nb
from pdm_nb.errors import InputError, ServerError
from pdm_nb.model import Cell, Value
from tests.support.simulator.sim_site import Site


def column(batch: pdm_nb.Batch, field: str) -> list[str]:
    return list(batch.frame[field])


def test_fill_puts_the_first_value_into_the_others_as_one_action(site: Site) -> None:
    batch = site.plain(4)
    batch.set(1, "description", "Roof")
    batch.fill([1, 2, 3], "description")
    assert column(batch, "description") == ["A letter", "Roof", "Roof", "Roof"]
    assert batch.actions()["action"].iloc[-1] == "Description filled, 2 cells"
    assert len(batch.undo()) == 2
    assert column(batch, "description")[2:] == ["A letter", "A letter"]


def test_a_series_is_continued(site: Site) -> None:
    batch = site.plain(4)
    batch.set([0, 1], "number", ["A-008", "A-010"])
    batch.fill(None, "number", series=True)
    assert column(batch, "number") == ["A-008", "A-010", "A-012", "A-014"]
    batch.set([0, 1], "number", ["x", "y"])
    with pytest.raises(InputError, match="Cannot continue a series from 'x' and 'y'"):
        batch.fill(None, "number", series=True)


def test_replace_takes_its_text_as_it_is(site: Site) -> None:
    batch = site.plain(3)
    batch.set(None, "description", ["Wall (a.b)", "wall axb", "roof"])
    batch.replace("(A.B)", r"\1")
    batch.replace("WALL", "Slab", fields="description", case=True)
    assert column(batch, "description") == [r"Wall \1", "wall axb", "roof"]
    batch.replace("wall axb", "Slab", rows=[1, 2], whole=True)
    batch.replace("", "none", rows=2, fields="number", whole=True)
    assert column(batch, "description")[1:] == ["Slab", "roof"]
    assert column(batch, "number")[2] == "none"
    with pytest.raises(InputError, match="needs a text to find"):
        batch.replace("", "x")


def test_the_history_as_code_does_it_again(site: Site) -> None:
    batch = site.plain(3)
    batch.set([0, 2], "description", "It's a wall")
    batch.set_cells([(1, "type", "Drawing"), (1, "revision", "P01")], "Pasted")
    batch.set(0, "description", None)
    batch.set(1, "description", "taken back")
    batch.undo()
    code, frame = batch.to_code(), batch.frame
    assert code.splitlines()[-3:] == [
        "batch.set([0, 2], 'description', \"It's a wall\")",
        "batch.set_cells([(1, 'type', 'Drawing'), (1, 'revision', 'P01')], 'Pasted')",
        "batch.set(0, 'description', None)",
    ]
    while len(batch.undo()):
        pass
    assert set(column(batch, "description")) == {""}
    exec(code, {"batch": batch})
    pd.testing.assert_frame_equal(batch.frame, frame)


def test_a_value_of_the_register_is_distinguished_from_an_analysts(site: Site) -> None:
    folder = site.documents(2)
    files = sorted(path for path in folder.rglob("*.pdf"))[:2]
    register = pd.DataFrame(
        {"file": [str(path) for path in files], "Status": ["S2", "S2"], "Revision": ["P01", ""]}
    )
    batch = site.batch(register, folder=folder)
    assert batch.view.shown(0)["status"].origin == "REGISTER"
    batch.set(0, "status", "S3")
    assert batch.view.shown(0)["status"].origin == "MANUAL"
    batch.set(0, "status", None)
    assert batch.view.shown(0)["status"].origin == ""
    assert batch.view.shown(1)["status"].origin == "REGISTER"


def test_a_value_that_was_added_since_is_found_at_the_service(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = site.plain(1)
    client = batch.view.project.service.client
    new = Value("01NEW", "NEW", "Brand new thing")
    asked: list[Any] = []

    async def answer(_: Any, field_id: str, *, keyword: str = "", inactive: bool = False) -> list[Value]:
        asked.append(keyword)
        return [new]

    monkeypatch.setattr(client, "list_field_values", answer)
    assert batch.view.search("discipline", "brand new") == [new]
    assert asked == ["brand new"]
    assert not batch.set(0, "discipline", "Brand new thing").findings
    assert batch.view.cell(0, "discipline").values == ("01NEW",)

    async def fail(*_: Any, **__: Any) -> list[Value]:
        raise ServerError("down", status=500)

    monkeypatch.setattr(client, "list_field_values", fail)
    assert batch.view.search("discipline", "thing brand") == [new]
    assert batch.view.search("description", "x") == []


def test_values_from_the_service_are_ranked_with_those_that_are_known(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:  # B21
    batch = site.plain(1)
    known = batch.view.search("discipline", "")
    first = known[0]
    new = [Value("01B", "ZZ9", f"New {first.label}"), Value("01A", first.label, "Another thing")]

    async def answer(*_: Any, **__: Any) -> list[Value]:
        return new

    monkeypatch.setattr(batch.view.project.service.client, "list_field_values", answer)
    found = [value.id for value in batch.view.search("discipline", first.label)]
    assert found[:2] == ["01A", first.id]
    assert "01B" in found[2:]
    assert batch.view.search("discipline", "") == [*known, *new]


def test_columns_are_remembered_in_the_journal(site: Site) -> None:
    batch = site.plain(1)
    assert batch.view.layout == []
    batch.view.layout = [{"key": "status", "hide": True}]
    path = batch.view.journal_path
    batch.close()
    assert site.project.batch(journal=path).view.layout == [{"key": "status", "hide": True}]


def test_another_spelling_of_the_same_value_is_not_a_suggestion(site: Site) -> None:
    batch = site.plain(1)
    known = batch._core.table.configuration
    authored, status = known.field("date_authored"), known.field("status")
    batch.set(0, "date_authored", "2026-03-31")
    batch.set(0, "status", "S2")
    batch._core.journal.record_cells(
        [(0, authored.id, Cell("2026-03-31T00:00:00Z")), (0, status.id, Cell("S3"))], "suggestion"
    )
    shown = batch.view.shown(0)
    assert shown["date_authored"].suggestion == ""
    assert shown["status"].suggestion == known.lookups[status.id].by_code["S3"].label


def test_the_history_names_a_single_cell_that_was_put(site: Site) -> None:
    batch = site.batch()
    name = batch.frame["file"].iloc[0]
    batch.set_cells([(0, "notes", "x")])
    batch.set_cells([(0, "notes", "y"), (1, "notes", "y")])
    assert list(batch.actions()["action"]) == [f"Notes = x, {name}", "2 cells set"]
