"""What is told of a row when somebody asks why: the rule that applies, and its file name by the naming standard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from ... import frames
from ...model import Document, LabelSource, NamingStandard
from ...rules.explain import Explanation
from ...rules.explain import explain as explained
from ...rules.naming_standard import NameSegment, SegmentMatch, segments_of
from .table import BatchTable
from .undo import Action, CellChange, UndoHistory

NAMING = {
    "document": frames.WHOLE, "file": frames.TEXT, "name": frames.TEXT, "field": frames.TEXT, "segment": frames.TEXT,
    "fit": frames.TEXT, "value": frames.TEXT, "nearest": frames.TEXT, "set": frames.TEXT, "proposal": frames.TEXT,
}  # fmt: skip
CHANGED = {
    "document": frames.WHOLE, "file": frames.TEXT, "field": frames.TEXT, "before": frames.TEXT, "text": frames.TEXT,
}  # fmt: skip


def explain(sheet: BatchTable, id_: int) -> Explanation:
    known, document = sheet.configuration, sheet.journal.documents[id_]

    def label(field_id: str, value_id: str) -> str:
        lookup = known.lookups.get(field_id)
        return lookup.label_of(value_id) if lookup else value_id

    cells = sheet.journal.cells_of(id_)
    return explained(document.name, known.rules, cells, known.required(sheet.rule(id_)), label)


def naming(sheet: BatchTable, ids: Iterable[int]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for id_ in ids:
        document, rule = sheet.journal.documents[id_], sheet.rule(id_)
        if rule is not None and rule.naming_standard is not None:
            rows += _segments(sheet, document, rule.naming_standard)
    return frames.frame(NAMING, rows)


def changed(sheet: BatchTable, changes: Iterable[CellChange], *, back: bool) -> pd.DataFrame:
    """The cells of an action that was done again, or (`back`) taken back: what was there, and what is there now."""
    documents, fields = sheet.journal.documents, sheet.configuration.fields
    rows = []
    for one in changes:
        before, now = (one.now, one.counted) if back else (one.counted, one.now)
        field = fields[one.field].name if one.field in fields else one.field  # taken out of the project since
        rows.append((one.document, documents[one.document].name, field, before.text, now.text))
    return frames.frame(CHANGED, rows)


def actions(history: UndoHistory) -> pd.DataFrame:
    rows = [(action.label, len(action.changes), False) for action in history.done]
    rows += [(action.label, len(action.changes), True) for action in history.undone]
    return frames.frame({"action": frames.TEXT, "cells": frames.WHOLE, "undone": frames.FLAG}, rows)


def code(sheet: BatchTable) -> str:
    """The actions that `undo` would take back, as lines of code; cells that are alike share a line.

    Cells of fields that the project no longer has are left out.
    """
    return "".join(_line(sheet, action) for action in sheet.history.done)


def _line(sheet: BatchTable, action: Action) -> str:
    fields = sheet.configuration.fields
    kept = [one for one in action.changes if one.field in fields]
    if not kept:
        return ""
    put = [(one.document, fields[one.field].name, one.now.text or None) for one in kept]
    if len({(name, text) for _, name, text in put}) > 1:
        return f"batch.put({put!r}, {action.label!r})\n"
    (_, name, text), ids = put[0], [id_ for id_, _, _ in put]
    return f"batch.set({ids[0] if len(ids) == 1 else ids!r}, {name!r}, {text!r})\n"


def _segments(sheet: BatchTable, document: Document, standard: NamingStandard) -> Iterator[tuple[Any, ...]]:
    name = sheet.name_of(document.id)
    for piece in segments_of(document.name, standard, sheet.has_code):
        yield document.id, document.name, name, *_told(sheet, document, piece)


def _told(sheet: BatchTable, document: Document, piece: NameSegment) -> tuple[str, ...]:
    """field, segment, fit, value, nearest, set, proposal."""
    if piece.field is None:
        return "", piece.text, piece.match.value, "", "", "", ""
    lookup = sheet.configuration.lookups.get(piece.field.id)
    value = near = ""
    if piece.match is SegmentMatch.RECOGNISED:
        value = lookup.by_code[piece.text].label if lookup else piece.text
    elif piece.match is SegmentMatch.UNKNOWN and lookup:
        near = ", ".join(lookup.nearest_codes(piece.text))
    cell = sheet.journal.cell(document.id, piece.field.id)
    free = not cell.text and cell.source != LabelSource.MANUAL  # not where somebody emptied it
    return piece.field.name, piece.text, piece.match.value, value, near, cell.text, value if free else ""
