"""Selected ranges of the grid in JupyterLab: with find and replace, with filters, and when the mouse selection changes."""

from __future__ import annotations

import pytest

from tests.support.browser.grid_actions import GridActions
from tests.support.browser.lab import expect

pytestmark = pytest.mark.slow


def test_replacing_keeps_to_the_block_that_was_chosen(hands: GridActions) -> None:
    hands.choose((2, "number"), (4, "number"))
    hands.keys.press("Control+h")
    bar = hands.table.get_by_role("search")
    found = bar.locator(".pdm-matches")
    bar.get_by_label("Find").fill("A-")
    expect(found).to_have_text("3 cells in the selection")
    bar.get_by_label("Find").press("Enter")
    expect(found).to_have_text("2 of 3 cells")  # after the first, where the focus was
    bar.get_by_label("Replace with").fill("B-")
    hands.choose((6, "number"), (7, "number"))
    expect(found).to_have_text("2 cells in the selection")
    bar.get_by_role("button", name="Next").click()
    bar.get_by_role("button", name="Replace all").click()
    hands.said("Replaced: 2 cells changed.")
    expect(found).to_have_text("0 cells in the selection")
    assert hands.column("number")[4:8] == ["A-005", "B-006", "B-007", "A-008"]
    bar.get_by_label("Find").press("Escape")


def test_a_fill_that_is_broken_off_changes_nothing(hands: GridActions) -> None:
    hands.lab.edit(hands.cell(1, "revision"), "P01")
    hands.cell(1, "discipline")  # scrolled to, so that the handle is not under the scroll bar
    mouse, page = hands.lab.page.mouse, hands.lab.page
    drawn = hands.table.locator(".pdm-filling")
    for broken_off in (
        lambda: hands.keys.press("Escape"),
        lambda: page.evaluate("document.dispatchEvent(new PointerEvent('pointercancel'))"),
    ):
        hands.choose((1, "revision"))
        corner, end = hands.cell(1, "revision").bounding_box(), hands.cell(4, "revision").bounding_box()
        mouse.move(corner["x"] + corner["width"] - 3, corner["y"] + corner["height"] - 3)
        mouse.down()
        mouse.move(end["x"] + 30, end["y"] + 10, steps=6)
        expect(drawn).to_have_count(3)
        broken_off()
        expect(drawn).to_have_count(0)
        mouse.up()
    expect(hands.cell(1, "revision")).to_be_focused()
    assert hands.column("revision")[:5] == ["P01", "", "", "", ""]


def test_shift_starts_a_new_selection_if_the_selected_cells_are_filtered_out(hands: GridActions) -> None:
    hands.choose((1, "number"))
    search = hands.table.get_by_label("Search", exact=True)
    search.fill("a-02")
    hands.said("6 of 25 rows shown.")
    hands.cell(21, "number").click(modifiers=["Shift"])
    hands.cell(23, "revision").click(modifiers=["Shift"])
    hands.said("3 × 2 cells selected.")
    search.fill("a-01")
    hands.said("10 of 25 rows shown.")
    hands.cell(12, "#").click(modifiers=["Shift"])
    hands.cell(14, "#").click(modifiers=["Shift"])
    hands.said("3 × 13 cells selected.")


def test_numbers_are_sorted_by_size_and_empty_cells_stay_last(hands: GridActions) -> None:
    for row, text in enumerate(("1.5", "1.25", "-5", "-10", "2"), start=1):
        hands.lab.edit(hands.cell(row, "scale"), text)
    expect(hands.table.locator(".pdm-pending")).to_have_count(0)
    head = hands.table.locator('.ag-header-cell[col-id="scale"] .pdm-header-name')
    for order in (["4", "3", "2", "1", "5"], ["5", "1", "2", "3", "4"]):
        head.click()
        hands.lab.until(lambda order=order: hands.rows()[:5] == order, f"the rows {order} first")


def test_another_day_is_picked_and_the_time_stays_to_the_second(hands: GridActions) -> None:
    hands.lab.edit(hands.cell(1, "date_authored"), "2026-03-31T14:00:30Z")
    hands.cell(1, "date_authored").dblclick()
    hands.lab.page.get_by_label("Date authored: date").fill("2026-04-01")
    hands.keys.press("Enter")
    expect(hands.cell(1, "date_authored").locator(".pdm-text")).to_have_text("2026-04-01T14:00:30Z")
