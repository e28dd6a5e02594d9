"""The frame of what was changed in a spreadsheet that comes back, with notices about the rest."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import pandas as pd

from ... import frames
from ...rules.values.text import quantity

CHANGED, EMPTIED, EDITED = "changed", "emptied", "edited since"
NOT_IN_BATCH = "removed"
CELLS = {
    "document": frames.WHOLE, "file": frames.TEXT, "field": frames.TEXT, "cell": frames.TEXT, "what": frames.TEXT,
    "before": frames.TEXT, "after": frames.TEXT,
}  # fmt: skip
SHOWN = 3


class ReturnedCells(pd.DataFrame):
    """A frame of cells that were changed in a returned list or register, displayed with what is not taken over.

    Attributes
    ----------
    notices : list of str
        What was returned and is not in the frame, one sentence each.
    """

    _metadata = ["notices"]
    notices: list[str]

    def __repr__(self) -> str:
        return "\n".join([super().__repr__(), *self.notices])

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{html.escape(line)}</p>" for line in self.notices)
        return str(self.to_html(max_rows=10, notebook=True)) + notes

    @property
    def _constructor(self) -> Any:
        return pd.DataFrame


def about_locked(source: str, state: str, names: Sequence[str]) -> str:
    """Return a sentence about documents of a list or register whose cells can no longer be set."""
    verb, whose = ("is", "Its") if len(names) == 1 else ("are", "Their")
    what = "no longer in the batch" if state == NOT_IN_BATCH else f"{state} by now"
    return (
        f"{quantity(len(names), 'document')} of the {source} {verb} {what}: {named(names)}. "
        f"{whose} cells are not taken over."
    )


def named(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
