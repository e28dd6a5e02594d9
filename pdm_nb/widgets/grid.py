"""The metadata grid: files down, fields across, every edit judged by the batch and every finding on its cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ipywidgets

from .. import aio
from ..errors import PdmError
from ..model import Document, Finding
from .live import FILE, LOCKED, STATE, TONES, Changes, by_cell, cell_mark, entries, kind_of
from .panel import Panel, count, row
from .table import Column, Edit, Table, mark

RECOUNT = 0.5  # seconds between counts over the whole batch


class MetadataGrid(Panel):
    """The editable table of a batch (the code that does the same: `batch.set(rows, field, value)`).

    Columns: file, state, then the batch's fields in its order. A field with a list of values opens a list that is
    searched by code and label. Values of machine learning and of the file name appear while one looks, with a mark
    that says where they are from.
    """

    title = "Metadata"

    def __init__(self, batch: Any) -> None:
        self.batch = batch
        self._fields = [field.name for field in batch.columns]
        values, marks = self._contents(batch.documents, batch.findings())
        self.table = Table(
            self._columns(),
            values,
            marks=marks,
            choices={name: found for name in self._fields if (found := entries(batch, name))},
            on_edit=self._edited,
            label="Metadata of the documents",
            noun="document",
            empty="This batch has no documents: give project.batch(...) a folder, a glob or a manifest with files.",
        )
        self.counts = ipywidgets.HTML()
        check = self.button(
            "Check", self.check, help="What the service would refuse (batch.check())", icon="check"
        )
        super().__init__(row(check, self.counts), self.table)
        self._recount = aio.Throttle(self._count, RECOUNT)
        self._changes = Changes(batch, self._refresh)
        self._count()

    def check(self) -> None:
        """Look at every document again and say what was found."""
        findings = self.batch.check()
        self._refresh([document.id for document in self.batch.documents])
        errors = int((findings["severity"] == "error").sum()) if len(findings) else 0
        if not len(findings):
            self.say(f"{count(len(self.batch.documents), 'document')} checked, nothing found.", "good")
        else:
            said = f"{count(len(findings), 'finding')}, of them {count(errors, 'error')}"
            self.say(f"{said}; they are marked on their cells.", "bad" if errors else "")

    def close(self) -> None:
        self._changes.stop()
        super().close()

    # -- rows
    def _columns(self) -> list[Column]:
        fields = [
            Column(
                field.name,
                field.label,
                kind_of(field, bool(self.batch.choices(field.name))),
                editable=True,
                help=field.description,
            )
            for field in self.batch.columns
        ]
        file = Column(FILE, "File", pinned="left", width=240)
        return [file, Column(STATE, "State", "badge", pinned="left", width=112, tones=TONES), *fields]

    def _contents(
        self, documents: Iterable[Document], findings: Iterable[Finding]
    ) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]:
        found = by_cell(findings, self._fields)
        values: dict[int, dict[str, Any]] = {}
        marks: dict[int, dict[str, Any]] = {}
        for document in documents:
            id_, required = document.id, self.batch.required(document.id)
            values[id_] = {FILE: document.name, STATE: document.state}
            values[id_] |= {name: self.batch.cell(id_, name).text for name in self._fields}
            marks[id_] = {
                name: cell_mark(
                    self.batch,
                    document,
                    name,
                    found.get((id_, name), ()),
                    required=name in required,
                    locked=LOCKED.get(document.state, ""),
                )
                for name in self._fields
            }
            marks[id_][FILE] = mark(found.get((id_, FILE), ()))
            marks[id_][STATE] = mark(note=document.message)
        return values, marks

    def _refresh(self, ids: Iterable[int]) -> None:
        known = [self.batch.document(id_) for id_ in ids]
        values, marks = self._contents(known, self.batch.findings(list(ids)))
        self.table.patch(values, marks)
        self._recount.poke()

    # -- edits
    def _edited(self, edits: list[Edit]) -> dict[tuple[int, str], str]:
        refused: dict[tuple[int, str], str] = {}
        for edit in edits:
            try:
                self.batch.set(edit.row, edit.key, edit.new)
            except PdmError as error:
                refused[edit.row, edit.key] = str(error)
        self._refresh(frozenset(edit.row for edit in edits))
        return refused

    def _count(self) -> None:
        findings = self.batch.findings()
        errors = len({finding.document for finding in findings if finding.severity == "error"})
        ready = len(self.batch.documents) - errors
        self.counts.value = f"<span>{ready:,} without errors, {errors:,} with errors</span>"

    def summary(self) -> str:
        return count(len(self.table), "document")

    def static_html(self) -> str:
        return self.table.static_html()
