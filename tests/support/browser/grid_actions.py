"""Actions on the grid of a new batch in JupyterLab."""

from __future__ import annotations

import re
from typing import Any

from tests.support.browser.lab import Lab, expect

GRID = """
from tests.support.fake_batch import FakeBatch
from pdm_nb.widgets import Workbench
batch = FakeBatch()
grid = Workbench(batch, view="grid")
grid
"""
CELLS = (
    "[[batch.cell(n, name).text for name in ('type', 'status', 'number', 'revision')] for n in range(1, 26)]"
)


class GridActions:
    """Actions on the grid of a new batch."""

    def __init__(self, lab: Lab) -> None:
        lab.run(0)
        self.lab, self.keys = lab, lab.page.keyboard
        self.table = lab.panel.locator(".pdm-table").first
        self.cells_before = lab.cells.count()

    def cell(self, row: int, key: str) -> Any:
        return self.lab.cell(self.table, row, key)

    def choose(self, first: tuple[int, str], last: tuple[int, str] | None = None) -> None:
        self.cell(*first).click()
        if last:
            self.cell(*last).click(modifiers=["Shift"])

    def copy_elsewhere(self, text: str, html: str = "") -> None:
        kinds = {"text/plain": text} | ({"text/html": html} if html else {})
        self.lab.page.evaluate(
            "kinds => navigator.clipboard.write([new ClipboardItem(Object.fromEntries(Object.entries(kinds)"
            ".map(([type, text]) => [type, new Blob([text], { type })])))])",
            kinds,
        )

    def paste_from_elsewhere(self, text: str, html: str) -> None:
        """Paste with unchanged HTML: the browser's own clipboard removes the head of the page."""
        self.lab.page.evaluate(
            "([text, html]) => { const data = new DataTransfer(); data.setData('text/plain', text);"
            "data.setData('text/html', html); document.activeElement.dispatchEvent(new ClipboardEvent('paste',"
            "{ clipboardData: data, bubbles: true, cancelable: true })) }",
            [text, html],
        )

    def clipboard(self) -> str:
        return str(self.lab.page.evaluate("navigator.clipboard.readText()"))

    def said(self, words: str | re.Pattern[str]) -> None:
        expect(self.table.locator(".pdm-status")).to_contain_text(words)

    def until_true(self, expression: str) -> None:
        """Wait until an expression is true in the kernel, since an edit takes a moment to arrive."""

        def holds() -> bool:
            try:
                self.lab.execute(f"assert {expression}")
            except AssertionError:
                return False
            return True

        self.lab.until(holds, expression)

    def held(self) -> list[list[str]]:
        """The values of the batch when no edit is pending: type, status, number, revision; one row per document."""
        expect(self.table.locator(".pdm-pending")).to_have_count(0)
        self.lab.run(1)
        return list(eval(self.lab.text(1)))

    def column(self, key: str) -> list[str]:
        return [row[("type", "status", "number", "revision").index(key)] for row in self.held()]

    def rows(self) -> list[str]:
        """Ids of the rows that are drawn, top to bottom."""
        found = self.table.evaluate(  # in one call, since rows change in the meantime
            """table => [...table.querySelectorAll('.ag-row:has([col-id="#"])')]
                .map(row => [row.getBoundingClientRect().top, row.getAttribute('row-id')])"""
        )
        return [id_ for _, id_ in sorted(found)]
