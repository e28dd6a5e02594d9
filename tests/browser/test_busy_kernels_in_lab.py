"""Clicks while a cell runs, in JupyterLab: they take effect, or the view says at once why not. Also with nested event loops.

To run them with another kernel: `pip install --no-deps --target FOLDER ipykernel==7.3.0`, and FOLDER first in PYTHONPATH.
"""

from __future__ import annotations

from importlib.metadata import version
from itertools import product

import pytest
from packaging.version import Version

from tests.support.browser.lab import Lab, expect

pytestmark = pytest.mark.slow
AT_ONCE = (
    Version("7.1") <= Version(version("ipykernel")) < Version("7.4")
)  # clicks are handled in another thread
RUN = """
import asyncio
from pdm_nb.runs.run import Run

async def work(run):
    while not open('release').read():
        await run.pause_control.wait_until_resumed()
        await asyncio.sleep(0.05)

def start():
    return Run('upload', work)

run = start()
run
"""
APPLY = {
    "plain": "",
    "nest_asyncio": "import nest_asyncio; nest_asyncio.apply()",
    "nest_asyncio2": "import nest_asyncio2; nest_asyncio2.apply()",
}
WAYS = [("plain", "before"), *product(("nest_asyncio", "nest_asyncio2"), ("before", "after"))]
NESTED = "asyncio.get_event_loop().run_until_complete(asyncio.wait_for(asyncio.wrap_future(run._future), 60))"


@pytest.mark.parametrize(("package", "order"), WAYS)
def test_a_click_during_a_cell_that_waits(lab: Lab, package: str, order: str) -> None:
    """`await run` lets it through at once. `run.wait()`, and a nested loop, keep the kernel: the view says so."""
    release = lab.server.root / "release"
    setup = [APPLY[package], "import pdm_nb"] if order == "before" else ["import pdm_nb", APPLY[package]]
    waits = ["await run", "run = start(); run.wait()", f"run = start(); display(run); {NESTED}"]
    release.write_text("")
    lab.open(
        lab.write(
            f"{package}-{order}.ipynb", ["\n".join([*setup, RUN]), *waits[: 2 if package == "plain" else 3]]
        )
    )
    lab.run(0)

    board = lab.output(0).locator(".pdm-view-run")
    lab.start(1)
    lab.until(lambda: lab.prompt(1) == "*", "the cell to start")
    board.get_by_role("button", name="Pause").click()
    expect(board.get_by_text("Upload paused")).to_be_visible()
    board.get_by_role("button", name="Resume").click()
    expect(board.get_by_text("Upload running")).to_be_visible()
    release.write_text("now")
    lab.until(lambda: lab.prompt(1).isdigit(), "the cell to end")

    for index in range(2, lab.cells.count()):
        release.write_text("")
        cell = lab.start(index)
        board = cell.locator(".pdm-view-run")
        board.get_by_role("button", name="Pause").click()
        if AT_ONCE:
            expect(board.get_by_text("Upload paused")).to_be_visible()
            board.get_by_role("button", name="Resume").click()
        else:
            late = board.get_by_role("status").filter(has_text="The kernel has not replied yet")
            expect(late).to_be_visible()
        lab.picture(f"busy-{package}-{index}")
        release.write_text("now")
        lab.until(lambda index=index: lab.prompt(index).isdigit(), "the cell to end")
        expect(board.get_by_text("Upload finished")).to_be_visible()


def test_an_edit_that_a_nested_loop_lost_is_sent_again(lab: Lab) -> None:
    source = "import nest_asyncio\nnest_asyncio.apply()\nfrom tests.support.fake_batch import FakeBatch\n"
    source += "from pdm_nb.widgets import Workbench\nbatch = FakeBatch(5)\nWorkbench(batch, view='grid')"
    nested = (
        "import asyncio\nasync def wait():\n    while not open('release').read(): await asyncio.sleep(0.05)\n"
        "asyncio.get_event_loop().run_until_complete(wait())"
    )
    (lab.server.root / "release").write_text("")
    lab.open(lab.write("lost.ipynb", [source, nested]))
    lab.run(0)
    table = lab.panel.locator(".pdm-table").first
    lab.start(1)
    lab.until(lambda: lab.prompt(1) == "*", "the cell to start")
    lab.edit(lab.cell(table, 1, "revision"), "P01")
    if AT_ONCE:
        expect(table.locator(".pdm-pending")).to_have_count(0)
    else:
        expect(table.locator(".pdm-status")).to_contain_text("Not saved yet: the kernel has not replied")
    (lab.server.root / "release").write_text("now")
    lab.until(lambda: lab.prompt(1).isdigit(), "the cell to end")
    lab.edit(lab.cell(table, 2, "revision"), "P02")
    expect(table.locator(".pdm-pending")).to_have_count(0)
    lab.execute("assert sorted(batch.sets) == [(1, 'revision', 'P01'), (2, 'revision', 'P02')], batch.sets")
