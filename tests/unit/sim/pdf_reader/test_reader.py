"""The PDF reader: correct on samples and on other title blocks, without errors on damaged files."""

from __future__ import annotations

import io
import random
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from pdm_nb.sim.pdf_reader.reader import Guess, PdfReading, read_pdf
from pdm_nb.sim.samples import STANDARDS, Sample, write_samples

pytestmark = pytest.mark.slow

FIELDS = {"number": "number", "title": "title", "revision": "revision", "date": "date_authored"}


def pdf(
    draw: Callable[[Canvas], object], size: tuple[float, float] = (1684, 1191), **options: object
) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=size, invariant=1, **options)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def at(*texts: tuple[float, float, str, float]) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for x, y, text, size in texts:
            canvas.setFont("Helvetica", size)
            canvas.drawString(x, y, text)

    return draw


def value(guess: Guess | None) -> str | None:
    return guess.value if guess else None


def values(reading: PdfReading) -> tuple[str | None, ...]:
    return tuple(
        map(value, (reading.type, reading.number, reading.title, reading.revision, reading.date_authored))
    )


# --- samples


def _score(sample: Sample, reading: PdfReading, shown: Counter[str], right: Counter[str]) -> None:
    """Count what the title block shows and what of it was read; what it lacks must not be read (B36)."""
    for name, attribute in FIELDS.items():
        truth, guess = getattr(sample, name), value(getattr(reading, attribute))
        if name in sample.missing or (name == "revision" and not truth.isalnum()):
            assert guess is None, (sample.path.name, name)
            continue
        shown[name] += 1
        right[name] += (guess or "").casefold() == truth.casefold()


@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("seed", [7, 19])
def test_samples_are_read_well(tmp_path: Path, seed: int, standard: str) -> None:
    shown: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for sample in write_samples(tmp_path, 134, seed, standard=standard):
        if sample.mime_type == "application/pdf":
            reading = read_pdf(sample.path)
            shown["type"] += 1
            right["type"] += value(reading.type) == (sample.type if sample.kind != "other" else "Other")
            if sample.kind == "drawing":
                _score(sample, reading, shown, right)
            else:
                assert values(reading)[1:] == (None, None, None, None)
    assert min(shown.values()) > 60
    assert {name: right[name] / shown[name] for name in shown if right[name] < 0.9 * shown[name]} == {}


def test_wrong_guesses_are_less_sure_than_right_ones(tmp_path: Path) -> None:
    sure: dict[bool, list[float]] = {True: [], False: []}
    for sample in write_samples(tmp_path, 300, seed=11):
        if sample.layout == "strip" and (guess := read_pdf(sample.path).date_authored):
            sure[guess.value == sample.date].append(guess.confidence)
    assert sure[False], "the seed is chosen for dates that nothing on the sheet makes clear"
    assert max(sure[False]) < 0.7 < sum(sure[True]) / len(sure[True])


# --- strangers' sheets: no rules, other words, other places


def test_a_title_block_without_rules() -> None:
    texts = [
        (1250, 200, "Drawing No.", 8),
        (1340, 200, "K-77.3", 12),
        (1250, 180, "Rev.", 8),
        (1340, 180, "D", 12),
    ]
    texts += [(1250, 160, "Title", 8), (1340, 160, "Boiler house roof", 12), (1250, 140, "Date", 8)]
    texts += [(1340, 140, "7 Feb 2024", 12), (1250, 120, "Scale", 8), (1340, 120, "1:20", 12)]
    texts += [(200, 700, "Date of survey 1.1.2020, rev A of S-101", 9)]
    reading = read_pdf(pdf(at(*texts)))
    assert values(reading) == ("Drawing", "K-77.3", "Boiler house roof", "D", "2024-02-07")
    assert reading.number is not None
    assert reading.number.confidence < 0.9


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_reads_as_it_is_displayed(turn: int) -> None:
    def draw(canvas: Canvas) -> None:
        width, height = 1684, 1191
        canvas.setPageRotation(turn)  # reportlab keeps the size as displayed and turns the paper
        moves = {90: (height, 0), 180: (width, height), 270: (0, width)}
        canvas.translate(*moves[turn])
        canvas.rotate(turn)
        canvas.rect(1300, 60, 300, 60)
        canvas.rect(1300, 120, 300, 60)
        canvas.rect(1300, 180, 300, 60)
        at((1304, 110, "SHEET NO", 7), (1340, 80, "M-204", 24), (1304, 170, "SHEET TITLE", 7))(canvas)
        at((1310, 140, "PUMP ROOM", 12), (1304, 230, "DRAWN BY", 7), (1310, 200, "XY", 12))(canvas)

    assert values(read_pdf(pdf(draw))) == ("Drawing", "M-204", "PUMP ROOM", None, None)


