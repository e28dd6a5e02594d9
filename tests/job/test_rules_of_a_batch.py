"""Rules as an analyst meets them: why a rule applies, names by the standard, proposals, and taking back."""

from __future__ import annotations

import pandas as pd
from sites import Site

import pdm_nb


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
    assert set(undone["undone"]) == {"Suitable for information"}
    pd.testing.assert_frame_equal(batch.frame, typed)
    assert len(batch.undo()) == 3
    pd.testing.assert_frame_equal(batch.frame, before)
    while len(batch.undo()):
        pass
    assert list(batch.undo().columns) == ["document", "file", "field", "undone", "text"]
    assert batch.cell(0, "type").text == ""


def test_taking_back_leaves_what_was_changed_since_and_what_is_submitted(site: Site) -> None:
    batch = site.ready(2)
    batch.set(None, "description", "First")
    batch.set(0, "description", "Second")
    batch.sheet.history._steps.pop()
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
