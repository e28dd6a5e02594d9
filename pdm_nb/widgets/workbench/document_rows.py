"""The rows of the workbench's table: what each document shows in which step. Columns of the workbench start with "~"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ...model import Document, Field, Finding
from ..application.texts import FILE_LOCKED, STATE_LOCKED, listed
from ..grid.column import Column, mark
from ..grid.document_cells import (
    FILE,
    STATE,
    cell_mark,
    column_kind,
    findings_by_cell,
    list_entries,
    matching,
)
from ..grid.state_tones import STATE_TONES
from ..grid.wire_format import Entry
from .verdicts import READY, VERDICT_TONES, WORKFLOW, VerdictCounts, errors_of

STORED = frozenset({"transferred", "completed", "settled", "submitting", "submitted", "unconfirmed"})
EDITING = ("prepare", "review")
SERVICE_TONES = {"in progress": "busy", "completed": "good", "error": "bad", "not applicable": "neutral"}
STEP_COLUMNS = (
    Column("~size", "Size", "number", width=90, format="bytes", steps=("upload",)),
    Column("~sent", "Uploaded", "progress", width=150, steps=("upload",)),
    Column("~differences", "Differences", "number", width=145, steps=("review",)),
    Column("~verdict", "Readiness", "badge", width=125, tones=VERDICT_TONES, steps=("submit",)),
    Column("~becomes", "Will become", width=240, steps=("submit",)),
    Column("~reason", "Reason", flex=1, width=260, steps=("submit",)),
    Column("~version", "Version", "number", width=95, steps=("submit", "report")),
    Column("~revision", "Revision ID", width=240, steps=("report",)),
    Column("~message", "Message", flex=1, width=260, steps=("upload", "report")),
)
LAST_COLUMNS = (
    Column("~ml", "Machine learning", "badge", width=160, tones=SERVICE_TONES, steps=("review",)),
    Column("~scraping", "File name reading", "badge", width=165, tones=SERVICE_TONES, steps=("review",)),
)
Contents = tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]
Depends = Mapping[str, tuple[str, Mapping[str, Iterable[str]]]]


class DocumentRows:
    """Columns, values, marks and lists of values of a batch; and the counts that follow from them."""

    def __init__(self, batch: Any, depends: Depends | None = None) -> None:
        self.batch = batch
        self._depends = dict(depends or {})
        self.fields: list[str] = []
        self.becomes: dict[int, str] = {}  # what the plan says of each document
        self.verdicts = VerdictCounts()
        self.differences: dict[int, int] = {}  # by document: cells for which something else is suggested

    def restart(self) -> None:
        """Forget the counts, before all documents are shown again."""
        self.verdicts, self.differences = VerdictCounts(), {}

    # -- columns and lists
    def columns(self) -> list[Column]:
        """The columns of all steps: file and state, those of the steps, the fields, and the fields that cannot be set."""
        view = self.batch.view
        locked = [
            self._locked_column(field) for field in view.readonly_columns if field.variant == "computed"
        ]
        rest = [self._locked_column(field) for field in view.readonly_columns if field.variant != "computed"]
        columns = [
            Column(FILE, "File", pinned="left", width=240, locked=FILE_LOCKED),
            Column(STATE, "State", "badge", pinned="left", width=120, tones=STATE_TONES, locked=STATE_LOCKED),
            *STEP_COLUMNS,
            *locked,
            *map(self._column, view.columns),
            *rest,
            *LAST_COLUMNS,
        ]
        known = {FILE, STATE, *(one.key for one in (*STEP_COLUMNS, *LAST_COLUMNS))}
        self.fields = [column.key for column in columns if column.key not in known]
        return columns

    def _locked_column(self, field: Field) -> Column:
        """The column of a field that cannot be set."""
        reason, kind = self.batch.view.why_not_set(field.name), column_kind(field, False)
        return Column(field.name, field.label, kind, help=field.description, locked=reason, steps=EDITING)

    def _column(self, field: Field) -> Column:
        depends, _ = self._depends.get(field.name, (None, None))
        kind = column_kind(field, bool(self.batch.view.choices(field.name)))
        return Column(
            field.name,
            field.label,
            kind,
            editable=True,
            depends=depends,
            help=field.description,
            steps=EDITING,
        )

    def lists(self) -> dict[str, Sequence[Entry]]:
        """The lists of values, by the name of their field."""
        return {
            field.name: found for field in self.batch.view.columns if (found := self._entries(field.name))
        }

    def _entries(self, name: str) -> Sequence[Entry]:
        found = list_entries(self.batch.view.choices(name))
        _, depends = self._depends.get(name, (None, {}))
        if not depends:
            return found
        others: dict[str, list[str]] = {}
        for other, values in depends.items():
            for value in values:
                others.setdefault(value, []).append(other)
        return [matching(entry, others) for entry in found]

    # -- rows
    def contents(self, documents: Iterable[Document], findings: Sequence[Finding]) -> Contents:
        """Values and marks of some documents, whose findings are given."""
        found, errors = findings_by_cell(findings, self.fields), errors_of(findings)
        workflow = {one.document: one.message for one in findings if one.code == WORKFLOW}
        values: dict[int, dict[str, Any]] = {}
        marks: dict[int, dict[str, Any]] = {}
        empty = dict.fromkeys(self.fields, "")
        blank = lru_cache(maxsize=None)(self._blank)  # most cells are empty, and most rows require the same
        for document in documents:
            id_, shown, faults = document.id, self.batch.view.shown(document.id), found.get(document.id, {})
            required, locked = self.batch.view.required(id_), document.why_locked
            texts = {name: cell.text for name, cell in shown.items() if name in empty}
            self.differences[id_] = sum(1 for name, one in shown.items() if one.suggestion and name in empty)
            steps = self._of_steps(document, errors.get(id_, ()), workflow.get(id_, ""))
            values[id_] = {FILE: document.name, STATE: document.state_label} | steps | empty | texts
            cell_marks = {
                name: cell_mark(
                    shown.get(name), faults.get(name, ()), required=name in required, locked=locked
                )
                for name in (shown.keys() | faults.keys()) & empty.keys()
            }
            others = {
                FILE: mark(faults.get(FILE, ()), note=document.path),
                STATE: mark(note=document.message),
            }
            marks[id_] = blank(required, locked) | cell_marks | others
        return values, marks

    def _blank(self, required: frozenset[str], locked: str) -> dict[str, dict[str, Any]]:
        """The marks of a row without values."""
        return {name: cell_mark(None, required=name in required, locked=locked) for name in self.fields}

    def _of_steps(self, document: Document, errors: Sequence[str], workflow: str) -> dict[str, Any]:
        """The values of a document in the columns of the steps."""
        verdict, reasons = self.verdicts.update(document, errors)
        if verdict == READY and workflow:
            reasons = [*reasons, workflow]
        return {
            "~size": document.size,
            "~sent": progress_of(document),
            "~differences": self.differences[document.id] or "",
            "~ml": service_status(document.ml),
            "~scraping": service_status(document.scraping),
            "~verdict": verdict,
            "~becomes": "" if document.state == "submitted" else self.becomes.get(document.id, ""),
            "~reason": listed(reasons),
            "~version": document.version or "",
            "~revision": document.revision_id or "",
            "~message": document.message,
        }


def progress_of(document: Document) -> float:
    """The share of a document's file that is uploaded, from 0 to 1."""
    if document.state in STORED or (document.state == "held" and document.ml):
        return 1.0
    return round(min(1.0, document.sent / document.size), 3) if document.size else 0.0


def service_status(status: str) -> str:
    """A status of the service as people read it: in_progress is "in progress"."""
    return status.replace("_", " ")
