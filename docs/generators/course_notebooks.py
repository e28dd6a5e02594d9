"""Writes the lessons of notebooks/course from their solutions: `python docs/generators/course_notebooks.py`.

A lesson is written once, with its solutions: as notebooks/course/solutions/NAME.ipynb. Edit it in JupyterLab, clear all
outputs, and run this script. In a code cell of the solution,

    # BEGIN SOLUTION
    batch.set("*.dwg", "status", "S2")
    # END SOLUTION

becomes `# Write your code here.` in the lesson, and the first cell continues the lesson instead of starting it again. A
test checks that the lessons are up to date.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

COURSE = Path(__file__).parents[2] / "notebooks" / "course"
SOLUTIONS = COURSE / "solutions"
SOLUTION = re.compile(r"^# BEGIN SOLUTION\n.*?^# END SOLUTION$", re.MULTILINE | re.DOTALL)
PLACEHOLDER = "# Write your code here."
RESTART = ", restart=True)"


def lesson_of(solution: str) -> str:
    """Return the text of a lesson, from that of its solution."""
    notebook = json.loads(solution)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            _remove_solution(cell)
    return text_of(notebook)


def text_of(notebook: dict[str, Any]) -> str:
    """Return a notebook as it is stored."""
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _remove_solution(cell: dict[str, Any]) -> None:
    source = SOLUTION.sub(PLACEHOLDER, "".join(cell["source"]))
    cell["source"] = source.replace(RESTART, ")").splitlines(keepends=True)


if __name__ == "__main__":
    for path in sorted(SOLUTIONS.glob("*.ipynb")):
        (COURSE / path.name).write_text(lesson_of(path.read_text("utf-8")), "utf-8")
