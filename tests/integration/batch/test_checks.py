"""Rules from the analyst's point of view: why a rule applies, names by the standard, proposals, and undo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import pdm_nb
from pdm_nb.api.permissions import level_of
from pdm_nb.batch.journal.journal import Event, Step
from pdm_nb.errors import AccessError, InputError
from pdm_nb.model import Cell
from pdm_nb.rules.checks.custom import DocumentRow
from pdm_nb.widgets import Workbench
from tests.support.simulator.sim_site import Site


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


def test_a_row_shows_which_rule_applies(site: Site) -> None:
    batch = site.plain(1)
    told = batch.explain(0)
    assert {need.field for need in told.required} == batch.view.required(0)
    assert str(batch.view.document(0).name) in repr(told)
    assert told._repr_html_().count("<tr>") == len(told.required) + 1


def test_names_are_read_segment_by_segment(site: Site) -> None:
    good = by_standard(site)
    batch = named(site, good, "x" + good, "-.pdf")
    found = batch.parse_names()
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
    first, second, *_ = batch.parse_names()["field"]
    other = next(value for value in batch.view.choices(second) if value.code != good.split("-")[1])
    batch.set(0, second, other.code)
    found = batch.parse_names().set_index("field")
    assert found.loc[first, "proposal"] == found.loc[first, "value"] != ""
    assert (found.loc[second, "set"], found.loc[second, "proposal"]) == (other.label, "")


def test_changes_and_fixes_are_undone_step_by_step(site: Site) -> None:
    batch = site.plain(3)
    before = batch.frame
    batch.set(None, "status", "S2 - Suitable for information")
    typed = batch.frame
    assert len(batch.apply_fixes("PDM102")) == 3
    undone = batch.undo()
    assert list(undone["after"]) == ["S2 - Suitable for information"] * 3
    assert set(undone["before"]) == {"Suitable for information"}
    pd.testing.assert_frame_equal(batch.frame, typed)
    assert len(batch.undo()) == 3
    pd.testing.assert_frame_equal(batch.frame, before)
    while len(batch.undo()):
        pass
    assert list(batch.undo().columns) == ["document", "file", "field", "before", "after"]
    assert batch.view.cell(0, "type").text == ""


def test_what_was_taken_back_is_done_again_until_something_else_is_set(site: Site) -> None:
    batch = site.plain(3)
    before = batch.frame
    batch.set([0, 1], "status", "S2 - Suitable for information")
    batch.apply_fixes()
    after = batch.frame
    assert list(batch.actions()["action"][-2:]) == [
        "Status = S2 - Suitable for information, 2 documents",
        "Fixed PDM102: 2 cells",
    ]
    batch.undo()
    batch.undo()
    pd.testing.assert_frame_equal(batch.frame, before)
    assert list(batch.actions()["undone"][-2:]) == [True, True]
    assert list(batch.redo()["after"]) == ["S2 - Suitable for information"] * 2
    again = batch.redo()
    assert (set(again["before"]), set(again["after"])) == (
        {"S2 - Suitable for information"},
        {"Suitable for information"},
    )
    pd.testing.assert_frame_equal(batch.frame, after)
    batch.undo()
    batch.set(2, "description", None)
    assert not len(batch.redo())
    assert list(batch.actions()["action"][-1:]) == ["Description cleared, 1 document"]


def test_a_cell_that_changed_since_is_not_done_again(site: Site) -> None:
    batch = site.plain(2)
    batch.set(None, "description", "First")
    batch.undo()
    status = batch.view.project.configuration.field("description").id
    batch._core.journal.set_cells([(0, status, Cell("From the register", ("From the register",), "MANUAL"))])
    assert list(batch.redo()["document"]) == [1]
    assert batch.view.cell(0, "description").text == "From the register"


def test_a_paste_of_many_cells_is_one_action(site: Site) -> None:
    batch = site.plain(3)
    before = batch.frame
    cells = [(id_, name, "Text") for id_ in range(3) for name in ("description", "status")]
    found = batch.set_cells(cells, label="paste: 6 cells").findings
    assert [(f.document, f.field, f.code) for f in found] == [(n, "status", "PDM102") for n in range(3)]
    assert batch.actions().iloc[-1].to_dict() == {"action": "paste: 6 cells", "cells": 6, "undone": False}
    assert len(batch.undo()) == 6
    pd.testing.assert_frame_equal(batch.frame, before)


def test_of_cells_of_which_one_cannot_be_set_none_is(site: Site) -> None:
    batch = site.plain(1)
    before = batch.frame
    with pytest.raises(InputError, match="cannot be set"):
        batch.set_cells([(0, "description", "x"), (0, "workflow_state", "y")])
    pd.testing.assert_frame_equal(batch.frame, before)
    actions = len(batch.actions())
    batch.set_cells([])
    assert len(batch.actions()) == actions


def test_a_journal_that_is_opened_again_has_the_cells_and_no_history(site: Site) -> None:
    batch = site.plain(1)
    batch.set(0, "description", "Mine")
    batch.close()
    batch = site.project.batch(journal=batch.view.journal_path)
    assert batch.view.cell(0, "description").text == "Mine"
    assert not len(batch.actions())
    assert not len(batch.undo())


def test_taking_back_leaves_what_was_changed_since_and_what_is_submitted(site: Site) -> None:
    batch = site.ready(2)
    batch.set(None, "description", "First")
    batch.set(0, "description", "Second")
    batch._core.table.history._done.pop()
    assert list(batch.undo()["document"]) == [1]
    batch.set(None, "description", "Third")
    batch.submit().wait()
    assert not len(batch.undo())


def test_actions_of_submitted_documents_are_passed_over(site: Site) -> None:
    batch = site.ready(2)
    batch.set(0, "status", "nonsense")
    batch.set(1, "description", "The other letter")
    batch.submit().wait()
    assert list(batch.frame["state"]) == ["on hold", "submitted"]
    assert list(batch.undo()["field"]) == ["status"]
    assert batch.actions()["action"][batch.actions()["undone"]].tolist() == ["Status = nonsense, 1 document"]
    assert list(batch.redo()["after"]) == ["nonsense"]
    assert batch.view.cell(1, "description").text == "The other letter"


@pytest.mark.parametrize("step", ["undo", "redo"])
def test_where_all_is_submitted_nothing_is_lost_of_what_was_done_and_the_grid_says_why(
    site: Site, step: str
) -> None:
    batch = site.ready(2)
    batch.set(0, "description", "First")
    batch.set(1, "description", "Second")
    if step == "redo":
        batch.undo()
        batch.undo()
    batch.submit().wait()
    assert set(batch.frame["state"]) == {"submitted"}
    before, grid = batch.actions(), Workbench(batch, view="grid")
    for _ in range(2):
        answer = batch.undo() if step == "undo" else batch.redo()
        assert list(answer.columns) == ["document", "file", "field", "before", "after"]
        assert answer.empty
        assert "were submitted" in grid.documents._undo_or_redo(step).notice
    pd.testing.assert_frame_equal(batch.actions(), before)


def test_what_is_being_submitted_can_be_taken_back_once_it_is_returned(site: Site) -> None:
    batch = site.ready(1)
    batch.set(0, "description", "Another letter")
    batch._core.journal.note([Step(0, Event.INTENDED)])
    assert batch.undo().empty
    batch._core.journal.note([Step(0, Event.RETURNED)])
    assert list(batch.undo()["before"]) == ["Another letter"]


def test_what_the_service_has_meanwhile_is_set_back_and_sent_again(site: Site) -> None:
    batch = site.plain(1)
    batch.set(0, "description", "Another letter")
    batch.upload().wait()
    assert list(batch.undo()["after"]) == ["A letter"]
    batch.watch().wait()
    batch.submit().wait()
    assert list(site.project.revisions()["description"]) == ["A letter"]


def twice(make_site: Callable[..., Site], count: int) -> pdm_nb.Batch:
    """So many files of one name in as many folders, in a project that forbids duplicate revisions of drawings."""
    site = make_site(allow_duplicate_revisions=False)
    for number in range(count):
        folder = site.folder / "twice" / str(number)
        folder.mkdir(parents=True)
        (folder / "A-101.txt").write_text(f"sheet {number}")
    batch = site.batch(site.folder / "twice")
    batch.set(None, "type", "Drawing")
    return batch


def errors(batch: pdm_nb.Batch, code: str) -> list[int]:
    return [f.document for f in batch.findings() if f.code == code and f.severity == "error"]


@pytest.mark.parametrize("count", [2, 30])
def test_a_revision_that_is_twice_in_the_batch_stops_all_that_have_it(
    make_site: Callable[..., Site], count: int
) -> None:
    """B42: also where there are more than are named, and after each of them changed."""
    batch = twice(make_site, count)
    assert errors(batch, "PDM307") == []
    batch.set(None, "revision", "P01")
    assert errors(batch, "PDM307") == list(range(count))
    for id_ in range(1, count):
        batch.set(id_, "revision", f"P{id_ + 1:02}")
        assert errors(batch, "PDM307") == ([0, *range(id_ + 1, count)] if id_ < count - 1 else [])
    batch.set(0, "revision", "P02")
    assert errors(batch, "PDM307") == [0, 1]
    batch.remove(1)
    assert errors(batch, "PDM307") == []


def test_empty_cells_are_fixed_from_the_file_name(site: Site) -> None:
    """B38: what the analyst set, or emptied, stays."""
    good = by_standard(site)
    batch = named(site, good)
    said = batch.parse_names().set_index("field")
    emptied, kept, *others = [name for name in said.index if said.loc[name, "proposal"]]
    other = next(value for value in batch.view.choices(kept) if value.label != said.loc[kept, "proposal"])
    batch.set(0, kept, other.code)
    batch.set(0, emptied, None)
    fixed = batch.apply_fixes("PDM101")
    assert set(fixed["field"]) == set(others)
    assert [batch.view.cell(0, name).text for name in others] == list(said.loc[others, "proposal"])
    assert (batch.view.cell(0, kept).text, batch.view.cell(0, emptied).text) == (other.label, "")
    (against,) = [f for f in batch.findings() if f.code == "PDM309"]
    assert (against.field, against.proposal) == (kept, None)
    batch.undo()
    assert [batch.view.cell(0, name).text for name in others] == [""] * len(others)


def test_a_custom_check_holds_a_document_until_it_is_fixed(site: Site) -> None:
    batch = site.plain(2)
    assert batch.findings() == []

    @pdm_nb.register_check(code="ACME1", title="No letter is called A", field="description", severity="error")
    def letters(row: DocumentRow) -> Any:
        if row["description"] == "A letter" and row.file == "letter-000.txt":
            return row.remark("it is A letter", field="description", proposal="The letter")
        return None

    try:
        assert list(batch.check()["code"]) == ["ACME1"]
        batch.upload().wait()
        assert list(batch.frame["state"]) == ["on hold", "uploaded"]
        assert batch.status().loc[0, "reason"] == "ACME1"
        batch.apply_fixes("ACME1")
        assert list(batch.frame["state"]) == ["not uploaded", "uploaded"]
        assert batch.view.cell(0, "description").text == "The letter"
    finally:
        pdm_nb.unregister_check("ACME1")
    assert batch.findings() == []


def test_dates_are_read_in_the_order_and_zone_that_one_says(site: Site) -> None:
    batch = site.plain(4)
    texts = ["03/04/2026", "31/12/2026", "2026-05-06", "soon"]
    batch.set(None, "date_authored", texts)
    read = batch.parse_dates("date_authored", order="MDY")
    assert list(read["document"]) == [0]  # there is no month 31
    assert (read["before"].item(), read["after"].item()) == ("03/04/2026", "2026-03-04")
    assert batch.actions()["action"].iloc[-1] == "Date authored read as MDY: 1 cell"
    batch.undo()
    read = batch.parse_dates("date_authored", order="DMY", zone="Europe/Berlin")
    assert list(read["after"]) == ["2026-04-03", "2026-12-31"]  # a date stays that day in every zone
    assert [batch.view.cell(id_, "date_authored").text for id_ in (2, 3)] == texts[2:]
    batch.undo()
    assert list(batch.parse_dates("date_authored", order="DMY", rows=1)["document"]) == [1]
    assert not len(batch.parse_dates("date_authored", order="DMY", rows=[1, 2, 3]))


def test_a_zone_alone_reads_the_times_that_lack_one(site: Site) -> None:
    batch = site.plain(4)
    texts = ["2026-03-31 14:30", "2026-03-31", "03/04/2026 14:30", "2026-12-31T09:00:00"]
    found = batch.set(None, "date_authored", texts).findings
    assert [(one.document, one.proposal) for one in found] == [(0, None), (2, None), (3, None)]
    assert list(batch.frame["date_authored"]) == texts
    read = batch.parse_dates("date_authored", zone="Europe/Berlin")
    assert list(read["document"]) == [0, 3]
    assert list(read["after"]) == ["2026-03-31T12:30:00Z", "2026-12-31T08:00:00Z"]
    assert batch.view.cell(1, "date_authored").values == ("2026-03-31T00:00:00Z",)
    batch.undo()
    assert list(batch.frame["date_authored"]) == texts
    batch.apply_fixes()
    assert list(batch.frame["date_authored"]) == texts


def test_a_spreadsheets_date_is_taken_and_its_time_wants_a_zone(site: Site) -> None:
    folder = site.folder / "dated"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(name)
    moments = [dt.datetime(2026, 3, 31), dt.datetime(2026, 3, 31, 14, 30)]
    pd.DataFrame({"file": ["a.txt", "b.txt"], "issue date": moments}).to_excel(folder / "r.xlsx", index=False)
    batch = site.project.batch(folder / "r.xlsx")
    assert list(batch.frame["date_authored"]) == ["2026-03-31", "2026-03-31T14:30:00"]
    (found,) = [one for one in batch.findings() if one.code == "PDM106"]
    assert (found.document, found.proposal) == (1, None)
    assert list(batch.parse_dates("date_authored", zone="Europe/Berlin")["after"]) == ["2026-03-31T12:30:00Z"]


def test_mending_a_column_of_lists_drops_none_of_them(site: Site) -> None:
    batch = site.plain(4)
    texts = [
        "Electrical-power; Plumbing",
        "Electrical power, Plumbing",
        "Electrical; Plumbing",
        "Plumbings\nElectrical power",
    ]
    found = batch.set(None, "trades", pd.Series(texts)).findings
    assert [one.document for one in found] == [0, 2, 3]
    assert list(batch.apply_fixes()["document"]) == [0, 3]
    both = "Electrical power; Plumbing"
    assert list(batch.frame["trades"]) == [both, both, texts[2], "Plumbing; Electrical power"]
    assert all(len(batch.view.cell(id_, "trades").values or ()) == 2 for id_ in (0, 1, 3))


@pytest.mark.parametrize(
    ("field", "given", "told"),
    [
        ("date_authored", {"order": "MYD"}, "DMY, MDY, YMD"),
        ("date_authored", {"order": "DMY", "zone": "Berlin"}, "Europe/Berlin"),
        ("date_authored", {"order": "DMY", "zone": "../etc"}, "Europe/Berlin"),
        ("description", {"order": "DMY"}, "is not a date field"),
    ],
)
def test_an_order_or_zone_that_there_is_not_is_refused(
    site: Site, field: str, given: dict[str, str], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        site.plain(1).parse_dates(field, **given)  # type: ignore[arg-type]


def test_cells_that_a_spreadsheet_changed_are_reported(site: Site) -> None:
    """A date where a revision was, and a number where a code was."""
    folder = site.folder / "made"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    table = pd.DataFrame({"file": ["a.txt"], "revision": [pd.Timestamp(2026, 2, 1)], "number": [1.0]})
    table.to_excel(site.folder / "made.xlsx", index=False)
    batch = site.project.batch(site.folder / "made.xlsx", folder=folder)
    assert batch.view.cell(0, "number").text == "1"
    (finding,) = [f for f in batch.findings() if f.code == "PDM109"]
    assert (finding.field, finding.proposal) == ("revision", None)


def test_permissions_of_the_account_are_read_once_and_reported(site: Site) -> None:
    """B52, B65: before a byte moves."""
    batch = site.plain(2)
    assert batch.check().empty
    batch.check()
    assert site.calls("showPermissions") == 1
    site.sim._core.switch(access_level="None")
    site.project.refresh()
    told = batch.check().query("code == 'PDM401'")
    assert list(told["document"]) == [0, 1]
    assert "access to Document Management is None" in told["message"].iloc[0]
    site.sim._core.switch(access_level="Standard")
    site.project.refresh()
    assert batch.check().empty
    assert site.project.access == "Standard"


def test_unknown_permissions_of_the_account_give_no_findings(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: object) -> None:
        raise AccessError("no", status=403)

    monkeypatch.setattr(site.service.client, "show_permissions", refused)
    assert site.plain(1).check().empty
    assert site.project.access == ""
    assert level_of([{"name": "rfis", "user_access_level": None}]) == ""


def test_no_cell_is_fixed_to_another_floor_or_volume(site: Site) -> None:
    """A revision cannot be corrected (B49), so a value that is merely similar is offered and never put in."""
    batch = site.plain(4)
    fields = {
        field.name: {value.label for value in batch.view.choices(field.name)} for field in batch.view.columns
    }
    level = next(name for name, labels in fields.items() if "Basement 2" in labels)
    volume = next(name for name, labels in fields.items() if "No volume" in labels)
    levels, volumes = (
        ["Level 99", "Basement 9", "Level -1", "level_05"],
        ["Volume 9", "Novolume", "Volume", "no-volume"],
    )
    batch.set(None, level, levels)
    batch.set(None, volume, volumes)
    assert set(batch.apply_fixes()["document"]) == {3}
    assert list(batch.frame[level]) == [*levels[:3], "Level 05"]
    assert list(batch.frame[volume]) == [*volumes[:3], "No volume"]
    batch.apply_fixes("PDM102")
    assert list(batch.frame[level]) == [*levels[:3], "Level 05"]
    label = batch.view.project.configuration.field(level).label
    found = next(one for one in batch.findings([0]) if one.field == level)
    assert found.sentence.startswith(
        f"'Level 99' is not in the {label} list. Similar: Level 09 (09), Level 19 (19)"
    )
    assert found.similar[:2] == ("Level 09", "Level 19")
