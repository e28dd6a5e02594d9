"""The grid beside ipydatagrid and itables, in JupyterLab: `python -m tests.benchmarks.grid`.

Needs Chromium and `pip install -e '.[test,bench]'`. Prints one JSON object last, milliseconds where nothing else is
said: the same frame of 10,000 × 30 in each, one after the other in one browser. `first_paint` counts from the key that
runs the cell until cells are drawn; `enter_to_python` from the key until the kernel's callback; `patch` from the
message's arrival until 300 cells are drawn (10 in ipydatagrid, the whole frame in itables, from the call on in both);
`busy_share` of the page's main thread while 300 cells change ten times a second for five seconds. `batch` is the
metadata grid over a real batch of 2,000 documents: `paste` of 5,000 cells until they are judged and drawn, `finding`
from Enter until a wrong value is marked. `--only NAME` runs one.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.support.browser.chromium import ARGUMENTS
from tests.support.browser.lab import Lab, serve

REPOSITORY = Path(__file__).parents[2]


EDITS = 9
PATCHES = 9
PASTES = 5
FRAME = """
import json, sys, threading, time
import pandas as pd
def made(rows, columns):
    kinds = ["Drawing", "Specification", "Report", "Letter", "Model"]
    def column(n):
        return [f"N-{{row:05}}-{{n}}" if n % 5 == 0 else f"{{kinds[(row + n) % 5]}} {{(row * n) % 40}}" for row in range(rows)]
    return pd.DataFrame({{f"c{{n}}": column(n) for n in range(columns)}})
frame, large = made(10_000, 30), made(20_000, 45)
from pdm_nb.widgets import Column, Table
from ipydatagrid import DataGrid
from itables.widget import ITable
heard = []
def tell(name, value):
    with open(name, "w") as file:
        json.dump(value, file)
"""
OURS = """
def edited(edits, what):
    heard.append(time.time() * 1000)
def shown(frame):
    names = list(frame)
    columns = [Column(name, name, editable=True) for name in names]
    rows = zip(*(frame[name].tolist() for name in names))
    return Table(columns, {row: dict(zip(names, cells)) for row, cells in enumerate(rows)}, on_edit=edited)
grid = shown(frame)
grid
"""
LARGE = "shown(large)"
IPYDATAGRID = """
grid = DataGrid(frame, editable=True)
grid.on_cell_change(lambda change: heard.append(time.time() * 1000))
grid
"""
ITABLES = """
grid = ITable(frame, maxBytes=0)
grid
"""
BATCH = """
import tempfile
from pathlib import Path
from pdm_nb.sim import Simulator
from tests.benchmarks.scale import project_at, register
simulator = Simulator(hourly_limit=10**9, spike_limit=10**9).start()
folder = Path(tempfile.mkdtemp())
batch = project_at(simulator).batch(register(folder, 2_000), folder=folder, journal=folder / "journal.sqlite")
"""

# What the page notes: keys, messages, and when a condition first held after a frame was drawn.
NOTES = """
(() => {
  const Plain = window.WebSocket;
  window.__messages = [];
  window.WebSocket = class extends Plain {
    constructor(...all) {
      super(...all);
      this.addEventListener("message", ({ data }) => {
        window.__messages.push([performance.now(), data.size ?? data.byteLength ?? data.length]);
      });
    }
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "v") window.__key = [performance.now(), Date.now()];
  }, true);
  // After each change of the page, not each frame: to draw sixty of those a second is work itself. A canvas changes
  // unseen, so it is looked at every few milliseconds.
  window.__when = (condition) => new Promise((resolve, reject) => {
    const watcher = new MutationObserver(() => look());
    const clock = document.querySelector("canvas") || String(condition).includes("__ink") ? setInterval(() => look(), 5) : 0;
    const late = setTimeout(() => end(() => reject(new Error(`Waited a minute for ${condition}`))), 60_000);
    const end = (then) => {
      watcher.disconnect();
      clearInterval(clock);
      clearTimeout(late);
      then();
    };
    const look = () => condition() && end(() => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))));
    watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    look();
  });
  window.__ink = () => {
    let ink = 0;
    for (const canvas of document.querySelectorAll(".jp-OutputArea canvas")) {
      if (!canvas.width || !canvas.height) continue;
      const { data } = canvas.getContext("2d").getImageData(0, 0, Math.min(700, canvas.width), Math.min(300, canvas.height));
      for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 0 && data[at] + data[at + 1] + data[at + 2] < 300) ink += 1;
    }
    return ink;
  };
})()
"""
DRAWN = {
    "ours": "() => document.querySelectorAll('.pdm-table:last-of-type .ag-cell .pdm-text').length > 60",
    "ipydatagrid": "() => window.__ink() > 3000",
    "itables": "() => document.querySelectorAll('table.dataTable tbody td').length > 60",
}


class Bench:
    """A page with a notebook of some cells, and a stopwatch in it."""

    def __init__(self, lab: Lab, name: str, cells: list[str]) -> None:
        self.lab, self.page = lab, lab.page
        self.session = self.page.context.new_cdp_session(self.page)
        self.session.send("Performance.enable")
        lab.open(lab.write(f"{name}.ipynb", [FRAME.replace("{{", "{").replace("}}", "}"), *cells]))
        lab.run(0)

    def first_paint(self, index: int, drawn: str) -> float:
        """Run a cell; milliseconds from the key until it shows cells."""
        cell = self.lab.cells.nth(index)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        return float(self.page.evaluate(f"async () => await __when({drawn}) - __key[0]"))

    def told(self, expression: str) -> Any:
        """A value of the kernel."""
        name = self.lab.server.root / "told.json"
        self.lab.execute(f"tell({str(name)!r}, {expression})")
        return json.loads(name.read_text())

    def metrics(self) -> float:
        """Seconds that the page's main thread was at work."""
        found = {one["name"]: one["value"] for one in self.session.send("Performance.getMetrics")["metrics"]}
        return float(found["TaskDuration"])

    def busy_share(self, step: str) -> float:
        """Share of the time that the main thread works while `step` (of `n`) is done fifty times in five seconds."""
        self.lab.execute(
            f"def steps():\n    for n in range(50):\n        {step}\n        time.sleep(0.1)\n"
            "thread = threading.Thread(target=steps); thread.start()"
        )
        worked, begun = self.metrics(), time.monotonic()
        self.page.wait_for_timeout(5_200)  # to ask in between would give the page work
        self.lab.until(lambda: not self.told("thread.is_alive()"), "the patches to end")
        return round((self.metrics() - worked) / (time.monotonic() - begun), 3)


