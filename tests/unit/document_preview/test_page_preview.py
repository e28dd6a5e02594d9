"""Pages of real files, drawn by the real process; files that are wrong; requests that are outdated."""

from __future__ import annotations

import io
import os
import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest
from PIL import Image

from pdm_nb.document_preview import PageImage, PagePreview, inspect_pdfs, page_preview
from pdm_nb.sim.samples import write_samples
from pdm_nb.sim.samples.damaged import scan
from tests.support import pdf_files, preview_files

WAIT = 60.0


@pytest.fixture(scope="module")
def preview() -> Iterator[PagePreview]:
    preview = PagePreview()
    yield preview
    preview.close()


def pixels(image: PageImage) -> Image.Image:
    assert image.data, image.fault
    assert image.sharp
    opened = Image.open(io.BytesIO(image.data))
    assert Image.MIME[str(opened.format)] == image.mime
    assert opened.size == (image.width, image.height)
    return opened.convert("L")


def test_a_page_is_drawn_with_its_size_and_number(preview: PagePreview, tmp_path: Path) -> None:
    path = preview_files.plain(tmp_path / "a.pdf", pages=3)
    image = preview.page(path, 2, width_px=400).wait(WAIT)
    assert (image.page, image.page_count, image.width, image.height) == (2, 3, 400, 566)
    assert image.page_size_mm == (210.0, 297.0)
    assert image.caption == "page 3 of 3 · 210 × 297 mm"
    drawn = pixels(image)
    assert drawn.getpixel((390, 10)) == 255
    assert drawn.crop((0, 300, 400, 566)).getextrema()[0] == 0  # the number of the page


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_region_is_an_enlarged_part_of_the_page_as_it_is_shown(
    preview: PagePreview, tmp_path: Path, rotation: int
) -> None:
    path = preview_files.title_block_sheet(tmp_path / "a.pdf", rotation=rotation, offset=70, notes=False)
    whole = pixels(preview.page(path, width_px=2000).wait(WAIT))
    part = preview.page(path, region=(0.7, 0.75, 1.0, 1.0), width_px=600).wait(WAIT)
    expected = whole.crop((1400, round(0.75 * whole.height), 2000, whole.height))
    assert abs(part.height - expected.height) <= 1
    means = [image.resize((6, 4), Image.Resampling.BOX).tobytes() for image in (pixels(part), expected)]
    assert all(abs(one - other) < 8 for one, other in zip(*means, strict=True))


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif"])
def test_images_are_drawn_with_their_size_on_paper(preview: PagePreview, tmp_path: Path, name: str) -> None:
    drawing = preview_files.title_block_sheet(tmp_path / "a.pdf")
    path = preview_files.scanned(tmp_path / name, drawing, dpi=100)
    image = preview.page(path, width_px=500).wait(WAIT)
    assert image.page_count == 1
    assert image.page_size_mm == pytest.approx(preview_files.A1_MM, abs=1)
    part = preview.page(path, region=(0.72, 0.78, 0.98, 0.97), width_px=400).wait(WAIT)
    assert pixels(part).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) < 253


def test_pages_of_a_tiff_of_different_modes(preview: PagePreview, tmp_path: Path) -> None:
    path = preview_files.tiff(tmp_path / "a.tif")
    drawn = [pixels(preview.page(path, number).wait(WAIT)) for number in range(3)]
    assert [one.getpixel((5, 5)) for one in drawn] == [255, 0, 0]
    assert {one.size for one in drawn} == {(400, 200)}  # not enlarged


@pytest.mark.slow
@pytest.mark.parametrize("layout", preview_files.LAYOUTS)
@pytest.mark.parametrize(("rotation", "offset"), [(0, 0), (90, 60), (180, 0), (270, 137)])
@pytest.mark.parametrize("size_mm", [(1189, 841), (594, 841), (297, 210)])
def test_the_title_block_is_found(
    preview: PagePreview,
    tmp_path: Path,
    layout: str,
    rotation: int,
    offset: float,
    size_mm: tuple[float, float],
) -> None:
    left, top, right, bottom = preview_files.LAYOUTS[layout]
    path = preview_files.title_block_sheet(
        tmp_path / "a.pdf", (left, top, right, bottom), size_mm=size_mm, rotation=rotation, offset=offset
    )
    image = preview.title_block(path, width_px=300).wait(WAIT)
    found = image.region
    assert image.score >= 0.6
    assert found[0] < left + 0.01
    assert found[1] < top + 0.02
    assert found[2] > right - 0.01
    assert found[3] > bottom - 0.01
    assert (found[2] - found[0]) * (found[3] - found[1]) < 2.5 * (right - left) * (bottom - top) + 0.05
    assert max(image.width, image.height) <= 310


