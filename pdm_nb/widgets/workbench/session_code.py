"""The drawer Code and the step Report: the session as Python, as a notebook, and the report as a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InputError, PdmError
from ...file_writing.whole_file import file_for_people
from ..application.application import ApplicationPart
from ..application.texts import SELECT_FILES
from .header import batch_name

if TYPE_CHECKING:
    from .workbench import Workbench

RUN_LINES = {
    "upload": "batch.upload().wait()",
    "watch": "batch.watch({rows}).wait()",
    "submit": "batch.submit(plan=batch.plan()).wait()",
}


class SessionCode(ApplicationPart):
    """Shows what was done as code, and saves it."""

    actions = ("open", "close", "save_notebook", "report")

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.is_open = False
        self._made: list[str] = []  # the lines that made the batch
        self._runs: list[tuple[str, str]] = []  # the code of the edits before each run, and its own

    def forget(self) -> None:
        """Start again, after another batch was opened."""
        self._runs, self._made = [], []

    def note(self, lines: Sequence[str]) -> None:
        """Remember the lines that made the batch."""
        self._made = list(lines)

    def ran(self, name: str, rows: str = "") -> None:
        """Remember that a run was started; `rows` is the code of its rows."""
        self._runs.append((self.bench.batch.to_code(), RUN_LINES[name].format(rows=rows)))

    def refresh(self) -> None:
        """Show the code, while the drawer is open."""
        if self.is_open:
            self.bench.show_page(code=self.text())

    def text(self) -> str:
        """The session as lines of Python. Secrets are never in it: `connect` reads them from the environment."""
        bench = self.bench
        lines = ["import pdm_nb", ""]
        if bench.service is not None:
            lines.append(f"service = pdm_nb.connect({_environment(bench.service)!r})")
        if bench.project is not None:
            lines.append(f"project = service.project({bench.project.name!r})")
        if bench.batch is None:
            return "\n".join([*lines, ""])
        opened = f"batch = project.batch(journal={str(bench.batch.view.journal_path)!r})"
        lines += [*(self._made or [opened]), *self._edits_and_runs()]
        return "\n".join([*lines, ""])

    def _edits_and_runs(self) -> list[str]:
        """Edits and runs in their order; an edit that was undone after a run is left out."""
        code, lines, shown = self.bench.batch.to_code(), [], 0
        for before, line in self._runs:
            if code.startswith(before) and len(before) > shown:
                lines += code[shown : len(before)].splitlines()
                shown = len(before)
            lines.append(line)
        return [*lines, *code[shown:].splitlines()]

    def open(self) -> str:
        """Open the drawer; return the code."""
        self.is_open = True
        self.refresh()
        return self.text()

    def close(self) -> None:
        """Close the drawer."""
        self.is_open = False

    def save_notebook(self, path: str = "") -> str:
        """Save the code as a notebook that runs; return its path."""
        file = Path(path or f"{self._name()}.ipynb")
        if file.suffix != ".ipynb":
            raise InputError(f"{file} is not a notebook. Use a name that ends with .ipynb.")
        with file_for_people(file, over=False) as draft:
            draft.write_text(json.dumps(notebook(self.text()), indent=1), "utf-8")
        self.bench.say(f"The session was saved as {file}.", "good")
        return str(file)

    def report(self, path: str = "", on_hold: bool = False) -> str:
        """Write the audit report, or what is on hold; return its path."""
        if self.bench.batch is None:
            raise PdmError(SELECT_FILES)
        if on_hold:
            held = self.bench.batch.report(path, on_hold=True)
            self.bench.say(f"What is on hold was saved as {held}.", "good")
            return str(held)
        file = self.bench.batch.report(path or f"{self._name()}-report.xlsx")
        self.bench.reported = str(file)
        self.bench.poke()
        self.bench.say(f"The report was saved as {file}.", "good")
        return str(file)

    def _name(self) -> str:
        batch = self.bench.batch
        return batch_name(batch.view.journal_path) if batch is not None else "session"


def _environment(service: Any) -> str:
    name = str(getattr(service, "environment", ""))
    return "sim" if name.startswith("127.0.0.1") else name


def notebook(code: str) -> dict[str, Any]:
    """A notebook with one code cell for each paragraph of the code."""
    head, _, rest = code.partition("\n\n")
    sources = [head, *filter(None, [rest.strip()])]
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "execution_count": None, "id": f"cell-{number}", "metadata": {}, "outputs": [],
         "source": source}
        for number, source in enumerate(sources, 1)
    ]  # fmt: skip
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
