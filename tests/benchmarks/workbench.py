"""The workbench in JupyterLab: `python -m tests.benchmarks.workbench`.

Needs Chromium. Prints one JSON object last, milliseconds if nothing else is given. `open` counts from the key that runs the
cell (after the import) until the workbench is drawn; `facets` and `filter` are measured in the page over `--documents`
rows: all counts of five facets, and one click on a value until the rows are drawn; `step` is a change of the step until
its columns are drawn; `messages_per_second` what the view receives in the busiest second while `--files` files are
uploaded to a simulator outside of the kernel, `cell_ms` the longest of the cells that run meanwhile, from the key until
the page shows its number, with their median, and the median and the longest of cells that run while nothing is uploaded. `preview` counts from the press of the button on a row
until the browser has loaded something readable (page or title block), the sharp page, and the title block, and for the prefetched next row, of a
dense drawing of size A1 and of a scan with 300 dpi; its `held` is what the view receives in the busiest second while the
key for the next document is held down. `bundle_gzip_kb` is the browser's code.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from pdm_nb.sim import Simulator
from tests.support import preview_files
from tests.support.browser.chromium import ARGUMENTS
from tests.support.browser.lab import Lab, serve

REPOSITORY = Path(__file__).parents[2]
ROUNDS = 7
MOST_CELLS = 200  # that run during an upload
HELD = 60  # documents that are passed while a key is held down
LARGE = """
from tests.support.fake_batch import FakeBatch
from pdm_nb.model import Cell
from pdm_nb.widgets import Workbench
batch = FakeBatch({documents})
kinds = [value for values in batch.lists.values() for value in values]
for id_, cells in batch.cells.items():
    for name, values in batch.lists.items():
        value = values[id_ % len(values)]
        cells[name] = Cell(value.label, (value.id,), ("ML", "MANUAL", "REGISTER")[id_ % 3], 0.9)
"""
UPLOAD = """
import time
from pathlib import Path
import pdm_nb
folder = Path("files")
folder.mkdir()
for number in range({files}):
    (folder / f"A-{{number:04}}.pdf").write_bytes(b"%PDF-1.7 " + str(number).encode() * 20_000)
project = pdm_nb.connect({url!r}, client_id={client_id!r}, client_secret={client_secret!r}).project("Riverside Tower")
batch = project.batch(folder)
batch.set(None, "status", "S2"); batch.set(None, "revision", "P01"); batch.set(None, "type", "Correspondence")
batch.set(None, "description", "A letter")
bench = pdm_nb.workbench(batch)
"""
PREVIEW = """
from pathlib import Path
import pdm_nb
from tests.support.fake_batch import FakeBatch
paths = sorted(Path("sheets").iterdir())
batch = FakeBatch(len(paths))
for id_, path in enumerate(paths, 1):
    batch.change(id_, path=str(path), name=path.name)