@pytest.mark.parametrize("empty", ["beside", "above"])
def test_an_empty_cell_does_not_borrow_its_neighbour(empty: str) -> None:
    def draw(canvas: Canvas) -> None:
        for count, (label, text) in enumerate((("DRAWING NO.", ""), ("DATE", "2024-05-06"), ("REV", "3"))):
            x, y = (1300 + 110 * count, 60) if empty == "beside" else (1300, 60 + 60 * count)
            canvas.rect(x, y, 110, 60)
            at((x + 4, y + 50, label, 7), (x + 10, y + 20, text, 12))(canvas)

    assert values(read_pdf(pdf(draw)))[1:] == (None, None, "3", "2024-05-06")


@pytest.mark.rule("B36")
@pytest.mark.parametrize("revision", ["P01*", "A/2", "#3", "Δ4", "B (draft)"])
def test_a_revision_with_special_characters_is_left_empty(revision: str) -> None:  # B36
    def draw(canvas: Canvas) -> None:
        at((1304, 110, f"Rev: {revision}", 8), (1304, 90, "Drawing No: A-1", 8), (1304, 70, "Scale: 1:5", 8))(
            canvas
        )

    assert values(read_pdf(pdf(draw)))[1:4] == ("A-1", None, None)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-03-09", "2024-03-09"),
        ("25/03/2024", "2024-03-25"),
        ("03/25/2024", "2024-03-25"),
        ("9.3.24", "2024-03-09"),
        ("9-MAR-24", "2024-03-09"),
        ("March 9, 2024", "2024-03-09"),
        ("31/02/2024", None),
        ("09/2024", None),
        ("see table", None),
    ],
)
def test_dates_as_people_write_them(text: str, iso: str | None) -> None:
    drawn = pdf(
        at((1304, 110, f"Date: {text}", 8), (1304, 90, "Drawing No: A-1", 8), (1304, 70, "Scale: 1:5", 8))
    )
    assert value(read_pdf(drawn).date_authored) == iso


def test_what_supports_a_date_less_is_less_sure() -> None:
    def sure(text: str) -> float:
        block = at(
            (1304, 110, f"Date: {text}", 8), (1304, 90, "Drawing No: A-1", 8), (1304, 70, "Scale: 1:5", 8)
        )
        guess = read_pdf(pdf(block)).date_authored
        assert guess is not None
        return guess.confidence

    assert sure("03/04/2024") < sure("25/03/2024") == sure("2024-03-25")


def test_a_number_without_a_label_is_less_sure_than_a_labelled_one() -> None:
    rest = ((1304, 170, "Title: Plan of tanks", 8), (1304, 150, "Scale: 1:5", 8), (1304, 130, "Rev: A", 8))
    bare = read_pdf(pdf(at((1400, 80, "A-11", 30), *rest))).number
    labelled = read_pdf(pdf(at((1304, 80, "Sheet No: A-11", 8), *rest))).number
    assert bare is not None
    assert labelled is not None
    assert bare.value == labelled.value == "A-11"
    assert bare.confidence < labelled.confidence


def test_a_number_shares_its_cell_with_the_count_of_sheets() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(1300, 60, 300, 120)
        at((1304, 170, "SHEET NO.", 7), (1340, 90, "S5.2", 44), (1304, 64, "SHEET 12 OF 87", 7))(canvas)
        at((1304, 200, "Rev: 2", 8), (1304, 220, "Scale: 1:5", 8))(canvas)

    assert values(read_pdf(pdf(draw)))[:2] == ("Drawing", "S5.2")


def test_two_lines_of_a_cell_are_read_from_the_top() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(1300, 60, 300, 120)
        at((1304, 170, "SHEET TITLE", 7), (1310, 130, "NORTH WING", 24), (1310, 100, "ROOF PLAN", 9))(canvas)
        at((1304, 200, "Rev: 2", 8), (1304, 220, "Scale: 1:5", 8))(canvas)

    assert values(read_pdf(pdf(draw)))[2] == "NORTH WING ROOF PLAN"


def test_a_title_without_a_label_stands_above_the_number_and_is_less_sure() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(1300, 60, 300, 80)
        canvas.rect(1300, 140, 300, 80)
        at((1304, 130, "SHEET NO.", 7), (1340, 80, "P-101", 40), (1310, 180, "PUMP ROOM", 16))(canvas)
        at((1304, 300, "Rev: 2", 8), (1304, 320, "Scale: 1:5", 8))(canvas)

    title = read_pdf(pdf(draw)).title
    assert title is not None
    assert title.value == "PUMP ROOM"
    assert title.confidence < 0.7


