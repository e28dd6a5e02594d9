"""`batch.check(read_pdfs=True)`: PDFs are opened once as long as they do not change."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

import pdm_nb
from pdm_nb.batch import checking
from pdm_nb.batch.table import pdf_inspection
from tests.support import pdf_files
from tests.support.simulator.sim_site import Site

OF_PDFS = ["PDM207", "PDM209", "PDM210", "PDM211", "PDM212"]


def opened(batch: pdm_nb.Batch, read_pdfs: bool = True) -> set[tuple[str, str]]:
    found = batch.check(read_pdfs=read_pdfs)
    found = found[found["code"].isin(OF_PDFS)]
    return set(found[["file", "code"]].itertuples(index=False, name=None))


def folder_of_pdfs(site: Site) -> Path:
    folder = site.folder / "pdfs"
    folder.mkdir()
    pdf_files.sheet(folder / "good.pdf", {"Rev": "P01"})
    pdf_files.sheet(folder / "sheets.pdf", {"Rev": "P01"}, sheets=5)
    pdf_files.image_only(folder / "scan.pdf")
    pdf_files.blank(folder / "blank.pdf")
    pdf_files.portfolio(folder / "portfolio.pdf")
    with pdf_files.sheet(folder / "trailing.pdf", {"Rev": "P01"}).open("ab") as file:
        file.write(b"\0" * 9000)
    return folder


def test_what_is_inside_pdfs_is_found_when_it_is_asked_for(site: Site) -> None:
    batch = site.batch(folder_of_pdfs(site))
    assert opened(batch, read_pdfs=False) == set()
    found = {
        ("sheets.pdf", "PDM211"),
        ("scan.pdf", "PDM210"),
        ("blank.pdf", "PDM209"),
        ("portfolio.pdf", "PDM212"),
    }
    assert opened(batch) == found
    assert opened(batch, read_pdfs=False) == found


def test_only_changed_files_are_read_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, read = folder_of_pdfs(site), []
    inspect = pdf_inspection.inspect_pdfs
    monkeypatch.setattr(
        pdf_inspection, "inspect_pdfs", lambda paths: inspect([read.append(path) or path for path in paths])
    )
    batch = site.batch(folder)
    batch.check(read_pdfs=True)
    assert len(read) == 6
    read.clear()
    pdf_files.sheet(folder / "blank.pdf", {"Rev": "P01"})
    assert ("blank.pdf", "PDM209") not in opened(batch)
    assert [Path(path).name for path in read] == ["blank.pdf"]


def test_progress_is_logged(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pdf_inspection, "STEP", 4)
    with caplog.at_level(logging.INFO, "pdm_nb.batch"):
        site.batch(folder_of_pdfs(site)).check(read_pdfs=True)
    assert [text for text in caplog.messages if "PDFs" in text] == ["read 4 of 6 PDFs", "read 6 of 6 PDFs"]


def test_without_the_extra_the_check_reports_it_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "is_installed", lambda: False)
    batch = site.batch(folder_of_pdfs(site))
    assert opened(batch) == opened(batch) == set()
    (notice,) = [text for text in batch.notices if "pdm_nb[preview]" in text]
    assert notice.startswith("PDFs were not opened")


def test_a_cell_that_differs_from_the_title_block_is_found_until_it_is_corrected(site: Site) -> None:
    folder = site.folder / "pdfs"
    folder.mkdir()
    pdf_files.sheet(folder / "a.pdf", {"Drawing No": "A-101", "Rev": "P01", "Suitability": "S2"})
    batch = site.batch(folder)
    batch.set(None, "revision", "P02")
    assert "PDM326" not in set(batch.check()["code"])
    found = batch.check(read_pdfs=True).set_index("code")
    assert found.loc["PDM326", "message"] == "Revision is P02, but the title block has P01"
    batch.set(None, "revision", "P01")
    assert not [one for one in batch.findings() if one.code == "PDM326"]


def test_placeholders_are_fixed_as_one_action(site: Site) -> None:
    folder = site.folder / "pdfs"
    folder.mkdir()
    pdf_files.sheet(folder / "a.pdf", {"Rev": "P01"})
    batch = site.batch(folder)
    batch.set(None, "revision", "Rev-00")
    assert set(batch.check().query("code == 'PDM110'")["proposal"]) == {"00"}
    batch.apply_fixes("PDM110")
    assert batch["revision"].tolist() == ["00"]
