"""The cells that an action changed, as the frame that every method of a batch returns that changes cells."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

import pandas as pd

from ... import frames
from ...model import Finding, Findings
from .batch_table import BatchTable
from .undo import CellChange

COLUMNS = {
    "document": frames.WHOLE, "file": frames.TEXT, "field": frames.TEXT, "before": frames.TEXT, "after": frames.TEXT,
}  # fmt: skip


class ChangedCells(pd.DataFrame):
    """A frame of changed cells, displayed with the findings in them.

    Attributes
    ----------
    findings : list of Finding
        The findings in these cells. A frame that is made from this one is a plain DataFrame without them.
    """

    _metadata = ["findings"]
    findings: list[Finding]

    def __repr__(self) -> str:
        return super().__repr__() + (f"\n{self.findings!r}" if self.findings else "")

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{html.escape(line)}</p>" for line in repr(self.findings).splitlines())
        return str(self.to_html(max_rows=10, notebook=True)) + (notes if self.findings else "")

    @property
    def _constructor(self) -> Any:
        return pd.DataFrame


def changed_cells(table: BatchTable, changes: Iterable[CellChange], *, is_undo: bool = False) -> ChangedCells:
    """Return the cells of an action, or of one that was undone: their text before it and after it.

    Parameters
    ----------
    table : BatchTable
        The table of the batch.
    changes : iterable of CellChange
        The cells.
    is_undo : bool
        The action was undone, so that its new text is the text before.

    Returns
    -------
    ChangedCells
        One row per cell: document (Int64), file, field, before, after (string).
    """
    documents, fields = table.journal.documents, table.configuration.fields
    rows = []
    for one in changes:
        before, after = (one.new, one.effective) if is_undo else (one.effective, one.new)
        field = fields[one.field].name if one.field in fields else one.field  # removed from the project since
        rows.append((one.document, documents[one.document].name, field, before.text, after.text))
    changed = ChangedCells(frames.frame(COLUMNS, rows))
    places = {(row[0], row[2]) for row in rows}
    found = table.evaluator.findings({document for document, _ in places}) if places else ()
    changed.findings = Findings(one for one in found if (one.document, one.field) in places)
    return changed
