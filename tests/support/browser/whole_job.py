"""The whole job in the workbench by mouse and keyboard alone, so that it can be done in any program that shows the workbench."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from .lab import cell_of, expect

ML_PATIENCE = (
    90_000  # milliseconds; the simulator takes eight seconds to read documents, a busy machine longer
)


class WholeJob:
    """The steps of the job, one method each.

    Parameters
    ----------
    page : Page
        The page.
    app : Locator
        The workbench on it.
    picture : callable
        Takes a screenshot with a name.
    """

    def __init__(self, page: Page, app: Locator, picture: Callable[[str], object]) -> None:
        self.page, self.app, self.keys, self.picture = page, app, page.keyboard, picture

    def do(self, folder: Path, typed: str, count: int) -> None:
        """Do the job with the samples in `folder`, whose path in the kernel is `typed`.

        The workbench writes its report to `folder`'s parent.
        """
        self.connect()
        self.import_files(typed, count)
        self.prepare()
        self.upload(count)
        self.review()
        self.submit(count)
        self.report(folder.parent / f"{folder.name}-report.xlsx")

    def step(self, name: str) -> Locator:
        return self.app.locator(".pdm-step", has_text=name)

    def connect(self) -> None:
        self.app.get_by_role("button", name="Sign in").click()
        self.app.get_by_label("Search projects").click()
        self.keys.type("river")  # an `r` that leaked would turn the cell into Raw
        self.keys.press("Enter")
        expect(self.step("Import")).to_have_attribute("aria-current", "step")

    def import_files(self, typed: str, count: int) -> None:
        self.app.get_by_role("combobox", name="Folder, pattern or register").click()
        self.keys.type(typed)
        self.keys.press("Enter")
        self.app.get_by_role("button", name=f"Import {count} documents").click()
        expect(self.step("Prepare")).to_have_attribute("aria-current", "step")
        expect(self.app.locator(".ag-row .ag-cell[col-id='file'] .pdm-text").first).to_be_visible()

    def prepare(self) -> None:
        """Set a field of all documents: select the column, type, and Ctrl+Enter."""
        for key, text, shown in (("status", "S2", "Suitable for information"), ("revision", "P01", "P01")):
            cell = cell_of(self.app.locator(".pdm-table"), 0, key)
            cell.click()
            self.keys.press("Control+Space")
            self.keys.type(text)
            self.keys.press("Control+Enter")
            expect(cell.locator(".pdm-text")).to_have_text(re.compile(shown))
            expect(self.app.locator(".pdm-table .pdm-pending")).to_have_count(0)
        self.picture("prepare")

    def upload(self, count: int) -> None:
        self.app.get_by_role("button", name="Next: Upload").click()
        self.app.get_by_role("button", name=f"Upload {count}").click()
        expect(self.step("Upload")).to_contain_text(f"{count} of {count}", timeout=ML_PATIENCE)

    def review(self) -> None:
        self.app.get_by_role("button", name="Next: Review").click()
        expect(self.app.get_by_text("Machine learning finished")).to_be_visible(timeout=ML_PATIENCE)
        self.picture("review")

    def submit(self, count: int) -> None:
        self.app.get_by_role("button", name="Next: Submit").click()
        submit = self.app.locator(".pdm-foot .pdm-primary")
        expect(submit).to_be_disabled()
        self.app.get_by_label("I have checked the metadata").check()
        submit.click()
        expect(self.app.get_by_text("Submit finished")).to_be_visible(timeout=ML_PATIENCE)
        found = re.search(
            rf"(\d+) of {count} documents submitted, (\d+) on hold",
            self.app.locator(".pdm-foot").inner_text(),
        )
        assert found
        assert int(found[1]) > 0
        assert int(found[1]) + int(found[2]) == count
        self.picture("submit")

    def report(self, path: Path) -> None:
        self.step("Report").click()
        self.app.get_by_role("button", name="Save the report").click()
        expect(self.app.get_by_text(f"Saved as {path.name}", exact=True)).to_be_visible()
        assert path.is_file()
        self.picture("report")


def shown_views(app: Callable[[str], Any]) -> None:
    """Check what each view shows; `app` returns the view of a name."""
    expect(app("sign_in").get_by_role("button", name="Sign in")).to_be_visible()
    expect(app("requirements").get_by_role("heading", name="Naming standard")).to_be_visible()
    for view in ("workbench", "grid", "upload", "review", "submit", "report"):
        expect(app(view).locator(".ag-row .ag-cell[col-id='file'] .pdm-text").first).to_be_visible()
    expect(app("upload").get_by_role("button", name=re.compile("^Upload "))).to_be_visible()
    expect(app("submit").get_by_role("button", name="Update the plan")).to_be_visible()
    expect(app("report").get_by_role("button", name="Save the report")).to_be_visible()
