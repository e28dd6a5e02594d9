"""Spreadsheet editing on the grid in JupyterLab: ranges, clipboard, fill, undo, find, filters; by keyboard and mouse."""

from __future__ import annotations

import re

import pytest

from tests.support.browser.grid_actions import GridActions
from tests.support.browser.lab import expect

pytestmark = pytest.mark.slow


def test_a_block_is_chosen_by_keys_and_copied(hands: GridActions) -> None:
    hands.choose((2, "number"))
    for key in ("Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowRight"):
        hands.keys.press(key)
    hands.said("3 × 2 cells selected.")
    expect(hands.table.locator(".pdm-selected")).to_have_count(6)
    expect(hands.cell(3, "revision")).to_have_attribute("aria-selected", "true")
    hands.keys.press("Control+c")
    hands.said("Copied: 6 cells.")
    assert hands.clipboard().splitlines() == ["A-002\t", "A-003\t", "A-004\t"]
    hands.keys.press("Control+a")
    hands.said("25 × 13 cells selected.")
    hands.choose((1, "number"))
    hands.keys.press("Control+Shift+ArrowDown")
    hands.said("25 × 1 cells selected.")
    assert hands.lab.cells.count() == hands.cells_before


def test_a_block_is_chosen_by_mouse(hands: GridActions) -> None:
    start, end = hands.cell(2, "type").bounding_box(), hands.cell(5, "status").bounding_box()
    mouse = hands.lab.page.mouse
    mouse.move(start["x"] + 20, start["y"] + 10)
    mouse.down()
    mouse.move(end["x"] + 20, end["y"] + 10, steps=5)
    mouse.up()
    hands.said("4 × 2 cells selected.")


def test_a_block_from_excel_is_pasted_as_text_in_one_step(hands: GridActions) -> None:
    text = '"two\nlines"\tP01\r\n=cmd|\' /C calc\'!A0\t"a ""b"""\r\n'
    hands.copy_elsewhere(text, "<table><tr><td><script>alert(1)</script></td></tr></table>")
    hands.choose((2, "number"))
    hands.keys.press("Control+v")
    hands.said("Pasted: 4 cells changed.")
    assert [row[2:] for row in hands.held()[1:3]] == [
        ["two\nlines", "P01"],
        ["=cmd|' /C calc'!A0", 'a "b"'],
    ]
    hands.choose((2, "number"))
    hands.keys.press("Control+z")
    hands.said("Undone: 4 cells.")
    assert [row[2:] for row in hands.held()[1:3]] == [["A-002", ""], ["A-003", ""]]
    hands.choose((2, "number"))
    hands.keys.press("Control+y")
    hands.said("Redone: 4 cells.")
    assert hands.held()[1][3] == "P01"


def test_one_cell_of_two_lines_from_calc_is_one_cell(hands: GridActions) -> None:
    head = '<html><head><meta name="generator" content="LibreOffice 7.4 (Linux)"/></head><body><table>'
    hands.choose((2, "number"))
    cells = '<colgroup width="89"></colgroup><tr><td>two<br>lines</td></tr>'
    hands.paste_from_elsewhere("two\nlines", f"{head}{cells}</table></body></html>")
    hands.said("Pasted: 1 cell changed.")
    assert hands.column("number")[1:3] == ["two\nlines", "A-003"]


def test_one_value_goes_into_many_cells_and_a_long_block_is_cut_with_a_notice(hands: GridActions) -> None:
    hands.copy_elsewhere("P09")
    hands.choose((1, "revision"), (20, "revision"))
    hands.keys.press("Control+v")
    hands.said("Pasted: 20 cells changed.")
    hands.copy_elsewhere("\n".join(f"X{n}" for n in range(10)))
    hands.choose((22, "revision"))
    hands.keys.press("Control+v")
    hands.said("6 rows did not fit in the table and were skipped.")
    assert hands.column("revision") == ["P09"] * 20 + ["", "X0", "X1", "X2", "X3"]