def median(values: list[float]) -> float:
    return round(statistics.median(values), 1)


def ours(lab: Lab) -> dict[str, float]:
    bench = Bench(lab, "ours", [OURS, LARGE])
    figures = {"first_paint": round(bench.first_paint(1, DRAWN["ours"]))}
    table = lab.panel.locator(".pdm-table").first
    figures["enter_to_python"] = _edits(bench, table.locator('[row-id="2"] [col-id="c1"]'))
    drawn = []
    for turn in range(PATCHES):
        sentinel = f"turn {turn}"
        when = f"""() => [...document.querySelectorAll('[row-id="9"] [col-id="c1"]')]
            .some((cell) => cell.textContent.includes('{sentinel}'))"""
        bench.page.evaluate(f"() => {{ window.__drawn = __when({when}); }}")
        lab.execute(
            f"grid.patch({{row: {{f'c{{n}}': {sentinel!r} for n in range(30)}} for row in range(10)}})"
        )
        told = bench.page.evaluate("async () => [await __drawn, __messages]")
        arrived = max(at for at, size in told[1] if size > 3000 and at < told[0])
        drawn.append(told[0] - arrived)
    figures["patch"] = median(drawn)
    figures["busy_share"] = bench.busy_share(
        "grid.patch({row: {f'c{k}': f'{n}.{k}' for k in range(30)} for row in range(10)})"
    )
    large = (
        "() => { const [, second] = document.querySelectorAll('.pdm-table'); "
        "return second?.querySelectorAll('.ag-cell .pdm-text').length > 60; }"
    )
    figures["first_paint_20000x45"] = round(bench.first_paint(2, large))
    return figures


def _edits(bench: Bench, cell: Any) -> float:
    spent = []
    for turn in range(EDITS):
        cell.click()
        bench.page.keyboard.type(f"x{turn}")
        bench.page.keyboard.press("Enter")
        bench.lab.until(lambda: len(bench.told("heard")) == turn + 1, "Python to hear of it")  # noqa: B023
        spent.append(bench.told("heard")[-1] - bench.page.evaluate("__key[1]"))
    return median(spent)


