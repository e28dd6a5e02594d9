"""The grid in JupyterLab with keyboard and mouse, for a batch without a service."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.browser.lab import Lab, expect

GRID = """
from tests.support.fake_batch import FakeBatch
from pdm_nb.widgets import Workbench
batch = FakeBatch()
grid = Workbench(batch, view="grid")
grid
"""


@pytest.fixture(scope="module")
def notebook(shared_lab: Lab) -> Lab:
    return shared_lab.open(shared_lab.write("grid.ipynb", [GRID, "batch.sets"]))


@pytest.fixture
def grid(notebook: Lab) -> Lab:
    """A notebook with a new batch's grid displayed by cell 0; cell 1 tells what was set."""
    notebook.run(0)
    return notebook


def table(lab: Lab) -> Any:
    return lab.panel.locator(".pdm-table").first


def edited(lab: Lab, row: int, key: str) -> Any:
    """The cell once Python has answered."""
    cell = lab.cell(table(lab), row, key)
    expect(cell).not_to_have_class(re.compile("pdm-pending"))
    return cell


def test_cells_are_edited_by_typing_and_python_sees_it(grid: Lab) -> None:
    cells = grid.cells.count()
    grid.edit(grid.cell(table(grid), 2, "number"), "b-bad")  # a `b` that leaked would insert a cell
    grid.edit(grid.cell(table(grid), 3, "scale"), "100")
    expect(edited(grid, 2, "number").locator(".pdm-text")).to_have_text("b-bad")
    assert grid.cells.count() == cells
    grid.run(1)
    assert grid.text(1) == "[(2, 'number', 'b-bad'), (3, 'scale', '100')]"


def test_a_value_is_chosen_from_a_list_by_code_by_label_and_by_mouse(grid: Lab) -> None:
    cells, keyboard = grid.cells.count(), grid.page.keyboard
    grid.cell(table(grid), 1, "status").click()
    keyboard.type("ap")
    options = grid.page.locator(".pdm-popups [role=option]")
    expect(options).to_have_text(["ApprovedAPP"])
    keyboard.press("Enter")

    grid.cell(table(grid), 2, "discipline").dblclick()
    expect(options).to_have_count(160)
    keyboard.type("mech 03")
    options.get_by_text("Mechanical 03", exact=True).click()

    grid.cell(table(grid), 3, "zones").dblclick()
    for words in ("zone 2", "z7"):
        keyboard.type(words)
        keyboard.press("Enter")
    keyboard.press("Enter")

    expect(edited(grid, 3, "zones")).to_contain_text("Zone 2; Zone 7")
    assert grid.cells.count() == cells
    grid.run(1)
    assert eval(grid.text(1)) == [
        (1, "status", "Approved"),
        (2, "discipline", "Mechanical 03"),
        (3, "zones", "Zone 2; Zone 7"),
    ]


def test_escape_drops_an_edit_and_then_gives_the_keys_back(grid: Lab) -> None:
    cells = grid.cells.count()
    cell = grid.cell(table(grid), 1, "status")
    cell.click()
    grid.page.keyboard.type("ap")
    grid.page.keyboard.press("Escape")
    expect(grid.page.locator(".pdm-popups .pdm-editor")).to_have_count(0)
    expect(cell.locator(".pdm-required")).to_have_text("required")
    assert grid.cells.count() == cells
    grid.page.keyboard.press("Escape")  # from habit
    expect(table(grid).get_by_role("status")).to_contain_text("Press Esc again to leave the grid")
    grid.page.keyboard.press("Escape")
    expect(table(grid).get_by_role("status")).to_contain_text("You left the grid. Click a cell to return.")
    grid.page.keyboard.press("b")
    expect(grid.cells).to_have_count(cells + 1)
    grid.page.keyboard.type("dd")
    expect(grid.cells).to_have_count(cells)


def test_ctrl_s_in_the_grid_still_saves_the_notebook(grid: Lab) -> None:
    path = grid.server.root / grid.notebook
    before = path.read_text()
    grid.cell(table(grid), 1, "number").click()
    grid.page.keyboard.press("Control+s")
    grid.until(lambda: path.read_text() != before, "the notebook to be saved")
    grid.page.keyboard.press("b")
    expect(table(grid).locator(".pdm-input")).to_have_value("b")  # the keys are the grid's again