def test_unknown_values_are_kept_marked_and_fixed_by_a_key(hands: GridActions) -> None:
    hands.copy_elsewhere("Drawings\nSpecifications")
    hands.choose((1, "type"))
    hands.keys.press("Control+v")
    expect(hands.cell(2, "type").locator(".pdm-icon-error")).to_be_visible()
    expect(hands.cell(1, "type")).to_have_attribute("aria-invalid", "true")
    hands.choose((1, "type"))
    hands.said("Press Alt+Enter to set Drawing")
    hands.choose((1, "type"), (2, "type"))
    hands.keys.press("Alt+Enter")
    hands.said("Fixed: 2 cells changed.")
    assert hands.column("type")[:2] == ["Drawing", "Specification"]
    expect(hands.cell(1, "type").locator(".pdm-icon-error")).to_have_count(0)


def test_fill_down_from_above_and_clear(hands: GridActions) -> None:
    hands.lab.edit(hands.cell(1, "revision"), "P01")
    hands.choose((1, "revision"), (4, "revision"))
    hands.keys.press("Control+d")
    hands.said("Filled down: 3 cells changed.")
    hands.choose((5, "revision"))
    hands.keys.press("Control+'")
    hands.said("1 cell changed")
    hands.choose((2, "revision"), (3, "revision"))
    hands.keys.press("Delete")
    hands.said("Cleared: 2 cells changed.")
    assert hands.column("revision")[:6] == ["P01", "", "", "P01", "P01", ""]


def test_the_fill_handle_continues_a_series(hands: GridActions) -> None:
    hands.lab.edit(hands.cell(1, "number"), "S-08")
    hands.lab.edit(hands.cell(2, "number"), "S-10")
    hands.cell(2, "number")
    hands.table.locator(".ag-grid-viewport").evaluate(
        "node => (node.scrollLeft += 100)"
    )  # off the scroll bar
    hands.choose((1, "number"), (2, "number"))
    expect(hands.cell(2, "number")).to_have_class(re.compile("pdm-corner"))
    corner, end = hands.cell(2, "number").bounding_box(), hands.cell(5, "number").bounding_box()
    mouse = hands.lab.page.mouse
    mouse.move(corner["x"] + corner["width"] - 3, corner["y"] + corner["height"] - 3)
    mouse.down()
    mouse.move(end["x"] + 30, end["y"] + 10, steps=6)
    mouse.up()
    hands.said("Filled: 3 cells changed.")
    expect(hands.table.locator(".pdm-selected")).to_have_count(5)
    assert hands.column("number")[:6] == ["S-08", "S-10", "S-12", "S-14", "S-16", "A-006"]


def test_ctrl_enter_puts_a_value_into_all_that_is_chosen_also_into_rows(hands: GridActions) -> None:
    hands.choose((1, "status"), (3, "status"))
    hands.keys.type("app")
    hands.keys.press("Control+Enter")
    expect(hands.cell(3, "status").locator(".pdm-text")).to_have_text("Approved")
    hands.cell(6, "revision").click()
    hands.cell(6, "#").click()
    hands.cell(8, "#").click(modifiers=["Control"])
    hands.table.get_by_role("button", name="Set selected cells").click()
    hands.keys.type("P07")
    hands.keys.press("Enter")
    expect(hands.cell(8, "revision").locator(".pdm-text")).to_have_text("P07")
    held = hands.held()
    assert [row[1] for row in held[:4]] == ["Approved"] * 3 + [""]
    assert [row[3] for row in held[5:8]] == ["P07", "", "P07"]
    hands.cell(2, "#").click()
    hands.cell(5, "#").click(modifiers=["Shift"])
    hands.said("4 × 13 cells selected.")


def test_find_and_replace(hands: GridActions) -> None:
    hands.choose((1, "number"))
    hands.keys.press("Control+h")
    bar = hands.table.get_by_role("search")
    bar.get_by_label("Find").fill("A-00")
    expect(bar.locator(".pdm-matches")).to_have_text("27 cells")  # files, names and numbers
    bar.get_by_label("Replace with").fill("Z/")
    bar.get_by_role("button", name="Replace all").click()
    hands.said("Replaced: 9 cells changed. 18 cells cannot be edited and were not changed.")
    assert hands.column("number")[7:10] == ["Z/8", "Z/9", "A-010"]
    bar.get_by_label("Find").press("Escape")
    expect(bar).to_be_hidden()
    hands.keys.press("Control+z")  # the focus is back in the table
    hands.said("Undone: 9 cells.")
    assert hands.column("number")[8] == "A-009"


