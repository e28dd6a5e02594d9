"""Parts of the workbench in JupyterLab, by what people call them."""

from __future__ import annotations

from typing import Any

from tests.support.browser.lab import Lab


def app(lab: Lab) -> Any:
    """The workbench."""
    return lab.panel.locator(".pdm-app")


def step(lab: Lab, name: str) -> Any:
    """A step in the row of steps."""
    return app(lab).locator(".pdm-step", has_text=name)


def shown(lab: Lab) -> Any:
    """The file names in the table."""
    return app(lab).locator(".ag-row .ag-cell[col-id='file'] .pdm-text")


def read(lab: Lab, path: str) -> None:
    """Type a folder, pattern or register into the step Import, and read it."""
    app(lab).get_by_role("combobox", name="Folder, pattern or register").click()
    lab.page.keyboard.type(path)
    lab.page.keyboard.press("Enter")
