"""Register, file name and title block: what counts as disagreement, and that own drawings have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdm_nb.document_preview import inspect_pdfs
from pdm_nb.model import Cell, Finding
from pdm_nb.rules.checks import CheckContext
from pdm_nb.rules.checks.cross_checks import CROSS_CHECKS
from pdm_nb.rules.document_names import Facts
from pdm_nb.rules.naming_standard import ParsedName
from pdm_nb.rules.pdf_content import PdfContent
from pdm_nb.rules.values.lookup import Lookup
from pdm_nb.sim.samples import Sample, write_samples
from tests.support import pdf_files
from tests.support.builders import document, field, value

STATUS = field("status", "lov_entry")
FIELDS = {
    one.id: one
    for one in (
        field("number"), field("revision"), field("description", label="Title"), STATUS,
        field("date_authored", "timestamp", label="Date"),
    )
}  # fmt: skip
STATUSES = [("S0", "Work in progress"), ("S2", "For information"), ("S3", "For review"), ("A1", "Stage 1")]


def findings(
    pdf: PdfContent | None, cells: dict[str, str], name: str = "A-101.pdf", parsed: ParsedName | None = None
) -> list[Finding]:
    lookups = {STATUS.id: Lookup(STATUS, [value(code, label) for code, label in STATUSES])}
    texts = {
        f"f-{field_}": Cell(text, (f"v-{text}" if field_ == "status" else text,), "MANUAL")
        for field_, text in cells.items()
        if text
    }
    facts = Facts(cells.get("revision", ""))
    context = CheckContext(
        document(name), texts, FIELDS, None, {}, {}, parsed, lookups=lookups, facts=facts, pdf=pdf
    )
    return [one for check in CROSS_CHECKS for one in check.run(context)]


def preview(path: Path) -> PdfContent:
    (found,) = inspect_pdfs([str(path)])
    return found


BLOCK = {
    "Drawing No": "TST1-RG-ZZ-XX-DR-A-0001",
    "Rev": "P01",
    "Suitability": "S2",
    "Date": "2026-03-31",
    "Drawing title": "Ground floor plan",
}
CELLS = {
    "number": "TST1-RG-ZZ-XX-DR-A-0001",
    "revision": "P01",
    "status": "S2",
    "date_authored": "2026-03-31",
    "description": "Ground Floor Plan",
}


def test_a_drawing_that_agrees_has_no_finding(tmp_path: Path) -> None:
    pdf = preview(pdf_files.sheet(tmp_path / "a.pdf", BLOCK))
    assert findings(pdf, CELLS) == []
    assert findings(pdf, CELLS | {"number": "0001", "revision": "P1"}) == []


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("revision", "P02", "Revision is P02, but the title block has P01"),
        ("number", "TST1-RG-ZZ-XX-DR-A-0002", "but the title block has TST1-RG-ZZ-XX-DR-A-0001"),
        ("number", "0002", "Number is 0002, but the title block has TST1-RG-ZZ-XX-DR-A-0001"),
        ("status", "S3", "Status is S3, but the title block has S2"),
        ("date_authored", "2026-04-01", "Date is 2026-04-01, but the title block has 2026-03-31"),
        (
            "description",
            "First floor plan",
            "Title is First floor plan, but the title block has Ground floor",
        ),
    ],
)
def test_a_value_that_differs_from_the_title_block_is_one_finding(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    pdf = preview(pdf_files.sheet(tmp_path / "a.pdf", BLOCK))
    (found,) = findings(pdf, CELLS | {name: text})
    assert (found.code, found.field) == ("PDM326", name)
    assert message in found.message


@pytest.mark.parametrize(
    "block",
    [
        {},  # no label
        {"Revision history": "P01"},
        {"Rev": "see table"},
        {"Rev": "A1"},  # the size of the sheet, in the next cell
        {"Rev": "B"},  # of another scheme
        {"Rev": "JK"},  # initials
        {"Rev": "P01", "Changes": "P02 issued"},  # the value is somewhere on the page
    ],
)
def test_what_is_not_certain_is_no_disagreement(tmp_path: Path, block: dict[str, str]) -> None:
    pdf = preview(pdf_files.sheet(tmp_path / "a.pdf", {"Project": "Tower"} | block))
    assert findings(pdf, {"revision": "P02"}) == []


def test_the_newest_revision_of_a_table_is_named(tmp_path: Path) -> None:
    pdf = preview(pdf_files.sheet(tmp_path / "a.pdf", {"Rev": "P01", "Revision": "P03"}))
    (found,) = findings(pdf, {"revision": "P04"})
    assert found.message.endswith("the title block has P03")


def test_register_file_name_and_title_block_are_one_finding(tmp_path: Path) -> None:
    pdf = preview(pdf_files.sheet(tmp_path / "a.pdf", BLOCK))
    (found,) = findings(pdf, {"revision": "P02"}, "A-101_P03.pdf")
    assert found.code == "PDM309"
    assert found.message == "Revision is P02, but the file name has P03 and the title block has P01"
    parsed = ParsedName({"f-number": "TST1-RG-ZZ-XX-DR-A-0003"}, ())
    (found,) = findings(pdf, {"number": "TST1-RG-ZZ-XX-DR-A-0002"}, parsed=parsed)
    assert "the file name has TST1-RG-ZZ-XX-DR-A-0003 and the title block has TST1" in found.message


@pytest.mark.parametrize(
    ("name", "revision", "count"),
    [
        ("A-101_P03.pdf", "P02", 1),
        ("Site plan Rev B.pdf", "C", 1),
        ("A-101_P02.pdf", "P02", 0),
        ("A-101.pdf", "P02", 0),
        ("Column_C01.pdf", "B", 0),  # of another scheme: part of the title
        ("A-101_P02_P03.pdf", "P04", 0),  # which one is not clear
    ],
)
def test_a_revision_in_a_file_name_is_compared_without_a_standard(
    name: str, revision: str, count: int
) -> None:
    assert len(findings(None, {"revision": revision}, name)) == count


# -- our own drawings
def cells_of(sample: Sample) -> dict[str, str]:
    return {
        "number": sample.number,
        "revision": sample.revision,
        "status": sample.status if sample.status in dict(STATUSES) else "",
        "date_authored": sample.date,
        "description": sample.title,
    }


# Half of the American title blocks have no label for the number, so that it is not certain.
@pytest.mark.parametrize(("standard", "share"), [("iso19650", 0.8), ("us-ncs", 0.4)])
def test_sample_drawings_have_no_false_alarms_and_wrong_ones_are_found(
    tmp_path: Path, standard: str, share: float
) -> None:
    samples = [
        sample
        for sample in write_samples(tmp_path, 60, standard=standard, awkward=True)
        if sample.path.suffix == ".pdf"
    ]
    read = list(zip(samples, inspect_pdfs(str(sample.path) for sample in samples), strict=True))
    assert len(read) > 60
    alarms = [
        (sample.path.name, one.message)
        for sample, pdf in read
        for one in findings(pdf, cells_of(sample), sample.path.name)
        if one.code == "PDM326"
    ]
    assert alarms == []
    drawings = [
        (sample, pdf) for sample, pdf in read if sample.kind == "drawing" and pdf.text and not sample.missing
    ]
    wrong = [
        len(findings(pdf, cells_of(sample) | {"number": _other_number(sample.number)}, "x.pdf"))
        for sample, pdf in drawings
    ]
    assert set(wrong) <= {0, 1}
    assert sum(wrong) >= share * len(drawings)


def _other_number(number: str) -> str:
    last = "7" if number[-1] != "7" else "8"
    return number[:-2] + "9" + last
