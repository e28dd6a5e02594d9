"""Runs a lesson of the course in this process, cell by cell, as a learner does in JupyterLab."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pdm_nb.errors import PdmError
from pdm_nb.learn import NotYet

COURSE = Path(__file__).parents[2] / "notebooks" / "course"
SOLUTIONS = COURSE / "solutions"


class Notebook:
    """A notebook that is run in this process. Top-level `await` works as in a kernel."""

    def __init__(self, path: Path) -> None:
        self.cells: dict[str, str] = {
            cell["id"]: "".join(cell["source"])
            for cell in json.loads(path.read_text("utf-8"))["cells"]
            if cell["cell_type"] == "code"
        }
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def execute(self, source: str) -> Any:
        """Run code; return the value of its last line, None if that is a statement."""
        return asyncio.run(self._execute(source))

    def run(self, cell: str) -> Any:
        """Run a cell."""
        return self.execute(self.cells[cell])

    def until(self, cell: str) -> Iterator[str]:
        """The cells above a cell."""
        for one in self.cells:
            if one == cell:
                return
            yield one

    def between(self, first: str, last: str) -> Iterator[str]:
        """The cells between two cells."""
        cells = list(self.cells)
        yield from cells[cells.index(first) + 1 : cells.index(last)]

    async def _execute(self, source: str) -> Any:
        tree = ast.parse(source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        value = await self._evaluate(compile(tree, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT))
        if isinstance(last, ast.Expr):
            code = ast.Expression(last.value)
            value = await self._evaluate(compile(code, "<cell>", "eval", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT))
        return value

    async def _evaluate(self, code: Any) -> Any:
        value = eval(code, self.names)
        return await value if asyncio.iscoroutine(value) else value


class Learner(Notebook):
    """Somebody who works on a lesson."""

    def solve_until(self, exercise: int) -> None:
        """Run everything above an exercise, with the solutions of those before."""
        for cell in self.until(f"exercise-{exercise}"):
            self.run(cell)

    def try_exercise(self, exercise: int, code: str) -> None:
        """Solve an exercise with other code, up to its check; the learner sees an error, and continues."""
        with contextlib.suppress(PdmError):
            self.execute(code)
        for cell in self.between(f"exercise-{exercise}", f"check-{exercise}"):
            self.run(cell)

    def message(self, exercise: int) -> str:
        """The message of the check of an exercise, "" if it is solved."""
        try:
            self.run(f"check-{exercise}")
        except NotYet as missing:
            return str(missing)
        return ""

    @property
    def exercises(self) -> int:
        """How many exercises there are."""
        return sum(cell.startswith("check-") for cell in self.cells)


def lesson_names() -> list[str]:
    """The lessons in order."""
    return sorted(path.stem for path in SOLUTIONS.glob("*.ipynb"))
