"""Shipped notebooks in JupyterLab: one run from top to bottom, one up to its last picture, one used interactively."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.support.browser.lab import Lab, expect

pytestmark = pytest.mark.slow
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
ML_PATIENCE = (
    90_000  # milliseconds; the simulator's machine learning takes eight seconds, a busy machine longer
)


def opened(lab: Lab, name: str) -> Lab:
    shutil.copy(NOTEBOOKS / name, lab.server.root)
    return lab.open(name)


def _show(lab: Lab, index: int) -> None:
    """Scroll a cell to the top of the window."""
    lab.cells.nth(index).evaluate("node => node.scrollIntoView({ block: 'start' })")


@pytest.fixture
def panels(lab: Lab) -> Lab:
    return opened(lab, "02-widgets.ipynb")


def test_the_quickstart_runs_from_sign_in_to_revisions(lab: Lab) -> None:
    opened(lab, "01-quickstart.ipynb").run_all(seconds=120)
    boards = lab.panel.locator(".jp-OutputArea").get_by_text(
        re.compile(r"^(Upload|Machine learning|Submit) finished$")
    )
    expect(boards).to_have_count(3)
    submitted = lab.cells.nth(lab.cells.count() - 3).locator("td").get_by_text("submitted", exact=True)
    expect(submitted).to_have_count(25)


def test_pictures_are_drawn_and_labeled(lab: Lab) -> None:
    """As charts, with labels for screen readers; not as the images that other programs show."""
    opened(lab, "04-explore-and-clean-up.ipynb")
    for index in range(13):  # up to the picture of a comparison with a register
        lab.run(index, 60)
    charts = lab.panel.locator(".vega-embed svg.marks")
    expect(charts).to_have_count(4)
    labels = lab.panel.locator(".vega-embed [aria-roledescription='visualization']")
    expect(labels.first).to_have_attribute("aria-label", re.compile("540 revisions of 270 documents"))
    expect(lab.panel.locator(".vega-embed svg [aria-roledescription='bar']").first).to_be_attached()


def test_the_panels_make_revisions_by_hand(panels: Lab) -> None:
    """A cell is edited, machine learning is seen at work, and the submit button makes revisions."""
    panels.run(0)
    panels.run(1)
    panels.panel.get_by_role("button", name="Sign in").click()
    expect(panels.panel.get_by_text("Signed in to Demo Builders")).to_be_visible()
    panels.panel.get_by_label("Project").select_option("Riverside Tower")
    panels.run(2)
    assert "Riverside Tower" in panels.text(2)
    for index in range(3, 8):
        panels.run(index)

    grid = panels.cells.nth(4).locator(".pdm-table").first
    row = 0
    panels.edit(panels.cell(grid, row, "description"), "Typed by hand")
    expect(panels.cell(grid, row, "description").locator(".pdm-text")).to_have_text("Typed by hand")

    panels.cells.nth(5).get_by_role("button", name="Upload").click()
    expect(panels.cells.nth(5).get_by_text("Upload finished")).to_be_visible()
    expect(panels.cell(panels.cells.nth(5).locator(".pdm-table").first, row, "state")).to_contain_text(
        re.compile("uploaded|reading")  # whether machine learning has started yet
    )

    board = panels.cells.nth(6).locator(".pdm-table").first
    number = panels.cell(board, row, "number")
    before = number.inner_text()
    panels.cells.nth(6).get_by_role("button", name="Wait for machine learning").click()
    expect(number).to_contain_text("ML", timeout=ML_PATIENCE)
    assert number.inner_text() != before
    expect(panels.cells.nth(6).get_by_text("Machine learning finished")).to_be_visible(timeout=ML_PATIENCE)

    _show(panels, 4)
    panels.picture("grid")  # the README's: PDM_NB_PICTURES=docs
    _show(panels, 6)
    panels.picture("status")

    # The first document is a drawing whose name says nothing: five fields of the naming standard are still empty.
    submit = panels.cells.nth(7)
    verdict = panels.cell(submit.locator(".pdm-table").first, row, "verdict")
    expect(verdict).to_contain_text("blocked")
    filled = {"project": "RST", "originator": "DEM", "volume": "ZZ", "location": "01", "discipline": "A"}
    for key, code in filled.items():
        panels.edit(panels.cell(grid, row, key), code)
        expect(panels.cell(grid, row, key)).not_to_have_class(re.compile("pdm-pending"))
    expect(verdict).to_contain_text("ready")
    submit.get_by_label("I have checked the metadata").check()
    submit.get_by_role("button", name="Submit").click()
    expect(submit.get_by_text("Submit finished")).to_be_visible()
    panels.run(8)
    states = panels.output(8).locator("td").get_by_text("submitted", exact=True)
    assert states.count() >= 4
    expect(panels.cell(submit.locator(".pdm-table").first, row, "version")).to_have_text("1")
