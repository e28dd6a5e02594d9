"""Keys of rows and digests of cells, and the mark by which a form is recognized."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdm_nb.errors import InputError
from pdm_nb.registers.reading import read_workbook
from pdm_nb.registers.reading.form import KEY, FormKey, marked
from pdm_nb.registers.reading.form.form import cell_digest, file_digest, row_key
from tests.support.forms import edit, write_template


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return write_template(tmp_path / "r.xlsx", [{"File": "A-1.pdf", "Revision": "P01"}])


def test_a_key_has_the_id_the_file_and_the_cells() -> None:
    key = FormKey.parse(row_key("12", "A-1.pdf", ["P01", None]))
    assert key == FormKey("12", file_digest("A-1.pdf"), (cell_digest("P01"), "0000"))


@pytest.mark.parametrize("text", [None, "", "12", "12:abc:", "12:12345678:abc", ":12345678:"])
def test_a_key_that_was_changed_is_none(text: str | None) -> None:
    assert FormKey.parse(text) is None


@pytest.mark.parametrize("text", ["2026-03-31 00:00:00", "2026-03-31T00:00:00Z", " 2026-03-31"])
def test_a_date_is_the_same_however_a_program_stores_it(text: str) -> None:
    assert cell_digest(text) == cell_digest("2026-03-31")


def test_a_mark_is_read_back(template: Path) -> None:
    mark = marked(read_workbook(template))
    assert mark is not None
    assert (mark.kind, mark.sheet, mark.header, mark.compared) == ("template", "Register", 1, ("Revision",))
    assert (mark.fields["File"], mark.fields["Revision"], mark.letters["File"]) == ("file", "revision", "B")
    assert mark.facts["project"] == "Tower"
    assert "Architect" in mark.lists["Discipline"]


def test_other_workbooks_have_no_mark(template: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(template)
    del book["pdm_nb"]
    book.save(template)
    assert marked(read_workbook(template)) is None


def test_rows_above_and_another_name_of_the_sheet_are_found(template: Path) -> None:
    edit(template, lambda sheet: (sheet.insert_rows(1, 3), setattr(sheet, "title", "Drawings")))
    mark = marked(read_workbook(template))
    assert mark is not None
    assert (mark.sheet, mark.header) == ("Drawings", 4)


def test_a_deleted_sheet_and_a_newer_form_are_refused(template: Path, tmp_path: Path) -> None:
    newer = write_template(tmp_path / "newer.xlsx", [])
    edit(newer, lambda sheet: sheet.cell(1, 2, "9"), "pdm_nb")
    with pytest.raises(InputError, match=r"newer\.xlsx was written by a newer version of pdm_nb"):
        marked(read_workbook(newer))

    def emptied(sheet: object) -> None:
        sheet.delete_rows(1, 5)  # type: ignore[attr-defined]
        sheet.title = "Sheet1"  # type: ignore[attr-defined]

    edit(template, emptied)
    with pytest.raises(InputError, match="has no sheet 'Register' any more"):
        marked(read_workbook(template))
    assert KEY not in str(read_workbook(template).sheets[0].rows)
