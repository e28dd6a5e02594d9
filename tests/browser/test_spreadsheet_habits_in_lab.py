"""Spreadsheet behavior of the grid: overwriting by typing, Escape, double click on a column border, a narrow window."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.browser.grid_actions import GridActions
from tests.support.browser.lab import expect

pytestmark = pytest.mark.slow


def zones(hands: GridActions, row: int) -> str:
    expect(hands.table.locator(".pdm-pending")).to_have_count(0)
    return hands.cell(row, "zones").locator(".pdm-text").inner_text()


def hold(hands: GridActions, values: dict[int, str]) -> None:
    hands.lab.execute(f"batch.set_cells([(row, 'zones', text) for row, text in {values!r}.items()])")
    for row, text in values.items():
        expect(hands.cell(row, "zones").locator(".pdm-text")).to_have_text(text)


@pytest.mark.parametrize(
    ("held", "typed", "keys", "expected"),
    [
        ("Zone 1", "z2", ["Tab"], "Zone 2"),
        ("Zone 1", "z2", ["Enter", "Enter"], "Zone 2"),
        ("Zone 1", "z1", ["Tab"], "Zone 1"),
        ("Zone 1", "Z2; Z3", ["Enter"], "Zone 2; Zone 3"),
        ("Zone 1 / Zone 2", "Z1; Z2", ["Enter"], "Zone 1; Zone 2"),
        ("Zone 1; Nowhere", "nonsense", ["Enter"], "nonsense"),
    ],
)
def test_what_is_typed_over_several_values_replaces_them(
    hands: GridActions, held: str, typed: str, keys: list[str], expected: str
) -> None:
    hold(hands, {1: held})
    hands.choose((1, "zones"))
    hands.keys.type(typed)
    if ";" in typed and "nonsense" not in typed:
        expect(hands.lab.page.locator(".pdm-editor-hint")).to_have_text("Press Enter to keep these values.")
    for key in keys:
        hands.keys.press(key)
    expect(hands.lab.page.locator(".pdm-editor")).to_have_count(0)
    hands.lab.until(lambda: resolved(hands, 1) == expected, f"{expected} to be held")


def resolved(hands: GridActions, row: int) -> str:
    """What a cell holds, its codes as labels."""
    return zones(hands, row).replace("Z2", "Zone 2").replace("Z3", "Zone 3").replace("Z1", "Zone 1")


def test_several_values_are_edited_by_ticks_and_a_key_that_leaves_takes_none_off(hands: GridActions) -> None:
    hold(hands, {1: "Zone 1; Nowhere"})
    hands.choose((1, "zones"))
    hands.keys.press("F2")
    ticked = hands.lab.page.locator('.pdm-option[aria-selected="true"] .pdm-option-text')
    expect(ticked).to_have_text(["Nowhere", "Zone 1"])
    hands.keys.type("z4")
    expect(hands.lab.page.locator(".pdm-editor-hint")).to_contain_text("in addition to Zone 1; Nowhere")
    hands.keys.press("Enter")
    hands.lab.page.locator(".pdm-option", has_text="Nowhere").click()
    hands.keys.type("z1")
    hands.keys.press("Tab")
    hands.lab.until(lambda: zones(hands, 1) == "Zone 1; Zone 4", "what was ticked")


def test_one_value_for_several_rows_leaves_nothing_of_the_first_of_them(hands: GridActions) -> None:
    hold(hands, {1: "Zone 1", 2: "Zone 2", 3: "Zone 1; Zone 3"})
    hands.choose((1, "zones"), (3, "zones"))
    hands.keys.type("z5")
    hands.keys.press("Control+Enter")
    hands.said("Set: 3 cells changed.")
    assert [zones(hands, row) for row in (1, 2, 3)] == ["Zone 5"] * 3
    hands.choose((1, "zones"), (2, "zones"))
    hands.table.get_by_role("button", name="Set selected cells").click()
    hands.said("Enter one value for 2 cells in Zones.")
    hands.keys.press("Enter")  # without a value
    expect(hands.lab.page.locator(".pdm-editor")).to_have_count(0)
    assert zones(hands, 2) == "Zone 5"
    hands.choose((1, "zones"), (2, "zones"))
    hands.table.get_by_role("button", name="Set selected cells").click()
    hands.keys.type("z6")
    for _ in range(2):
        hands.keys.press("Enter")
    hands.said("Set: 2 cells changed.")
    assert [zones(hands, row) for row in (1, 2, 3)] == ["Zone 6", "Zone 6", "Zone 5"]


def test_escape_lets_go_of_a_block_before_it_lets_go_of_the_keys(hands: GridActions) -> None:
    hands.choose((1, "number"), (3, "number"))
    hands.keys.press("Control+c")
    hands.said("Copied: 3 cells.")
    hands.keys.press("Escape")
    expect(hands.table.locator(".pdm-selected")).to_have_count(0)
    hands.keys.press("Control+c")
    hands.keys.press("Escape")
    hands.said("Press Esc again")
    hands.keys.type("d")
    expect(hands.table.locator(".pdm-input")).to_have_value("d")  # and no command of the notebook's
    hands.keys.press("Escape")
    assert hands.lab.cells.count() == hands.cells_before


def test_escape_takes_the_quick_search_off_and_then_leads_to_the_cells(hands: GridActions) -> None:
    search = hands.table.get_by_role("searchbox", name="Search")
    search.fill("A-003")
    hands.said("1 of 25 rows shown.")
    search.press("Escape")
    hands.said("All rows shown.")
    expect(search).to_have_value("")
    search.press("Escape")
    hands.lab.until(
        lambda: hands.lab.page.evaluate("document.activeElement.classList.contains('ag-cell')"), "a cell"
    )


def test_escape_closes_the_list_of_keys(hands: GridActions) -> None:
    hands.table.get_by_role("button", name="Keyboard shortcuts").click()
    panel = hands.lab.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(panel).to_be_visible()
    hands.keys.press("Escape")
    expect(panel).to_have_count(0)


def test_a_double_click_on_a_border_makes_the_column_as_wide_as_what_is_in_it(hands: GridActions) -> None:
    hands.lab.execute("batch.set_cells([(1, 'number', 'as long a number as ever there was ' * 3)])")
    expect(hands.cell(1, "number")).to_contain_text("as long a number")
    head = hands.table.locator('.ag-header-cell[col-id="number"]')
    before = head.bounding_box()["width"]
    head.locator(".ag-header-cell-resize").dblclick()
    hands.lab.until(lambda: head.bounding_box()["width"] > before + 150, "a wider column")


def test_a_find_is_marked_while_the_keys_are_in_the_box(hands: GridActions) -> None:
    hands.choose((1, "number"))
    hands.keys.press("Control+f")
    bar = hands.table.get_by_role("search")
    bar.get_by_label("Find", exact=True).fill("A-004")
    hands.keys.press("Enter")
    here = hands.table.locator(".pdm-active-cell")
    expect(here).to_have_count(1)
    assert here.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"


def test_pinned_columns_give_way_in_a_narrow_window(hands: GridActions) -> None:
    page: Any = hands.lab.page
    pinned = hands.table.locator(".ag-header .ag-grid-pinned-left-cells .ag-header-cell")
    before = pinned.count()
    assert before >= 3, "row, file, state"
    size = page.viewport_size
    page.set_viewport_size({"width": 760, "height": 900})
    expect(pinned).to_have_count(1)
    hands.choose((1, "number"))
    box, grid = hands.cell(1, "number").bounding_box(), hands.table.bounding_box()
    assert box["x"] > grid["x"]
    assert box["x"] + box["width"] <= grid["x"] + grid["width"] + 1, "in sight"
    page.set_viewport_size(size)
    expect(pinned).to_have_count(before)


def test_what_an_input_method_composes_goes_into_the_chosen_cell(hands: GridActions) -> None:
    hands.choose((1, "number"))
    session = hands.lab.page.context.new_cdp_session(hands.lab.page)
    key = {"type": "rawKeyDown", "key": "Process", "code": "KeyN", "windowsVirtualKeyCode": 229}
    session.send("Input.dispatchKeyEvent", key)
    editor = hands.table.locator(".pdm-input")
    expect(editor).to_have_value("")
    session.send("Input.imeSetComposition", {"text": "に", "selectionStart": 1, "selectionEnd": 1})
    expect(editor).to_have_value("に")
    session.send("Input.insertText", {"text": "日本"})
    hands.keys.press("Enter")
    expect(hands.cell(1, "number").locator(".pdm-text")).to_have_text("日本")


def test_a_search_finds_values_by_their_codes(hands: GridActions) -> None:
    hold(hands, {2: "Zone 7", 5: "Zone 1; Zone 7"})
    hands.table.get_by_role("searchbox", name="Search").fill("z7")
    hands.said("rows shown.")
    hands.lab.until(lambda: hands.rows() == ["2", "5"], "both rows")


def test_a_row_number_shows_how_to_address_the_document_in_code(hands: GridActions) -> None:
    hands.cell(3, "#").hover()
    expect(hands.lab.page.locator(".ag-tooltip:not(.ag-tooltip-hiding)")).to_have_text("Document id 3")


def test_dates_are_read_in_the_order_that_one_says(hands: GridActions) -> None:
    hands.lab.execute(
        "batch.set_cells([(1, 'date_authored', '03/04/2026'), (4, 'date_authored', '2026-05-06')])"
    )
    hands.choose((1, "revision"))
    for _ in range(3):
        hands.keys.press("Tab")
    hands.keys.press("Control+Shift+l")
    hands.lab.page.get_by_role("button", name="Day/Month/Year").click()
    hands.said("Read as D/M/Y: 1 cell. Press Ctrl+Z to undo.")
    expect(hands.cell(1, "date_authored").locator(".pdm-text")).to_have_text("2026-04-03")
    hands.keys.press("Control+z")
    hands.said("Undone: 1 cell.")
