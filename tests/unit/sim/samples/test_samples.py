"""The sample documents: all kinds, files that open, the same bytes for the same seed."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pypdfium2 as pdfium
import pytest
from PIL import Image

from pdm_nb.sim.documents.naming import scrape
from pdm_nb.sim.samples import STANDARDS, Sample, write_register, write_samples
from pdm_nb.sim.samples.register import register_columns
from pdm_nb.sim.server import Simulator
from pdm_nb.sim.world.codes import riverside, us
from pdm_nb.sim.world.codes.code_list import SEPARATOR
from pdm_nb.sim.world.codes.spec_sections import SPEC_SECTIONS
from pdm_nb.sim.world.scenarios import SCENARIOS

pytestmark = pytest.mark.slow

KINDS = {"drawing", "specification", "other", "dwg", "ifc", "image", "docx", "xlsx"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("samples")


@pytest.fixture(scope="module")
def samples(folder: Path) -> list[Sample]:
    return write_samples(folder, 200, seed=3)


@pytest.fixture(scope="module")
def american(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    return write_samples(tmp_path_factory.mktemp("american"), 400, seed=3, standard="us-ncs")


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("standard", STANDARDS)
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, standard: str) -> None:
    first = write_samples(tmp_path / "a", 60, seed=5, standard=standard)
    again = write_samples(tmp_path / "b", 60, seed=5, standard=standard)
    other = write_samples(tmp_path / "c", 60, seed=6, standard=standard)
    assert _digests(tmp_path / "a") == _digests(tmp_path / "b")
    assert [sample.name for sample in first] == [sample.name for sample in again]
    assert _digests(tmp_path / "a") != _digests(tmp_path / "c")
    assert [sample.name for sample in first] != [sample.name for sample in other]


@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("count", [1, 2, 14, 15, 25])
def test_any_count_works(tmp_path: Path, count: int, standard: str) -> None:
    samples = write_samples(tmp_path / "new" / "folder", count, standard=standard)
    assert len(samples) == count == len(list((tmp_path / "new" / "folder").iterdir()))
    if count >= 15:
        assert {sample.kind for sample in samples} == KINDS


def test_a_count_below_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="count is 0"):
        write_samples(tmp_path, 0)


def test_an_unknown_standard_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown standard 'din': use iso19650 or us-ncs"):
        write_samples(tmp_path, 1, standard="din")


def test_a_standard_is_the_name_of_a_scenario() -> None:
    assert set(STANDARDS) <= set(SCENARIOS)


def test_kinds_come_in_their_shares(samples: list[Sample]) -> None:
    kinds = Counter(sample.kind for sample in samples)
    assert set(kinds) == KINDS
    assert (kinds["drawing"], kinds["specification"], kinds["other"]) == (120, 30, 10)


def test_every_file_is_there_once_and_holds_something(folder: Path, samples: list[Sample]) -> None:
    assert len({sample.path.name.casefold() for sample in samples}) == 200
    assert all(sample.path.parent == folder and sample.path.stat().st_size > 0 for sample in samples)
    assert not any(set(sample.path.name) & set('<>:"/\\|?*') for sample in samples)


def test_pdfs_open(samples: list[Sample], american: list[Sample]) -> None:
    for sample in samples + american:
        if sample.mime_type == "application/pdf":
            document = pdfium.PdfDocument(sample.path)
            width, height = document[0].get_size()
            assert (width > height) == (sample.kind == "drawing")
            assert len(document) > 1 or sample.kind != "specification"
            document.close()


def test_office_files_images_and_models_open(samples: list[Sample]) -> None:
    for sample in samples:
        data = sample.path.read_bytes()
        if sample.kind == "xlsx":
            assert openpyxl.load_workbook(io.BytesIO(data)).active["B1"].value == sample.name
        elif sample.kind == "docx":
            assert sample.title in zipfile.ZipFile(sample.path).read("word/document.xml").decode()
        elif sample.kind == "image":
            magic = b"\x89PNG\r\n\x1a\n" if sample.path.suffix == ".png" else b"\xff\xd8\xff"
            assert data.startswith(magic)
            assert Image.open(sample.path).convert("RGB").size == (480, 320)
        elif sample.kind == "dwg":
            assert data.startswith(b"AC1032")
        elif sample.kind == "ifc":
            assert data.startswith(b"ISO-10303-21;")
            assert data.endswith(b"END-ISO-10303-21;\n")


def test_somewhat_more_than_half_follow_the_naming_standard(samples: list[Sample]) -> None:  # B67
    follow = [sample for sample in samples if sample.path.stem == sample.name]
    assert 0.5 < len(follow) / len(samples) < 0.75
    assert len({sample.name for sample in samples}) == len(samples)
    assert any(not sample.path.name.isascii() for sample in samples)
    assert any(" " in sample.path.name for sample in samples)


def test_the_truth_is_made_of_active_codes(samples: list[Sample]) -> None:
    lists = {
        "project": riverside.PROJECTS,
        "originator": riverside.ORIGINATORS,
        "volume": riverside.VOLUMES,
        "location": riverside.LOCATIONS,
        "discipline": riverside.DISCIPLINES,
        "status": riverside.STATUSES,
    }
    for sample in samples:
        for name, entries in lists.items():
            assert getattr(sample, name) in {entry.code for entry in entries if entry.active}, name
        type_code = next(
            entry.code for entry in riverside.TYPES if entry.active and entry.label == sample.type
        )
        parts = {
            **{name: getattr(sample, name) for name in lists},
            "type": type_code,
            "number": sample.serial,
        }
        assert sample.name == SEPARATOR.join(parts[part] for part in riverside.NAMING)
        assert date.fromisoformat(sample.date) < date(2026, 11, 1)
        assert bool(sample.spec_section) == (sample.kind == "specification")


def test_some_drawings_are_hard(tmp_path: Path) -> None:  # B36
    drawings = [sample for sample in write_samples(tmp_path, 300, seed=1) if sample.kind == "drawing"]
    assert {name for sample in drawings for name in sample.missing} == {"number", "title", "revision", "date"}
    assert any(not sample.revision.isalnum() for sample in drawings)
    assert {sample.layout for sample in drawings} == {
        "corner",
        "captions",
        "strip",
        "beside",
        "boxes",
        "band",
    }


# --- the American set


def test_american_sheets_are_numbered_by_the_standard(american: list[Sample]) -> None:  # B67
    drawings = [sample for sample in american if sample.kind == "drawing"]
    disciplines = {entry.code for entry in us.DISCIPLINES if entry.active}
    assert {sample.discipline for sample in drawings} <= disciplines
    assert {sample.discipline[0] for sample in drawings} == set("GCLSAIFPMET")
    for sample in drawings:
        assert sample.name == f"{sample.discipline}-{sample.serial}"
        assert re.fullmatch(r"[0-69](\d\d|\.\d{1,2})", sample.serial)
        assert sample.number.replace("-", "") == f"{sample.discipline}{sample.serial}"
    numbers = {re.sub(r"[A-Z]", "A", re.sub(r"\d", "1", sample.number)) for sample in drawings}
    assert {"A-111", "AA111", "A1.1"} <= numbers
    assert {sample.serial[0] for sample in drawings} == set("01234569")
    assert len({sample.name for sample in drawings}) == len(drawings)


def test_american_truth_is_made_of_active_codes(american: list[Sample]) -> None:
    statuses = {entry.code for entry in us.STATUSES if entry.active}
    types = {entry.label for entry in us.TYPES if entry.active}
    sections = {entry.code for entry in SPEC_SECTIONS if entry.active}
    for sample in american:
        assert (sample.standard, sample.originator, sample.volume, sample.location) == ("us-ncs", "", "", "")
        assert sample.status in statuses
        assert sample.type in types
        assert (sample.spec_section in sections) == (sample.kind == "specification")
        assert date.fromisoformat(sample.date) < date(2026, 11, 1)


def test_american_drawings_are_of_several_layouts_and_sizes(american: list[Sample]) -> None:
    drawings = [sample for sample in american if sample.kind == "drawing"]
    sizes = {tuple(round(side / 72, 1) for side in _size(sample.path)) for sample in drawings}
    assert {sample.layout for sample in drawings} == {"stack", "ribbon", "federal", "ansi", "corner"}
    assert {(36, 24), (42, 30), (24, 18), (34, 22), (17, 11)} <= sizes
    assert {name for sample in drawings for name in sample.missing} == {"number", "title", "revision", "date"}


def _size(path: Path) -> tuple[float, float]:
    document = pdfium.PdfDocument(path)
    try:
        return document[0].get_size()
    finally:
        document.close()


def test_american_specifications_are_on_letter_paper(american: list[Sample]) -> None:
    for sample in american:
        if sample.kind == "specification":
            assert _size(sample.path) == (612, 792)


def test_the_hundredth_sheet_has_a_number_of_its_own(tmp_path: Path) -> None:
    made = STANDARDS["us-ncs"](tmp_path, 7)
    serials = [made._serial("A", 1, dotted=False) for _ in range(200)]
    assert serials[:2] == ["101", "102"]
    assert serials[98:100] == ["199", "101A"]
    assert len(set(serials)) == 200


@pytest.mark.rule("B38", "B67")
@pytest.mark.parametrize("standard", STANDARDS)
def test_a_good_share_of_file_names_can_be_scraped(
    samples: list[Sample], american: list[Sample], standard: str
) -> None:
    """By the project of the scenario that goes with the set."""
    with Simulator(scenario=standard) as simulator:
        project = simulator._core.world.projects[0]
    drawings = [s for s in samples + american if s.standard == standard and s.kind == "drawing"]
    whole = [
        sample
        for sample in drawings
        if {name: getattr(value, "code", value) for name, value in scrape(project, sample.path.name).items()}
        == _coded(sample, project.naming)
    ]
    assert 0.45 < len(whole) / len(drawings) < 0.75


def _coded(sample: Sample, naming: tuple[str, ...]) -> dict[str, str]:
    truth = {name: getattr(sample, name) for name in naming if name not in ("type", "number")}
    truth["number"] = sample.serial
    if "type" in naming:
        truth["type"] = "DR"
    return truth


# --- registers


def test_an_american_register_has_the_codes_and_labels_of_its_lists(
    tmp_path: Path, american: list[Sample]
) -> None:
    rows = _rows(write_register(tmp_path, american, faults=False))
    for column, entries in (
        ("Type", us.TYPES),
        ("Status", us.STATUSES),
        ("Discipline", us.DISCIPLINES),
    ):
        codes_of, labels = {e.code for e in entries}, {e.label for e in entries}
        told = {row[column] for row in rows}
        assert told <= codes_of | labels
        assert told & (codes_of - labels)
        assert told & (labels - codes_of)
    for row, sample in zip(rows, american, strict=True):
        assert (row["File name"], row["Number"]) == (sample.path.name, sample.serial)


def test_an_american_register_has_its_faults(tmp_path: Path, american: list[Sample]) -> None:
    clean = _rows(write_register(tmp_path, american, tmp_path / "clean.csv", faults=False))
    spoiled = _rows(write_register(tmp_path, american, tmp_path / "spoiled.csv"))
    changed = {(c, new[c]) for old, new in zip(clean, spoiled, strict=True) for c in new if old[c] != new[c]}
    assert len(changed) == 7
    assert {("Discipline", "Architectual"), ("Type", "Drawnig"), ("Status", "IFT")} <= changed


def test_two_sets_in_one_register_are_refused(
    tmp_path: Path, samples: list[Sample], american: list[Sample]
) -> None:
    with pytest.raises(ValueError, match="iso19650 and us-ncs"):
        write_register(tmp_path, samples[:1] + american[:1])


def test_a_register_without_faults_is_correct(tmp_path: Path, samples: list[Sample]) -> None:
    path = write_register(tmp_path, samples, faults=False)
    rows = _rows(path)
    assert path.name == "register.csv"
    assert tuple(rows[0]) == register_columns("iso19650")
    assert [row["File name"] for row in rows] == [sample.path.name for sample in samples]
    for row, sample in zip(rows, samples, strict=True):
        assert (row["Rev"], row["Issue Date"], row["Title"]) == (sample.revision, sample.date, sample.title)
        known = {
            text for entry in riverside.ORIGINATORS if entry.active for text in (entry.code, entry.label)
        }
        assert row["Originator"] in known
    assert len({len(row["Status"]) == 2 for row in rows}) == 2, "codes and labels are mixed"


def test_the_faults_of_a_register_are_few_and_seeded(tmp_path: Path, samples: list[Sample]) -> None:
    clean = _rows(write_register(tmp_path, samples, tmp_path / "clean.csv", faults=False))
    spoiled = _rows(write_register(tmp_path, samples, tmp_path / "spoiled.csv"))
    again = _rows(write_register(tmp_path, samples, tmp_path / "again.csv"))
    changed = {
        (column, new[column])
        for old, new in zip(clean, spoiled, strict=True)
        for column in old
        if old[column] != new[column]
    }
    inactive = {entry.code for entry in riverside.STATUSES if not entry.active}
    assert spoiled == again
    assert len(changed) == 7
    assert {
        ("Discipline", "Architecural"),
        ("Issue Date", "31/02/2026"),
        ("Issue Date", "12.3.26x"),
    } <= changed
    assert any(column == "Status" and text in inactive for column, text in changed)
    assert any(column == "Originator" and re.search(r"\S $", text) for column, text in changed)


def test_a_register_of_one_file(tmp_path: Path) -> None:
    samples = write_samples(tmp_path, 1)
    assert len(_rows(write_register(tmp_path, samples))) == 1
