"""Explains rows: the rule that applies, the file name by the naming standard, and the actions that changed cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from ... import frames
from ...model import Document, LabelSource, NamingStandard
from ...rules.explain import Explanation
from ...rules.explain import explain as explained
from ...rules.naming_standard import NameSegment, SegmentMatch, segments_of
from .batch_table import BatchTable
from .undo import Action, UndoHistory

NAMING = {
    "document": frames.WHOLE, "file": frames.TEXT, "name": frames.TEXT, "field": frames.TEXT, "segment": frames.TEXT,
    "fit": frames.TEXT, "value": frames.TEXT, "nearest": frames.TEXT, "set": frames.TEXT, "proposal": frames.TEXT,
}  # fmt: skip


def explain(table: BatchTable, id_: int) -> Explanation:
    known, document = table.configuration, table.journal.documents[id_]

    def label(field_id: str, value_id: str) -> str:
        lookup = known.lookups.get(field_id)
        return lookup.label_of(value_id) if lookup else value_id

    cells = table.journal.cells_of(id_)
    return explained(document.name, known.rules, cells, known.required(table.evaluator.rule(id_)), label)


def naming(table: BatchTable, ids: Iterable[int]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for id_ in ids:
        document, rule = table.journal.documents[id_], table.evaluator.rule(id_)
        if rule is not None and rule.naming_standard is not None:
            rows += _segments(table, document, rule.naming_standard)
    return frames.frame(NAMING, rows)


def actions(history: UndoHistory) -> pd.DataFrame:
    rows = [(action.label, len(action.changes), False) for action in history.done]
    rows += [(action.label, len(action.changes), True) for action in history.undone]
    return frames.frame({"action": frames.TEXT, "cells": frames.WHOLE, "undone": frames.FLAG}, rows)


def code(table: BatchTable) -> str:
    """Return the actions that can be undone as lines of code; cells with the same value share a line.

    Cells of fields that the project no longer has are left out.
    """
    return "".join(_line(table, action) for action in table.history.done)


def _line(table: BatchTable, action: Action) -> str:
    fields = table.configuration.fields
    kept = [one for one in action.changes if one.field in fields]
    if not kept:
        return ""
    put = [(one.document, fields[one.field].name, one.new.text or None) for one in kept]
    if len({(name, text) for _, name, text in put}) > 1:
        return f"batch.set_cells({put!r}, {action.label!r})\n"
    (_, name, text), ids = put[0], [id_ for id_, _, _ in put]
    which: object = ids[0] if len(ids) == 1 else None if set(ids) == set(table.journal.documents) else ids
    return f"batch.set({which!r}, {name!r}, {text!r})\n"


def _segments(table: BatchTable, document: Document, standard: NamingStandard) -> Iterator[tuple[Any, ...]]:
    name = table.evaluator.name_of(document.id)
    for segment in segments_of(document.name, standard, table.evaluator.has_code):
        yield document.id, document.name, name, *_reading(table, document, segment)


def _reading(table: BatchTable, document: Document, segment: NameSegment) -> tuple[str, ...]:
    """Return field, segment, fit, value, nearest, set, proposal."""
    if segment.field is None:
        return "", segment.text, segment.match.value, "", "", "", ""
    lookup = table.configuration.lookups.get(segment.field.id)
    value = near = ""
    if segment.match is SegmentMatch.RECOGNISED:
        value = lookup.by_code[segment.text].label if lookup else segment.text
    elif segment.match is SegmentMatch.UNKNOWN and lookup:
        near = ", ".join(lookup.nearest_codes(segment.text))
    cell = table.journal.cell(document.id, segment.field.id)
    free = not cell.text and cell.source != LabelSource.MANUAL  # not if somebody cleared it
    return (
        segment.field.name,
        segment.text,
        segment.match.value,
        value,
        near,
        cell.text,
        value if free else "",
    )