def test_the_title_block_of_a_scan_is_found_by_its_lines(preview: PagePreview, tmp_path: Path) -> None:
    drawing = preview_files.title_block_sheet(tmp_path / "a.pdf", notes=False)
    image = preview.title_block(preview_files.scanned(tmp_path / "b.pdf", drawing, dpi=100)).wait(WAIT)
    assert 0 < image.score < 0.6
    assert image.region == pytest.approx((0.71, 0.77, 1.0, 1.0), abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("standard", ["iso19650", "us-ncs"])
@pytest.mark.parametrize("scanned", [False, True])
def test_the_title_blocks_of_sample_drawings_have_number_and_revision(
    preview: PagePreview, tmp_path: Path, standard: str, scanned: bool
) -> None:
    samples = [one for one in write_samples(tmp_path, 60, standard=standard) if one.kind == "drawing"]
    missed = []
    for sample, content in zip(samples, inspect_pdfs(str(one.path) for one in samples), strict=True):
        if scanned:
            scan(sample.path, random.Random(1))
        left, top, right, bottom = preview.title_block(sample.path, width_px=100).wait(WAIT).region
        for value in (sample.number, sample.revision):
            middles = [
                ((run.left + run.right) / 2 / content.width, 1 - (run.bottom + run.top) / 2 / content.height)
                for run in content.text
                if run.text == value
            ]
            if middles and not any(left <= x <= right and top <= y <= bottom for x, y in middles):
                missed.append((sample.path.name, value))
    assert len(samples) >= 30
    assert len(missed) <= 1


def test_without_a_title_block_it_is_the_lower_right_quarter(preview: PagePreview, tmp_path: Path) -> None:
    image = preview.title_block(preview_files.plain(tmp_path / "a.pdf")).wait(WAIT)
    assert (image.score, image.region) == (0.0, (0.5, 0.5, 1.0, 1.0))


# -- files that are wrong
def drawn_of(folder: Path) -> dict[str, tuple[Path, str]]:
    """Files that cannot be shown, and what is reported."""
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "cut.pdf").write_bytes(preview_files.plain(folder / "whole.pdf").read_bytes()[:300])
    (folder / "page.pdf").write_bytes(b"<!DOCTYPE html><html>Sign in</html>")
    (folder / "noise.pdf").write_bytes(b"%PDF-1.7\n" + b"\xff[<<(" * 500)
    (folder / "cut.png").write_bytes(preview_files.bomb(folder / "small.png", 500).read_bytes()[:60])
    (folder / "model.ifc").write_bytes(b"ISO-10303-21;")
    (folder / "plan.dwg").write_bytes(b"AC1032" + b"\0" * 2000)
    (folder / "text.docx").write_bytes(b"PK\x03\x04" + b"\0" * 100)
    (folder / "folder.pdf").mkdir()
    preview_files.plain(folder / "secret.pdf", password="x")
    preview_files.bomb(folder / "bomb.png")
    pdf_files.without_pages(folder / "none.pdf")
    sentences = {
        "empty.pdf": "empty.pdf is empty. Export it again or remove the row.",
        "cut.pdf": "cut.pdf is damaged and cannot be shown. Export it again.",
        "noise.pdf": "noise.pdf is damaged and cannot be shown. Export it again.",
        "cut.png": "cut.png is damaged and cannot be shown. Export it again.",
        "page.pdf": "page.pdf is a web page, although its name ends in .pdf. Export it again or rename it.",
        "model.ifc": "model.ifc (IFC, 13 bytes, changed ",
        "plan.dwg": "plan.dwg (DWG, 2.0 KB, changed ",
        "text.docx": "text.docx (DOCX, 104 bytes, changed ",
        "folder.pdf": "folder.pdf is not a file.",
        "secret.pdf": "secret.pdf needs a password to be opened. Save it without one to see it here.",
        "bomb.png": "bomb.png is too large for a preview: page 1 has more than 160 million pixels.",
        "none.pdf": "none.pdf has no pages. Export it again or remove the row.",
        "missing.pdf": "missing.pdf does not exist.",
    }
    return {name: (folder / name, start) for name, start in sentences.items()}


def test_what_is_wrong_with_a_file_is_a_sentence(preview: PagePreview, tmp_path: Path) -> None:
    for path, start in drawn_of(tmp_path).values():
        for ask in (preview.page, preview.title_block):
            image = ask(path).wait(WAIT)
            assert image.fault.startswith(start)
            assert image.fault.endswith(".")
            assert image.data == b""
    assert preview.page(preview_files.plain(tmp_path / "good.pdf")).wait(WAIT).data