def ipydatagrid(lab: Lab) -> dict[str, float]:
    bench = Bench(lab, "ipydatagrid", [IPYDATAGRID])
    figures = {"first_paint": round(bench.first_paint(1, DRAWN["ipydatagrid"]))}
    box = lab.panel.locator(".jp-OutputArea canvas").first.bounding_box()
    spent = []
    for turn in range(EDITS):
        bench.page.mouse.click(box["x"] + 200, box["y"] + 60)
        bench.page.keyboard.type(f"x{turn}")
        bench.page.keyboard.press("Enter")
        bench.lab.until(lambda: len(bench.told("heard")) == turn + 1, "Python to hear of it")  # noqa: B023
        spent.append(bench.told("heard")[-1] - bench.page.evaluate("__key[1]"))
    figures["enter_to_python"] = median(spent)
    ink = bench.page.evaluate("__ink()")
    bench.page.evaluate(f"() => {{ window.__drawn = __when(() => Math.abs(__ink() - {ink}) > 50); }}")
    lab.execute("for n in range(10): grid.set_cell_value_by_index(f'c{n}', 0, '.')")
    begun = bench.told("time.time() * 1000")
    drawn = bench.page.evaluate("async () => performance.timeOrigin + await __drawn")
    figures["patch"] = round(drawn - begun, 1)
    return figures


def itables(lab: Lab) -> dict[str, float]:
    bench = Bench(lab, "itables", [ITABLES])
    figures = {"first_paint": round(bench.first_paint(1, DRAWN["itables"]))}
    bench.page.evaluate(
        "() => { window.__drawn = __when(() => document.querySelector('table.dataTable tbody')?.textContent"
        ".includes('changed')); }"
    )
    lab.execute("frame.iloc[:10] = 'changed'; begun = time.time() * 1000; grid.update(df=frame)")
    drawn = bench.page.evaluate("async () => performance.timeOrigin + await __drawn")
    figures["patch"] = round(drawn - bench.told("begun"), 1)
    return figures


def batch(lab: Lab) -> dict[str, float]:
    bench = Bench(lab, "batch", [BATCH, "batch.edit()"])
    lab.run(1, seconds=120)
    figures = {"first_paint": round(bench.first_paint(2, DRAWN["ours"]))}
    table = lab.panel.locator(".pdm-table").first
    waiting = "document.querySelectorAll('.pdm-pending').length"
    told = "document.querySelector('.pdm-status').textContent.startsWith('Pasted')"
    spent = []
    for turn in range(PASTES):
        kind = ("Drawing", "Other")[turn % 2]
        block = "\n".join(
            f"{kind}\t{'AS'[turn % 2]}\t{n:04}{turn}\tS{2 + turn % 2}\tR{turn}{n % 9}" for n in range(1000)
        )
        bench.page.evaluate("block => navigator.clipboard.writeText(block)", block)
        lab.cell(table, 0, "type").click()
        bench.page.keyboard.press("Control+v")
        spent.append(bench.page.evaluate(f"async () => await __when(() => {told} && !{waiting}) - __key[0]"))
        assert bench.told("int(batch.actions()['cells'].iloc[-1])") == 5_000
    figures["paste"] = median(spent)
    spent = []
    for row in range(2, 2 + EDITS):
        cell = lab.cell(table, row, "status")
        cell.click()
        marked = f'document.querySelector(\'[row-id="{row}"] [col-id="status"] .pdm-icon-error\')'
        bench.page.keyboard.type("nonsense")
        bench.page.keyboard.press("Enter")
        spent.append(bench.page.evaluate(f"async () => await __when(() => {marked}) - __key[0]"))
    figures["finding"] = median(spent)
    return figures


def bundle() -> int:
    """KB of the browser's code, compressed as a server would."""
    code = (REPOSITORY / "pdm_nb" / "widgets" / "static" / "workbench.js").read_bytes()
    return round(len(zlib.compress(code, 9)) / 1024)


@contextmanager
def page() -> Iterator[Lab]:
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as home:
        env = {"PYTHONPATH": os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))}
        with serve(Path(root), Path(home), env) as server, sync_playwright() as playwright:
            found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
            browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
            context = browser.new_context(viewport={"width": 1400, "height": 1000})
            context.grant_permissions(["clipboard-read", "clipboard-write"])
            context.add_init_script(NOTES)
            context.set_default_timeout(60_000)
            yield Lab(context.new_page(), server, Path(home))
            browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parts = {"ours": ours, "itables": itables, "ipydatagrid": ipydatagrid, "batch": batch}
    parser.add_argument("--only", choices=parts)
    only = parser.parse_args().only
    figures: dict[str, Any] = {"bundle_gzip_kb": bundle()}
    for name, part in parts.items():
        if only in (None, name):
            with page() as lab:
                figures[name] = part(lab)
            print(f"  {name}: {figures[name]}", file=sys.stderr, flush=True)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
