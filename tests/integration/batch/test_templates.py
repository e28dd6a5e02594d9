"""A template goes out, is filled in, and becomes a batch; the versions that exist already are in it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pdm_nb.errors import InputError
from tests.support.forms import column, edit, saved_by_libreoffice, set_texts
from tests.support.simulator.sim_site import Site

pytestmark = pytest.mark.slow

NAMES = ("RST-DEM-ZZ-01-DR-A-0007_P01.pdf", "sub/=1+1.pdf", "letter.txt")
NEEDS_LIBREOFFICE = pytest.mark.skipif(
    not shutil.which("soffice") and not os.environ.get("CI"),
    reason="needs LibreOffice (Debian: libreoffice-calc)",
)


@pytest.fixture
def drawings(site: Site) -> Path:
    folder = site.folder / "drawings"
    for name in NAMES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF-1.7 " + name.encode())
    return folder


def fill_in(path: Path) -> Path:
    """Fill in the template as somebody does: values of lists, a code, several values, a date."""
    import datetime as dt

    def change(sheet: Worksheet) -> None:
        set_texts(sheet, "Type", ["Drawing", "OT", "Other"])
        set_texts(sheet, "Status", ["Suitable for information", "Suitable for information", "S2"])
        set_texts(sheet, "Description", ["Plan", "Letter", "=1+1"])
        set_texts(sheet, "Trades", ["Demolition; Earthworks"])
        set_texts(sheet, "Date authored", [dt.datetime(2026, 3, 31)])
        for row, cell in enumerate(("P01", "P02", "P03"), 2):
            sheet.cell(row, column(sheet, "Revision")).value = cell
            sheet.cell(row, column(sheet, "Description")).data_type = "s"

    return edit(path, change)


def expected(frame: object) -> None:
    rows = frame.set_index("file").to_dict("index")  # type: ignore[attr-defined]
    drawing, letter, formula = (rows[Path(NAMES[place]).name] for place in (0, 2, 1))
    assert (drawing["number"], drawing["date_authored"]) == ("0007", "2026-03-31")
    assert (drawing["trades"], drawing["location"]) == ("Demolition; Earthworks", "Level 01")
    assert (drawing["name"], letter["name"]) == ("RST-DEM-ZZ-01-DR-A-0007", "letter")
    assert (formula["description"], formula["name"], formula["status"]) == (
        "=1+1",
        "=1+1",
        "Suitable for information",
    )
    assert {drawing["revision"], letter["revision"], formula["revision"]} == {"P01", "P02", "P03"}


def test_a_template_is_filled_in_and_becomes_a_batch_without_a_question(site: Site, drawings: Path) -> None:
    path = site.project.template(site.folder / "register.xlsx", files=drawings)
    register = site.project.register(fill_in(path))
    assert register.questions == []
    expected(register.batch(site.folder / "batch.sqlite").frame)


@pytest.mark.long
@NEEDS_LIBREOFFICE
@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_it_is_the_same_after_libreoffice_saved_it(site: Site, drawings: Path, suffix: str) -> None:
    path = fill_in(site.project.template(site.folder / "register.xlsx", files=drawings))
    saved = saved_by_libreoffice(path, suffix, site.folder / "libreoffice")
    register = site.project.register(saved, folder=drawings)
    assert register.questions == []
    tables = [
        one.table.drop(columns="Date authored").fillna("") for one in (register, site.project.register(path))
    ]
    assert tables[0].equals(tables[1])
    expected(register.batch(site.folder / "batch.sqlite").frame)


@pytest.mark.long
@NEEDS_LIBREOFFICE
def test_libreoffice_opens_all_of_a_template(site: Site, drawings: Path) -> None:
    path = site.project.template(site.folder / "register.xlsx", files=drawings)
    before = openpyxl.load_workbook(path)["Register"]
    book = openpyxl.load_workbook(saved_by_libreoffice(path, "xlsx", site.folder / "libreoffice"))
    sheet = book["Register"]
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules == {str(rule.sqref): rule.formula1 for rule in before.data_validations.dataValidation}
    notes = [cell.comment and cell.comment.text for cell in before[1]]
    assert [cell.comment and cell.comment.text for cell in sheet[1]] == notes
    assert (sheet.column_dimensions["A"].hidden, book["pdm_nb"].sheet_state) == (True, "hidden")
    assert sheet.auto_filter.ref == before.auto_filter.ref
    assert book["Codes"].protection.sheet


def test_a_later_version_gets_the_values_of_the_one_before(site: Site) -> None:
    batch = site.ready(1)
    batch.submit().wait()
    name = batch.frame["name"].iloc[0]
    folder = site.folder / "next"
    folder.mkdir()
    (folder / f"{name}_P02.txt").write_text("a later letter")
    path = site.project.template(site.folder / "register.xlsx", files=folder)
    (row,) = site.project.register(path).table.to_dict("records")
    assert row["In the project"].startswith(f"{name}: version 1, revision P01")
    assert (row["Name"], row["Revision"], row["Type"], row["Description"]) == (
        name,
        "P02",
        "Other",
        "A letter",
    )
    assert row["Date authored"] is None


def test_a_template_without_files_is_filled_in_below(site: Site, drawings: Path) -> None:
    path = site.project.template(drawings / "register.xlsx")
    with pytest.raises(InputError, match=r"The table has no rows|has no table"):
        site.project.batch(path, journal=site.folder / "batch.sqlite")
    edit(path, lambda sheet: set_texts(sheet, "File", ["letter.txt"]))
    assert site.project.register(path).files["file"].tolist() == ["letter.txt"]


def test_files_may_be_a_list_or_a_pattern(site: Site, drawings: Path) -> None:
    path = site.project.template(
        site.folder / "register.xlsx", files=[drawings / NAMES[0], drawings / NAMES[1]]
    )
    assert site.project.register(path).table["File"].tolist() == [NAMES[0], NAMES[1]]
    with pytest.raises(InputError, match="does not exist"):
        site.project.template(site.folder / "register.xlsx", files=site.folder / "missing")
