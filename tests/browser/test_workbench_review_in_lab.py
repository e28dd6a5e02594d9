"""The workbench in JupyterLab: files from the browser, spellings, suggestions that are dismissed, and pictures."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.test_workbench_in_lab import PROJECT, app, imported, order, shown, step
from tests.support.browser.lab import Lab, expect

pytestmark = pytest.mark.slow
FAKE = """
from tests.support.fake_batch import FakeBatch
from pdm_nb.widgets import Workbench
batch = FakeBatch(6)
for row, text in enumerate(["Ground floor", "ground  FLOOR", "Level 1"], 1):
    batch.set(row, "description", text)
for row, score in ((4, 0.95), (5, 0.75), (6, 0.4)):
    batch.ml_says(row, "type", "Drawing", score)
batch.set(1, "type", "Letter")
batch.suggestions[1, "type"] = "Drawing"
bench = Workbench(batch)
bench
"""
DROP = """
(zone) => {
  const data = new DataTransfer();
  data.items.add(new File(["%PDF-1.7 1"], "A-101.pdf"));
  data.items.add(new File([new Uint8Array(5 << 20)], "A-102.pdf"));
  for (const type of ["dragover", "drop"]) zone.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
}
"""


def test_files_that_are_dropped_become_a_batch(lab: Lab) -> None:
    lab.open(lab.write("dropped.ipynb", [PROJECT]))
    lab.run(0)
    bench = app(lab)
    zone = bench.get_by_role("region", name="Files from this computer")
    expect(zone).to_contain_text(
        "They are copied into pdm_nb-files, next to the notebook. At most 500 MB per file."
    )
    bench.locator(".pdm-drop input[type=file]").set_input_files(
        [{"name": "CON.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 0"}]
    )
    expect(bench.get_by_role("button", name="Import 1 document")).to_be_visible()
    zone.evaluate(DROP)
    expect(bench.get_by_role("button", name="Import 3 documents")).to_be_visible()
    lab.picture("workbench-dropped")
    files = {path.name: path.stat().st_size for path in (lab.server.root / "pdm_nb-files").rglob("*.pdf")}
    assert files == {"_CON.pdf": 10, "A-101.pdf": 10, "A-102.pdf": 5 << 20}
    zone.evaluate(DROP)
    expect(zone.get_by_role("alert")).to_contain_text("A-101.pdf exists already, so it was not replaced.")
    bench.get_by_role("button", name="Import 3 documents").click()
    expect(shown(lab)).to_have_count(3)
    assert lab.cells.count() == 1


def test_spellings_are_merged_and_confidence_filters_in_the_panel(lab: Lab) -> None:
    lab.open(lab.write("spellings.ipynb", [FAKE]))
    lab.run(0)
    bench, table = app(lab), app(lab).locator(".pdm-table")
    facets = bench.get_by_role("complementary", name="Filters")
    facets.get_by_label("Add a column …").select_option("description")
    facets.get_by_role("region", name="Description").get_by_role("button", name="Merge spellings …").click()
    panel = bench.get_by_role("dialog", name="Different spellings in Description")
    box = panel.get_by_label("What Ground floor and its other spellings become")
    box.fill("")
    lab.page.keyboard.type("Ground floor plan")  # a letter that leaked would change the cell
    lab.picture("workbench-merge")
    panel.get_by_role("button", name="Merge (2 cells)").click()
    for row in (1, 2):
        expect(lab.cell(table, row, "description").locator(".pdm-text")).to_have_text("Ground floor plan")
    bench.get_by_role("region", name="Confidence", exact=True).get_by_role(
        "button", name="less than 70 %"
    ).click()
    expect(shown(lab)).to_have_text(["A-006.pdf"])
    lab.picture("workbench-confidence")
    assert lab.cells.count() == 1


def test_differences_come_first_until_somebody_works_in_the_table(lab: Lab) -> None:
    """Whoever comes while machine learning reads sees what differs at the top; later, no row moves under their hands."""
    lab.open(lab.write("first.ipynb", [FAKE]))
    lab.run(0)
    table = app(lab).locator(".pdm-table")
    step(lab, "Review").click()
    lab.until(lambda: order(lab) == [f"A-00{row}.pdf" for row in range(1, 7)], "the review")
    lab.execute("batch.suggestions[5, 'type'] = 'Letter'; batch.tell(5)")
    in_order = [f"A-00{row}.pdf" for row in (1, 5, 2, 3, 4, 6)]
    lab.until(lambda: order(lab) == in_order, "the documents that differ to come first")
    lab.cell(table, 6, "type").click()
    lab.execute("batch.suggestions[6, 'type'] = 'Letter'; batch.tell(6)")
    expect(lab.cell(table, 6, "~differences")).to_have_text("1")
    assert order(lab) == in_order


def test_a_suggestion_is_dismissed_shown_again_and_undone(lab: Lab) -> None:
    lab.open(lab.write("kept.ipynb", [FAKE]))
    lab.run(0)
    bench, table = app(lab), app(lab).locator(".pdm-table")
    step(lab, "Review").click()
    expect(step(lab, "Review")).to_contain_text("1 differs")
    lab.cell(table, 1, "type").click()
    bench.get_by_role("button", name="Keep 1 selected").click()
    expect(bench.get_by_text("No open differences.")).to_be_visible()
    expect(step(lab, "Review")).not_to_contain_text("differs")
    lab.picture("workbench-kept")
    lab.cell(table, 1, "type").click()
    lab.page.keyboard.press("Control+z")
    expect(step(lab, "Review")).to_contain_text("1 differs")
    lab.cell(table, 1, "type").click(button="right")
    bench.get_by_role("menuitem", name="Keep the value, dismiss the suggestion").click()
    bench.get_by_role("button", name="Show 1 dismissed").click()
    expect(step(lab, "Review")).to_contain_text("1 differs")
    expect(lab.cell(table, 1, "type").locator(".pdm-text")).to_have_text("Letter")


def test_pictures_are_drawn_with_their_values_as_text(lab: Lab) -> None:
    pytest.importorskip("vl_convert")
    imported(lab, "pictures")
    bench = app(lab)
    step(lab, "Review").click()
    bench.get_by_text("What filled each field, and how sure machine learning was").click()
    lab.theme("Dark")
    bench.get_by_role("button", name="Draw a picture").click()
    image: Any = bench.get_by_role("figure").get_by_role("img")
    expect(image).to_be_visible()
    assert "Of all cells:" in image.get_attribute("alt")
    lab.until(lambda: image.evaluate("one => one.naturalWidth") > 100, "the picture to be drawn")
    assert "rgb" in image.get_attribute("src")  # the color of the dark page
    bench.get_by_role("figure").scroll_into_view_if_needed()
    lab.picture("workbench-picture")
    bench.get_by_role("figure").get_by_text("Values").click()
    expect(bench.get_by_role("columnheader", name="share")).to_be_visible()
    step(lab, "Connect").click()
    card = bench.get_by_role("region", name="Completeness of the project")
    card.get_by_role("button", name="Draw a picture").click()
    expect(card).to_contain_text("There are no documents.")
    lab.picture("workbench-completeness")