def test_a_finding_is_shown_by_colour_icon_and_words(grid: Lab) -> None:
    plain = grid.cell(table(grid), 2, "status").evaluate("node => getComputedStyle(node).backgroundColor")
    grid.edit(grid.cell(table(grid), 1, "status"), "nonsense")
    cell = grid.cell(table(grid), 1, "status")
    expect(cell.locator(".pdm-icon-error")).to_be_visible()
    assert cell.evaluate("node => getComputedStyle(node).backgroundColor") != plain
    expect(cell.locator(".pdm-text")).to_have_text("nonsense")  # what was typed stays
    words = "Error: 'nonsense' is not in the status list. Select a value from the list."
    expect(cell.locator(".pdm-visually-hidden")).to_contain_text(words)
    cell.click()
    expect(table(grid).get_by_role("status")).to_contain_text(words)
    grid.page.mouse.move(5, 5)
    cell.hover()
    expect(grid.page.locator(".ag-tooltip:not(.ag-tooltip-hiding)")).to_contain_text(words)
    expect(table(grid).locator(".pdm-counts")).to_contain_text("1 error")


def test_a_refused_edit_keeps_what_was_typed_and_says_why(grid: Lab) -> None:
    grid.edit(grid.cell(table(grid), 1, "number"), "forbidden")
    cell = edited(grid, 1, "number")
    expect(cell.locator(".pdm-visually-hidden")).to_contain_text(
        "This word is not allowed. Enter another one."
    )
    expect(cell.locator(".pdm-text")).to_have_text("forbidden")


def test_cells_change_while_one_looks_and_an_open_editor_stays(grid: Lab) -> None:
    expect(grid.cell(table(grid), 4, "type").locator(".pdm-required")).to_have_text("required")
    grid.cell(table(grid), 3, "number").dblclick()
    grid.page.keyboard.type("half a w")
    editor = table(grid).locator(".pdm-input")
    # Python changes cells on its own, asked for behind the page's back.
    grid.execute("batch.ml_says(4, 'type', 'Drawing', 0.93); batch.change(5, state='failed')")
    expect(grid.cell(table(grid), 4, "type")).to_contain_text("Drawing")
    expect(grid.cell(table(grid), 4, "type").locator(".pdm-source")).to_have_text("ML 93 %")
    expect(grid.cell(table(grid), 5, "state")).to_have_text("failed")
    expect(editor).to_be_focused()
    grid.page.keyboard.type("ord")
    expect(editor).to_have_value("A-003half a word")


def test_light_and_dark(grid: Lab) -> None:
    grid.edit(grid.cell(table(grid), 1, "status"), "nonsense")
    expect(grid.cell(table(grid), 1, "status").locator(".pdm-icon-error")).to_be_visible()
    look = "node => [getComputedStyle(node).backgroundColor, getComputedStyle(node).color]"
    seen = {}
    for theme in ("Dark", "Light"):  # the server remembers the last
        grid.theme(theme)
        grid.cell(table(grid), 4, "discipline").dblclick()
        expect(grid.page.locator(".pdm-popups .pdm-editor")).to_be_visible()
        seen[theme] = [
            grid.page.locator(".pdm-popups .pdm-editor").evaluate(look),
            grid.cell(table(grid), 1, "status").evaluate(look),
        ]
        grid.page.keyboard.press("Escape")
        grid.picture(f"grid-{theme.lower()}")
    for light, dark in zip(seen["Light"], seen["Dark"], strict=True):
        assert brightness(light[0]) > 200
        assert brightness(dark[0]) < 100
        assert brightness(light[1]) < brightness(dark[1])


def brightness(colour: str) -> float:
    numbers = colour[colour.index("(") + 1 : -1].split(",")
    return sum(float(number) for number in numbers[:3]) / 3


@pytest.mark.slow
def test_a_reload_shows_the_present_state_and_two_tables_share_the_code(lab: Lab) -> None:
    lab.open(lab.write("reload.ipynb", [GRID, "Workbench(batch, view='grid')"]))
    lab.run(0)
    lab.run(1)
    lab.edit(lab.cell(lab.panel.locator(".pdm-table").nth(0), 2, "number"), "before")
    second = lab.panel.locator(".pdm-table").nth(1)
    expect(lab.cell(second, 2, "number")).to_contain_text("before")  # two views of one batch agree
    assert lab.page.evaluate("globalThis.__pdm_nb_code.size") == 1
    lab.save()
    lab.open(lab.notebook)
    expect(lab.cell(table(lab), 2, "number")).to_contain_text("before")


def test_the_table_has_roles_names_and_counts(grid: Lab) -> None:
    tree = table(grid).locator('[role="grid"], [role="treegrid"]')
    expect(tree).to_have_attribute("aria-label", "Metadata of the documents")
    expect(tree).to_have_attribute("aria-rowcount", "26")
    grid.cell(table(grid), 1, "status").dblclick()
    field = grid.page.get_by_role("combobox", name="Status")
    expect(field).to_have_attribute("aria-expanded", "true")
    grid.page.keyboard.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    expect(grid.page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
