"""Texts from outside in every step of the workbench: HTML, script, control characters, 10,000 characters; odd documents."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import preview_files
from tests.support.browser.lab import Lab, expect

pytestmark = pytest.mark.slow
MARKUP = '<img src=x onerror="window.hit = 1"><script>window.hit = 2</script> $x^2$ &amp; {{7*7}}'
CONTROLS = "\x1b[31mred\x1b[0m \u202egnp.exe\u202c \u0000 \u2066x"
LONG = "W" * 10_000
BENCH = """
import pdm_nb
from pathlib import Path
from dataclasses import replace
from tests.support.fake_batch import FakeBatch
batch = FakeBatch(5)
texts = {texts!r}
for id_, text in enumerate(texts, 1):
    batch.change(id_, name=text[:200] + ".pdf", message=text, state="held")
    batch.set(id_, "description", text)
    batch.set(id_, "number", text)
    batch.ml_says(id_, "revision", text, 0.5)
    batch.suggestions[id_, "type"] = text
for id_, name in ((4, "pages.pdf"), (5, "broken.pdf")):
    batch.change(id_, path=str(Path("odd") / name), name=name)
bench = pdm_nb.workbench(batch)
bench
"""
WIDE = """() => {
  const app = document.querySelector(".pdm-app");
  const right = app.getBoundingClientRect().right + 1;
  return [...app.querySelectorAll("*")].filter((one) => one.offsetWidth && !one.closest(".ag-root-wrapper, .pdm-page-frame, .pdm-popup"))
    .filter((one) => one.getBoundingClientRect().right > right).map((one) => `${one.className}: ${one.textContent.slice(0, 60)}`);
}"""


def test_what_comes_from_outside_is_text_in_every_step(lab: Lab) -> None:
    folder = lab.server.root / "odd"
    folder.mkdir()
    preview_files.plain(folder / "pages.pdf", pages=500)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 of nothing")
    lab.open(lab.write("odd.ipynb", [BENCH.format(texts=[MARKUP, CONTROLS, LONG])]))
    lab.run(0)
    bench = lab.panel.locator(".pdm-app")
    table = bench.locator(".pdm-table")
    expect(lab.cell(table, 1, "description").locator(".pdm-text")).to_have_text(MARKUP)
    document = bench.get_by_role("button", name="Document", exact=True)
    if document.get_attribute("aria-pressed") != "true":
        document.click()
    pane = bench.get_by_role("region", name="Document")
    for name in ("Prepare", "Upload", "Review", "Submit", "Report"):
        bench.locator(".pdm-step", has_text=name).click()
        expect(bench.locator(".pdm-step", has_text=name)).to_have_attribute("aria-current", "step")
        for row in (1, 2, 3):
            lab.cell(table, row, "file").click()
            expect(pane).to_contain_text(f"{row} of 5")
        assert lab.page.evaluate(WIDE) == [], name
        assert bench.locator("img[src='x'], script, mjx-container, .MathJax").count() == 0
    bench.locator(".pdm-step", has_text="Upload").click()
    groups = bench.get_by_role("region", name="Not completed, by reason")
    expect(groups).to_contain_text(MARKUP)
    assert groups.bounding_box()["height"] < 500  # the table is still in sight
    lab.picture("malformed-texts")

    lab.cell(table, 4, "file").click()
    expect(pane).to_contain_text("/ 500")
    pane.get_by_label("Page number").fill("500")
    lab.page.keyboard.press("Enter")
    expect(pane).to_contain_text("page 500 of 500")
    bench.locator(".pdm-page-image[data-sharp='true']").wait_for()
    lab.cell(table, 5, "file").click()
    expect(pane.locator(".pdm-fault").first).to_be_visible()
    lab.picture("malformed-broken")
    assert lab.page.evaluate("window.hit") is None
    assert lab.cells.count() == 1


def test_a_register_that_is_opened_twice_is_the_same_register(lab: Lab) -> None:
    folder = lab.server.root / "twice"
    folder.mkdir()
    (folder / "A-1.pdf").write_bytes(b"%PDF-1.7 1")
    (folder / "list.csv").write_text("File,Title\nA-1.pdf,Plan\n", "utf-8")
    source = (
        "import pdm_nb\nbench = pdm_nb.workbench(pdm_nb.connect('sim').project('Riverside Tower'))\nbench"
    )
    lab.open(lab.write("twice.ipynb", [source]))
    lab.run(0)
    bench = lab.panel.locator(".pdm-app")

    def import_it() -> Any:
        box = bench.get_by_role("combobox", name="Folder, pattern or register")
        box.fill("twice/list.csv")
        lab.page.keyboard.press("Enter")
        bench.get_by_role("button", name="Import 1 document").click()
        expect(bench.locator(".ag-row .ag-cell[col-id='file'] .pdm-text")).to_have_count(1)
        expect(bench.locator(".pdm-step", has_text="Prepare")).to_have_attribute("aria-current", "step")

    import_it()
    lab.edit(lab.cell(bench.locator(".pdm-table"), 0, "description"), "Edited")
    bench.locator(".pdm-step", has_text="Import").click()
    import_it()
    table = bench.locator(".pdm-table")
    expect(lab.cell(table, 0, "description").locator(".pdm-text")).to_have_text("Edited")
