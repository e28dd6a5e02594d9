"""How long previews take: `python -m tests.benchmarks.preview`. Prints one JSON object last.

Files of the size A1: a dense drawing of a CAD program, and scans of it with 300 dpi as PDF, JPEG, PNG and TIFF. For each,
the milliseconds until something readable and until the sharp page is there, first with a process that is not running yet,
then with one that is; until its title block; and for a page that was prefetched. Next to it PDFium or Pillow in this
process, without a limit of time or memory. All are medians of the rounds.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pypdfium2 as pdfium
from PIL import Image

from pdm_nb.document_preview import PagePreview, PageRequest
from pdm_nb.document_preview.page_preview import page_key
from pdm_nb.document_preview.preview_queue import file_state_of
from tests.support import preview_files

WIDTH = 900


class Timed:
    """The milliseconds until the first and the last image of a request."""

    def __init__(self, ask: Callable[..., PageRequest], path: Path) -> None:
        began = time.perf_counter()
        seen: list[float] = []
        self.image = ask(path, width_px=WIDTH, on_image=lambda _: seen.append(time.perf_counter())).wait(60)
        self.sharp = (time.perf_counter() - began) * 1000
        self.first = (min([*seen, time.perf_counter()]) - began) * 1000
        assert self.image.sharp, self.image.fault


def in_process(path: Path) -> float:
    """The milliseconds of PDFium or Pillow in this process, with the encoding as PNG."""
    began = time.perf_counter()
    if path.suffix == ".pdf":
        document = pdfium.PdfDocument(path)
        page = document[0]
        image = page.render(scale=WIDTH / page.get_width()).to_pil()
    else:
        with Image.open(path) as opened:
            image = opened.convert("L").resize((WIDTH, WIDTH * opened.height // opened.width))
    image.save(io.BytesIO(), "PNG", compress_level=1)
    return (time.perf_counter() - began) * 1000


def measure(path: Path, found: dict[str, list[float]]) -> None:
    """One round with a file."""
    preview = PagePreview()
    try:
        cold = Timed(preview.page, path)
        block = Timed(preview.title_block, path)
        worker = preview._drawer.worker
        assert worker is not None
        found["worker_mib"].append(peak(worker.pid))
    finally:
        preview.close()
    preview = PagePreview()
    try:
        warm_up = preview_files.plain(path.with_name("warm-up.pdf"))
        preview.page(warm_up).wait(60)
        warm = Timed(preview.page, path)
    finally:
        preview.close()
    preview = PagePreview()
    try:
        preview.page(warm_up).wait(60)
        preview.prefetch([path], width_px=WIDTH)
        key = page_key("page", path, 0, None, WIDTH), file_state_of(str(path))
        while preview._drawer.cache.get(key) is None:
            time.sleep(0.005)
        prefetched = Timed(preview.page, path)
    finally:
        preview.close()
    for name, value in {
        "cold_first_ms": cold.first,
        "cold_sharp_ms": cold.sharp,
        "first_ms": warm.first,
        "sharp_ms": warm.sharp,
        "title_block_ms": block.sharp,
        "prefetched_ms": prefetched.sharp,
        "in_process_ms": in_process(path),
        "kb": len(warm.image.data) / 1000,
    }.items():
        found[name].append(value)


def peak(pid: int) -> float:
    """The most memory that a process has used, in MiB; on other systems than Linux, what it uses now."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except OSError:
        return float(psutil.Process(pid).memory_info().rss) / (1 << 20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--paths", type=int, default=50_000, help="lines on the drawing")
    parser.add_argument("--dpi", type=int, default=300)
    asked = parser.parse_args()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        drawing = preview_files.dense_sheet(Path(folder) / "drawing.pdf", asked.paths)
        files = [drawing] + [
            preview_files.scanned(Path(folder) / f"scan{suffix}", drawing, asked.dpi)
            for suffix in (".pdf", ".jpg", ".png", ".tif")
        ]
        for path in files:
            found: dict[str, list[float]] = defaultdict(list)
            for _ in range(asked.rounds):
                measure(path, found)
            medians = {name: round(statistics.median(values), 1) for name, values in found.items()}
            results[path.name] = {"file_mb": round(path.stat().st_size / 1e6, 1), **medians}
            print(path.name, results[path.name], flush=True)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
