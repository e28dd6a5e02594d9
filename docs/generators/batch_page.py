"""Writes docs/reference/batch.md from the docstrings of `Batch`: `python docs/generators/batch_page.py`."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from pdm_nb import Batch

PAGE = Path(__file__).parents[1] / "reference" / "batch.md"
HEAD = """# Methods of a batch

`project.batch(…)` returns a batch. This page lists what it can do, each with an example; the tests run the examples with
a batch of the files `A-101.pdf`, `A-102.pdf` and `notes.txt`. In a notebook, `help(batch.set)` shows all parameters.

`len(batch)` is the number of documents, `batch["status"]` a column of `batch.frame`, and `for name in batch` the names of
its columns, as with a DataFrame. `with project.batch(…) as batch:` closes the batch at the end of the block.

Methods that change cells return a DataFrame with one row per changed cell: `document`, `file`, `field`, `before`, `after`.
It is displayed with the findings in these cells.
"""
GROUPS = {
    "See": ("frame", "status", "edit", "notices", "view"),
    "Change cells": ("set", "set_cells", "fill", "replace", "apply_fixes", "accept", "parse_dates"),
    "Undo": ("undo", "redo", "actions", "to_code"),
    "Check and plan": ("check", "findings", "explain", "parse_names", "plan", "set_version_order", "refresh"),
    "Files and documents": (
        "rescan", "file_changes", "add_new_versions", "existing", "exclude", "restore_excluded", "remove",
    ),
    "Upload and submit": ("upload", "watch", "submit", "resume", "retry", "confirm"),
    "Keep": ("evidence", "report", "copy_journal", "close"),
}  # fmt: skip


def _entry(name: str) -> str:
    member = inspect.getattr_static(Batch, name)
    is_property = isinstance(member, property)
    doc = inspect.getdoc(member.fget if is_property else member) or ""
    summary = re.split(r"\n\n", doc, maxsplit=1)[0].replace("\n", " ")
    parameters = [] if is_property else [one for one in inspect.signature(member).parameters if one != "self"]
    title = f"batch.{name}" if is_property else f"batch.{name}({', '.join(parameters)})"
    example = inspect.cleandoc(doc.partition("Examples\n--------\n")[2])
    return f"### `{title}`\n\n{summary}\n\n```python\n{example}\n```\n"


def page() -> str:
    """Return the page."""
    parts = [HEAD]
    for group, names in GROUPS.items():
        parts += [f"## {group}\n", *map(_entry, names)]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
