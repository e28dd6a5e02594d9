"""What is on hold goes out as a spreadsheet; what comes back is taken over, and the rest has continued meanwhile."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import pdm_nb
from pdm_nb.errors import InputError
from tests.support.forms import column, edit, saved_by_libreoffice, set_texts, texts_of
from tests.support.simulator.sim_site import Site


@pytest.fixture
def batch(site: Site) -> pdm_nb.Batch:
    """Six letters: three have an error, and are in the list."""
    batch = site.plain(6)
    batch.set([0, 1], "status", "S99")
    batch.set(2, "type", "Drawnig")
    batch.set(2, "notes", "please check")
    return batch


@pytest.fixture
def held(site: Site, batch: pdm_nb.Batch) -> Path:
    return batch.report(site.folder / "held.xlsx", on_hold=True)


def cells(changes: Any) -> list[tuple[Any, ...]]:
    return list(changes[["document", "field", "what", "before", "after"]].itertuples(index=False, name=None))


def test_the_list_has_what_is_on_hold_with_the_reason_in_each_cell(held: Path) -> None:
    sheet = openpyxl.load_workbook(held)["Register"]
    assert texts_of(sheet, "File") == ["letter-000.txt", "letter-001.txt", "letter-002.txt"]
    why = texts_of(sheet, "Why")
    assert why[0] == "'S99' is not in the Status list. Select one of the 17 values in the list."
    assert why[2].startswith("'Drawnig' is not in the Type list. Similar: Drawing (DR)")
    cell = sheet.cell(4, column(sheet, "Type"))
    assert (cell.value, cell.comment.text, cell.fill.start_color.rgb) == ("Drawnig", why[2], "FFF8CBAD")
    assert sheet.cell(4, column(sheet, "Status")).comment is None
    ranges = [str(rule.sqref) for rule in sheet.data_validations.dataValidation]
    assert f"{cell.column_letter}2:{cell.column_letter}4" in ranges


def test_what_comes_back_is_taken_over_while_the_rest_was_submitted(
    site: Site, batch: pdm_nb.Batch, held: Path
) -> None:
    batch.upload().wait()
    batch.watch().wait()
    assert batch.submit().wait()["state"].tolist() == ["on hold"] * 3 + ["submitted"] * 3
    # One of the list was fixed and submitted by somebody else meanwhile.
    batch.set(1, "status", "S2")
    batch.resume().wait()

    def change(sheet: Any) -> None:
        set_texts(sheet, "Status", ["S1", "S1", "Suitable for coordination"])
        set_texts(sheet, "Type", ["Other", "Other", "OT"])
        set_texts(sheet, "Notes", [None, None, None])

    changes = batch.file_changes(edit(held, change))
    assert cells(changes) == [
        (0, "status", "changed", "S99", "S1"),
        (2, "type", "changed", "Drawnig", "OT"),
        (2, "status", "changed", "Suitable for information", "Suitable for coordination"),
        (2, "notes", "emptied", "please check", ""),
    ]
    assert changes.notices == [
        "1 document of the list is submitted by now: letter-001.txt. Its cells are not taken over."
    ]
    assert changes.notices[0] in batch.notices
    assert "submitted by now" in repr(changes)
    assert "submitted by now" in changes._repr_html_()
    taken = batch.set_cells(changes[changes["what"] == "changed"])
    assert taken.findings == []
    assert batch.frame["notes"][2] == "please check"
    assert set(batch.resume().wait()["state"]) == {"submitted"}
    assert site.revision_count() == 6


def test_a_list_that_is_returned_twice_changes_nothing_the_second_time(
    batch: pdm_nb.Batch, held: Path
) -> None:
    edit(held, lambda sheet: set_texts(sheet, "Status", ["S1", "S1"]))
    assert len(batch.set_cells(batch.file_changes(held))) == 2
    again = batch.file_changes(held)
    assert len(again) == 0
    assert again.notices == ["held.xlsx has no changed cell that the batch does not have already."]
    assert len(batch.undo()) == 2


def test_a_cell_that_both_changed_is_shown_apart(batch: pdm_nb.Batch, held: Path) -> None:
    batch.set(0, "status", "S2")
    edit(held, lambda sheet: set_texts(sheet, "Status", ["S1", "S1"]))
    assert [(row[0], row[2], row[3]) for row in cells(batch.file_changes(held))] == [
        (0, "edited since", "Suitable for information"),
        (1, "changed", "S99"),
    ]


def test_rows_that_were_removed_added_or_left_the_batch_are_reported(batch: pdm_nb.Batch, held: Path) -> None:
    batch.remove(2)

    def change(sheet: Any) -> None:
        set_texts(sheet, "Type", ["Other", "Other", "OT"])
        sheet.cell(5, column(sheet, "File")).value = "another.txt"
        sheet.cell(5, column(sheet, "Status")).value = "S1"
        sheet.delete_rows(2)

    notices = batch.file_changes(edit(held, change)).notices
    assert notices == [
        "1 row of sheet 'Register' is new and not taken over; project.batch(…) adds documents: row 4.",
        "1 row of the list was removed. Its document stays as it is.",
        "1 document of the list is no longer in the batch: letter-002.txt. Its cells are not taken over.",
        "held.xlsx has no changed cell that the batch does not have already.",
    ]


def test_renamed_and_deleted_columns_are_reported(batch: pdm_nb.Batch, held: Path) -> None:
    def change(sheet: Any) -> None:
        set_texts(sheet, "Status", ["S1"])
        sheet.delete_cols(column(sheet, "Handover date"))
        sheet.cell(1, column(sheet, "Status")).value = "Stand"

    changes = batch.file_changes(edit(held, change))
    assert [row[:2] for row in cells(changes)] == [(0, "status")]
    assert (
        changes.notices[0]
        == "The heading 'Status' of the list is 'Stand' now. The column is read as 'Status'."
    )
    assert changes.notices[1].startswith("Sheet 'Register' has no column 'Handover date' any more.")


def test_a_column_that_was_sorted_alone_is_refused(site: Site) -> None:
    batch = site.plain(4)
    batch.set(None, "status", "S99")
    for number in range(4):
        batch.set(number, "number", f"000{number}")
    held = batch.report(site.folder / "held.xlsx", on_hold=True)
    edit(held, lambda sheet: set_texts(sheet, "Number", ["0003", "0002", "0001", "0000"]))
    with pytest.raises(InputError, match="'Number' was sorted without the other columns"):
        batch.file_changes(held)


def test_a_field_that_the_project_no_longer_has_is_reported(
    batch: pdm_nb.Batch, held: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = batch._core.table.configuration
    monkeypatch.setattr(
        configuration.__class__, "why_not_set", lambda self, name: "gone" if name == "scale" else ""
    )
    edit(held, lambda sheet: set_texts(sheet, "Scale", ["1:50"]))
    changes = batch.file_changes(held)
    assert len(changes) == 0
    assert any(
        "the project no longer has the field 'Scale', so '1:50' is not taken over" in one
        for one in changes.notices
    )


def test_a_list_of_another_batch_or_project_is_refused(site: Site, batch: pdm_nb.Batch, held: Path) -> None:
    other = site.project.batch(site.folder / "plain", journal=site.folder / "other.sqlite")
    with pytest.raises(
        InputError, match=r"held\.xlsx lists what was on hold in another batch, batch\.sqlite, written 20"
    ):
        other.file_changes(held)
    site.project.id, before = "P-2", site.project.id
    try:
        with pytest.raises(InputError, match=r"held\.xlsx was written for the project Riverside Tower"):
            batch.file_changes(held)
    finally:
        site.project.id = before


def test_other_spreadsheets_are_no_list(site: Site, batch: pdm_nb.Batch, held: Path) -> None:
    with pytest.raises(InputError, match=r"template\.xlsx has 1 open question:\n.*The table has no rows"):
        batch.file_changes(site.project.template(site.folder / "template.xlsx"))
    with pytest.raises(
        InputError, match=r"held\.xlsx lists what was on hold .* batch\.file_changes\('held\.xlsx'\) takes"
    ):
        site.project.batch(held)


def test_nothing_on_hold_is_a_sentence(site: Site) -> None:
    batch = site.plain(1)
    with pytest.raises(InputError, match="Nothing is on hold"):
        batch.report(site.folder / "held.xlsx", on_hold=True)


@pytest.mark.long
@pytest.mark.skipif(
    not shutil.which("soffice") and not os.environ.get("CI"),
    reason="needs LibreOffice (Debian: libreoffice-calc)",
)
def test_a_list_comes_back_from_libreoffice(site: Site, batch: pdm_nb.Batch, held: Path) -> None:
    edit(held, lambda sheet: set_texts(sheet, "Status", ["S1"]))
    for suffix in ("xlsx", "ods"):
        saved = saved_by_libreoffice(held, suffix, site.folder / "libreoffice")
        assert cells(batch.file_changes(saved)) == [(0, "status", "changed", "S99", "S1")]
