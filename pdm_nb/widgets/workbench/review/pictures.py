"""Pictures in the workbench: drawn in Python as SVG (extra `plots`), with their values for people who do not see them."""

from __future__ import annotations

import re
from typing import Any

from ....errors import PdmError
from ....runs import loop
from ...application.application import ApplicationPart
from ...application.texts import SELECT_FILES, SELECT_PROJECT

COLOR = re.compile(r"rgba?\([\d, .]+\)|#[0-9a-fA-F]{3,8}")
MOST_ROWS = 200  # of the values that the page lists


class Pictures(ApplicationPart):
    """Draws what filled the fields of a batch, and how complete the documents of a project are."""

    actions = ("sources", "completeness")

    def __init__(self, bench: Any) -> None:
        self.bench = bench

    def sources(self, ink: str = "") -> dict[str, Any]:
        """Draw what filled each field of the batch, and how sure machine learning was."""
        if self.bench.batch is None:
            raise PdmError(SELECT_FILES)
        return self._drawn(lambda: self.bench.project.plot.sources(self.bench.batch), ink)

    def completeness(self, ink: str = "") -> None:
        """Draw how many documents of the project have each field, in a thread: all revisions are read first."""
        if self.bench.project is None:
            raise PdmError(SELECT_PROJECT)
        project = self.bench.project
        self.bench.show_page(completeness={"busy": True})
        loop.in_background(
            lambda: self._drawn(project.plot.completeness, ink), lambda shown: self._show(project, shown)
        )

    def forget(self) -> None:
        """Another project was opened."""
        self.bench.show_page(completeness=None)

    def _show(self, project: Any, shown: dict[str, Any]) -> None:
        if self.bench.project is project:
            self.bench.show_page(completeness=shown)

    def _drawn(self, draw: Any, ink: str) -> dict[str, Any]:
        """A picture as JSON; if it cannot be drawn, the sentence why."""
        try:
            picture = draw()
        except PdmError as error:  # the extra is not installed, or the service cannot be reached
            return {"missing": str(error)}
        rows = picture.table.head(MOST_ROWS)
        return {
            "title": picture.title,
            "description": picture.description,
            "svg": picture.svg(ink if COLOR.fullmatch(ink) else ""),
            "columns": [str(name) for name in rows.columns],
            "rows": [["" if value is None else str(value) for value in row] for row in _objects(rows)],
            "more": max(0, len(picture.table) - len(rows)),
        }


def _objects(rows: Any) -> list[list[Any]]:
    """The cells of a frame; missing ones are None."""
    return [list(row) for row in rows.astype("object").where(rows.notna(), None).itertuples(index=False)]
