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
def views(lab: Lab) -> Lab:
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
    expect(labels.first).to_have_attribute("aria-label", re.compile("548 revisions of 270 documents"))
    expect(lab.panel.locator(".vega-embed svg [aria-roledescription='bar']").first).to_be_attached()


def test_the_views_make_revisions_by_hand(views: Lab) -> None:
    """A cell is edited, machine learning is seen at work, and the submit button makes revisions."""
    for index in range(7):
        views.run(index)
    assert "Riverside Tower" in views.text(2)
    expect(views.cells.nth(3).get_by_text("Project code-Originator-Volume")).to_be_visible()

    grid = views.cells.nth(4).locator(".pdm-table").first
    row = 0
    views.edit(views.cell(grid, row, "description"), "Typed by hand")
    expect(views.cell(grid, row, "description").locator(".pdm-text")).to_have_text("Typed by hand")

    upload, review = views.cells.nth(5), views.cells.nth(6)
    upload.get_by_role("button", name="Upload 15").click()
    state = views.cell(upload.locator(".pdm-table").first, row, "state")
    expect(state).to_contain_text(
        re.compile("uploaded|reading|ready")
    )  # machine learning may have started yet
    number = views.cell(review.locator(".pdm-table").first, row, "number")
    expect(number).to_contain_text("ML", timeout=ML_PATIENCE)
    expect(review.get_by_text("Machine learning finished")).to_be_visible(timeout=ML_PATIENCE)

    _show(views, 4)
    views.picture("grid")  # the README's: PDM_NB_PICTURES=docs/pictures
    _show(views, 6)
    views.picture("status")

    # The first document is a drawing whose name says nothing: five fields of the naming standard are still empty.
    views.run(7)
    submit = views.cells.nth(7)
    verdict = views.cell(submit.locator(".pdm-table").first, row, "~verdict")
    expect(verdict).to_contain_text("blocked")
    filled = {"project": "RST", "originator": "DEM", "volume": "ZZ", "location": "01", "discipline": "A"}
    for key, code in filled.items():
        views.edit(views.cell(grid, row, key), code)
        expect(views.cell(grid, row, key)).not_to_have_class(re.compile("pdm-pending"))
    expect(verdict).to_contain_text("ready")
    submit.get_by_role("button", name="Update the plan").click()
    submit.get_by_label("I have checked the metadata").check()
    submit.get_by_role("button", name=re.compile("^Submit [0-9]+")).click()
    expect(submit.get_by_text("Submit finished")).to_be_visible()
    views.run(8)
    states = views.output(8).locator("td").get_by_text("submitted", exact=True)
    assert states.count() >= 4
    expect(views.cell(submit.locator(".pdm-table").first, row, "~version")).to_have_text("1")
