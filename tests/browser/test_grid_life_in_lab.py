"""The grid's life cycle in JupyterLab: editors, column layout, live updates, kernels that end, screen readers."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser.lab import Lab, expect

pytestmark = pytest.mark.slow

GRID = """
from tests.support import fake_batch
from tests.support.fake_batch import FakeBatch
from pdm_nb.model import Value
from pdm_nb.widgets import Workbench
fake_batch.LISTS["discipline"] = [Value(f"d{{n}}", f"D{{n:04}}", f"Discipline {{n}}") for n in range(900)]
batch = FakeBatch({documents})
batch.journal_path = "{name}"
grid = Workbench(batch, view="grid", depends={{"status": ("type", {{"Drawing": ["WIP"], "Other": ["WIP", "APP"]}})}})
grid
"""
AXE = (
    Path(__file__).parents[2] / "pdm_nb" / "widgets" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
)


@pytest.fixture
def opened(lab: Lab) -> Callable[..., Lab]:
    """Open a notebook that shows a grid; cell 1 tells what was set."""

    def open_(name: str, documents: int = 25) -> Lab:
        source = GRID.format(name=name, documents=documents)
        lab.open(lab.write(f"{name}.ipynb", [source, "batch.sets"]))
        lab.run(0)
        return lab

    return open_


def table(lab: Lab) -> Any:
    return lab.panel.locator(".pdm-table").first


def text(lab: Lab, row: int, key: str) -> Any:
    return lab.cell(table(lab), row, key).locator(".pdm-text")


def test_dates_are_picked_lists_are_searched_in_python_and_depend_on_each_other(
    opened: Callable[..., Lab],
) -> None:
    lab = opened("editors")
    keys, popups = lab.page.keyboard, lab.page.locator(".pdm-popups")
    cells = lab.cells.count()

    lab.cell(table(lab), 2, "date_authored").dblclick()
    popups.get_by_label("Date authored: date").fill("2026-03-14")
    popups.get_by_label("Date authored: time").fill("09:30")
    expect(popups.get_by_role("textbox", name="Date authored", exact=True)).to_have_value("2026-03-14T09:30Z")
    popups.get_by_role("textbox", name="Date authored", exact=True).press("Enter")
    expect(text(lab, 2, "date_authored")).to_have_text("2026-03-14T09:30Z")

    lab.cell(table(lab), 2, "discipline").dblclick()
    expect(popups.locator(".pdm-editor-hint")).to_contain_text("900 values")
    keys.type("d0777")
    expect(popups.locator("[role=option]")).to_have_text(["Discipline 777D0777"])
    keys.press("Enter")
    expect(text(lab, 2, "discipline")).to_have_text("Discipline 777")
    lab.cell(table(lab), 3, "discipline").click()
    keys.type("D0")
    expect(popups.locator("[role=option]").first).to_contain_text("D0000")
    keys.type("778")
    keys.press("Enter")  # before what it finds is there: what was found for less is not taken
    expect(text(lab, 3, "discipline")).to_have_text("D0778")

    lab.edit(lab.cell(table(lab), 2, "type"), "Drawing")
    expect(text(lab, 2, "type")).to_have_text("Drawing")
    lab.cell(table(lab), 2, "status").dblclick()
    expect(popups.locator("[role=option]")).to_have_text(["Work in progressWIP"])
    expect(popups.locator(".pdm-editor-hint")).to_contain_text("that match Type")
    keys.press("Escape")
    assert lab.cells.count() == cells


def _holds(lab: Lab, expression: str) -> bool:
    try:
        lab.execute(f"assert {expression}")
    except AssertionError:
        return False
    return True


def test_columns_that_were_chosen_pinned_and_moved_are_so_again(opened: Callable[..., Lab]) -> None:
    lab = opened("columns")
    heads = table(lab).locator(".ag-header-cell .pdm-header-name")
    table(lab).get_by_role("button", name="Columns").click()
    panel = lab.page.get_by_role("dialog", name="Columns")
    panel.get_by_label("Status", exact=True).uncheck()
    panel.get_by_role("button", name="Pin left: Number").click()
    panel.get_by_role("button", name="Move left: Revision").click()
    lab.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(heads.filter(has_text="Status")).to_have_count(0)
    lab.until(lambda: _holds(lab, "batch.layout"), "Python to know the columns")
    lab.cells.nth(1).locator(".cm-content").click()
    lab.page.keyboard.press("Control+a")
    lab.page.keyboard.type("Workbench(batch, view='grid')")
    lab.run(1)
    second = lab.panel.locator(".pdm-table").nth(1)
    shown = second.locator(".ag-header-cell .pdm-header-name")
    expect(shown.filter(has_text="Number")).to_be_visible()
    expect(shown.filter(has_text="Status")).to_have_count(0)
    number, type_ = (second.locator(f'.ag-header-cell[col-id="{key}"]') for key in ("number", "type"))
    assert number.bounding_box()["x"] < type_.bounding_box()["x"]


def test_what_changes_meanwhile_moves_neither_the_selection_nor_the_view(opened: Callable[..., Lab]) -> None:
    lab = opened("live", 300)
    head = table(lab).locator('.ag-header-cell[col-id="state"] .pdm-header-name')
    head.click()  # sorted by what is about to change
    lab.cell(table(lab), 40, "revision").click()
    lab.page.keyboard.press("Shift+ArrowDown")
    lab.page.keyboard.press("Shift+ArrowDown")
    view = table(lab).locator(".ag-grid-viewport")
    before = view.evaluate("node => [node.scrollTop, node.scrollLeft]")
    top = lab.cell(table(lab), 40, "revision").bounding_box()
    lab.execute("for n in range(1, 301): batch.change(n, state='failed' if n % 2 else 'submitting')")
    expect(lab.cell(table(lab), 41, "state")).to_have_text("failed")
    assert view.evaluate("node => [node.scrollTop, node.scrollLeft]") == before
    assert lab.cell(table(lab), 40, "revision").bounding_box() == top
    expect(table(lab).locator(".pdm-selected")).to_have_count(3)


def test_a_restarted_kernel_is_reported_and_edits_are_kept(
    opened: Callable[..., Lab],
) -> None:
    lab = opened("restart")
    lab.edit(lab.cell(table(lab), 1, "revision"), "P01")
    expect(text(lab, 1, "revision")).to_have_text("P01")
    lab.menu("Kernel", "Restart Kernel…")
    lab.page.get_by_role("button", name="Confirm Kernel Restart").click()
    alert = table(lab).get_by_role("alert")
    expect(alert).to_contain_text("The kernel of this table has stopped.")
    expect(alert).to_contain_text("All edits were saved.")
    lab.edit(lab.cell(table(lab), 2, "revision"), "P02")
    expect(alert).to_contain_text("1 edit was not saved.")
    alert.get_by_role("button", name="Copy").click()
    lab.until(lambda: lab.page.evaluate("navigator.clipboard.readText()"), "the clipboard")
    assert lab.page.evaluate("navigator.clipboard.readText()").splitlines() == [
        "File\tRevision",
        "A-002.pdf\tP02",
    ]
    lab.until(lab._kernel_idle, "the new kernel")
    lab.start(0)
    expect(alert).to_contain_text("1 edit was not saved before")
    alert.get_by_role("button", name="Restore").click()
    expect(alert).to_be_hidden()
    lab.run(1)
    assert lab.text(1) == "[(2, 'revision', 'P02')]"


def test_a_kernel_killed_while_typing_is_reported_and_no_edit_is_lost(
    opened: Callable[..., Lab],
) -> None:
    lab = opened("killed")
    lab.execute("import os; open('pid', 'w').write(str(os.getpid()))")
    lab.cell(table(lab), 3, "revision").click()
    lab.page.keyboard.type("P0")
    os.kill(int((lab.server.root / "pid").read_text()), signal.SIGKILL)
    alert = table(lab).get_by_role("alert")
    expect(alert).to_contain_text("The kernel of this table has stopped.")
    lab.page.locator(".jp-Dialog").get_by_role(
        "button", name="Ok"
    ).click()  # takes the focus, which ends the edit
    expect(text(lab, 3, "revision")).to_have_text("P0")
    lab.edit(lab.cell(table(lab), 3, "revision"), "P03")
    expect(text(lab, 3, "revision")).to_have_text("P03")
    expect(alert).to_contain_text("1 edit was not saved.")
    lab.until(lab._kernel_idle, "the new kernel")
    lab.start(0)
    expect(alert).to_contain_text("1 edit was not saved before")
    alert.get_by_role("button", name="Restore").click()
    lab.run(1)
    assert lab.text(1) == "[(3, 'revision', 'P03')]"


def test_a_kernel_shutdown_is_reported_at_the_first_edit_that_fails(
    opened: Callable[..., Lab],
) -> None:
    lab = opened("shut")
    lab.menu("Kernel", "Shut Down Kernel")
    lab.page.locator("#jp-main-statusbar").get_by_text("No Kernel").wait_for()
    lab.edit(lab.cell(table(lab), 3, "revision"), "P03")
    expect(table(lab).get_by_role("alert")).to_contain_text("1 edit was not saved.")
    expect(text(lab, 3, "revision")).to_have_text("P03")


def test_documents_and_fields_that_come_and_go_do_so_while_one_types(opened: Callable[..., Lab]) -> None:
    lab = opened("coming", 5)
    lab.cell(table(lab), 2, "revision").click()
    lab.page.keyboard.type("P0")
    lab.execute(
        "from pdm_nb.model import Field, FieldType\n"
        "batch.columns = [*batch.columns, Field('f11', 'package', 'Package', FieldType.STRING)]\n"
        "batch.add(30); batch.remove(4)"
    )
    expect(table(lab).locator(".pdm-counts")).to_contain_text("5 documents")
    expect(table(lab).locator('[row-id="30"]').first).to_be_visible()
    expect(table(lab).locator('[row-id="4"]')).to_have_count(0)
    lab.page.keyboard.type("7")
    lab.page.keyboard.press("Enter")
    expect(text(lab, 2, "revision")).to_have_text("P07")
    lab.edit(lab.cell(table(lab), 30, "package"), "P-1")
    expect(text(lab, 30, "package")).to_have_text("P-1")
    expect(table(lab).locator(".pdm-pending")).to_have_count(0)
    lab.run(1)
    assert lab.text(1) == "[(2, 'revision', 'P07'), (30, 'package', 'P-1')]"


def test_a_list_is_not_seen_while_its_cell_is_scrolled_away_and_a_key_brings_both_back(
    opened: Callable[..., Lab],
) -> None:
    lab = opened("away", 200)
    lab.cell(table(lab), 2, "type").click()
    lab.page.keyboard.press("Enter")
    popup = lab.page.locator(".ag-popup-editor")
    expect(popup).to_have_css("opacity", "1")
    view = table(lab).locator(".ag-grid-viewport")
    view.evaluate("node => node.scrollTo({ top: 3000, left: node.scrollLeft })")
    expect(popup).to_have_css("opacity", "0")
    lab.page.keyboard.type("SP")
    expect(popup).to_have_css("opacity", "1")
    lab.page.keyboard.press("Enter")
    expect(text(lab, 2, "type")).to_have_text("Specification")


def test_a_saved_notebook_shows_the_first_rows_to_whoever_has_no_kernel(opened: Callable[..., Lab]) -> None:
    lab = opened("saved")
    expect(table(lab)).to_be_visible()
    plain = lab.output(0).locator("[data-pdm-table]")
    expect(plain).to_be_hidden()
    lab.save()
    lab.menu("Kernel", "Restart Kernel…")
    lab.page.get_by_role("button", name="Confirm Kernel Restart").click()
    lab.until(lab._kernel_idle, "the new kernel")
    lab.open("saved.ipynb")
    expect(plain).to_be_visible()
    expect(plain.locator("tbody tr")).to_have_count(10)
    expect(plain).to_contain_text("A-001.pdf")
    expect(plain).to_contain_text("15 more rows")
    lab.start(0)
    expect(table(lab)).to_be_visible()
    expect(plain).to_be_hidden()


def test_a_hundred_thousand_cells_at_once(opened: Callable[..., Lab]) -> None:
    lab = opened("large", 50_000)
    lab.page.evaluate(
        "block => navigator.clipboard.writeText(block)",
        "\n".join(f"N-{n}\tP{n}" for n in range(1, 50_001)),
    )
    lab.cell(table(lab), 1, "number").click()
    lab.page.keyboard.press("Control+v")
    expect(table(lab).locator(".pdm-status")).to_contain_text("Pasted: 100,000 cells changed.")
    expect(table(lab).locator(".pdm-pending")).to_have_count(0)
    lab.execute("assert len(batch.sets) == 100_000 and batch.cell(50_000, 'revision').text == 'P50000'")


def test_no_serious_finding_of_axe(opened: Callable[..., Lab]) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm ci in pdm_nb/widgets/frontend")
    lab = opened("axe")
    lab.edit(lab.cell(table(lab), 1, "type"), "nonsense")
    expect(lab.cell(table(lab), 1, "type").locator(".pdm-icon-error")).to_be_visible()
    lab.page.add_script_tag(path=str(AXE))
    for theme in ("Dark", "Light"):
        lab.theme(theme)
        table(lab).get_by_role("button", name="Find", exact=True).click()
        lab.cell(table(lab), 3, "status").dblclick()
        assert _serious(lab) == []
        lab.page.keyboard.press("Escape")
        table(lab).get_by_role("button", name="Columns").click()
        assert _serious(lab) == []
        lab.picture(f"columns-{theme.lower()}")
        lab.page.keyboard.press("Escape")
        table(lab).locator('.ag-header-cell[col-id="type"]').get_by_label("Filter this column").click()
        assert _serious(lab) == []
        lab.picture(f"filter-{theme.lower()}")
        lab.page.keyboard.press("Escape")


def _serious(lab: Lab) -> list[str]:
    """What axe-core finds serious or critical in the grid and its popups."""
    found = lab.page.evaluate(
        "async () => JSON.stringify((await axe.run({ include: [['.pdm-table'], ['.pdm-popups']] })).violations)"
    )
    return [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0].get('failureSummary')}"
        for one in json.loads(found)
        if one["impact"] in ("serious", "critical")
    ]


def test_the_table_is_used_at_twice_the_size(opened: Callable[..., Lab]) -> None:
    lab = opened("zoom")
    lab.page.set_viewport_size({"width": 700, "height": 500})  # what a browser at 200 % leaves of it
    lab.page.keyboard.press("Control+b")  # without JupyterLab's side bar
    lab.cell(table(lab), 2, "status").dblclick()
    field = lab.page.get_by_role("combobox", name="Status")
    expect(field).to_be_in_viewport()
    lab.page.keyboard.type("app")
    lab.page.keyboard.press("Enter")
    expect(text(lab, 2, "status")).to_have_text(re.compile("Approved"))
