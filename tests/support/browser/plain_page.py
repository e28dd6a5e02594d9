"""A page of another program than JupyterLab, or of none."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page


class PlainPage:
    """A page, and what tests ask of it."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self.page, self.pictures = page, pictures
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def picture(self, name: str) -> None:
        """A screenshot, for looking at."""
        self.page.screenshot(path=self.pictures / f"{name}.png")

    def dark(self, selector: str = ".pdm-app") -> bool:
        """True if the background of a view is dark and its text is light."""
        colors = self.page.locator(selector).first.evaluate(
            "node => [getComputedStyle(node).backgroundColor, getComputedStyle(node).color].map((color) => {"
            "const [r, g, b] = color.match(/[\\d.]+/g).map(Number); return 0.299 * r + 0.587 * g + 0.114 * b })"
        )
        return bool(colors[0] < 100 < colors[1])
