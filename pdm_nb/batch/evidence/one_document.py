"""What the journal knows of one document: the values that each source has, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from ... import frames
from ...errors import InputError
from ...model import FILE_NAME, STATE_LABELS, Cell, LabelSource
from ..journal.cells import ANALYST, REGISTER, SERVICE, SUGGESTION
from ..journal.journal import Journal

SOURCES = {"field": frames.TEXT, "source": frames.TEXT, "text": frames.TEXT, "confidence": frames.REAL}
LAYERS = {REGISTER: "register", SUGGESTION: "service", SERVICE: "service", ANALYST: "analyst"}
READERS = {
    LabelSource.ML: "machine learning",
    LabelSource.FILENAME_SCRAPING: "file name",
    LabelSource.CONTAINER_MATCH: "earlier version",
    FILE_NAME: "name template",
}
STATE, CHANGE = "state", "change"


def sources(journal: Journal, document: int) -> pd.DataFrame:
    """Return a row per field and source: columns `SOURCES`."""
    _check(journal, document)
    layers = [(who, journal.layer(layer, document)) for layer, who in LAYERS.items()]
    rows = [row for field, name in journal.fields.items() for row in _values(layers, field, name)]
    return frames.frame(SOURCES, rows)


def _values(
    layers: Sequence[tuple[str, Mapping[str, Cell]]], field: str, name: str
) -> Iterator[tuple[Any, ...]]:
    """The values that sources have for a field; each of them once."""
    found: dict[tuple[str, str], float | None] = {}
    for layer, cells in layers:
        cell = cells.get(field)
        if cell is None or not cell.text:
            continue
        who = READERS.get(cell.source, layer)
        is_copied = layer == "analyst" and ("register", cell.text) in found  # the batch took it from there
        if not is_copied and found.get((who, cell.text)) is None:  # a suggestion is listed without its score
            found[who, cell.text] = cell.confidence
    yield from ((name, who, text, confidence) for (who, text), confidence in found.items())


def history(journal: Journal, document: int) -> pd.DataFrame:
    """Return what happened, in order: at, what, text, field, before, after, author."""
    _check(journal, document)
    names = journal.fields
    rows = [
        (at, STATE, STATE_LABELS.get(state, state), "", "", reason, "")
        for at, _, state, reason in journal.events_of(document)
    ]
    rows += [
        (at, CHANGE, action, names.get(field, field), before, after, author)
        for at, author, action, field, before, after in journal.log.changes_of(document)
    ]
    rows.sort(key=lambda row: row[0])
    columns = ("what", "text", "field", "before", "after", "author")
    table = frames.frame(dict.fromkeys(columns, frames.TEXT), [row[1:] for row in rows])
    table.insert(0, "at", frames.moments([row[0] for row in rows]))
    return table


def _check(journal: Journal, document: int) -> None:
    if document not in journal.documents:
        raise InputError(f"Unknown document {document}. Use the index of batch.frame.")
