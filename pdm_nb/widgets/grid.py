"""The metadata grid: files down, fields across, every edit judged by the batch and every finding on its cell."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ipywidgets

from .. import aio
from ..errors import PdmError
from ..model import Document, Field, Finding
from .column import Column, Edit, Told, mark
from .columnar import Entry
from .live import FILE, LOCKED, STATE, TONES, Changes, by_cell, cell_mark, entries, kind_of
from .panel import Panel, count, row
from .table import Table

RECOUNT = 0.5  # seconds between counts over the whole batch
FOUND = 200  # values that a search answers at most
Depends = Mapping[str, tuple[str, Mapping[str, Iterable[str]]]]


class MetadataGrid(Panel):
    """The editable table of a batch (the code that does the same: `batch.set`, `put`, `fill`, `replace`, `undo`).

    Columns: file, state, then the batch's fields: the naming standard's, the required ones, the rest. How a person
    chooses, orders and pins them is kept with the batch. A field with a list of values opens a list that is searched
    by code and label. Values of machine learning and of the file name appear while one looks, with a mark that says
    where they are from.

    `depends` narrows lists: `{"location": ("building", {"Tower": ["Level 1", "Level 2"], "Annex": ["Ground"]})}` offers
    for `location` what goes with the value of `building`. What is typed otherwise is kept all the same.
    """

    title = "Metadata"

    def __init__(self, batch: Any, depends: Depends | None = None) -> None:
        self.batch = batch
        self._depends = dict(depends or {})
        self._fields = [field.name for field in batch.columns]
        values, marks = self._contents(batch.documents, batch.findings())
        self.table = Table(
            self._columns(),
            values,
            marks=marks,
            choices={name: found for name in self._fields if (found := self._entries(name))},
            on_edit=self._edited,
            on_step=self._stepped,
            on_search=self._searched,
            on_layout=self._laid_out,
            layout=batch.layout,
            memory=hashlib.sha256(str(batch.journal_path).encode()).hexdigest()[:16],
            label="Metadata of the documents",
            noun="document",
            empty="This batch has no documents: give project.batch(...) a folder, a glob or a manifest with files.",
        )
        self.counts = ipywidgets.HTML()
        check = self.button(
            "Check", self.check, help="What the service would refuse (batch.check())", icon="check"
        )
        code = self.button("As code", self.show_code, help="What was done here, as code (batch.code())")
        super().__init__(row(check, code, self.counts), self.table)
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

    def show_code(self) -> None:
        """Say what was done, as lines of code."""
        self.say(self.batch.code() or "Nothing was edited since the batch was opened.")

    def close(self) -> None:
        self._changes.stop()
        super().close()

    # -- rows
    def _columns(self) -> list[Column]:
        by_state = "The state comes from the service; it is not typed."
        by_file = "The file name is the file's; rename the file, or set the fields that its name is made of."
        return [
            Column(FILE, "File", pinned="left", width=240, locked=by_file),
            Column(STATE, "State", "badge", pinned="left", width=112, tones=TONES, locked=by_state),
            *(self._column(field) for field in self.batch.columns),
        ]

    def _column(self, field: Field) -> Column:
        depends, _ = self._depends.get(field.name, (None, None))
        kind = kind_of(field, bool(self.batch.choices(field.name)))
        return Column(field.name, field.label, kind, editable=True, depends=depends, help=field.description)

    def _entries(self, name: str) -> Sequence[Entry]:
        found = entries(self.batch.choices(name))
        _, going = self._depends.get(name, (None, {}))
        if not going:
            return found
        with_: dict[str, list[str]] = {}
        for other, values in going.items():
            for value in values:
                with_.setdefault(value, []).append(other)
        return [
            (text, code, with_.get(text) or with_[code]) if {text, code} & with_.keys() else (text, code)
            for text, code in found
        ]

    def _contents(
        self, documents: Iterable[Document], findings: Iterable[Finding]
    ) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]:
        found = by_cell(findings, self._fields)
        values: dict[int, dict[str, Any]] = {}
        marks: dict[int, dict[str, Any]] = {}
        for document in documents:
            id_, required = document.id, self.batch.required(document.id)
            values[id_] = {FILE: document.name, STATE: document.state}
            shown, locked = self.batch.shown(id_), LOCKED.get(document.state, "")
            values[id_] |= {name: shown[name].text if name in shown else "" for name in self._fields}
            marks[id_] = {
                name: cell_mark(
                    shown.get(name), found.get((id_, name), ()), required=name in required, locked=locked
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

    # -- what a person does
    def _edited(self, edits: list[Edit], what: str) -> dict[tuple[int, str], str]:
        rows = {edit.row for edit in edits}
        locked = {row: LOCKED.get(self.batch.document(row).state, "") for row in rows}
        refused = {(edit.row, edit.key): locked[edit.row] for edit in edits if locked[edit.row]}
        taken = [edit for edit in edits if not locked[edit.row]]
        try:
            self.batch.put([(edit.row, edit.key, edit.new) for edit in taken], what.rstrip("."))
        except PdmError as error:
            refused |= {(edit.row, edit.key): str(error) for edit in taken}
        self._refresh(self._changes.take() | rows)
        return refused

    def _stepped(self, step: str) -> Told:
        changed = self.batch.undo() if step == "undo" else self.batch.redo()
        if not len(changed):
            return Told(
                "There is nothing to take back." if step == "undo" else "There is nothing to do again."
            )
        self._refresh(self._changes.take() | set(map(int, changed["document"])))
        first = changed.iloc[0]
        said = "Taken back" if step == "undo" else "Done again"
        return Told(f"{said}: {count(len(changed), 'cell')}.", (int(first["document"]), str(first["field"])))

    def _searched(self, name: str, text: str) -> list[Entry]:
        return [*entries(self.batch.search(name, text)[:FOUND], among=self.batch.choices(name))]

    def _laid_out(self, layout: list[dict[str, Any]]) -> None:
        self.batch.layout = layout

    def _count(self) -> None:
        findings = self.batch.findings()
        errors = len({finding.document for finding in findings if finding.severity == "error"})
        ready = len(self.batch.documents) - errors
        self.counts.value = f"<span>{ready:,} without errors, {errors:,} with errors</span>"

    def summary(self) -> str:
        return count(len(self.table), "document")

    def static(self) -> dict[str, str]:
        return self.table.static()
