"""The awkward documents: each kind is written and has its problem."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from pdm_nb.sim.pdf_reader.reader import PdfReading, read_pdf
from pdm_nb.sim.samples import AWKWARD, STANDARDS, Sample, kinds, summary, write_register, write_samples
from pdm_nb.sim.samples.awkward import PASSWORD
from pdm_nb.sim.world.codes import riverside, us

pytestmark = pytest.mark.slow

MIB = 1 << 20
Found = dict[str, list[Sample]]


@pytest.fixture(scope="module", params=STANDARDS)
def samples(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    folder = tmp_path_factory.mktemp("awkward")
    return write_samples(folder, 20, seed=3, standard=request.param, awkward=True)


@pytest.fixture
def found(samples: list[Sample]) -> Found:
    kinds: Found = {}
    for sample in samples:
        kinds.setdefault(sample.awkward, []).append(sample)
    return kinds


def _pages(path: Path, password: str | None = None) -> list[tuple[tuple[float, float], str]]:
    document = pdfium.PdfDocument(path, password=password)
    try:
        return [(page.get_size(), page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def test_they_come_on_top_of_the_count(samples: list[Sample], found: Found) -> None:
    assert len(found[""]) == 20
    assert set(found) == {"", *AWKWARD}
    assert len({str(sample.path).casefold() for sample in samples}) == len(samples)
    folder = samples[0].path.parent
    assert {path for path in folder.rglob("*") if path.is_file()} == {sample.path for sample in samples}


def test_the_others_stay_as_they_are(tmp_path: Path, samples: list[Sample], found: Found) -> None:
    alone = write_samples(tmp_path, 20, seed=3, standard=samples[0].standard)
    for one, other in zip(alone, found[""], strict=True):
        assert (one.path.name, one.path.read_bytes()) == (other.path.name, other.path.read_bytes())


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, samples: list[Sample]) -> None:
    standard = samples[0].standard
    digests = []
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        written = write_samples(tmp_path / name, 1, seed, standard=standard, awkward=True)
        digests.append(
            {str(s.path.relative_to(tmp_path / name)): _digest(s) for s in written if s.awkward != "large"}
        )
        [large] = [s for s in written if s.awkward == "large"]
        with large.path.open("rb") as file:
            digests[-1]["large"] = hashlib.sha256(file.read(MIB)).hexdigest()
        large.path.unlink()
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


def _digest(sample: Sample) -> str:
    return hashlib.sha256(sample.path.read_bytes()).hexdigest()


@pytest.mark.rule("B40", "B42")
def test_a_sheet_has_several_revisions(found: Found) -> None:
    sheets: dict[str, list[Sample]] = {}
    for sample in found["revisions"]:
        sheets.setdefault(sample.name, []).append(sample)
    in_folders, in_names = sorted(sheets.values(), key=lambda group: len({s.path.name for s in group}))
    for group in (in_folders, in_names):
        assert len(group) >= 4
        assert len({(s.number, s.title) for s in group}) == 1
        assert len({s.revision for s in group}) == len({_digest(s) for s in group}) == len(group)
        assert [s.date for s in group] == sorted({s.date for s in group})
        for sample in group:
            guess = read_pdf(sample.path).revision
            assert guess is not None
            assert guess.value == sample.revision
    assert len({s.path.name for s in in_folders}) == 1
    assert {s.path.parent.name for s in in_folders[:-1]} == {s.revision for s in in_folders[:-1]}
    assert all(s.path.stem == f"{s.name}_{s.revision}" for s in in_names)


def test_iso_revisions_are_preliminary_first(tmp_path: Path) -> None:
    written = write_samples(tmp_path, 1, awkward=True)
    revisions = {sample.revision for sample in written if sample.awkward == "revisions"}
    assert {"P01", "P02", "C01"} <= revisions


def test_a_duplicate_has_the_same_bytes_under_another_name(found: Found) -> None:
    first, copy = found["duplicate"]
    assert first.path.name != copy.path.name
    assert _digest(first) == _digest(copy)


@pytest.mark.rule("B38", "B67")
def test_names_that_break_the_standard(found: Found) -> None:
    [wrong], [apart], [lower] = found["wrong-code"], found["separator"], found["lower-case"]
    lists = {"iso19650": riverside.VOLUMES, "us-ncs": us.DISCIPLINES}[wrong.standard]
    parts, right = wrong.path.stem.split("-"), wrong.name.split("-")
    [(bad, good)] = [pair for pair in zip(parts, right, strict=True) if pair[0] != pair[1]]
    assert good in {entry.code for entry in lists}
    assert bad not in {entry.code for entry in lists}
    assert apart.path.stem == apart.name.replace("-", "_")
    assert lower.path.stem == lower.name.lower() != lower.name


def test_names_in_all_of_unicode(found: Found) -> None:
    def name(kind: str) -> str:
        [sample] = found[kind]
        return sample.path.stem

    assert any(unicodedata.combining(letter) for letter in name("combining"))
    assert any(unicodedata.bidirectional(letter) == "AL" for letter in name("right-to-left"))
    assert re.search(r"[\u4e00-\u9fff]", name("cjk"))
    assert any(ord(letter) > 0x1F000 for letter in name("emoji"))
    assert "\u200d" in name("emoji"), "several code points that make one sign"


def test_the_longest_name(found: Found) -> None:
    [sample] = found["long-name"]
    assert len(sample.path.name.encode()) == 255
    assert len(sample.path.name) < 255
    assert sample.path.is_file()


def test_a_large_file_costs_no_disk(found: Found) -> None:
    [sample] = found["large"]
    facts = sample.path.stat()
    assert facts.st_size > 100 * MIB
    assert facts.st_blocks * 512 < MIB


def test_a_large_file_is_a_valid_pdf(found: Found) -> None:
    """Each place that its tables name is where it says, so that no reader has to correct it."""
    [sample] = found["large"]
    with sample.path.open("rb") as file:
        file.seek(-300, 2)
        tail = file.read()
        [table] = map(int, re.findall(rb"startxref\n(\d+)\n%%EOF\n$", tail))
        file.seek(table)
        number, place = re.match(rb"xref\n(\d+) 1\n(\d{10}) 00000 n ", file.read(60)).groups()  # type: ignore[union-attr]
        file.seek(int(place))
        length = int(re.match(rb"%s 0 obj\n<< /Length (\d+) >>\nstream\n" % number, file.read(60))[1])  # type: ignore[index]
        file.seek(int(place))
        start = int(place) + file.read(60).index(b"stream\n") + len(b"stream\n")
        file.seek(start + length)
        assert file.read(20).startswith(b"\nendstream\nendobj\n")
        [before] = map(int, re.findall(rb"/Prev (\d+)", tail))
        file.seek(before)
        assert file.read(4) == b"xref"
    guess = read_pdf(sample.path).title
    assert guess is not None
    assert guess.value == sample.title


def test_what_cannot_be_read(found: Found) -> None:
    [empty], [cut], [other] = found["empty"], found["truncated"], found["not-pdf"]
    assert empty.path.stat().st_size == 0
    assert cut.path.read_bytes().startswith(b"%PDF-")
    assert b"%%EOF" not in cut.path.read_bytes()
    assert not other.path.read_bytes().startswith(b"%PDF")
    for sample in (empty, cut, other):
        assert sample.path.suffix == ".pdf"
        assert sample.missing == {"number", "title", "revision", "date"}
        assert read_pdf(sample.path) == PdfReading()


def test_a_scan_is_a_picture_and_no_text(found: Found) -> None:
    [sample] = found["scanned"]
    [(size, text)] = _pages(sample.path)
    assert size[0] > size[1]
    assert text == ""
    assert b"/Subtype /Image" in sample.path.read_bytes()
    assert read_pdf(sample.path) == PdfReading()


def test_an_encrypted_sheet_opens_with_its_password(found: Found) -> None:
    [sample] = found["encrypted"]
    with pytest.raises(pdfium.PdfiumError):
        pdfium.PdfDocument(sample.path)
    [(_, text)] = _pages(sample.path, PASSWORD)
    assert sample.number in text
    assert read_pdf(sample.path) == PdfReading()


def test_five_hundred_pages(found: Found) -> None:
    [sample] = found["many-pages"]
    assert len(_pages(sample.path)) == 500
    guess = read_pdf(sample.path).type
    assert guess is not None
    assert guess.value == "Specification"


def test_a_crowded_page_still_gives_its_title_block(found: Found) -> None:
    [sample] = found["crowded"]
    [(_, text)] = _pages(sample.path)
    assert len(text) > 50_000
    reading = read_pdf(sample.path)
    assert reading.number is not None
    assert reading.title is not None
    assert (reading.number.value, reading.title.value) == (sample.number, sample.title)


def test_a_register_names_files_in_folders(tmp_path: Path, samples: list[Sample]) -> None:
    folder = samples[0].path.parent
    path = write_register(folder, samples, tmp_path / "register.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        names = [row["File name"] for row in csv.DictReader(file)]
    assert [folder / name for name in names] == [sample.path for sample in samples]
    assert any("/" in name for name in names)


def test_a_summary_counts_them(samples: list[Sample], found: Found) -> None:
    told = kinds(samples)
    assert {kind: told[kind] for kind in AWKWARD} == {kind: len(found[kind]) for kind in AWKWARD}
    assert sum(told.values()) == len(samples)
    assert summary(found[""]) == ", ".join(
        f"{count} {kind}" for kind, count in sorted(Counter(s.kind for s in found[""]).items())
    )
    assert "; awkward: " in summary(samples)