bench = pdm_nb.workbench(batch)
bench
"""
WATCHED = """() => {
  window.__shown = [];
  const begin = () => { window.__begun = performance.now(); window.__shown.length = 0; };
  document.addEventListener("pointerdown", begin, true);
  document.addEventListener("keydown", (event) => event.altKey && event.key !== "Alt" && begin(), true);
  document.addEventListener("load", ({ target }) => {
    const what = target.matches?.(".pdm-page-image") ? "page" : target.matches?.(".pdm-block img") ? "block" : "";
    if (what) window.__shown.push([what, target.dataset.sharp, performance.now() - window.__begun]);
  }, true);
}"""
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
CLICKED = f"""async (selector) => {{
  const button = document.querySelector(selector);
  const begun = performance.now();
  button.click();
  await {PAINTED};
  return performance.now() - begun;
}}"""
TIMED = """(index) => {
  const prompt = document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell")[index].querySelector(".jp-InputArea-prompt");
  window.__cells = [];
  let begun = null;
  document.addEventListener("keydown", ({ key, ctrlKey }) => key === "Enter" && ctrlKey && (begun = performance.now()), true);
  new MutationObserver(() => {
    if (begun === null || !/\\d/.test(prompt.textContent)) return;
    window.__cells.push(performance.now() - begun);
    begun = null;
  }).observe(prompt, { childList: true, characterData: true, subtree: true });
}"""
SOCKETS = """
window.__received = [];
const Original = WebSocket;
window.WebSocket = class extends Original {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      const text = typeof data === "string" ? data : data instanceof ArrayBuffer ? new TextDecoder().decode(data) : '"method"';
      if (text.includes('"method"')) window.__received.push(performance.now());
    });
  }
};
"""


def median(values: list[float]) -> float:
    return round(statistics.median(values), 1)


@contextmanager
def page() -> Iterator[Lab]:
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as home:
        env = {"PYTHONPATH": os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))}
        with serve(Path(root), Path(home), env) as server, sync_playwright() as playwright:
            found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
            browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
            context = browser.new_context(viewport={"width": 1400, "height": 1000})
            context.add_init_script(SOCKETS)
            context.set_default_timeout(120_000)
            yield Lab(context.new_page(), server, Path(home))
            browser.close()


def opening(lab: Lab) -> float:
    """From Ctrl+Enter until the workbench is drawn, the import done before."""
    lab.open(lab.write("open.ipynb", ["import pdm_nb, pdm_nb.widgets", "pdm_nb.workbench()"]))
    lab.run(0)
    lab.cells.nth(1).locator(".jp-InputArea-editor .cm-content").click()
    begun = lab.page.evaluate("() => performance.now()")
    lab.page.keyboard.press("Control+Enter")
    lab.panel.locator(".pdm-app .pdm-card").first.wait_for()
    return round(lab.page.evaluate("() => performance.now()") - begun, 1)


def large(lab: Lab, documents: int) -> dict[str, float]:
    lab.open(lab.write("large.ipynb", [LARGE.format(documents=documents), "bench = Workbench(batch)\nbench"]))
    lab.run(0, 300)
    lab.run(1, 300)
    bench = lab.panel.locator(".pdm-app")
    bench.locator(".ag-row").first.wait_for()
    facets = bench.get_by_role("complementary", name="Filters")
    facets.get_by_label("Add a column …").select_option("zones")
    value = ".pdm-facet[aria-label='Type'] .pdm-facet-value"
    lab.page.locator(value).first.wait_for()
    clicks = [lab.page.evaluate(CLICKED, value) for _ in range(2 * ROUNDS)]
    steps = []
    for name in ("Upload", "Review", "Submit", "Prepare") * 2:
        begun = lab.page.evaluate("() => performance.now()")
        bench.locator(".pdm-step", has_text=name).click()
        bench.locator(f".pdm-table[data-step='{name.lower()}']").wait_for()
        steps.append(
            lab.page.evaluate(f"async () => {{ await {PAINTED}; return performance.now(); }}") - begun
        )
    measures = lab.page.evaluate(
        "() => performance.getEntriesByName('pdm-facets').map(({ duration }) => duration)"
    )
    return {"facets": median(measures[-ROUNDS:]), "filter": median(clicks), "step": median(steps)}


def uploading(lab: Lab, files: int) -> dict[str, float]:
    with Simulator(ml_seconds=1) as simulator:  # as the service, it takes no time of the kernel
        names = ("url", "client_id", "client_secret")
        return upload_through(lab, files, {name: getattr(simulator, name) for name in names})


def upload_through(lab: Lab, files: int, service: dict[str, str]) -> dict[str, float]:
    source = UPLOAD.format(files=files, **service)
    lab.open(
        lab.write(
            "upload.ipynb", [source + "bench", "begun = time.time(); sum(range(1000)); time.time() - begun"]
        )
    )
    lab.run(0, 300)
    bench = lab.panel.locator(".pdm-app")
    bench.locator(".ag-row").first.wait_for()
    bench.locator(".pdm-step", has_text="Upload").click()
    lab.run(1)
    lab.page.evaluate(TIMED, 1)
    idle = [cell_time(lab) for _ in range(ROUNDS)]
    lab.page.evaluate("() => { window.__received.length = 0; }")
    bench.get_by_role("button", name=f"Upload {files}").click()
    bench.get_by_role("button", name="Cancel").wait_for()
    lab.cells.nth(1).locator(".jp-InputArea-editor .cm-content").click()
    cells = []
    while bench.get_by_role("button", name="Cancel").count() and len(cells) < MOST_CELLS:
        cells.append(cell_time(lab))
    return {
        "messages_per_second": busiest_second(lab),
        "cell_ms": round(max(cells), 1),
        "cells": len(cells),
        "cell_within_200_ms": round(sum(one <= 200 for one in cells) / len(cells), 3),
        "cell_median_ms": median(cells),
        "cell_idle_ms": median(idle),
        "cell_idle_longest_ms": round(max(idle), 1),
    }


def cell_time(lab: Lab) -> float:
    """Run the cell that has the focus; milliseconds from the key until its number is shown."""
    before = lab.page.evaluate("() => window.__cells.length")
    lab.page.keyboard.press("Control+Enter")
    lab.page.wait_for_function("before => window.__cells.length > before", arg=before)
    return float(lab.page.evaluate("() => window.__cells.at(-1)"))


def busiest_second(lab: Lab) -> int:
    """The most messages that the view received in a second."""
    times: list[float] = lab.page.evaluate("() => window.__received")
    return max((sum(1 for other in times if one <= other < one + 1000) for one in times), default=0)


def previews(lab: Lab) -> dict[str, Any]:
    """What is seen of dense sheets after they are selected, and of the next one."""
    folder = lab.server.root / "sheets"
    folder.mkdir()
    sheet = preview_files.dense_sheet(folder / "dense-1.pdf")
    shutil.copy(sheet, folder / "dense-2.pdf")
    preview_files.scanned(folder / "scan-1.pdf", sheet)
    shutil.copy(folder / "scan-1.pdf", folder / "scan-2.pdf")
    for number in range(HELD):
        preview_files.plain(folder / f"start-{number:02}.pdf")
    lab.open(lab.write("preview.ipynb", [PREVIEW]))
    lab.run(0)
    lab.panel.locator(".pdm-app").get_by_role("button", name="Document", exact=True).click()
    lab.page.evaluate(WATCHED)
    table = lab.panel.locator(".pdm-table")
    lab.cell(table, 5, "file").click()
    _shown(lab)
    found: dict[str, Any] = {}
    for name, row in (("dense", 1), ("scan", 3)):
        lab.cell(table, row, "file").click()
        found[name] = _shown(lab)
        lab.until(
            lambda: not lab.page.evaluate("() => performance.now() - window.__begun < 3000"), "prefetching"
        )
        lab.page.keyboard.press("Alt+n")
        found[name]["next"] = _shown(lab)["sharp"]
    lab.cell(table, 5, "file").click()
    _shown(lab)
    lab.page.evaluate("() => { window.__received.length = 0; }")
    for _ in range(HELD):
        lab.page.keyboard.press("Alt+n")
        lab.page.wait_for_timeout(50)
    _shown(lab)
    return found | {"held": busiest_second(lab)}


def _shown(lab: Lab) -> dict[str, float]:
    """Wait for the sharp page and its title block; returns the times of the first, the sharp one and the block."""
    ready = "() => ['page true', 'block'].every((one) => window.__shown.some(([what, sharp]) => `${what} ${sharp}`.startsWith(one)))"
    lab.until(lambda: lab.page.evaluate(ready), "a page and its title block")
    shown = lab.page.evaluate("() => window.__shown")
    page = [at for what, _, at in shown if what == "page"]
    block = next(at for what, _, at in shown if what == "block")
    return {"readable": round(min(page[0], block)), "sharp": round(page[-1]), "title_block": round(block)}


def bundle() -> int:
    """KB of the browser's code, compressed as a server would."""
    code = (REPOSITORY / "pdm_nb" / "widgets" / "static" / "workbench.js").read_bytes()
    return round(len(zlib.compress(code, 9)) / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--only", choices=["open", "large", "upload", "preview"], help="one part of them")
    options = parser.parse_args()
    parts: dict[str, Callable[[Lab], dict[str, Any]]] = {
        "open": lambda lab: {"open": opening(lab)},
        "large": lambda lab: large(lab, options.documents),
        "upload": lambda lab: uploading(lab, options.files),
        "preview": lambda lab: {"preview": previews(lab)},
    }
    figures: dict[str, Any] = {"bundle_gzip_kb": bundle()}
    with page() as lab:
        for name, measure in parts.items():
            if options.only in (None, name):
                figures |= measure(lab)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
