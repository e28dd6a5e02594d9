"""Several pages and kernels in JupyterLab: two tabs, two notebooks, a page that is loaded again, and a sign-in that ends."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from pdm_nb.sim import Simulator, write_samples
from tests.support.browser.lab import Lab, expect
from tests.support.browser.workbench import app, read

pytestmark = pytest.mark.slow
PROJECT = """
import os, pdm_nb
os.environ["PDM_NB_SIM"] = {ready!r}
project = pdm_nb.connect("sim").project("Riverside Tower")
bench = pdm_nb.workbench(project)
bench
"""


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """One service for all kernels, as with `pdm-nb lab`."""
    with Simulator(ml_seconds=0.1) as running:
        yield running


def source(simulator: Simulator) -> str:
    return PROJECT.format(ready=json.dumps(simulator.ready_line()))


def tell(simulator: Simulator, route: str, body: Any = None, method: str = "POST") -> None:
    """Call a control route of the simulator."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "X-Control-Key": simulator.control_key}
    request = urllib.request.Request(f"{simulator.url}/_internal/{route}", data, headers, method=method)
    urllib.request.urlopen(request).close()


def import_files(lab: Lab, folder: str) -> None:
    read(lab, folder)
    app(lab).get_by_role("button", name=re.compile("^Import [0-9]+ document")).click()


def files(lab: Lab) -> Any:
    return app(lab).locator(".ag-row .ag-cell[col-id='file'] .pdm-text")


def opened(lab: Lab, simulator: Simulator, name: str) -> Lab:
    """A notebook whose workbench has a batch of three documents."""
    write_samples(lab.server.root / name, count=3, seed=7)
    lab.open(lab.write(f"{name}.ipynb", [source(simulator), "run"]))
    lab.run(0)
    import_files(lab, f"{name}/")
    expect(files(lab)).to_have_count(3)
    return lab


def test_two_tabs_of_a_notebook_show_the_same_once_each(lab: Lab, simulator: Simulator) -> None:
    opened(lab, simulator, "tabs").save()
    other = Lab(lab.page.context.new_page(), lab.server, lab.pictures).open("tabs.ipynb")
    expect(app(other)).to_have_count(1)
    expect(files(other)).to_have_count(3)
    for one, typed, seen_by in ((lab, "By the first", other), (other, "By the second", lab)):
        expect(app(one)).to_have_count(1)
        expect(files(one)).to_have_count(3)
        one.edit(one.cell(app(one).locator(".pdm-table"), 0, "description"), typed)
        for page in (one, seen_by):
            cell = page.cell(app(page).locator(".pdm-table"), 0, "description")
            expect(cell.locator(".pdm-text")).to_have_text(typed)
    app(other).locator(".pdm-step", has_text="Upload").click()
    expect(app(lab).locator(".pdm-step[aria-current]")).to_contain_text("Upload")
    app(lab).get_by_role("button", name="Upload 3").click()
    for page in (lab, other):
        expect(app(page).locator(".pdm-step", has_text="Upload")).to_contain_text("3 of 3")
    other.picture("second-tab")


def test_after_a_reload_every_view_shows_once_and_the_truth(lab: Lab, simulator: Simulator) -> None:
    opened(lab, simulator, "reloaded")
    lab.execute("run = bench.batch.upload(); run.pause()")
    lab.run(1)
    lab.save()
    lab.open("reloaded.ipynb")
    expect(lab.panel.locator(".pdm-view-workbench")).to_have_count(1)
    expect(lab.panel.locator(".pdm-view-run")).to_have_count(1)
    expect(lab.panel.locator("[data-pdm-table]:visible")).to_have_count(0)
    board = lab.panel.locator(".pdm-view-run")
    expect(board.get_by_text("Upload paused")).to_be_visible()
    lab.execute("bench.batch.set(0, 'description', 'Changed meanwhile')")
    cell = lab.cell(app(lab).locator(".pdm-table").first, 0, "description")
    expect(cell.locator(".pdm-text")).to_have_text("Changed meanwhile")
    board.get_by_role("button", name="Resume").click()
    expect(board.get_by_text("Upload finished")).to_be_visible()
    lab.open("reloaded.ipynb")
    expect(lab.panel.locator(".pdm-view-run").get_by_text("Upload finished")).to_be_visible()
    expect(lab.panel.locator(".pdm-view-workbench .pdm-step", has_text="Upload")).to_contain_text("3 of 3")


def test_a_second_notebook_is_told_which_one_has_the_batch(lab: Lab, simulator: Simulator) -> None:
    opened(lab, simulator, "held")
    second = Lab(lab.page.context.new_page(), lab.server, lab.pictures)
    second.open(second.write("second.ipynb", [source(simulator)]))
    second.run(0)
    import_files(second, "held/")
    note = app(second).locator(".pdm-note")
    holder = re.compile(r"is open in another kernel or program: process \d+ .*the notebook held\.ipynb")
    expect(note).to_contain_text(holder)
    expect(note).to_contain_text("Close the batch there first, or shut down that kernel or program.")
    expect(note).not_to_contain_text("()")
    second.picture("held-elsewhere")

    note.get_by_role("button", name="Close this message").click()
    batches = app(second).locator(".pdm-pick-button", has_text="No batch")
    batches.click()
    app(second).get_by_role("option", name=re.compile("held.*open in another kernel")).click()
    expect(note).to_contain_text(holder)

    app(lab).locator(".pdm-pick-button", has_text="held").click()
    app(lab).get_by_role("button", name="Close held").click()
    expect(app(lab).locator(".pdm-note")).to_contain_text("it can be opened in another kernel")
    batches.click()
    app(second).get_by_role("option", name=re.compile("held.*3 documents")).click()
    expect(files(second)).to_have_count(3)


def test_a_sign_in_that_ends_in_mid_work(lab: Lab, simulator: Simulator) -> None:
    """An expired token is renewed unseen. If the account is refused, that is what is reported, and work continues after it."""
    opened(lab, simulator, "expired")
    tell(simulator, "people/kill_tokens", {})
    refused = {
        "kind": "refused",
        "status": 401,
        "reason": "invalid_client",
        "operation": "getToken",
        "times": 50,
    }
    tell(simulator, "faults", [refused])
    app(lab).get_by_role("button", name="Next: Upload").click()
    app(lab).get_by_role("button", name="Upload 3").click()
    expect(
        app(lab).get_by_text(re.compile("Upload stopped by an error: .*(client|sign)", re.IGNORECASE))
    ).to_be_visible()
    expect(app(lab).locator(".pdm-step", has_text="Upload")).not_to_contain_text("3 of 3")
    expect(app(lab).get_by_text("Upload finished")).to_have_count(0)
    lab.picture("sign-in-ended")
    tell(simulator, "faults", method="DELETE")
    app(lab).get_by_role("button", name="Upload 3").click()
    expect(app(lab).locator(".pdm-step", has_text="Upload")).to_contain_text("3 of 3")
    tell(simulator, "people/kill_tokens", {})  # only expired
    app(lab).locator(".pdm-step", has_text="Submit").click()
    app(lab).get_by_role("button", name="Update the plan").click()
    expect(app(lab).get_by_text(re.compile("become|nothing|on hold")).first).to_be_visible()
    expect(app(lab).locator(".pdm-note-bad")).to_have_count(0)
