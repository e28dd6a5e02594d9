"""What is found in PDFs, and PDFs that crash or hang the process that opens them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pdm_nb.document_preview import inspect_pdfs
from pdm_nb.rules.pdf_content import PdfContent
from tests.support import pdf_files, preview_files

pytestmark = pytest.mark.slow

REVISION = {"Rev": "P01"}


def preview(path: Path) -> PdfContent:
    (found,) = inspect_pdfs([str(path)])
    return found


def test_the_text_of_a_sheet_is_found_with_its_position(tmp_path: Path) -> None:
    found = preview(pdf_files.sheet(tmp_path / "a.pdf", REVISION))
    assert (found.pages, found.sheets, found.has_text, found.is_blank) == (1, 1, True, False)
    texts = {run.text: run for run in found.text}
    assert set(texts) == {"Rev", "P01"}
    assert texts["Rev"].bottom > texts["P01"].top
    assert texts["Rev"].left == pytest.approx(texts["P01"].left, abs=3)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_positions_are_those_of_the_page_as_it_is_shown(tmp_path: Path, rotation: int) -> None:
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(str(pdf_files.sheet(tmp_path / "a.pdf", REVISION)))
    page = document[0]
    page.set_rotation(rotation)
    document.save(str(tmp_path / "turned.pdf"))
    width, height = page.get_size()
    found = preview(tmp_path / "turned.pdf").text
    assert len(found) == 2
    assert all(0 <= run.left < run.right <= width and 0 <= run.bottom < run.top <= height for run in found)


@pytest.mark.parametrize(("sheets", "size", "count"), [(5, pdf_files.A1_SHEET, 5), (5, pdf_files.A4, 0)])
def test_sheets_are_pages_of_at_least_a3(
    tmp_path: Path, sheets: int, size: tuple[float, float], count: int
) -> None:
    found = preview(pdf_files.sheet(tmp_path / "a.pdf", REVISION, sheets=sheets, size=size))
    assert (found.pages, found.sheets) == (sheets, count)


def test_a_scan_has_no_text_and_is_not_blank(tmp_path: Path) -> None:
    found = preview(pdf_files.image_only(tmp_path / "a.pdf"))
    assert (found.has_text, found.is_blank, found.sheets) == (False, False, 1)


def test_blank_pages_and_no_pages_are_found(tmp_path: Path) -> None:
    found = preview(pdf_files.blank(tmp_path / "a.pdf"))
    assert (found.pages, found.is_blank) == (1, True)
    found = preview(pdf_files.without_pages(tmp_path / "b.pdf"))
    assert (found.pages, found.is_blank) == (0, True)


def test_a_pdf_without_pages_is_found_behind_others_that_cannot_be_opened(tmp_path: Path) -> None:
    paths = [
        preview_files.plain(tmp_path / "secret.pdf", password="x"),
        pdf_files.without_pages(tmp_path / "none.pdf"),
        tmp_path / "missing.pdf",
        pdf_files.without_pages(tmp_path / "none2.pdf"),
    ]
    found = list(inspect_pdfs(map(str, paths)))
    assert [one.needs_password for one in found] == [True, False, False, False]
    assert [bool(one.fault) for one in found] == [False, False, True, False]


def test_positions_are_those_within_the_crop_box(tmp_path: Path) -> None:
    path = preview_files.title_block_sheet(tmp_path / "a.pdf", notes=False)
    before = {run.text: run for run in preview(path).text}
    cropped = preview(preview_files.title_block_sheet(tmp_path / "b.pdf", notes=False, offset=90))
    assert (cropped.width, cropped.height) == pytest.approx((2383.9, 1683.8), abs=0.2)
    for run in cropped.text:
        assert run.left == pytest.approx(before[run.text].left, abs=0.1)
        assert run.top == pytest.approx(before[run.text].top, abs=0.1)


def test_a_portfolio_is_distinguished_from_a_pdf_with_an_attachment(tmp_path: Path) -> None:
    assert preview(pdf_files.portfolio(tmp_path / "a.pdf")).is_portfolio
    assert not preview(pdf_files.portfolio(tmp_path / "b.pdf", collection=b"")).is_portfolio


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n%%EOF\n", b"%PDF-1.7\n" + b"\xff[<<(" * 500, b"<html>"])
def test_a_malformed_file_is_a_fault(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    assert preview(path).fault == "it cannot be opened"


def test_a_file_that_does_not_exist_is_a_fault_and_the_next_one_is_read(tmp_path: Path) -> None:
    good = pdf_files.sheet(tmp_path / "a.pdf", REVISION)
    first, second = inspect_pdfs([str(tmp_path / "none.pdf"), str(good)])
    assert first.fault
    assert second.pages == 1


# A worker that does what its path says.
ACTS = """
import json, os, sys, time
for line in sys.stdin.buffer:
    asked = json.loads(line)
    name = os.path.basename(asked["path"])
    if name == "hang.pdf":
        time.sleep(600)
    if name == "crash.pdf":
        os._exit(9)
    print(json.dumps({"id": asked["id"], "is_last": True, "found": {"pages": 1}}), flush=True)
"""


def test_a_crash_and_a_hang_cost_only_their_own_file() -> None:
    names = ["a.pdf", "crash.pdf", "b.pdf", "hang.pdf", "c.pdf", "crash.pdf"]
    found = list(inspect_pdfs(names, seconds=3, command=(sys.executable, "-c", ACTS)))
    assert [one.pages for one in found] == [1, 0, 1, 0, 1, 0]
    assert [one.fault for one in found if one.fault] == [
        "reading it crashed or needed too much memory",
        "reading it took longer than 3 seconds",
        "reading it crashed or needed too much memory",
    ]


def test_no_process_is_started_without_files_or_left_behind() -> None:
    assert list(inspect_pdfs([], command=("does-not-exist",))) == []
