"""Typing on the grid in JupyterLab as in a spreadsheet: navigation keys, automatic fixes, and their messages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.browser.grid_actions import GridActions
from tests.support.browser.lab import expect

pytestmark = pytest.mark.slow

FOCUSED = "[document.activeElement.closest('.ag-row')?.getAttribute('row-id'), document.activeElement.getAttribute('col-id')]"


def at(hands: GridActions, row: int, key: str) -> None:
    hands.lab.until(lambda: hands.lab.page.evaluate(FOCUSED) == [str(row), key], f"the focus on {row} {key}")


def text(hands: GridActions, row: int, key: str) -> Any:
    return hands.cell(row, key).locator(".pdm-text")


def test_tab_tab_enter_fills_row_after_row_however_fast_one_types(hands: GridActions) -> None:
    hands.choose((1, "number"))
    for row in range(4):
        hands.keys.type(f"N-{row}")
        hands.keys.press("Tab")
        hands.keys.type(f"P0{row}")
        hands.keys.press("Enter")
    at(hands, 5, "number")
    assert [held[2:] for held in hands.held()[:4]] == [[f"N-{row}", f"P0{row}"] for row in range(4)]


def test_what_stands_there_is_amended_at_its_end_and_a_typed_character_replaces_it(
    hands: GridActions,
) -> None:
    hands.choose((1, "number"))
    hands.keys.press("F2")
    hands.keys.type("X")
    hands.keys.press("Enter")
    expect(text(hands, 1, "number")).to_have_text("A-001X")
    hands.cell(1, "number").dblclick()
    hands.keys.type("Y")
    hands.keys.press("Tab")
    expect(text(hands, 1, "number")).to_have_text("A-001XY")
    at(hands, 1, "revision")
    expect(hands.lab.page.locator(".pdm-input")).to_have_count(0)
    hands.choose((1, "number"))
    hands.keys.type("Z")
    hands.keys.press("ArrowDown")
    expect(text(hands, 1, "number")).to_have_text("Z")
    at(hands, 2, "number")


def test_alt_enter_begins_a_line_and_leaves_the_next_cell_alone(hands: GridActions) -> None:
    hands.choose((1, "description"))
    hands.keys.type("one")
    hands.keys.press("Alt+Enter")
    hands.keys.type("two")
    hands.keys.press("Enter")
    hands.until_true("batch.cell(1, 'description').text == 'one\\ntwo'")
    hands.lab.execute("assert not batch.cell(2, 'description').text")
    hands.choose((1, "number"))
    hands.keys.type("N")
    hands.keys.press("Alt+Enter")  # one line alone: nothing
    expect(hands.lab.page.locator(".pdm-input")).to_have_value("N")
    hands.keys.press("Escape")


def test_home_and_end_lead_to_the_ends_of_the_row_and_with_ctrl_of_the_table(hands: GridActions) -> None:
    hands.choose((3, "number"))
    hands.keys.press("Home")
    at(hands, 3, "file")
    hands.keys.press("End")
    at(hands, 3, "approval")
    hands.keys.press("Control+End")
    at(hands, 25, "approval")
    hands.keys.press("Control+Home")
    at(hands, 1, "file")
    hands.choose((2, "type"))
    hands.keys.press("Control+Shift+End")
    hands.said("24 × 10 cells selected.")


def test_what_is_wrong_with_what_was_put_in_is_said_when_the_focus_has_gone_on(hands: GridActions) -> None:
    hands.lab.edit(hands.cell(1, "status"), "zzz")
    hands.said("Status: Error: 'zzz' is not in the status list")
    at(hands, 2, "status")
    hands.copy_elsewhere("zz\r\nyy\r\nApproved\r\n")
    hands.choose((3, "status"))
    hands.keys.press("Control+v")
    hands.said("Pasted: 3 cells changed. 2 of them have errors. Press F8 to go to the next one.")


def test_the_focus_stays_with_the_grid_when_filters_are_put_on_and_off(hands: GridActions) -> None:
    hands.lab.edit(hands.cell(1, "status"), "zzz")
    chip = hands.table.get_by_role("button", name="1 error", exact=True)
    chip.click()
    expect(chip).to_be_focused()
    expect(chip).to_have_attribute("aria-pressed", "true")
    hands.table.get_by_role("button", name="Show all").click()
    at(hands, 2, "status")
    hands.keys.press("F8")
    at(hands, 2, "description")


def test_the_fill_handle_fills_next_to_filled_cells_and_counts_with_ctrl(hands: GridActions) -> None:
    hands.lab.edit(hands.cell(1, "revision"), "P01")
    hands.cell(1, "discipline")  # scrolled to, so that the handle is not under the scroll bar
    hands.choose((1, "revision"))
    mouse, box, end = (
        hands.lab.page.mouse,
        hands.cell(1, "revision").bounding_box(),
        hands.cell(4, "revision").bounding_box(),
    )
    corner = box["x"] + box["width"] - 3, box["y"] + box["height"] - 3
    mouse.dblclick(*corner)
    hands.said("Filled: 24 cells changed.")
    assert set(hands.column("revision")) == {"P01"}
    hands.choose((1, "revision"))
    mouse.move(*corner)
    mouse.down()
    mouse.move(end["x"] + 30, end["y"] + 10, steps=6)
    hands.keys.down("Control")
    mouse.up()
    hands.keys.up("Control")
    hands.said("Filled: 3 cells changed.")
    assert hands.column("revision")[:5] == ["P01", "P02", "P03", "P04", "P01"]


def test_fill_to_the_right_today_and_a_list_by_keys(hands: GridActions) -> None:
    hands.choose((1, "number"), (1, "revision"))
    hands.keys.press("Control+r")
    expect(text(hands, 1, "revision")).to_have_text("A-001")
    hands.choose((1, "date_authored"))
    today = hands.lab.page.evaluate("new Date().toLocaleDateString('sv')")
    hands.keys.press("Control+;")
    expect(text(hands, 1, "date_authored")).to_have_text(today)
    hands.choose((1, "status"))
    hands.keys.press("Alt+ArrowDown")
    expect(hands.lab.page.get_by_role("listbox")).to_be_visible()
    hands.keys.press("Escape")


def test_names_of_the_columns_above_a_pasted_block_are_left_out(hands: GridActions) -> None:
    hands.copy_elsewhere("Number\tRevision\r\nN-1\tP1\r\nN-2\tP2\r\n")
    hands.choose((1, "number"))
    hands.keys.press("Control+v")
    hands.said("The first row contains column names and was skipped")
    assert [held[2:] for held in hands.held()[:3]] == [["N-1", "P1"], ["N-2", "P2"], ["A-003", ""]]


def test_a_narrow_window_leaves_the_columns_as_they_were(hands: GridActions) -> None:
    order = "all => all.filter(one => one.getBoundingClientRect().left < 900).sort((a, b) => a.getBoundingClientRect().left - b.getBoundingClientRect().left).map(one => one.getAttribute('col-id'))"
    heads = hands.table.locator(".ag-header-cell")
    before = heads.evaluate_all(order)
    size = hands.lab.page.viewport_size
    hands.lab.page.set_viewport_size({"width": 700, "height": 900})
    expect(hands.table.locator('.ag-header-cell[col-id="file"]')).to_be_visible()
    hands.lab.page.set_viewport_size(size)
    hands.lab.until(lambda: heads.evaluate_all(order) == before, "the columns as they were")


def test_keys_go_to_the_document_that_was_chosen_wherever_it_stands_and_to_none_where_it_is_gone(
    hands: GridActions,
) -> None:
    hands.choose((8, "number"))
    hands.lab.execute("batch.remove(2, 3)")
    expect(hands.table.locator(".pdm-counts")).to_contain_text("23 documents")
    at(hands, 8, "number")
    hands.keys.type("N-8")
    hands.keys.press("Enter")
    expect(text(hands, 8, "number")).to_have_text("N-8")
    expect(hands.table.locator(".pdm-pending")).to_have_count(0)
    hands.lab.execute("assert batch.sets == [(8, 'number', 'N-8')], batch.sets")
    hands.choose((9, "number"))
    hands.keys.type("doomed")
    hands.lab.execute("batch.remove(9)")
    hands.said("was removed from the batch. Text that was typed there: doomed")
    hands.keys.type("x")
    hands.keys.press("Delete")
    assert hands.lab.cells.count() == hands.cells_before  # and none reached the notebook
    hands.lab.execute("assert len(batch.sets) == 1 and batch.cell(10, 'number').text == 'A-010'")


def test_what_is_typed_into_the_search_stays_while_cells_change(hands: GridActions) -> None:
    search = hands.table.get_by_role("searchbox", name="Search")
    search.click()
    for letter in "a-01":
        hands.lab.execute(
            "batch.change(20, state='failed' if batch.rows[20].state == 'planned' else 'planned')"
        )
        hands.keys.type(letter)
    expect(search).to_have_value("a-01")
    hands.lab.until(lambda: len(hands.rows()) == 10, "rows 10 to 19")


def test_one_value_for_rows_that_were_chosen_by_their_numbers(hands: GridActions) -> None:
    numbers = [hands.table.locator(f'.ag-row[row-id="{row}"] [col-id="#"]') for row in (2, 4)]
    numbers[0].click()
    numbers[1].click(modifiers=["Control"])
    hands.table.get_by_role("button", name="Set selected cells").click()
    hands.keys.type("SP")
    hands.keys.press("Enter")
    hands.said("Set: 2 cells changed.")
    assert [row + 1 for row, held in enumerate(hands.column("type")) if held == "Specification"] == [2, 4]
    hands.choose((2, "type"), (4, "type"))
    hands.keys.press("F2")
    hands.keys.press("Control+Enter")  # what stands there, unchanged, into the others
    hands.said("Set: 1 cell changed.")
    assert hands.column("type")[1:4] == ["Specification"] * 3
