"""How panels follow a batch: documents and runs that change, and the cells that show them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...model import Document, Field, FieldType, Finding, Shown, Value
from ...runs import loop
from .column import mark
from .table import Table

TONES = {
    "planned": "neutral",
    "created": "info",
    "transferring": "busy",
    "transferred": "info",
    "completed": "busy",
    "settled": "good",
    "submitting": "busy",
    "submitted": "good",
    "held": "warn",
    "failed": "bad",
    "gone": "bad",
    "unconfirmed": "warn",
}
"""Badge tones of the document states."""

LOCKED = {
    "submitting": "This document is being submitted; it can be edited again if the service returns it.",
    "submitted": "This document is a revision now; a revision cannot be edited through the API.",  # B49, B66
    "unconfirmed": "Nobody knows yet whether this document became a revision; look before editing it.",  # B66
}
"""Why the cells of a document cannot be edited, by state."""

FILE = "file"  # the column of the file name; findings about the whole document stand there
STATE = "state"


class Changes:
    """Gathers the ids of changed documents, from any thread, and hands them to `refresh` on the main loop.

    Once documents came or went, or the project is another one, `reload` is called instead. At most ten calls a second;
    none while `table` is nowhere to be seen, as those of cells that were run again are: it is loaded when it is shown.
    """

    def __init__(
        self,
        batch: Any,
        table: Table,
        refresh: Callable[[frozenset[int]], object],
        reload: Callable[[], object],
    ) -> None:
        self._batch, self._table, self._refresh, self._reload = batch, table, refresh, reload
        self._shape: object = batch.shape
        table.on_wake = self.tell
        self._ids: set[int] = set()
        self._lock = threading.Lock()
        self._throttle = loop.Throttle(self.tell)
        self.stop: Callable[[], None] = batch.watch_changes(self._changed)

    def _changed(self, ids: Iterable[int]) -> None:
        with self._lock:
            self._ids.update(ids)
        self._throttle.poke()

    def tell(self, ids: Iterable[int] = ()) -> None:
        """Have these documents shown now, and those that wait."""
        with self._lock:
            ids, self._ids = self._ids.union(ids), set()
        if self._table.asleep:
            self._shape = None  # another than any
            return
        before, self._shape = self._shape, self._batch.shape
        if self._shape != before:
            self._reload()
        elif ids:
            self._refresh(frozenset(ids))


class Runs:
    """Follows the runs of a batch that have one of `names`, also when somebody starts one in a cell.

    `look` is to be called after every change. `refresh(run, busy)` then gets the last such run, None before the
    first, and whether the batch is busy with any run, so that none can be started.
    """

    def __init__(self, batch: Any, names: Iterable[str], refresh: Callable[[Any, bool], object]) -> None:
        self._batch, self._names, self._refresh = batch, frozenset(names), refresh
        self._run: Any = None
        self._shown: Any = None
        self._stop: Callable[[], None] = lambda: None

    def look(self) -> None:
        run = self._batch.run
        if run is not self._run:
            self._stop()
            self._run = run
            self._shown = run if run.name in self._names else self._shown
            self._stop = run.on_change(self._tell)
        self._tell()

    def _tell(self) -> None:
        self._refresh(self._shown, self._run is not None and self._run.running)


def by_cell(findings: Iterable[Finding], shown: Iterable[str]) -> dict[int, dict[str, list[Finding]]]:
    """Findings by document and column; those of no shown column stand at the file."""
    columns = set(shown)
    cells: dict[int, dict[str, list[Finding]]] = {}
    for finding in findings:
        key = finding.field if finding.field in columns else FILE
        cells.setdefault(finding.document, {}).setdefault(str(key), []).append(finding)
    return cells


def cell_mark(
    shown: Shown | None, findings: Iterable[Finding] = (), *, required: bool = False, locked: str = ""
) -> dict[str, Any]:
    """What is to be said about one metadata cell: whose value it is, what else was proposed, what is wrong."""
    if shown is None:
        return mark(findings, required=required, locked=locked)
    return mark(
        findings,
        source=shown.origin,
        confidence=shown.confidence,
        suggestion=shown.suggestion,
        required=required,
        locked=locked,
    )


def kind_of(field: Field, choices: bool) -> str:
    """The kind of column that edits a field."""
    if choices:
        return "multiselect" if field.is_multiple else "select"
    kinds = {
        FieldType.RICH_TEXT: "long",
        FieldType.NUMERIC: "number",
        FieldType.TIMESTAMP: "timestamp",
    }
    return kinds.get(field.type, "text")


def entries(values: Iterable[Value], among: Iterable[Value] | None = None) -> list[tuple[str, str]]:
    """Active values as (text, code); the text is one that names no other value of the list (`among` all of them).

    That is the label, or, for a label that several values have, the code, or label and id of one without a code.
    """
    active = [value for value in values if value.active]
    seen = Counter(value.label for value in (active if among is None else among) if value.active)
    return [
        (
            value.label if seen[value.label] == 1 else value.own_code or f"{value.label} ({value.id})",
            value.own_code,
        )
        for value in active
    ]


def state_counts(documents: Iterable[Document]) -> Mapping[str, int]:
    """How many documents are in each state, in the order in which they were met."""
    counts: dict[str, int] = {}
    for document in documents:
        counts[document.state] = counts.get(document.state, 0) + 1
    return counts
