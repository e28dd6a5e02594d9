"""A notebook in JupyterLab or Jupyter Notebook, in a browser: actions on the page that shows it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client import BlockingKernelClient
from playwright.sync_api import Locator, Page, expect

from .chromium import ARGUMENTS
from .server import PATIENCE, Server, serve

SCROLL = """(node, [top, left]) => new Promise((drawn) => {
    node.scrollTo({ top, left });
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(drawn, 50)));
})"""
expect.set_options(timeout=PATIENCE * 1000)


class Lab:
    """A page of JupyterLab, or of Jupyter Notebook, with one notebook open."""

    def __init__(self, page: Page, server: Server, pictures: Path) -> None:
        self.page, self.server, self.pictures = page, server, pictures
        self.notebook = ""

    # -- notebooks
    def write(self, name: str, cells: Sequence[str]) -> str:
        """Make a notebook of code cells in the server's root folder; answers its name."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        nbformat.write(notebook, self.server.root / name)
        return name

    def open(self, name: str) -> Lab:
        """Open a notebook and wait until its kernel can take code."""
        self.notebook = name
        self.page.goto(self.server.address(name))
        self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell").first.wait_for()
        written = nbformat.read(self.server.root / name, as_version=4).cells
        expected = sum(cell.cell_type == "code" for cell in written)
        expect(self.cells).to_have_count(expected)  # long notebooks arrive bit by bit
        # The notebook's own indicator says idle before the kernel is connected, and a key then is lost.
        self.until(self._kernel_idle, "an idle kernel", 2 * PATIENCE)
        if self.server.program == "lab":
            self.page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for()
        return self

    def _kernel_idle(self) -> bool:
        kernels = [one["kernel"] for one in self.server.ask("sessions") if one["path"] == self.notebook]
        return any(
            kernel and kernel["execution_state"] == "idle" and kernel["connections"] for kernel in kernels
        )

    @property
    def panel(self) -> Locator:
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook")

    @property
    def cells(self) -> Locator:
        return self.panel.locator(".jp-CodeCell")

    def start(self, index: int) -> Locator:
        """Run the cell with this index and do not wait; answers the cell."""
        cell = self.cells.nth(index)
        cell.locator(".jp-InputArea-editor .cm-content").click()
        self.page.keyboard.press("Control+Enter")
        return cell

    def run(self, index: int, seconds: float = PATIENCE) -> Locator:
        """Run the cell with this index, wait until it is done, fail on a traceback; answers its output."""
        before = self.prompt(index)
        cell = self.start(index)
        self.until(lambda: self.prompt(index) not in ("*", " ", "", before), f"cell {index} to end", seconds)
        error = cell.locator(
            '[data-mime-type="application/vnd.jupyter.stderr"], .jp-RenderedText pre:has-text("Traceback")'
        )
        if error.count():
            raise AssertionError(f"Cell {index} failed:\n{error.first.inner_text()}")
        return self.output(index)

    def run_all(self, seconds: float = PATIENCE) -> None:
        """Run every code cell, top to bottom."""
        for index in range(self.cells.count()):
            self.run(index, seconds)

    def execute(self, source: str) -> None:
        """Run code in the notebook's kernel without touching the page, and wait until it is done."""
        kernel = next(one["kernel"] for one in self.server.ask("sessions") if one["path"] == self.notebook)
        runtime = self.server.runtime / f"kernel-{kernel['id']}.json"
        client = BlockingKernelClient(connection_file=str(runtime))
        client.load_connection_file()
        client.start_channels()
        try:
            answer = client.execute_interactive(source, timeout=PATIENCE, output_hook=lambda _: None)
        finally:
            client.stop_channels()
        if answer["content"]["status"] != "ok":
            raise AssertionError(f"{answer['content']['ename']}: {answer['content']['evalue']}")

    def prompt(self, index: int) -> str:
        """The number beside a cell, "*" while it runs, "" before."""
        text = self.cells.nth(index).locator(".jp-InputArea-prompt").inner_text()
        return text.strip().strip("[]:").strip()

    def output(self, index: int) -> Locator:
        return self.cells.nth(index).locator(".jp-OutputArea-output")

    def text(self, index: int) -> str:
        """The text of a cell's output."""
        return "\n".join(self.output(index).all_inner_texts()).strip()

    def save(self) -> dict[str, Any]:
        """Save the notebook and answer what is on disk."""
        path = self.server.root / self.notebook
        before = path.stat().st_mtime_ns
        self.menu("File", "Save Notebook")
        self.until(lambda: path.stat().st_mtime_ns != before and _is_whole(path), "the notebook to be saved")
        return dict(nbformat.read(path, as_version=4))

    def menu(self, *path: str) -> None:
        """Choose from the menu bar: `menu("Settings", "Theme", "JupyterLab Dark")`."""
        self.page.locator("#jp-MainMenu .lm-MenuBar-itemLabel", has_text=path[0]).first.click()
        for name in path[1:]:
            self.page.locator(".lm-Menu .lm-Menu-itemLabel").get_by_text(name, exact=True).click()

    def theme(self, name: str) -> None:
        """Switch the theme to Light or Dark."""
        self.menu("Settings", "Theme", f"JupyterLab {name}")
        light = "true" if name == "Light" else "false"
        self.page.locator(f'body[data-jp-theme-light="{light}"]').wait_for(state="attached")

    # -- tables
    def cell(self, table: Locator, row: int, key: str) -> Locator:
        """A cell of one of our tables, by row id and column key; scrolled into view where it is not drawn."""
        return cell_of(table, row, key)

    def edit(self, cell: Locator, text: str) -> None:
        """Type into a cell as people do, and press Enter."""
        cell.click()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    # -- waiting and looking
    def until(self, condition: Any, what: str, seconds: float = PATIENCE) -> None:
        """Wait for a condition, never for time."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                self.picture("gave-up")
                raise AssertionError(f"Waited {seconds:.0f} s for {what}")
            self.page.wait_for_timeout(50)  # lets the page's events in

    def picture(self, name: str) -> Path:
        """A screenshot, for looking at."""
        path = self.pictures / f"{name}.png"
        self.page.screenshot(path=path)
        return path


def cell_of(table: Locator, row: int, key: str) -> Locator:
    """A cell of a table, by row id and column key; scrolled into view where it is not drawn."""
    cell = table.locator(f'[row-id="{row}"] [col-id="{key}"]')
    table.locator(".ag-row").first.wait_for()
    view = table.locator(".ag-grid-viewport")
    for top, left in [(0, 0), *_stops(view) * 2]:  # twice: a busy machine draws late
        if cell.count():
            break
        view.evaluate(SCROLL, [top, left])
    cell.scroll_into_view_if_needed()
    return cell


def _stops(view: Locator) -> list[tuple[int, int]]:
    """Scroll positions that together show everything."""
    height, width, high, wide = view.evaluate(
        "node => [node.scrollHeight, node.scrollWidth, node.clientHeight, node.clientWidth]"
    )
    return list(product(range(0, height, max(high // 2, 100)), range(0, width, max(wide // 3, 100))))


def _is_whole(path: Path) -> bool:
    """False while the server is still writing the file."""
    try:
        return bool(json.loads(path.read_text()))
    except ValueError:
        return False


__all__ = ["ARGUMENTS", "PATIENCE", "Lab", "Server", "cell_of", "expect", "serve"]
