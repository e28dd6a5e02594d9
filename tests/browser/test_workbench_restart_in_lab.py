"""The workbench after a restart of the kernel in JupyterLab: one click opens it at the same place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pdm_nb.sim import Simulator
from tests.browser.test_workbench_in_lab import app, read, shown, step
from tests.support.browser.lab import Lab, expect

pytestmark = pytest.mark.slow

BENCH = "import os\nos.environ['PDM_NB_SIM'] = {sim!r}\nbench = pdm.workbench()\nbench"
PLACE = "Reopen Riverside Tower › {name} › Review"


@pytest.fixture(scope="module")
def sim() -> Iterator[str]:
    """The settings of a simulator that outlives the kernels."""
    with Simulator() as running:
        yield json.dumps(running.ready_line())


def restart(lab: Lab) -> None:
    lab.menu("Kernel", "Restart Kernel…")
    lab.page.get_by_role("button", name="Confirm Kernel Restart").click()


def opened(lab: Lab, sim: str, name: str) -> Any:
    """A workbench in the step Review, with a filter."""
    folder = lab.server.root / name
    folder.mkdir()
    for number in range(4):
        (folder / f"A-{number:03}.pdf").write_bytes(f"%PDF-1.7 {number}\n%%EOF".encode())
    lab.open(lab.write(f"{name}.ipynb", ["import pdm_nb as pdm", BENCH.format(sim=sim)]))
    lab.run(0)
    lab.run(1)
    bench = app(lab)
    bench.get_by_role("button", name="Sign in").click()
    bench.get_by_role("option", name="Riverside Tower").click()
    read(lab, f"{name}/")
    bench.get_by_role("button", name="Import 4 documents").click()
    expect(shown(lab)).to_have_count(4)
    table = bench.locator(".pdm-table")
    lab.edit(lab.cell(table, 2, "number"), "b")
    step(lab, "Review").click()
    facets = bench.get_by_role("complementary", name="Filters")
    facets.get_by_label("Add a column …").select_option("number")
    facets.get_by_role("button", name="b 1").click()
    expect(shown(lab)).to_have_count(1)
    return bench


def expect_same_place(lab: Lab) -> None:
    expect(step(lab, "Review")).to_have_attribute("aria-current", "step")
    expect(shown(lab)).to_have_text(["A-002.pdf"])
    assert app(lab).count() == 1


def test_one_click_opens_the_workbench_at_the_same_place_after_a_restart(lab: Lab, sim: str) -> None:
    bench = opened(lab, sim, "again")
    restart(lab)
    alert = bench.get_by_role("alert").first
    expect(alert).to_contain_text("The kernel was restarted. What you see is as it was before")
    lab.picture("workbench-restarted")
    expect(bench.locator(".pdm-foot")).to_have_count(0)
    lab.until(lab._kernel_idle, "the new kernel")
    alert.get_by_role("button", name=PLACE.format(name="again")).click()
    expect_same_place(lab)
    expect(bench.get_by_role("alert")).to_have_count(0)
    lab.picture("workbench-reopened")
    assert lab.cells.count() == 2


def test_a_cell_that_was_run_by_hand_offers_the_same_place(lab: Lab, sim: str) -> None:
    bench = opened(lab, sim, "hand")
    restart(lab)
    lab.until(lab._kernel_idle, "the new kernel")
    lab.start(0)
    lab.start(1)
    expect(bench.get_by_text("This was open before:")).to_be_visible()
    lab.picture("workbench-offer")
    bench.get_by_role("button", name=PLACE.format(name="hand")).click()
    expect_same_place(lab)


def test_a_page_that_was_loaded_again_after_a_restart_lists_the_batch(lab: Lab, sim: str) -> None:
    opened(lab, sim, "other-day")
    restart(lab)
    lab.until(lab._kernel_idle, "the new kernel")
    lab.page.evaluate("sessionStorage.clear()")
    lab.open("other-day.ipynb")
    lab.start(0)
    lab.start(1)
    bench = app(lab)
    entry = bench.get_by_role("button", name="other-day")
    expect(entry).to_contain_text("Riverside Tower · Simulator · 4 documents")
    lab.picture("workbench-continue")
    entry.click()
    expect(step(lab, "Prepare")).to_have_attribute("aria-current", "step")
    expect(shown(lab)).to_have_count(4)