def test_a_file_without_permission_is_a_sentence(
    preview: PagePreview, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = preview_files.plain(tmp_path / "a.pdf")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may read every file
    assert preview.page(path).wait(WAIT).fault == "a.pdf is not readable: this user has no permission."


def test_a_page_that_does_not_exist_is_a_sentence(preview: PagePreview, tmp_path: Path) -> None:
    image = preview.page(preview_files.plain(tmp_path / "a.pdf", pages=3), 7).wait(WAIT)
    assert (image.fault, image.page_count) == ("a.pdf has 3 pages, so page 8 does not exist.", 3)


@pytest.mark.parametrize("size_mm", [(5000, 5000), (5000, 10), (10, 5000)])
def test_a_huge_page_is_drawn(preview: PagePreview, tmp_path: Path, size_mm: tuple[float, float]) -> None:
    image = preview.page(preview_files.plain(tmp_path / "a.pdf", size_mm=size_mm)).wait(WAIT)
    assert image.page_size_mm == pytest.approx(size_mm, rel=0.01)
    assert image.width * image.height <= 12_100_000


def test_the_last_of_500_pages_is_drawn(preview: PagePreview, tmp_path: Path) -> None:
    image = preview.page(preview_files.plain(tmp_path / "a.pdf", pages=500), 499).wait(WAIT)
    assert image.caption == "page 500 of 500 · 210 × 297 mm"
    assert pixels(image).getextrema()[0] == 0


@pytest.mark.slow
def test_a_dense_sheet_is_drawn_and_its_title_block_found(preview: PagePreview, tmp_path: Path) -> None:
    path = preview_files.dense_sheet(tmp_path / "a.pdf")
    assert pixels(preview.page(path).wait(WAIT)).getextrema() == (0, 255)
    assert preview.title_block(path).wait(WAIT).score > 0.6


@pytest.mark.slow
def test_a_large_scan_is_first_shown_from_few_pixels(
    preview: PagePreview, tmp_path: Path, until: Callable[[Callable[[], object]], None]
) -> None:
    drawing = preview_files.title_block_sheet(tmp_path / "a.pdf", notes=False)
    path = preview_files.turned(preview_files.scanned(tmp_path / "b.pdf", drawing), 90, 0)
    images: list[PageImage] = []
    preview.page(path, on_image=images.append).wait(WAIT)
    until(lambda: images and images[-1].sharp)
    assert [one.sharp for one in images] == [False, True]
    drawn = [
        Image.open(io.BytesIO(one.data)).convert("L").resize((9, 12), Image.Resampling.BOX) for one in images
    ]
    assert drawn[0].size == drawn[1].size
    assert all(abs(a - b) < 12 for a, b in zip(*(one.tobytes() for one in drawn), strict=True))


# -- the cache and changed files
def test_a_page_comes_from_the_cache_until_its_file_changes(preview: PagePreview, tmp_path: Path) -> None:
    path = preview_files.plain(tmp_path / "a.pdf")
    first = preview.page(path).wait(WAIT)
    assert preview.page(path).wait(WAIT) is first
    preview_files.plain(path, size_mm=preview_files.A1_MM)
    assert preview.page(path).wait(WAIT).page_size_mm == preview_files.A1_MM


# A process that does what the name of the file says. It writes each request to the file `log`.
ACTS = """
import json, os, sys, time
for line in sys.stdin:
    asked = json.loads(line)
    with open(sys.argv[1], "a") as log:
        log.write(str(os.getpid()) + " " + str(asked.get("cancel", os.path.basename(asked.get("path", "")))) + chr(10))
    if "cancel" in asked:
        continue
    path, data = asked["path"], b"image"
    name = os.path.basename(path)
    head = {"id": asked["id"], "bytes": len(data), "mime": "image/png", "width": 1, "height": 1, "pages": 1,
            "size_mm": None, "region": [0, 0, 1, 1], "score": 1.0, "is_sharp": False, "is_last": False}
    def send(**changes):
        sys.stdout.buffer.write(json.dumps(head | changes).encode() + b"\\n" + data)
        sys.stdout.buffer.flush()
    if name.startswith("hang"):
        send()
        time.sleep(600)
    if name.startswith("crash"):
        os._exit(9)
    if name.startswith("changing"):
        os.utime(path, ns=(time.time_ns(), time.time_ns()))
    send(is_last=True, is_sharp=True)
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log"
    path.touch()
    return path


@pytest.fixture
def acting(log: Path) -> Iterator[Callable[..., PagePreview]]:
    made: list[PagePreview] = []

    def make(**options: float) -> PagePreview:
        made.append(PagePreview(command=(sys.executable, "-c", ACTS, str(log)), **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


def pdfs(folder: Path, *names: str) -> list[Path]:
    return [pdf_files.blank(folder / f"{name}.pdf") for name in names]


def requests_in(log: Path) -> list[str]:
    return [line.split()[1] for line in log.read_text().splitlines()]


def processes_in(log: Path) -> set[str]:
    return {line.split()[0] for line in log.read_text().splitlines()}


def test_a_crash_costs_only_its_own_file(
    acting: Callable[..., PagePreview], tmp_path: Path, log: Path
) -> None:
    preview = acting()
    crash, good = pdfs(tmp_path, "crash", "good")
    image = preview.page(crash).wait(WAIT)
    assert image.fault.startswith("crash.pdf cannot be shown: page 1 is damaged or needs too much memory.")
    assert preview.page(good).wait(WAIT).sharp
    assert preview.page(crash).wait(WAIT) is image  # not tried again while the file is the same
    assert len(processes_in(log)) == 2


@pytest.mark.slow
def test_a_page_that_takes_too_long_keeps_its_incomplete_image(
    acting: Callable[..., PagePreview], tmp_path: Path
) -> None:
    preview = acting(seconds=1.0)
    hang, good = pdfs(tmp_path, "hang", "good")
    image = preview.page(hang).wait(WAIT)
    assert (image.data, image.sharp) == (b"image", False)
    assert image.fault.startswith("hang.pdf cannot be shown: page 1 takes longer than 1 seconds.")
    assert preview.page(good).wait(WAIT).sharp


def test_a_newer_request_of_a_view_replaces_the_one_before(
    acting: Callable[..., PagePreview],
    tmp_path: Path,
    log: Path,
    until: Callable[[Callable[[], object]], None],
) -> None:
    preview = acting()
    hang, good = pdfs(tmp_path, "hang", "good")
    seen: list[PageImage] = []
    first = preview.page(hang, on_image=seen.append)
    until(lambda: first.image is not None)
    second = preview.page(good)
    assert second.wait(WAIT).sharp  # although the process did not react to the cancelling, and was ended
    assert first.cancelled
    with pytest.raises(CancelledError):
        first.wait(WAIT)
    assert len(processes_in(log)) == 2
    assert all(Path(one.path) == hang for one in seen)


def test_the_newest_request_is_first_and_outdated_ones_are_not_drawn(
    acting: Callable[..., PagePreview],
    tmp_path: Path,
    log: Path,
    until: Callable[[Callable[[], object]], None],
) -> None:
    preview = acting()
    paths = pdfs(tmp_path, "hang", "a", "b", "c", "d")
    first = preview.page(paths[0], view="other")
    until(lambda: first.image is not None)
    requests = [preview.page(path, view="" if path.stem != "b" else "x") for path in paths[1:]]
    requests[1].cancel()
    first.cancel()
    for one in (requests[0], requests[2], requests[3]):
        assert one.wait(WAIT).sharp
    assert [name for name in requests_in(log) if name.endswith(".pdf")] == [
        "hang.pdf",
        "d.pdf",
        "c.pdf",
        "a.pdf",
    ]


@pytest.mark.slow
def test_the_same_page_is_drawn_once_for_two_requests(
    acting: Callable[..., PagePreview],
    tmp_path: Path,
    log: Path,
    until: Callable[[Callable[[], object]], None],
) -> None:
    preview = acting(seconds=2.0)
    (hang,) = pdfs(tmp_path, "hang")
    first = preview.page(hang)
    until(lambda: first.image is not None)
    second = preview.page(hang)
    assert second.wait(WAIT).data == b"image"
    assert requests_in(log).count("hang.pdf") == 1


def test_what_was_prefetched_is_there_at_once_and_makes_way(
    acting: Callable[..., PagePreview],
    tmp_path: Path,
    log: Path,
    until: Callable[[Callable[[], object]], None],
) -> None:
    preview = acting()
    next_, hang, asked = pdfs(tmp_path, "next", "hang", "asked")
    preview.prefetch([next_, hang], title_block_px=None)
    until(lambda: "hang.pdf" in requests_in(log))
    assert preview.page(asked).wait(WAIT).sharp  # although "hang" is drawn
    assert preview.page(next_).wait(WAIT).sharp
    names = [name for name in requests_in(log) if name.endswith(".pdf")]
    assert names[:3] == ["next.pdf", "hang.pdf", "asked.pdf"]
    assert names.count("next.pdf") == 1


def test_a_request_that_is_in_the_cache_does_not_until_another_one(
    acting: Callable[..., PagePreview], tmp_path: Path, until: Callable[[Callable[[], object]], None]
) -> None:
    preview = acting()
    good, hang = pdfs(tmp_path, "good", "hang")
    preview.page(good).wait(WAIT)
    slow = preview.page(hang, view="other")
    until(lambda: slow.image is not None)
    assert preview.page(good).wait(WAIT).sharp
    assert not slow.done


def test_a_process_that_cannot_be_started_is_a_sentence(tmp_path: Path) -> None:
    preview = PagePreview(command=(str(tmp_path / "does-not-exist"),))
    for path in pdfs(tmp_path, "a", "b"):
        expected = (
            f"{path.name} cannot be shown: the process that draws pages does not start. Restart the kernel."
        )
        assert preview.page(path).wait(WAIT).fault == expected
    preview.close()


def test_a_file_that_changes_while_it_is_drawn_is_drawn_again(
    acting: Callable[..., PagePreview], tmp_path: Path, log: Path
) -> None:
    (changing,) = pdfs(tmp_path, "changing")
    image = acting().page(changing).wait(WAIT)
    assert (
        image.fault
        == "changing.pdf is being changed by another program. Select it again when that has ended."
    )
    assert requests_in(log) == ["changing.pdf"] * 3


def test_the_process_ends_when_it_is_idle_and_at_close(
    acting: Callable[..., PagePreview],
    tmp_path: Path,
    log: Path,
    until: Callable[[Callable[[], object]], None],
) -> None:
    preview = acting(idle_seconds=0.01)
    a, b, hang = pdfs(tmp_path, "a", "b", "hang")
    preview.page(a).wait(WAIT)
    until(lambda: preview._drawer.worker is None)
    assert preview.page(b).wait(WAIT).sharp
    assert len(processes_in(log)) == 2
    last = preview.page(hang)
    until(lambda: last.image is not None)
    preview.close()
    assert last.cancelled
    until(lambda: preview._drawer.worker is None)
    assert preview.page(a).cancelled


def test_the_process_gets_no_secrets(
    acting: Callable[..., PagePreview], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pdm_nb.document_preview.worker_process import WorkerProcess

    monkeypatch.setenv("PROCORE_CLIENT_SECRET", "s3cret")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    shows = "import json, os; print(json.dumps(dict(os.environ)), flush=True)"
    worker = WorkerProcess((sys.executable, "-c", shows))
    environment = worker.replies.get(timeout=WAIT).head
    worker.stop()
    assert environment["TMPDIR"] == str(tmp_path)
    assert "s3cret" not in str(environment)
    assert not worker.is_running


async def _awaited(preview: PagePreview, path: Path) -> PageImage:
    return await preview.page(path)


def test_a_request_can_be_awaited(preview: PagePreview, tmp_path: Path) -> None:
    import asyncio

    image = asyncio.run(_awaited(preview, preview_files.plain(tmp_path / "a.pdf")))
    assert image.sharp


def test_the_process_can_be_started_before_it_is_needed(
    acting: Callable[..., PagePreview], until: Callable[[Callable[[], object]], None]
) -> None:
    preview = acting()
    preview.start()
    until(lambda: preview._drawer.worker is not None and preview._drawer.worker.is_running)


@pytest.mark.slow
def test_a_real_page_is_cancelled_while_it_is_drawn_and_the_process_stays(
    tmp_path: Path, until: Callable[[Callable[[], object]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_preview, "GRACE", WAIT)  # the process is not ended for it
    dense, good = (
        preview_files.dense_sheet(tmp_path / "dense.pdf", 100_000),
        preview_files.plain(tmp_path / "a.pdf"),
    )
    preview = PagePreview()
    try:
        first = preview.page(dense, width_px=4000)
        until(lambda: first.image is not None or first.done)
        assert not first.done  # it takes seconds
        worker = preview._drawer.worker
        assert preview.page(good).wait(WAIT).sharp
        assert first.cancelled
        assert preview._drawer.worker is worker
    finally:
        preview.close()


@pytest.mark.slow
def test_a_huge_image_in_a_pdf_concerns_only_its_own_page(preview: PagePreview, tmp_path: Path) -> None:
    path = pdf_files.by_hand(
        tmp_path / "a.pdf",
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>",
        b"<< /Length 29 >>\nstream\nq 500 0 0 500 0 0 cm /I Do Q\nendstream",
        preview_files.flate_image(60_000),
    )
    image = preview.page(path).wait(WAIT)
    assert image.data or image.fault.endswith(".")
    assert preview.page(preview_files.plain(tmp_path / "b.pdf")).wait(WAIT).sharp
