"""The document pane in JupyterLab: picture, title block, pages, suggestions by key, files that cannot be shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.support import preview_files
from tests.support.browser.lab import Lab, expect

pytestmark = pytest.mark.slow
AXE = Path(__file__).parents[2] / "pdm_nb/widgets/frontend/node_modules/axe-core/axe.min.js"
SERIOUS = """async () => (await axe.run(".pdm-pane", { resultTypes: ["violations"] })).violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact)).map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`)"""
FILES = ["A-101.pdf", "B-two pages.pdf", "C-damaged.pdf", "D-plan.png", "E-scan.tif"]
SUGGESTED = """
import pdm_nb
from tests.support.fake_batch import FakeBatch
from pathlib import Path
batch = FakeBatch({count})
for id_, name in enumerate({files}, 1):
    batch.change(id_, path=str(Path("pane") / name), name=name)
batch.suggestions |= {{(1, "number"): "A-101", (1, "revision"): "P02", (1, "description"): "Plan level 4", (2, "number"): "B-2"}}
batch.set(1, "discipline", "Architectural 0")
bench = pdm_nb.workbench(batch)
bench
"""


def opened(lab: Lab) -> Any:
    """A workbench over five files, with the document next to the table."""
    folder = lab.server.root / "pane"
    folder.mkdir(exist_ok=True)
    preview_files.title_block_sheet(folder / FILES[0])
    preview_files.plain(folder / FILES[1], pages=2)
    (folder / FILES[2]).write_bytes(b"%PDF-1.7 of nothing")
    preview_files.scanned(folder / FILES[3], folder / FILES[0], dpi=60)
    preview_files.tiff(folder / FILES[4])
    lab.open(lab.write("pane.ipynb", [SUGGESTED.format(count=len(FILES), files=FILES)]))
    lab.run(0)
    bench = lab.panel.locator(".pdm-app")
    bench.get_by_role("button", name="Document", exact=True).click()
    return bench


def select(lab: Lab, row: int) -> None:
    lab.cell(lab.panel.locator(".pdm-table"), row, "file").click()


def is_drawn(lab: Lab, selector: str) -> None:
    """Wait until the browser has the pixels of an image."""
    image = lab.panel.locator(selector)
    image.wait_for()
    lab.until(
        lambda: image.evaluate("one => one.complete && one.naturalWidth") > 100, f"{selector} to be drawn"
    )


def test_a_document_is_seen_next_to_its_fields(lab: Lab) -> None:
    bench, keys = opened(lab), lab.page.keyboard
    pane = bench.get_by_role("region", name="Document")
    expect(pane).to_contain_text("Select a row")
    select(lab, 1)
    expect(pane).to_contain_text("1 of 5")
    is_drawn(lab, ".pdm-page-image")
    is_drawn(lab, ".pdm-block img")
    expect(pane.locator(".pdm-block-mark")).to_be_visible()
    lab.picture("pane")

    pane.get_by_role("button", name="Title block").click()
    is_drawn(lab, ".pdm-part-image")
    shown = pane.locator(".pdm-figures").first
    expect(shown).not_to_have_text("100 %")
    lab.picture("pane-title-block")
    frame = pane.locator(".pdm-page-frame")
    frame.click()
    keys.press("0")
    expect(shown).to_have_text("100 %")
    frame.hover()
    lab.page.mouse.wheel(0, -400)
    expect(shown).not_to_have_text("100 %")
    keys.press("ArrowLeft")
    for letter in "bdx":  # a letter that leaked would change the notebook
        keys.press(letter)
    assert lab.cells.count() == 1

    keys.press("Alt+n")
    expect(pane.get_by_role("heading", name=FILES[1])).to_be_visible()
    is_drawn(lab, ".pdm-page-image")
    first = bench.locator(".pdm-page-image").get_attribute("src")
    pane.get_by_role("button", name=re.compile("^Next page")).click()
    expect(pane).to_contain_text("2 / 2")
    is_drawn(lab, ".pdm-page-image")
    assert bench.locator(".pdm-page-image").get_attribute("src") != first

    keys.press("Alt+n")
    expect(pane).to_contain_text("C-damaged.pdf is damaged and cannot be shown. Export it again.")
    for name in FILES[3:]:
        keys.press("Alt+n")
        expect(pane.get_by_role("heading", name=name)).to_be_visible()
        is_drawn(lab, ".pdm-page-image")
    expect(pane.get_by_role("button", name=re.compile("^Next document"))).to_be_disabled()


def test_suggestions_are_accepted_by_key_and_findings_fixed_by_button(lab: Lab) -> None:
    bench, keys = opened(lab), lab.page.keyboard
    table = bench.locator(".pdm-table")
    pane = bench.get_by_role("region", name="Document")
    select(lab, 1)
    is_drawn(lab, ".pdm-page-image")
    pane.get_by_role("button", name=re.compile("^Discipline: Set Architectural")).click()
    expect(pane.locator("[data-field=discipline]")).not_to_contain_text("not in the")
    expect(pane.get_by_role("button", name="Accept 3 suggestions")).to_be_visible()
    keys.press("Alt+a")
    expect(pane.locator("[data-field=number] .pdm-fact-value")).to_have_text("A-101")
    expect(pane.get_by_role("button", name="Accept 2 suggestions")).to_be_visible()
    keys.press("Alt+Shift+a")
    expect(pane.get_by_role("button", name=re.compile("^Accept"))).to_have_count(0)
    expect(lab.cell(table, 1, "revision").locator(".pdm-text")).to_have_text("P02")
    pane.get_by_text("History").click()
    expect(pane.locator(".pdm-history li").first).to_be_visible()
    pane.get_by_role("button", name=re.compile("^Revision: P02. Edit")).click()
    keys.press("Control+a")
    keys.type("P03")
    keys.press("Enter")
    expect(pane.locator("[data-field=revision] .pdm-fact-value")).to_have_text("P03")
    expect(pane.locator("[data-field=revision] .pdm-fact-value")).to_be_focused()
    keys.press("Escape")
    expect(table.locator(".ag-cell:focus")).to_be_visible()
    for name in ("Upload", "Review", "Submit", "Report", "Prepare"):
        bench.locator(".pdm-step", has_text=name).click()
        expect(pane.locator(".pdm-page-image")).to_be_visible()
    pane.get_by_role("button", name="Close the document").click()
    expect(pane).to_have_count(0)
    assert lab.cells.count() == 1


def test_the_document_is_accessible_and_shows_texts_as_they_are(lab: Lab) -> None:
    bench = opened(lab)
    pane = bench.get_by_role("region", name="Document")
    select(lab, 1)
    is_drawn(lab, ".pdm-page-image")
    hostile = '<img src=x onerror="window.hit = 1"> $x^2$ ' + "x" * 10_000
    lab.execute(f"batch.set(1, 'description', {hostile!r})")
    expect(pane.locator("[data-field=description] .pdm-fact-value")).to_contain_text("<img src=x")
    assert not lab.page.evaluate("window.hit")
    assert pane.locator("[data-field=description]").evaluate("one => one.clientHeight") < 400
    if AXE.is_file():
        lab.page.add_script_tag(path=AXE)
        for theme in ("Dark", "Light"):
            lab.theme(theme)
            lab.page.wait_for_timeout(300)  # colors fade
            assert lab.page.evaluate(SERIOUS) == [], theme
            lab.picture(f"pane-{theme.lower()}")
    for width in (2500, 1400, 900, 780):
        lab.page.set_viewport_size({"width": width, "height": 1000})
        expect(pane.locator(".pdm-page-frame")).to_be_visible()
        assert bench.evaluate("one => one.scrollWidth - one.clientWidth") <= 1, width
        cut = "all => all.filter((one) => one.offsetWidth && one.scrollWidth > one.clientWidth + 1).length"
        assert pane.locator("button, .pdm-mark").evaluate_all(cut) == 0, width
