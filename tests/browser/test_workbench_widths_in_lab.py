"""The workbench in JupyterLab from 560 to 2,500 pixels and at 200 % zoom: no word is cut, no button covers another.

One notebook is opened once; the presentation plays the job in it, so that its bar is above every step.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser.lab import Lab, expect
from tests.support.browser.workbench import app, step

pytestmark = pytest.mark.slow
AXE = Path(__file__).parents[2] / "pdm_nb/widgets/frontend/node_modules/axe-core/axe.min.js"
CODE = "from pdm_nb.widgets.presentation import PresentedWorkbench\nbench = PresentedWorkbench(ml_seconds=0.1)\nbench"
SPELLINGS = (
    "bench.batch.set(1, 'description', 'Ground floor'); bench.batch.set(2, 'description', 'ground  FLOOR')"
)
PATIENCE = 120_000  # milliseconds; a run takes some seconds, a busy machine longer
SIZES = {
    "560": (560, 1000, 1),
    "zoomed": (700, 500, 2),
    "900": (900, 1000, 1),
    "2500": (2500, 1300, 1),
    "1400": (1400, 1000, 1),
}
VIEWS = [
    *(
        "connect",
        "help",
        "import-empty",
        "register",
        "prepare",
        "requirements",
        "document-and-code",
        "upload",
    ),
    *("merge", "review", "submit", "submitted", "report", "restarted"),
]
FINDINGS = """() => {
  const found = [];
  const ARROW = 30; // pixels of a select that are not its text
  const pen = document.createElement("canvas").getContext("2d");
  const say = (what, node, more = "") => found.push(`${what}: ${node.tagName.toLowerCase()}.${node.className} "${(node.textContent || node.placeholder || "").trim().slice(0, 60)}" ${more}`);
  const app = document.querySelector(".pdm-app");
  const left = ".ag-root-wrapper, .pdm-visually-hidden, .pdm-popups";
  const nodes = [...app.querySelectorAll("*")].filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest(left));
  const isNamed = (node, style) => style.textOverflow === "ellipsis" && node.closest("[title]");
  const clip = (node, box) => { // what scrolling and hidden overflow leave of a box
    let { left, top, right, bottom } = box;
    for (let one = node.parentElement; one && !one.matches(".pdm-app, .pdm-popup"); one = one.parentElement) {
      if (getComputedStyle(one).overflow === "visible") continue;
      const around = one.getBoundingClientRect();
      [left, top, right, bottom] = [Math.max(left, around.left), Math.max(top, around.top), Math.min(right, around.right), Math.min(bottom, around.bottom)];
    }
    return { left, top, right, bottom };
  };
  for (const node of nodes) {
    const style = getComputedStyle(node);
    const box = node.getBoundingClientRect();
    const isWide = style.display !== "inline" && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0;
    if (isWide && ["hidden", "clip"].includes(style.overflowX) && node.textContent.trim() && !isNamed(node, style)) say("cut", node, `${node.scrollWidth} > ${node.clientWidth}`);
    if (isWide && ["auto", "scroll"].includes(style.overflowX) && !node.matches(".pdm-scroll, .pdm-chips, .ag-grid-viewport")) say("scrolls", node, `${node.scrollWidth} > ${node.clientWidth}`);
    const isHigh = node.scrollHeight > node.clientHeight + 2 && node.clientHeight > 1 && style.display !== "inline";
    if (isHigh && ["hidden", "clip"].includes(style.overflowY) && node.innerText?.trim() && !node.matches(".pdm-body, .pdm-page-frame")) say("cut below", node, `${node.scrollHeight} > ${node.clientHeight}`);
    if (node.matches("select") && node.selectedOptions[0]) {
      pen.font = style.font;
      if (pen.measureText(node.selectedOptions[0].text).width > node.clientWidth - ARROW) say("cut", node, node.selectedOptions[0].text);
    }
    if (node.matches("input.pdm-field") && (!node.value || node.clientWidth < 200) && node.scrollWidth > node.clientWidth + 1) say("cut", node, node.value);
    const bounds = (node.closest(".pdm-popup") ?? app).getBoundingClientRect();
    if (!node.closest(".pdm-scroll, .pdm-chips, .pdm-page-frame") && (box.right > bounds.right + 1 || box.left < bounds.left - 1)) say("outside", node, `${box.right} > ${bounds.right}`);
    for (const text of node.childNodes) {
      if (text.nodeType !== Node.TEXT_NODE || !text.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const drawn = range.getBoundingClientRect();
      if (style.display !== "inline" && style.display !== "contents" && !isNamed(node, style) && !node.matches("option, textarea") && (drawn.right > box.right + 1 || drawn.left < box.left - 1)) say("wider than its box", node);
    }
  }
  const controls = nodes.filter((node) => node.matches("button, input, select, summary, .pdm-mark, a"))
    .map((node) => [node, clip(node, node.getBoundingClientRect()), node.closest(".pdm-popup")]);
  for (const [index, [one, a, popup]] of controls.entries()) {
    for (const [other, b, around] of controls.slice(index + 1)) {
      if (popup !== around || one.contains(other) || other.contains(one)) continue;
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1) say("covered", one, `by ${other.textContent.trim()}`);
    }
  }
  for (const popup of app.querySelectorAll(".pdm-popup")) {
    const box = popup.getBoundingClientRect();
    if (box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight) say("outside the window", popup);
  }
  for (let one = app; one; one = one.parentElement) if (one.scrollWidth > one.clientWidth + 1 && one.clientWidth) say("the page scrolls", one, `${one.scrollWidth} > ${one.clientWidth}`);
  return [...new Set(found)];
}"""
SERIOUS = """async () => (await axe.run({ include: [".pdm-app"], exclude: [".ag-root-wrapper"] }, { resultTypes: ["violations"] })).violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))"""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60))))"


class Look:
    """Looks at the workbench in every size and both themes."""

    def __init__(self, lab: Lab) -> None:
        self.lab, self.theme = lab, "Light"
        self.seen, self.found = list[str](), list[str]()
        self.screen = lab.page.context.new_cdp_session(lab.page)

    def resize(self, name: str) -> None:
        width, height, scale = SIZES[name]
        metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        self.screen.send("Emulation.setDeviceMetricsOverride", metrics)
        self.lab.page.wait_for_function("width => innerWidth === width", arg=width)
        self.lab.page.evaluate(DRAWN)

    def at(self, view: str) -> None:
        """Look at a view: in all sizes in one theme, and then in the other one."""
        self.seen.append(view)
        self.sizes(view, SIZES)
        self.switch()
        self.sizes(view, ["1400"])

    def switch(self) -> None:
        self.theme = "Dark" if self.theme == "Light" else "Light"
        self.lab.theme(self.theme)

    def sizes(self, view: str, sizes: Iterable[str]) -> None:
        page = self.lab.page
        for size in sizes:
            self.resize(size)
            self.found += [f"{view} {size} {self.theme}: {one}" for one in page.evaluate(FINDINGS)]
            shot = self.screen.send("Page.captureScreenshot")  # the page's own would end the zoom
            (self.lab.pictures / f"{view}-{size}-{self.theme}.png").write_bytes(b64decode(shot["data"]))
        page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => 0)))")
        self.found += [f"{view} {self.theme}: {one}" for one in page.evaluate(SERIOUS)]

    def popup(self, view: str, button: Any) -> None:
        """Look at a popup that a button opens. The menu that switches the theme closes it, so it is opened again."""
        self.seen.append(view)
        for sizes in (SIZES, ["1400"]):
            button.click()
            expect(app(self.lab).get_by_role("dialog")).to_be_visible()
            expect(app(self.lab).locator(".pdm-popup [aria-busy=true]")).to_have_count(0)
            self.sizes(view, sizes)
            self.lab.page.keyboard.press("Escape")
            self.switch()


def scenes(lab: Lab) -> Iterator[str]:
    """Play the presentation; the title of each scene."""
    bar = app(lab).get_by_role("region", name="Presentation")
    number = 1
    while True:
        expect(bar).to_contain_text(f"Scene {number} of", timeout=PATIENCE)
        following = bar.get_by_role("button", name=re.compile("^Next: "))
        if "the end" not in bar.inner_text():
            expect(following).to_be_visible(timeout=PATIENCE)  # the run of the scene has ended
        yield bar.get_by_role("heading").inner_text()
        if "the end" in bar.inner_text():
            return
        following.click(timeout=PATIENCE)
        number += 1


def test_no_word_is_cut_from_560_to_2500_pixels(lab: Lab) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm ci in pdm_nb/widgets/frontend")
    lab.open(lab.write("widths.ipynb", [CODE]))
    lab.page.keyboard.press("Control+B")  # without the list of files there is more room
    lab.run(0)
    lab.page.add_script_tag(path=AXE)
    look, bench = Look(lab), app(lab)
    button = lambda name: bench.get_by_role("button", name=name, exact=True)  # noqa: E731
    for scene in scenes(lab):
        if scene == "Sixty documents and a spreadsheet":
            look.at("connect")
            look.popup("help", button("Help"))
        if scene == "Sign in":
            look.at("import-empty")
        if scene == "Somebody else's register":
            expect(bench.locator(".pdm-questions")).to_be_visible()
            look.at("register")
        if scene == "One table, from here to the report":
            expect(bench.locator(".ag-row").first).to_be_visible()
            look.at("prepare")
        if scene == "What the service would reject":
            step(lab, "Connect").click()
            bench.locator(".pdm-requirements").get_by_role("button", name="Type").first.click()
            completeness = bench.get_by_role("region", name="Completeness of the project")
            completeness.get_by_role("button").click()
            expect(completeness).to_contain_text("There are no documents.")
            look.at("requirements")
            step(lab, "Prepare").click()
            lab.cell(bench.locator(".pdm-table"), 1, "volume").click()
            bench.locator(".pdm-page-image[data-sharp='true']").wait_for()
            button("Code").click()
            look.at("document-and-code")
            button("Code").click()
        if scene == "Upload":
            look.at("upload")
        if scene == "What machine learning read":
            expect(bench.get_by_text("Machine learning finished")).to_be_visible(timeout=PATIENCE)
            lab.execute(SPELLINGS)
            bench.get_by_label("Add a column …").select_option("description")
            description = bench.get_by_role("region", name="Description", exact=True)
            look.popup("merge", description.get_by_role("button", name="Merge spellings …"))
            bench.get_by_text("What filled each field, and how sure machine learning was").click()
            button("Draw a picture").click()
            expect(bench.get_by_role("figure").get_by_role("img")).to_be_visible()
            look.at("review")
        if scene == "What becomes what":
            expect(bench.get_by_label("I have checked the metadata")).to_be_visible()
            look.at("submit")
        if scene == "Submit":
            expect(bench.get_by_text("Submit finished")).to_be_visible(timeout=PATIENCE)
            look.at("submitted")
    look.at("report")
    lab.menu("Kernel", "Restart Kernel…")
    lab.page.get_by_role("button", name="Confirm Kernel Restart").click()
    expect(bench.get_by_role("alert").first).to_contain_text("The kernel was restarted")
    look.at("restarted")
    assert look.found == []
    assert look.seen == VIEWS  # no scene was renamed
