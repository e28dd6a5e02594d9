"""Pictures of each step of the workbench, made by doing the job by hand: 1,400 and 900 pixels wide, light and dark.

They are written where `PDM_NB_PICTURES` says; `docs/generators/pictures.py` puts some of them into docs/pictures.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pdm_nb.sim import write_samples
from tests.support.browser.lab import ARGUMENTS, PATIENCE, Lab, expect, serve
from tests.support.browser.workbench import app, step

pytestmark = pytest.mark.long
REPOSITORY = Path(__file__).parents[2]
ML_PATIENCE = 120_000  # milliseconds
WIDTHS = (1400, 900)
HEIGHT = 1500  # room for the tallest step, so that no picture is cut
BENCH = "import pdm_nb\nbench = pdm_nb.workbench()\nbench"
LEAST = 10_000  # bytes of a picture that shows something


def take(lab: Lab, name: str) -> None:
    """Pictures of the workbench as it is now, in both widths and themes."""
    for width in WIDTHS:
        lab.page.set_viewport_size({"width": width, "height": HEIGHT})
        for theme in ("Dark", "Light"):
            lab.theme(theme)
            lab.page.mouse.move(2, 2)  # so that no button looks as if it were pressed
            lab.page.wait_for_timeout(1500)  # colors fade, and so do the marks of changed cells
            path = lab.pictures / f"{name}-{width}-{theme.lower()}.png"
            app(lab).screenshot(path=path, animations="disabled")
            assert path.stat().st_size > LEAST, name
            assert cut_words(lab) == [], (name, width)
    lab.page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})


def cut_words(lab: Lab) -> list[str]:
    """Buttons, marks, titles and sentences whose text is wider than they are, or outside of the workbench."""
    found = lab.page.evaluate(
        """() => {
          const app = document.querySelector(".pdm-app");
          const right = app.getBoundingClientRect().right + 1;
          return [...app.querySelectorAll("button, .pdm-mark, h3, h4, p, label, summary, li")]
            .filter((one) => one.offsetWidth && !one.closest(".ag-root-wrapper, .pdm-chips, .pdm-scroll, .pdm-visually-hidden, .pdm-popup"))
            .filter((one) => (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline")
              || one.getBoundingClientRect().right > right)
            .map((one) => one.textContent.slice(0, 80));
        }"""
    )
    return list(found)


def register(path: Path, samples: list[Any]) -> None:
    """A register of these files with its own column names; some of its values are in no list of the project."""
    read = [sample for sample in samples if sample.kind in ("drawing", "specification")]
    odd = {1: "V33", 5: "Vol 2", 9: "Podium Volume"}
    table = {
        "File": [sample.path.stem for sample in read],
        "Proj": ["RST"] * len(read),
        "Originator": [sample.originator for sample in read],
        "Vol": [odd.get(index, sample.volume) for index, sample in enumerate(read)],
        "Level": [sample.location for sample in read],
        "Disc.": [sample.discipline for sample in read],
        "Sheet title": [sample.title for sample in read],
        "Status": ["S2"] * len(read),
        "Rev": [sample.revision or "P01" for sample in read],
    }
    pd.DataFrame(table).to_excel(path, index=False)


@pytest.fixture
def shown_lab(browser: Any) -> Iterator[Lab]:
    """A page on a server in a folder with a short name, in a browser that shows scroll bars."""
    target = os.environ.get("PDM_NB_PICTURES")
    with tempfile.TemporaryDirectory(prefix="riverside-") as root, tempfile.TemporaryDirectory() as home:
        env = {"PYTHONPATH": os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))}
        launched = browser.browser_type.launch(
            executable_path=_chromium(), args=ARGUMENTS, ignore_default_args=["--hide-scrollbars"]
        )
        context = launched.new_context(viewport={"width": WIDTHS[0], "height": HEIGHT})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.set_default_timeout(PATIENCE * 1000)
        pictures = Path(target or home)
        pictures.mkdir(parents=True, exist_ok=True)
        with serve(Path(root), Path(home), env) as server:
            yield Lab(context.new_page(), server, pictures)
        launched.close()


def _chromium() -> str:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))


def test_each_step_in_both_widths_and_themes(shown_lab: Lab) -> None:
    lab = shown_lab
    folder = lab.server.root / "issue 2"
    samples = write_samples(folder, count=25, seed=7)
    register(folder / "drawing list.xlsx", samples)
    lab.open(lab.write("pictures.ipynb", [BENCH]))
    lab.page.keyboard.press("Control+B")  # without the list of files there is more room
    lab.run(0)
    bench, keys = app(lab), lab.page.keyboard

    bench.get_by_role("button", name="Sign in").click()
    expect(bench.get_by_label("Search projects")).to_be_visible()
    take(lab, "connect")
    bench.get_by_label("Search projects").click()
    keys.type("river")
    keys.press("Enter")

    expect(bench.get_by_role("combobox", name="Folder, pattern or register")).to_be_visible()
    read(lab, "issue 2/")
    expect(
        bench.get_by_role("button", name=re.compile("^Import 25 documents|^Import 26 documents"))
    ).to_be_visible()
    take(lab, "import")
    read(lab, "issue 2/drawing list.xlsx")
    expect(bench.get_by_label("Field: Sheet title")).to_be_visible()
    answer_questions(lab)
    take(lab, "register")
    bench.get_by_role("button", name=re.compile(r"^Import \d+ documents")).click()
    expect(bench.locator(".ag-row").first).to_be_visible()

    show_document(bench, False)
    select(lab, 1, "volume")
    take(lab, "prepare")
    show_document(bench, True)
    bench.locator(".pdm-page-image[data-sharp='true']").wait_for()
    bench.locator(".pdm-block img").wait_for()
    take(lab, "document")
    show_document(bench, False)
    bench.get_by_role("button", name="Code", exact=True).click()
    expect(bench.locator(".pdm-code pre")).to_contain_text("drawing list.xlsx")
    take(lab, "code")
    bench.get_by_role("button", name="Close", exact=True).click()

    step(lab, "Connect").click()
    bench.locator(".pdm-requirements").get_by_role("button", name="Type").first.click()
    take(lab, "requirements")

    step(lab, "Upload").click()
    bench.get_by_role("button", name=re.compile(r"^Upload \d+")).click()
    expect(step(lab, "Upload")).to_contain_text(re.compile(r"\d+ of \d+"), timeout=ML_PATIENCE)
    take(lab, "upload")
    step(lab, "Review").click()
    expect(bench.get_by_text("Machine learning finished")).to_be_visible(timeout=ML_PATIENCE)
    select(lab, 1, "volume")
    take(lab, "review")
    step(lab, "Submit").click()
    bench.get_by_label("I have checked the metadata").check()
    take(lab, "submit")
    bench.locator(".pdm-foot .pdm-primary").click()
    expect(bench.get_by_text("Submit finished")).to_be_visible()
    step(lab, "Report").click()
    bench.get_by_role("button", name="Save the report").click()
    expect(bench.locator(".pdm-note")).to_contain_text("The report was saved")
    take(lab, "report")


def answer_questions(lab: Lab) -> None:
    """Take the first answer of each question that the register leaves open."""
    questions = app(lab).locator(".pdm-questions")
    while before := questions.all_inner_texts():
        questions.locator(".pdm-button").first.click()
        lab.until(lambda old=before: questions.all_inner_texts() != old, "the answer")


def read(lab: Lab, path: str) -> None:
    box = app(lab).get_by_role("combobox", name="Folder, pattern or register")
    box.fill(path)  # without the list of paths, which would cover the page
    lab.page.keyboard.press("Enter")


def select(lab: Lab, row: int, field: str) -> None:
    """Select a cell, with the first columns in view."""
    table = app(lab).locator(".pdm-table")
    lab.cell(table, row, field).click()
    table.locator(".ag-grid-viewport").evaluate("node => node.scrollTo({ left: 0, top: 0 })")


def show_document(bench: Any, wanted: bool) -> None:
    button = bench.get_by_role("button", name="Document", exact=True)
    if (button.get_attribute("aria-pressed") == "true") != wanted:
        button.click()
