"""The sample documents: all kinds, really openable, the same bytes for the same seed."""

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

from pdm_nb.sim import codes
from pdm_nb.sim.samples import REGISTER_COLUMNS, Sample, write_register, write_samples

KINDS = {"drawing", "specification", "other", "dwg", "ifc", "image", "docx", "xlsx"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("samples")


@pytest.fixture(scope="module")
def samples(folder: Path) -> list[Sample]:
    return write_samples(folder, 200, seed=3)


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_samples(tmp_path / "a", 60, seed=5)
    again = write_samples(tmp_path / "b", 60, seed=5)
    other = write_samples(tmp_path / "c", 60, seed=6)
    assert _digests(tmp_path / "a") == _digests(tmp_path / "b")
    assert [sample.name for sample in first] == [sample.name for sample in again]
    assert _digests(tmp_path / "a") != _digests(tmp_path / "c")
    assert [sample.name for sample in first] != [sample.name for sample in other]


@pytest.mark.parametrize("count", [1, 2, 14, 15, 25])
def test_any_count_works(tmp_path: Path, count: int) -> None:
    samples = write_samples(tmp_path / "new" / "folder", count)
    assert len(samples) == count == len(list((tmp_path / "new" / "folder").iterdir()))
    if count >= 15:
        assert {sample.kind for sample in samples} == KINDS


def test_a_count_below_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="count is 0"):
        write_samples(tmp_path, 0)


def test_kinds_come_in_their_shares(samples: list[Sample]) -> None:
    kinds = Counter(sample.kind for sample in samples)
    assert set(kinds) == KINDS
    assert (kinds["drawing"], kinds["specification"], kinds["other"]) == (120, 30, 10)


def test_every_file_is_there_once_and_holds_something(folder: Path, samples: list[Sample]) -> None:
    assert len({sample.path.name.casefold() for sample in samples}) == 200
    assert all(sample.path.parent == folder and sample.path.stat().st_size > 0 for sample in samples)
    assert not any(set(sample.path.name) & set('<>:"/\\|?*') for sample in samples)


def test_pdfs_open(samples: list[Sample]) -> None:
    for sample in samples:
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
        "project": codes.PROJECTS,
        "originator": codes.ORIGINATORS,
        "volume": codes.VOLUMES,
        "location": codes.LOCATIONS,
        "discipline": codes.DISCIPLINES,
        "status": codes.STATUSES,
    }
    for sample in samples:
        for name, entries in lists.items():
            assert getattr(sample, name) in {entry.code for entry in entries if entry.active}, name
        type_code = next(entry.code for entry in codes.TYPES if entry.active and entry.label == sample.type)
        parts = {
            **{name: getattr(sample, name) for name in lists},
            "type": type_code,
            "number": sample.serial,
        }
        assert sample.name == codes.SEPARATOR.join(parts[part] for part in codes.NAMING)
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


def test_a_register_without_faults_tells_the_truth(tmp_path: Path, samples: list[Sample]) -> None:
    path = write_register(tmp_path, samples, faults=False)
    rows = _rows(path)
    assert path.name == "register.csv"
    assert tuple(rows[0]) == REGISTER_COLUMNS
    assert [row["File name"] for row in rows] == [sample.path.name for sample in samples]
    for row, sample in zip(rows, samples, strict=True):
        assert (row["Rev"], row["Issue Date"], row["Title"]) == (sample.revision, sample.date, sample.title)
        known = {text for entry in codes.ORIGINATORS if entry.active for text in (entry.code, entry.label)}
        assert row["Originator"] in known
    assert len({len(row["Status"]) == 2 for row in rows}) == 2, "codes and labels are mixed"


def test_the_faults_of_a_register_are_few_and_seeded(tmp_path: Path, samples: list[Sample]) -> None:
    clean = _rows(write_register(tmp_path, samples, tmp_path / "clean.csv", faults=False))
    spoiled = _rows(write_register(tmp_path, samples, tmp_path / "spoiled.csv"))
    again = _rows(write_register(tmp_path, samples, tmp_path / "again.csv"))
    changed = {
        (column, new[column])
        for old, new in zip(clean, spoiled, strict=True)
        for column in REGISTER_COLUMNS
        if old[column] != new[column]
    }
    inactive = {entry.code for entry in codes.STATUSES if not entry.active}
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
