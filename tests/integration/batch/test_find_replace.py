"""Replacing text in a batch: what cannot be set is skipped and reported, as in the grid."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from pdm_nb.errors import InputError
from pdm_nb.model import Cell
from tests.support.simulator.sim_site import Site


def test_submitted_documents_are_skipped_and_reported(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    batch = site.ready(3)
    batch.set(0, "status", "nonsense")
    batch.submit().wait()
    assert list(batch.frame["state"]) == ["on hold", "submitted", "submitted"]
    with caplog.at_level(logging.WARNING, "pdm_nb.batch"):
        batch.replace("LETTER", "note", fields="description")
    assert list(batch.frame["description"]) == ["A note", "A letter", "A letter"]
    notice = (
        "'LETTER' replaced by 'note', 1 cell. 2 cells cannot be edited and were not changed. This document was submitted "
        "and cannot be edited here. Edit the revision in Procore."
    )
    assert batch.notices[-1] == notice
    assert notice in caplog.messages
    assert batch.actions()["action"].iloc[-1] == "'LETTER' replaced by 'note', 1 cell"


def test_if_all_cells_are_skipped_nothing_is_done(site: Site) -> None:
    batch = site.ready(1)
    batch.submit().wait()
    done = len(batch.actions())
    batch.replace("letter", "note")
    assert "cannot be edited" in batch.notices[-1]
    assert len(batch.actions()) == done


def test_readonly_fields_are_searched_and_skipped(site: Site) -> None:  # B20
    batch = site.plain(2)
    item = batch.view.readonly_columns[-1]
    batch._core.journal.record_cells([(0, item.id, Cell("A letter", ("A letter",), "SYSTEM"))], "service")
    batch.replace("A letter", "A note")
    assert list(batch.frame["description"]) == ["A note", "A note"]
    assert batch.notices[-1].endswith(
        f"1 cell cannot be edited and was not changed. {batch.view.why_not_set(item.name)}"
    )
    batch.replace("A letter", "A note", fields=[item.name])
    assert batch.notices[-1].startswith("'A letter' replaced by 'A note', 0 cells. 1 cell cannot be edited")
    with pytest.raises(InputError, match="Unknown field 'nothing'"):
        batch.replace("A letter", "A note", fields="nothing")


def test_a_computed_name_is_searched_as_it_is_shown(make_site: Callable[..., Site]) -> None:  # B33
    batch = make_site(scenario="iso19650").batch()
    name = batch.view.shown(0)["name"].text
    batch.replace(name, "x", rows=0, whole=True)
    assert batch.notices[-1].endswith(
        f"1 cell cannot be edited and was not changed. {batch.view.why_not_set('name')}"
    )


def test_nothing_is_reported_if_nothing_is_skipped(site: Site) -> None:
    batch = site.plain(2)
    before = list(batch.notices)
    batch.replace("letter", "note", fields="description")
    batch.replace("not there", "note")
    assert batch.notices == before