def test_sort_and_filters_move_no_row_while_editing(hands: GridActions) -> None:
    head = hands.table.locator('.ag-header-cell[col-id="number"] .pdm-header-name')
    head.click()
    head.click()
    hands.lab.until(lambda: hands.rows()[0] == "25", "the last number to come first")
    hands.lab.edit(hands.cell(24, "number"), "A-000")
    assert hands.column("number")[23] == "A-000"
    assert hands.rows()[:2] == ["25", "24"]
    hands.table.get_by_label("Search", exact=True).fill("a-01 uploaded")
    hands.said("10 of 25 rows shown.")
    hands.table.get_by_role("button", name="Show all").click()
    hands.said("All rows shown.")
    hands.lab.edit(hands.cell(3, "status"), "nonsense")
    hands.table.get_by_role("button", name="Value not in the list · 1").click()
    hands.said("1 of 25 rows shown.")
    hands.lab.until(lambda: hands.rows() == ["3"], "the one row with this finding")
    hands.lab.edit(hands.cell(3, "status"), "Approved")
    expect(hands.table.get_by_role("button", name=re.compile("Value not in the list"))).to_have_count(0)
    assert hands.rows() == ["3"]  # it no longer fits, and stays until one filters anew
    hands.table.get_by_role("button", name="Show all").click()
    hands.choose((1, "state"))
    hands.keys.press("Control+Shift+l")
    panel = hands.lab.page.get_by_role("dialog", name="Filter State")
    panel.get_by_label("Text in State").press_sequentially(
        "bdd"
    )  # a key that leaked would change the notebook
    hands.said("0 of 25 rows shown.")
    panel.get_by_label("Text in State").fill("")
    panel.get_by_role("button", name="None").click()
    hands.said("0 of 25 rows shown.")
    panel.get_by_label("not uploaded · 25").click()
    hands.said("All rows shown.")
    hands.keys.press("Escape")
    expect(panel).to_have_count(0)
    assert hands.lab.cells.count() == hands.cells_before


def test_the_next_finding_is_a_key_away(hands: GridActions) -> None:
    hands.lab.edit(hands.cell(3, "status"), "nonsense")
    hands.choose((3, "file"))
    hands.keys.press("F8")
    hands.said("Error: 'nonsense'")
    hands.keys.press("Shift+F8")
    hands.said("Warning: The description is empty")
    hands.keys.press("F6")
    expect(hands.table.get_by_label("Search", exact=True)).to_be_focused()
    hands.keys.press("F6")
    hands.keys.press("F8")
    hands.said("Error: 'nonsense'")
    hands.table.locator('.ag-header-cell[col-id="status"]').get_by_label(
        "1 finding: show only these rows"
    ).click()
    hands.said("1 of 25 rows shown.")


def test_a_different_suggestion_is_shown_and_applied_by_a_key(hands: GridActions) -> None:
    hands.lab.edit(hands.cell(2, "type"), "Drawing")
    expect(hands.cell(2, "type").locator(".pdm-source")).to_have_text("✎")
    hands.lab.execute("batch.suggestions[2, 'type'] = 'Specification'; batch.tell(2)")
    expect(hands.cell(2, "type").locator(".pdm-suggestion")).to_have_text("≠ Specification")
    hands.choose((2, "type"))
    hands.said("Service suggests: Specification")
    hands.keys.press("Alt+a")
    expect(hands.cell(2, "type").locator(".pdm-text")).to_have_text("Specification")
    assert hands.column("type")[1] == "Specification"


def test_a_cell_that_cannot_be_edited_says_why(hands: GridActions) -> None:
    hands.choose((2, "file"))
    hands.keys.type("x")
    hands.said("The file name cannot be edited here.")
    hands.lab.execute("batch.change(4, state='submitted')")
    expect(hands.cell(4, "state")).to_contain_text("submitted")
    expect(hands.cell(4, "number")).to_have_attribute("aria-readonly", "true")
    hands.copy_elsewhere("new")
    hands.choose((3, "number"), (5, "number"))
    hands.keys.press("Control+v")
    hands.said("Pasted: 2 cells changed. 1 cell cannot be edited and was not changed.")
    hands.choose((4, "number"))
    hands.keys.press("Enter")
    hands.said("was submitted and cannot be edited here")
