"""The metadata grid: files down, fields across, every edit judged by the batch and every finding on its cell."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import ipywidgets

from ...errors import PdmError
from ...model import Document, Field, Finding
from ...runs import loop
from ..grid.batch_listener import FILE, LOCKED, STATE, TONES, Changes, by_cell, cell_mark, entries, kind_of
from ..grid.column import Column, Edit, Told, mark
from ..grid.table import Table
from ..grid.wire_format import Cells, Entry
from .panel import Panel, count, row

RECOUNT = 0.5  # seconds between counts over the whole batch
FOUND = 200  # values that a search answers at most
Depends = Mapping[str, tuple[str, Mapping[str, Iterable[str]]]]


class MetadataGrid(Panel):
    """The editable table of a batch (the code that does the same: `batch.set`, `put`, `fill`, `replace`, `undo`).

    Columns: file, state, the name that a document will have, then the batch's fields: the naming standard's, the
    required ones, the rest; last those that nobody can set, which say why. How a person chooses, orders and pins them
    is kept with the batch. A field with a list of values opens a list that is searched by code and label. Values of
    machine learning and of the file name appear while one looks, with a mark that says where they are from.

    `depends` narrows lists: `{"location": ("building", {"Tower": ["Level 1", "Level 2"], "Annex": ["Ground"]})}` offers
    for `location` what goes with the value of `building`. What is typed otherwise is kept all the same.
    """

    title = "Metadata"

    def __init__(self, batch: Any, depends: Depends | None = None) -> None:
        self.batch = batch
        self._depends = dict(depends or {})
        columns, values, marks, choices = self._all()
        self.table = Table(
            columns,
            values,
            marks=marks,
            choices=choices,
            on_edit=self._edited,
            on_step=self._stepped,
            on_dates=self._read_dates,
            on_search=self._searched,
            on_layout=self._laid_out,
            layout=batch.layout,
            memory=hashlib.sha256(str(batch.journal_path).encode()).hexdigest()[:16],
            titles=batch.titles,
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
        self._recount = loop.Throttle(self._count, RECOUNT)
        self._changes = Changes(batch, self.table, self._refresh, self._reload)
        self._count()

    def check(self) -> None:
        """Look at every document again and say what was found."""
        findings = self.batch.check()
        self._changes.tell(document.id for document in self.batch.documents)
        errors = int((findings["severity"] == "error").sum()) if len(findings) else 0
        if not len(findings):
            self.say(f"{count(len(self.batch.documents), 'document')} checked, nothing found.", "good")
        else:
            said = f"{count(len(findings), 'finding')}, of them {count(errors, 'error')}"
            self.say(f"{said}; they are marked on their cells.", "bad" if errors else "")

    def show_code(self) -> None:
        """Say what was done, as lines of code."""
        code = self.batch.code()
        if code:
            self.note.show_code(code)
        else:
            self.say("Nothing was edited since the batch was opened.")

    def close(self) -> None:
        self._changes.stop()
        super().close()

    # -- rows
    def _all(self) -> tuple[list[Column], Cells, Cells, dict[str, Sequence[Entry]]]:
        """Columns, values, marks and lists of values, as the batch has them now."""
        columns = self._columns()
        self._fields = [column.key for column in columns if column.key not in (FILE, STATE)]
        values, marks = self._contents(self.batch.documents, self.batch.findings())
        choices = {field.name: found for field in self.batch.columns if (found := self._entries(field.name))}
        return columns, values, marks, choices

    def _columns(self) -> list[Column]:
        by_state = "The state comes from the service; it is not typed."
        by_file = "The file name is the file's; to change it, rename the file."
        told = self.batch.told_columns
        return [
            Column(FILE, "File", pinned="left", width=240, locked=by_file),
            Column(STATE, "State", "badge", pinned="left", width=112, tones=TONES, locked=by_state),
            *map(self._told, (field for field in told if field.variant == "computed")),
            *map(self._column, self.batch.columns),
            *map(self._told, (field for field in told if field.variant != "computed")),
        ]

    def _told(self, field: Field) -> Column:
        """The column of a field that people see and nobody sets."""
        why, kind = self.batch.why_not_set(field.name), kind_of(field, False)
        return Column(field.name, field.label, kind, help=field.description, locked=why)

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
        empty = dict.fromkeys(self._fields, "")
        blank = lru_cache(maxsize=None)(
            self._blank
        )  # most cells are empty, and of most rows the same is required
        for document in documents:
            id_, shown, faults = document.id, self.batch.shown(document.id), found.get(document.id, {})
            required, locked = self.batch.required(id_), LOCKED.get(document.state, "")
            texts = {name: cell.text for name, cell in shown.items() if name in empty}
            values[id_] = {FILE: document.name, STATE: document.state} | empty | texts
            said = {
                name: cell_mark(
                    shown.get(name), faults.get(name, ()), required=name in required, locked=locked
                )
                for name in (shown.keys() | faults.keys()) & empty.keys()
            }
            beside = {FILE: mark(faults.get(FILE, ())), STATE: mark(note=document.message)}
            marks[id_] = blank(required, locked) | said | beside
        return values, marks

    def _blank(self, required: frozenset[str], locked: str) -> dict[str, dict[str, Any]]:
        """What is to be said about the cells of a row without values."""
        return {name: cell_mark(None, required=name in required, locked=locked) for name in self._fields}

    def _refresh(self, ids: Iterable[int]) -> None:
        known = [self.batch.document(id_) for id_ in ids]
        values, marks = self._contents(known, self.batch.findings(list(ids)))
        self.table.patch(values, marks)
        self._recount.poke()

    def _reload(self) -> None:
        columns, values, marks, choices = self._all()
        self.table.load(values, marks, columns=columns, choices=choices)
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
        self._changes.tell(rows)
        return refused

    def _stepped(self, step: str) -> Told:
        changed = self.batch.undo() if step == "undo" else self.batch.redo()
        if not len(changed):
            return Told(self._why_no_step(step))
        self._changes.tell(map(int, changed["document"]))
        first = changed.iloc[0]
        said = "Taken back" if step == "undo" else "Done again"
        return Told(f"{said}: {count(len(changed), 'cell')}.", (int(first["document"]), str(first["field"])))

    def _read_dates(self, name: str, order: str) -> Told:
        read = self.batch.dates(name, order=order)
        where = f"the order {'/'.join(order)}"
        if not len(read):
            return Told(f"There is nothing here that is no date yet and can be read in {where}.")
        self._changes.tell(map(int, read["document"]))
        first = int(read["document"].iloc[0])
        return Told(f"Read in {where}: {count(len(read), 'cell')}. Ctrl+Z takes it back.", (first, name))

    def _why_no_step(self, step: str) -> str:
        what = "take back" if step == "undo" else "do again"
        if not (self.batch.history()["undone"] == (step == "redo")).any():
            return f"There is nothing to {what}."
        return (
            f"There is nothing more to {what}: what was edited is submitted, was removed or was set otherwise since, "
            "and stays as it is."
        )

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
