"""Rules as an analyst meets them: why a rule applies, names by the standard, proposals, and taking back."""

from __future__ import annotations

import pandas as pd
import pytest
from sites import Site

import pdm_nb
from pdm_nb.errors import InputError
from pdm_nb.model import Cell


def named(site: Site, *names: str) -> pdm_nb.Batch:
    folder = site.folder / "named"
    folder.mkdir()
    for name in names:
        (folder / name).write_bytes(b"%PDF-1.7\n%%EOF\n" + name.encode())
    batch = site.batch(folder)
    batch.set(None, "type", "Drawing")  # the rule that enforces the standard
    return batch


def by_standard(site: Site) -> str:
    """A drawing's file name by the project's standard."""
    known = site.project.configuration
    standard = next(rule.naming_standard for rule in known.requirements if rule.naming_standard)
    codes = []
    for item in standard.fields:
        found = known.lookups[item.id].active if item.id in known.lookups else []
        drawing = [value.code for value in found if value.label == "Drawing"]
        codes.append((drawing or [value.code for value in found] or ["0401"])[0])
    return "-".join(codes) + ".pdf"


def test_a_row_tells_which_rule_applies(site: Site) -> None:
    batch = site.plain(1)
    told = batch.explain(0)
    assert {need.field for need in told.required} == batch.required(0)
    assert str(batch.document(0).name) in repr(told)
    assert told._repr_html_().count("<tr>") == len(told.required) + 1


def test_names_are_read_segment_by_segment(site: Site) -> None:
    good = by_standard(site)
    batch = named(site, good, "x" + good, "-.pdf")
    found = batch.naming()
    fits = found[found["file"] == good]
    assert set(fits["fit"]) == {"recognised"}
    empty = fits[fits["set"] == ""]
    assert len(empty) > 1
    assert (empty["proposal"] == empty["value"]).all()
    assert (fits["name"] == good.removesuffix(".pdf")).all()
    bad = found[found["file"] == "x" + good]
    assert bad["fit"].iloc[0] == "unknown code"
    assert good.split("-")[0] in bad["nearest"].iloc[0]
    assert set(found.loc[found["file"] == "-.pdf", "fit"]) == {"missing"}


def test_a_name_proposes_for_empty_cells_alone(site: Site) -> None:
    good = by_standard(site)
    batch = named(site, good)
    first, second, *_ = batch.naming()["field"]
    other = next(value for value in batch.choices(second) if value.code != good.split("-")[1])
    batch.set(0, second, other.code)
    found = batch.naming().set_index("field")
    assert found.loc[first, "proposal"] == found.loc[first, "value"] != ""
    assert (found.loc[second, "set"], found.loc[second, "proposal"]) == (other.label, "")


def test_what_was_set_and_mended_is_taken_back_step_by_step(site: Site) -> None:
    batch = site.plain(3)
    before = batch.frame
    batch.set(None, "status", "Suitable for infomation")
    typed = batch.frame
    assert len(batch.mend("PDM102")) == 3
    undone = batch.undo()
    assert list(undone["text"]) == ["Suitable for infomation"] * 3
    assert set(undone["before"]) == {"Suitable for information"}
    pd.testing.assert_frame_equal(batch.frame, typed)
    assert len(batch.undo()) == 3
    pd.testing.assert_frame_equal(batch.frame, before)
    while len(batch.undo()):
        pass
    assert list(batch.undo().columns) == ["document", "file", "field", "before", "text"]
    assert batch.cell(0, "type").text == ""


def test_what_was_taken_back_is_done_again_until_something_else_is_set(site: Site) -> None:
    batch = site.plain(3)
    before = batch.frame
    batch.set([0, 1], "status", "Suitable for infomation")
    batch.mend()
    after = batch.frame
    assert list(batch.history()["action"][-2:]) == [
        "Status = Suitable for infomation, 2 documents",
        "mend PDM102: 2 cells",
    ]
    batch.undo()
    batch.undo()
    pd.testing.assert_frame_equal(batch.frame, before)
    assert list(batch.history()["undone"][-2:]) == [True, True]
    assert list(batch.redo()["text"]) == ["Suitable for infomation"] * 2
    again = batch.redo()
    assert (set(again["before"]), set(again["text"])) == (
        {"Suitable for infomation"},
        {"Suitable for information"},
    )
    pd.testing.assert_frame_equal(batch.frame, after)
    batch.undo()
    batch.set(2, "description", None)
    assert not len(batch.redo())
    assert list(batch.history()["action"][-1:]) == ["Description cleared, 1 document"]


def test_a_cell_that_changed_since_is_not_done_again(site: Site) -> None:
    batch = site.plain(2)
    batch.set(None, "description", "First")
    batch.undo()
    status = batch.project.configuration.field("description").id
    batch.journal.set_cells([(0, status, Cell("From the register", ("From the register",), "MANUAL"))])
    assert list(batch.redo()["document"]) == [1]
    assert batch.cell(0, "description").text == "From the register"


def test_a_paste_of_many_cells_is_one_action(site: Site) -> None:
    batch = site.plain(3)
    before = batch.frame
    cells = [(id_, name, "Text") for id_ in range(3) for name in ("description", "status")]
    found = batch.put(cells, label="paste: 6 cells")
    assert [(f.document, f.field, f.code) for f in found] == [(n, "status", "PDM102") for n in range(3)]
    assert batch.history().iloc[-1].to_dict() == {"action": "paste: 6 cells", "cells": 6, "undone": False}
    assert len(batch.undo()) == 6
    pd.testing.assert_frame_equal(batch.frame, before)


def test_of_cells_of_which_one_cannot_be_set_none_is(site: Site) -> None:
    batch = site.plain(1)
    before = batch.frame
    with pytest.raises(InputError, match="cannot be set"):
        batch.put([(0, "description", "x"), (0, "name", "y")])
    pd.testing.assert_frame_equal(batch.frame, before)
    actions = len(batch.history())
    batch.put([])
    assert len(batch.history()) == actions


def test_a_journal_that_is_opened_again_has_the_cells_and_no_history(site: Site) -> None:
    batch = site.plain(1)
    batch.set(0, "description", "Mine")
    batch.close()
    batch = site.project.batch(journal=batch.journal_path)
    assert batch.cell(0, "description").text == "Mine"
    assert not len(batch.history())
    assert not len(batch.undo())


def test_taking_back_leaves_what_was_changed_since_and_what_is_submitted(site: Site) -> None:
    batch = site.ready(2)
    batch.set(None, "description", "First")
    batch.set(0, "description", "Second")
    batch.sheet.history._done.pop()
    assert list(batch.undo()["document"]) == [1]
    batch.set(None, "description", "Third")
    batch.submit().wait()
    assert not len(batch.undo())


def test_what_the_service_has_meanwhile_is_set_back_and_sent_again(site: Site) -> None:
    batch = site.plain(1)
    batch.set(0, "description", "Another letter")
    batch.upload().wait()
    assert list(batch.undo()["text"]) == ["A letter"]
    batch.watch().wait()
    batch.submit().wait()
    assert list(site.project.revisions()["description"]) == ["A letter"]
