"""A corrected register is compared with its batch: what was changed, emptied or removed is shown, and applied by choice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import pdm_nb
from pdm_nb.errors import InputError
from tests.support.forms import set_texts
from tests.support.simulator.sim_site import Site

NAMES = ("a.pdf", "b.pdf", "c.pdf", "d.pdf")
HEADINGS = ("File", "Title", "Rev", "Status", "Issued")
ROWS = [
    ("a.pdf", "Plan", "P01", "S1", "03/04/2026"),
    ("b.pdf", "Roof", "P01", "S1", "14/04/2026"),
    ("c.pdf", "Wall", "P01", "S2", "15/04/2026"),
    ("d.pdf", "Door", "P01", "S2", "16/04/2026"),
]


@pytest.fixture
def path(site: Site) -> Path:
    """A register with project data above its headings, and its files in another folder."""
    folder = site.folder / "files"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_text(name)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (("Drawing register of the tower",), (), HEADINGS, *ROWS):
        sheet.append(row)
    book.save(site.folder / "register.xlsx")
    return site.folder / "register.xlsx"


@pytest.fixture
def batch(site: Site, path: Path) -> pdm_nb.Batch:
    return site.batch(path, folder=site.folder / "files")


def correct(path: Path, to: Path, change: Callable[[Any], object]) -> Path:
    """Save a workbook with a change under another name, as somebody who sends it back."""
    to.parent.mkdir(exist_ok=True)
    book = openpyxl.load_workbook(path)
    change(book.worksheets[0])
    book.save(to)
    return to


def lines(changes: pd.DataFrame) -> list[list[Any]]:
    return changes[["file", "field", "cell", "what", "before", "after"]].fillna("").to_numpy().tolist()


def texts(batch: pdm_nb.Batch, field: str) -> list[str]:
    return list(batch.frame[field])


def test_each_difference_is_shown_and_applied_by_choice(site: Site, path: Path, batch: pdm_nb.Batch) -> None:
    (site.folder / "files" / "e.pdf").write_text("e")

    def change(sheet: Any) -> None:
        sheet["B4"], sheet["B5"], sheet["D4"] = "Ground floor plan", None, "S3"
        sheet["E6"] = "17/04/2026"
        sheet.delete_rows(7)
        sheet.append(("e.pdf", "Window", "P01", "S1", "20/04/2026"))
        sheet.append(("f.pdf", "Stair", "P01", "S1", "20/04/2026"))

    batch.set("a.pdf", "status", "S4")
    sent = correct(path, site.folder / "returned" / "register corrected.xlsx", change)
    before = batch.frame
    changes = batch.file_changes(sent)
    pd.testing.assert_frame_equal(batch.frame, before)
    status = before["status"].iloc[0]
    assert lines(changes) == [
        ["a.pdf", "description", "B4", "changed", "Plan", "Ground floor plan"],
        ["a.pdf", "status", "D4", "edited since", status, "S3"],
        ["b.pdf", "description", "B5", "emptied", "Roof", ""],
        ["c.pdf", "date_authored", "E6", "changed", "2026-04-15", "2026-04-17"],
        ["e.pdf", "", "row 7", "new row", "", ""],
        ["d.pdf", "", "", "row removed", "", ""],
    ]
    assert "1 row has no file, such as row 8: 'f.pdf'." in changes.notices
    assert len(batch.set_cells(changes[changes["what"].isin(["changed", "emptied"])])) == 3
    assert texts(batch, "description") == ["Ground floor plan", "", "Wall", "Door"]
    assert batch.exclude(changes[changes["what"] == "row removed"]) == [3]
    assert batch.file_changes(sent)["what"].tolist() == ["edited since", "new row"]
    # Opening it adds the new row; what was applied is not reported again.
    again = site.project.batch(sent, folder=site.folder / "files", journal=site.folder / "batch.sqlite")
    assert again is batch
    assert texts(batch, "file") == ["a.pdf", "b.pdf", "c.pdf", "e.pdf"]
    assert not any("emptied" in text or "no longer has a row" in text for text in batch.notices)


def test_opening_it_updates_changed_cells_and_points_to_the_rest(
    site: Site, path: Path, batch: pdm_nb.Batch
) -> None:
    def change(sheet: Any) -> None:
        sheet["B4"], sheet["B5"] = "Ground floor plan", None
        sheet.delete_rows(6)

    sent = correct(path, path, change)
    assert site.batch(sent, folder=site.folder / "files") is batch
    assert texts(batch, "description") == ["Ground floor plan", "Roof", "Wall", "Door"]
    assert len([text for text in batch.notices if "batch.file_changes(register) lists them" in text]) == 2
    changes = batch.file_changes(sent)
    assert changes[["file", "what"]].to_numpy().tolist() == [["b.pdf", "emptied"], ["c.pdf", "row removed"]]


def test_a_register_without_changes_has_none(path: Path, batch: pdm_nb.Batch) -> None:
    batch.set("a.pdf", "description", "Edited here")
    changes = batch.file_changes(path)
    assert (len(changes), changes.notices) == (
        0,
        ["register.xlsx has no change that the batch does not have already."],
    )


def test_a_column_that_was_deleted_empties_nothing(site: Site, path: Path, batch: pdm_nb.Batch) -> None:
    sent = correct(path, site.folder / "sent.xlsx", lambda sheet: sheet.delete_cols(2))
    changes = batch.file_changes(sent)
    assert changes.empty
    assert "sent.xlsx has no column for Description now. These cells stay as they are." in changes.notices


def test_rows_that_a_filter_hides_are_not_taken_for_removed_ones(
    site: Site, path: Path, batch: pdm_nb.Batch
) -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[5].hidden = True

    changes = batch.file_changes(correct(path, site.folder / "sent.xlsx", hide))
    assert changes.empty
    assert any("1 hidden row of sent.xlsx was not read" in text for text in changes.notices)


def test_cells_of_submitted_documents_are_reported(site: Site, path: Path, batch: pdm_nb.Batch) -> None:
    batch.exclude([1, 2, 3])
    batch.set(None, "type", "Other")
    batch.upload().wait()
    batch.watch().wait()
    assert batch.submit().wait()["state"].tolist() == ["submitted"]

    def change(sheet: Any) -> None:
        sheet["B4"] = "Ground floor plan"

    changes = batch.file_changes(correct(path, site.folder / "sent.xlsx", change))
    assert changes.empty
    assert (
        "1 document of the register is submitted by now: a.pdf. Its cells are not taken over."
        in changes.notices
    )
    assert "b.pdf, row 5, was excluded from the batch. It stays out." in changes.notices


def test_open_questions_are_decided_with_the_register(site: Site, path: Path, batch: pdm_nb.Batch) -> None:
    def change(sheet: Any) -> None:
        sheet["A4"], sheet["B4"] = "A.pdf", "Ground floor plan"

    sent = correct(path, site.folder / "sent.xlsx", change)
    with pytest.raises(
        InputError, match=r"1 row matches a file that differs in case.*\n.*batch\.file_changes\(register\)"
    ):
        batch.file_changes(sent)
    register = site.project.register(sent, folder=site.folder / "files").confirm("case")
    assert lines(batch.file_changes(register)) == [
        ["a.pdf", "description", "B4", "changed", "Plan", "Ground floor plan"]
    ]


@pytest.mark.parametrize("written", ["frame", "report"])
def test_what_the_batch_wrote_is_read_back(site: Site, batch: pdm_nb.Batch, written: str) -> None:
    out = site.folder / "out.xlsx"
    if written == "frame":
        batch.frame.to_excel(out)
    else:
        batch.report(out)
    assert batch.file_changes(out).empty
    batch.set("c.pdf", "description", "Edited here")

    def change(sheet: Any) -> None:
        sheet = sheet.parent["documents"] if written == "report" else sheet
        headings = [cell.value for cell in sheet[1]]
        title = next(n for n, text in enumerate(headings, 1) if str(text).startswith("description"))
        sheet.cell(2, title).value, sheet.cell(3, title).value = "Ground floor plan", None
        sheet.delete_rows(5)

    changes = batch.file_changes(correct(out, site.folder / "sent.xlsx", change))
    found = [[file, field, what, after] for file, field, _, what, _, after in lines(changes)]
    assert found == [
        ["a.pdf", "description", "changed", "Ground floor plan"],
        ["b.pdf", "description", "emptied", ""],
        ["c.pdf", "description", "edited since", "Wall"],
        ["d.pdf", "", "row removed", ""],
    ]
    batch.set_cells(changes[changes["what"] != "edited since"])
    assert texts(batch, "description") == ["Ground floor plan", "", "Edited here", "Door"]


def test_a_filled_in_template_is_corrected(site: Site, path: Path) -> None:
    form = site.project.template(site.folder / "form.xlsx", files=site.folder / "files")
    batch = site.project.batch(form, journal=site.folder / "form.sqlite")
    assert batch.file_changes(form).empty

    def change(sheet: Any) -> None:
        set_texts(sheet.parent["Register"], "Description", ["Ground floor plan"])

    sent = correct(form, site.folder / "sent.xlsx", change)
    found = [line[:2] + line[3:] for line in lines(batch.file_changes(sent))]
    assert found == [["a.pdf", "description", "changed", "", "Ground floor plan"]]


def test_a_document_that_is_listed_twice_is_refused(site: Site, batch: pdm_nb.Batch) -> None:
    out = site.folder / "out.xlsx"
    pd.concat([batch.frame, batch.frame.loc[[1]]]).to_excel(out)
    with pytest.raises(InputError, match=r"out\.xlsx has document 1 twice, in row 3 and row 6\."):
        batch.file_changes(out)
