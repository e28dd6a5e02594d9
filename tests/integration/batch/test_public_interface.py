"""A batch is used like a DataFrame, and every change returns the changed cells as one kind of frame."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

import pdm_nb
from pdm_nb.errors import RunError
from tests.support.simulator.sim_site import Site

COLUMNS = ["document", "file", "field", "before", "after"]
CHANGES: dict[str, Callable[[pdm_nb.Batch], pd.DataFrame]] = {
    "set": lambda batch: batch.set(None, "revision", "P09"),
    "set_cells": lambda batch: batch.set_cells([(0, "revision", "P09")]),
    "fill": lambda batch: batch.fill(None, "description"),
    "replace": lambda batch: batch.replace("letter", "note"),
    "apply_fixes": lambda batch: batch.apply_fixes(),
    "accept": lambda batch: batch.accept(),
    "parse_dates": lambda batch: batch.parse_dates("date_authored", order="DMY"),
    "undo": lambda batch: batch.undo(),
    "redo": lambda batch: batch.redo(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_returns_the_changed_cells(site: Site, name: str) -> None:
    changed = CHANGES[name](site.plain(2))
    assert isinstance(changed, pd.DataFrame)
    assert list(changed.columns) == COLUMNS
    assert changed.dtypes.astype(str).tolist() == ["Int64", *["string"] * 4]


def test_changed_cells_are_displayed_with_their_findings(site: Site) -> None:
    changed = site.plain(2).set(0, "status", "<b>S99</b>")
    assert [finding.code for finding in changed.findings] == ["PDM102"]
    assert "is not in the Status list" in repr(changed)
    assert "&lt;b&gt;S99" in changed._repr_html_()
    assert "<b>S99" not in changed._repr_html_()
    assert type(changed[["file"]]) is pd.DataFrame  # what is made from it has no findings


def test_changes_can_be_counted_and_undone(site: Site) -> None:
    batch = site.plain(3)
    changed = batch.set("*1*", "revision", "P09")
    assert len(changed) == len(batch.undo()) == len(batch.redo())
    assert changed["after"].unique().tolist() == ["P09"]


def test_columns_rows_and_length_are_those_of_the_frame(site: Site) -> None:
    batch = site.plain(3)
    assert len(batch) == len(batch.frame) == 3
    assert list(batch) == list(batch.frame)
    assert batch["revision"].equals(batch.frame["revision"])
    assert batch[["file", "state"]].equals(batch.frame[["file", "state"]])
    assert len(batch[batch["file"] == batch["file"].iloc[0]]) == 1
    assert ("status" in batch, "no such field" in batch) == (True, False)
    assert "status" in batch._ipython_key_completions_()
    with pytest.raises(TypeError, match=r"Use batch.set\(None, 'status', …\)"):
        batch["status"] = "S2"


def test_a_batch_is_closed_at_the_end_of_its_block(site: Site) -> None:
    with site.plain(1) as batch:
        path = batch.view.journal_path
        assert str(path) in repr(batch)
    with pytest.raises(RunError, match="This batch is closed"):
        batch.upload()
    with site.project.batch(journal=path) as again:
        assert len(again) == 1


def test_a_service_closes_its_connections_at_the_end_of_its_block(site: Site) -> None:
    with site.connect() as service:
        assert len(service.projects())
    assert len(site.service.projects())  # the sign-in of others is still valid


def test_values_are_searched_by_code_and_label(site: Site) -> None:
    found = site.project.values("status", search="S2")
    assert found["code"].iloc[0] == "S2"
    assert site.project.values("status", search="no such value").empty