def test_a_list_of_abbreviations_is_not_a_title_block() -> None:
    block = at((1304, 110, "Drawing No: A-1", 8), (1304, 90, "Scale: 1:5", 8), (1304, 70, "Rev: C", 8))
    words = at(
        (400, 900, "REV", 10), (440, 900, "REVISION", 10), (400, 880, "TYP", 10), (440, 880, "TYPICAL", 10)
    )

    def draw(canvas: Canvas) -> None:
        words(canvas)
        block(canvas)

    assert value(read_pdf(pdf(draw)).revision) == "C"


@pytest.mark.parametrize(
    ("text", "size", "iso"),
    [
        ("03-04-2024", (1728, 1296), "2024-03-04"),  # 24 x 18 inches
        ("03.04.2024", (1728, 1296), "2024-03-04"),
        ("03.04.2024", (1684, 1191), "2024-04-03"),  # A2
    ],
)
def test_paper_in_inches_has_the_month_first(text: str, size: tuple[float, float], iso: str) -> None:
    block = at((1304, 110, f"Date: {text}", 8), (1304, 90, "Drawing No: A-1", 8), (1304, 70, "Scale: 1:5", 8))
    guess = read_pdf(pdf(block, size)).date_authored
    assert guess is not None
    assert guess.value == iso
    assert guess.confidence < 0.95


def test_a_letter_is_other_and_nothing_more() -> None:
    letter = at((70, 700, "Dear reader,", 11), (70, 680, "Date: 3 May 2024", 11), (70, 660, "Rev: B", 11))
    assert values(read_pdf(pdf(letter, (595, 842)))) == ("Other", None, None, None, None)


# --- what cannot be read


def _encrypted() -> bytes:
    secret = StandardEncryption("open sesame", ownerPassword="owner", canPrint=0)
    return pdf(at((1304, 110, "Drawing No: A-1", 8)), encrypt=secret)


def _picture() -> bytes:
    noise = Image.frombytes("L", (64, 48), random.Random(1).randbytes(64 * 48))
    return pdf(lambda canvas: canvas.drawImage(ImageReader(noise), 0, 0, 1684, 1191))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda: b"", id="no bytes"),
        pytest.param(lambda: b"not a pdf at all", id="other bytes"),
        pytest.param(lambda: b"%PDF-1.7\n%%EOF", id="head alone"),
        pytest.param(lambda: _picture()[:700], id="cut off"),
        pytest.param(_encrypted, id="encrypted"),
        pytest.param(_picture, id="scanned"),
        pytest.param(lambda: pdf(lambda canvas: None), id="blank page"),
    ],
)
def test_what_cannot_be_read_reads_as_nothing(data: Callable[[], bytes], tmp_path: Path) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(data())
    assert read_pdf(data()) == read_pdf(path) == PdfReading()


def test_a_file_that_is_not_there_reads_as_nothing(tmp_path: Path) -> None:
    assert read_pdf(tmp_path / "none.pdf") == PdfReading()


def test_damaged_bytes_never_raise(tmp_path: Path) -> None:
    whole = next(s for s in write_samples(tmp_path, 5) if s.kind == "drawing").path.read_bytes()
    rng = random.Random(4)
    for _ in range(60):
        spoiled = bytearray(whole)
        for _ in range(rng.randint(1, 40)):
            spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
        assert isinstance(read_pdf(bytes(spoiled)), PdfReading)


def test_only_the_first_pages_are_read() -> None:
    def draw(canvas: Canvas) -> None:
        for page in range(300):
            at((70, 700, f"Page {page}", 11))(canvas)
            canvas.showPage()
        at((70, 700, "SECTION 03 30 00", 11), (70, 680, "PART 1 GENERAL", 11))(canvas)

    assert value(read_pdf(pdf(draw, (595, 842))).type) == "Other"


def test_a_page_crowded_with_text_still_gives_its_title_block() -> None:
    def draw(canvas: Canvas) -> None:
        for row in range(500):
            at((20, 20 + 2 * row, "7" * 200, 2))(canvas)
        at((1304, 110, "Drawing No: A-1", 8), (1304, 90, "Scale: 1:5", 8), (1304, 70, "Rev: C", 8))(canvas)

    assert values(read_pdf(pdf(draw)))[:4] == ("Drawing", "A-1", None, "C")


def test_threads_may_read_at_the_same_time(tmp_path: Path) -> None:
    paths = [sample.path for sample in write_samples(tmp_path, 20) if sample.path.suffix == ".pdf"]
    alone = [read_pdf(path) for path in paths]
    together: dict[int, list[PdfReading]] = {}

    def work(name: int) -> None:
        together[name] = [read_pdf(path) for path in paths]

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(together.values()) == [alone] * 4
