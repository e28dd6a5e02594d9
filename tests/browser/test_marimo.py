"""marimo, which runs each page of an app in a thread of its own and shows widgets in shadow roots: the grid and the whole job."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pdm_nb.sim import write_samples
from tests.browser.conftest import REPOSITORY
from tests.support.browser.lab import cell_of, expect
from tests.support.browser.server import free_port, running
from tests.support.browser.whole_job import WholeJob

APP = """
import marimo

app = marimo.App(width="full")


@app.cell
def _():
    import pdm_nb
    return (pdm_nb,)


@app.cell
def _(pdm_nb):
    bench = pdm_nb.workbench()
    bench
    return
"""
GRID = """
import marimo

app = marimo.App(width="full")


@app.cell
def _():
    import pdm_nb
    project = pdm_nb.connect("sim").project("Riverside Tower")
    batch = project.batch("few/")
    return batch, pdm_nb


@app.cell
def _(batch):
    batch.edit()
    return


@app.cell
def _(batch, pdm_nb):
    pdm_nb.workbench(batch, view="upload")
    return


@app.cell
def _(batch):
    run = batch.upload()
    run
    return
"""


@pytest.fixture
def opened(plain: Any, tmp_path: Path) -> Iterator[Any]:
    """Starts `marimo run` with an app, and opens its page."""
    programs = []

    def open_(source: str) -> str:
        (tmp_path / "app.py").write_text(source)
        port = free_port()
        command = [sys.executable, "-m", "marimo", "run", "app.py", "--headless", "--no-token"]
        command += ["--host", "127.0.0.1", "--port", str(port)]
        env = {"PYTHONPATH": str(REPOSITORY), "MARIMO_SKIP_UPDATE_CHECK": "1", "HOME": str(tmp_path)}
        context = running(command, tmp_path, tmp_path / "marimo.log", env)
        program = context.__enter__()
        programs.append(context)
        address = program.wait_for_page(f"http://127.0.0.1:{port}/")
        plain.page.goto(address)
        return address

    yield open_
    for context in programs:
        context.__exit__(None, None, None)


@pytest.mark.slow
def test_two_pages_have_a_grid_and_a_live_upload_each(plain: Any, opened: Any, tmp_path: Path) -> None:
    """Edits reach Python, and progress reaches the page, whichever session runs."""
    write_samples(tmp_path / "few", count=4, seed=7)
    address = opened(GRID)
    for page in (plain.page, plain.page.context.new_page()):
        page.goto(address)
        grid = page.locator(".pdm-view-grid .pdm-table")
        cell = cell_of(grid, 0, "description")
        cell.click()
        page.keyboard.type("Typed by hand")
        page.keyboard.press("Enter")
        expect(cell.locator(".pdm-text")).to_have_text("Typed by hand")
        expect(grid.locator(".pdm-pending")).to_have_count(0)
        expect(page.locator(".pdm-view-upload").get_by_text("Upload finished")).to_be_visible()
        expect(page.locator(".pdm-view-run").get_by_text("Upload finished")).to_be_visible()
        shown = page.locator(".pdm-view-upload .pdm-table [row-id='0'] [col-id='state']")
        expect(shown).to_contain_text(re.compile("uploaded|reading|ready"))
        cell_of(grid, 0, "status").dblclick()  # a list, which is in the shadow root too
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("Escape")
    plain.picture("marimo-grid")
    plain.page.emulate_media(color_scheme="dark")
    plain.page.reload()
    expect(plain.page.locator(".pdm-view-grid .ag-row").first).to_be_visible()
    plain.picture("marimo-grid-dark")


@pytest.mark.long
def test_the_whole_job(plain: Any, opened: Any, tmp_path: Path) -> None:
    write_samples(tmp_path / "job", count=12, seed=7)
    opened(APP)
    app = plain.page.locator(".pdm-app")
    WholeJob(plain.page, app, lambda name: plain.picture(f"marimo-{name}")).do(tmp_path / "job", "job/", 12)
