"""The metadata grid: a row per file, a column per field; the batch checks every edit, and findings are shown in their cells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import ipywidgets

from ...errors import PdmError
from ...model import Document, Field, Finding
from ...runs import loop
from ..grid.batch_listener import ChangeListener
from ..grid.column import ActionResult, Column, Edit, mark
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
from ..grid.table_widget import Table
from ..grid.wire_format import Cells, Entry
from .panel import Panel, count, row

RECOUNT = 0.5  # seconds between counts over the whole batch
MOST_RESULTS = 200  # of a search in a long list
Depends = Mapping[str, tuple[str, Mapping[str, Iterable[str]]]]


class MetadataGrid(Panel):
    """Edit the metadata of a batch in a table; in code, `batch.set`, `put`, `fill`, `replace` and `undo`.

    The columns are file, state, the name of the document, and the fields of the batch: those of the naming standard, the
    required ones, the others, and last the fields that cannot be set, with the reason. The batch keeps which columns are
    shown, pinned and moved. Fields with a list of values are searched by code and label. Values of machine learning and
    file names appear live, with their source.

    Parameters
    ----------
    batch : Batch
        The batch to edit.
    depends : mapping, optional
        Narrows the list of a field by the value of another field:
        ``{"location": ("building", {"Tower": ["Level 1", "Level 2"], "Annex": ["Ground"]})}`` shows for `location` only
        the values that match `building`. Other values can still be typed.

    Examples
    --------
    >>> MetadataGrid(batch)  # doctest: +SKIP
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
            on_edit=self._save_edits,
            on_step=self._undo_or_redo,
            on_dates=self._read_dates,
            on_search=self._search,
            on_layout=self._keep_layout,
            layout=batch.view.layout,
            memory=hashlib.sha256(str(batch.view.journal_path).encode()).hexdigest()[:16],
            titles=batch.view.titles,
            label="Metadata of the documents",
            noun="document",
            empty="This batch has no documents. Select a folder, pattern or register that has files.",
        )
        self.counts = ipywidgets.HTML()
        check = self.button("Check", self.check, help="Check all documents.", icon="check")
        code = self.button("Show as code", self.show_code, help="Show the edits as lines of code.")
        super().__init__(row(check, code, self.counts), self.table)
        self._recount = loop.Throttle(self._count, RECOUNT)
        self._changes = ChangeListener(batch, self.table, self._refresh, self._reload)
        self._count()

    def check(self) -> None:
        """Check all documents again and report the number of findings."""
        findings = self.batch.check()
        self._changes.flush(document.id for document in self.batch.view.documents)
        errors = int((findings["severity"] == "error").sum()) if len(findings) else 0
        checked = f"{count(len(self.batch.view.documents), 'document')} checked"
        if not len(findings):
            self.say(f"{checked}: no findings.", "good")
        else:
            severe = f"including {count(errors, 'error')}" if errors else "no errors"
            found = f"{count(len(findings), 'finding')}, {severe}"
            self.say(f"{checked}: {found}. Findings are marked in their cells.", "bad" if errors else "")

    def show_code(self) -> None:
        """Show the edits as lines of code."""
        code = self.batch.to_code()
        if code:
            self.note.show_code(code)
        else:
            self.say("There are no edits since the batch was opened.")

    def close(self) -> None:
        """Stop listening to the batch and close the grid."""
        self._changes.stop()
        super().close()

    # -- rows
    def _all(self) -> tuple[list[Column], Cells, Cells, dict[str, Sequence[Entry]]]:
        """The present columns, values, marks and lists of values of the batch."""
        columns = self._columns()
        self._fields = [column.key for column in columns if column.key not in (FILE, STATE)]
        values, marks = self._contents(self.batch.view.documents, self.batch.findings())
        choices = {
            field.name: found for field in self.batch.view.columns if (found := self._entries(field.name))
        }
        return columns, values, marks, choices

    def _columns(self) -> list[Column]:
        by_state = "The state cannot be edited."
        by_file = "The file name cannot be edited here. Rename the file instead."
        locked = self.batch.view.readonly_columns
        return [
            Column(FILE, "File", pinned="left", width=240, locked=by_file),
            Column(STATE, "State", "badge", pinned="left", width=120, tones=STATE_TONES, locked=by_state),
            *map(self._locked_column, (field for field in locked if field.variant == "computed")),
            *map(self._column, self.batch.view.columns),
            *map(self._locked_column, (field for field in locked if field.variant != "computed")),
        ]

    def _locked_column(self, field: Field) -> Column:
        """The column of a field that cannot be set."""
        reason, kind = self.batch.view.why_not_set(field.name), column_kind(field, False)
        return Column(field.name, field.label, kind, help=field.description, locked=reason)

    def _column(self, field: Field) -> Column:
        depends, _ = self._depends.get(field.name, (None, None))
        kind = column_kind(field, bool(self.batch.view.choices(field.name)))
        return Column(field.name, field.label, kind, editable=True, depends=depends, help=field.description)

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

    def _contents(
        self, documents: Iterable[Document], findings: Iterable[Finding]
    ) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]:
        found = findings_by_cell(findings, self._fields)
        values: dict[int, dict[str, Any]] = {}
        marks: dict[int, dict[str, Any]] = {}
        empty = dict.fromkeys(self._fields, "")
        blank = lru_cache(maxsize=None)(self._blank)  # most cells are empty, and most rows require the same
        for document in documents:
            id_, shown, faults = document.id, self.batch.view.shown(document.id), found.get(document.id, {})
            required, locked = self.batch.view.required(id_), document.why_locked
            texts = {name: cell.text for name, cell in shown.items() if name in empty}
            values[id_] = {FILE: document.name, STATE: document.state_label} | empty | texts
            cell_marks = {
                name: cell_mark(
                    shown.get(name), faults.get(name, ()), required=name in required, locked=locked
                )
                for name in (shown.keys() | faults.keys()) & empty.keys()
            }
            others = {FILE: mark(faults.get(FILE, ())), STATE: mark(note=document.message)}
            marks[id_] = blank(required, locked) | cell_marks | others
        return values, marks

    def _blank(self, required: frozenset[str], locked: str) -> dict[str, dict[str, Any]]:
        """The marks of a row without values."""
        return {name: cell_mark(None, required=name in required, locked=locked) for name in self._fields}

    def _refresh(self, ids: Iterable[int]) -> None:
        known = [self.batch.view.document(id_) for id_ in ids]
        values, marks = self._contents(known, self.batch.findings(list(ids)))
        self.table.patch(values, marks)
        self._recount.poke()

    def _reload(self) -> None:
        columns, values, marks, choices = self._all()
        self.table.load(values, marks, columns=columns, choices=choices)
        self._recount.poke()

    # -- actions
    def _save_edits(self, edits: list[Edit], what: str) -> dict[tuple[int, str], str]:
        rows = {edit.row for edit in edits}
        locked = {row: self.batch.view.document(row).why_locked for row in rows}
        rejected = {(edit.row, edit.key): locked[edit.row] for edit in edits if locked[edit.row]}
        accepted = [edit for edit in edits if not locked[edit.row]]
        try:
            self.batch.set_cells([(edit.row, edit.key, edit.new) for edit in accepted], what.rstrip("."))
        except PdmError as error:
            rejected |= {(edit.row, edit.key): str(error) for edit in accepted}
        self._changes.flush(rows)
        return rejected

    def _undo_or_redo(self, step: str) -> ActionResult:
        changed = self.batch.undo() if step == "undo" else self.batch.redo()
        if not len(changed):
            return ActionResult(self._why_no_step(step))
        self._changes.flush(map(int, changed["document"]))
        first = changed.iloc[0]
        done = "Undone" if step == "undo" else "Redone"
        return ActionResult(
            f"{done}: {count(len(changed), 'cell')}.", (int(first["document"]), str(first["field"]))
        )

    def _read_dates(self, name: str, order: str) -> ActionResult:
        read = self.batch.parse_dates(name, order=order)
        form = "/".join(order)
        if not len(read):
            return ActionResult(f"No text in this column can be read as a date in the order {form}.")
        self._changes.flush(map(int, read["document"]))
        first = int(read["document"].iloc[0])
        return ActionResult(
            f"Read as {form}: {count(len(read), 'cell')}. Press Ctrl+Z to undo.", (first, name)
        )

    def _why_no_step(self, step: str) -> str:
        if not (self.batch.actions()["undone"] == (step == "redo")).any():
            return f"There is nothing to {step}."
        return (
            f"There is nothing more to {step}. The other cells were submitted, removed or changed in the meantime and "
            "stay as they are."
        )

    def _search(self, name: str, text: str) -> list[Entry]:
        return [
            *list_entries(
                self.batch.view.search(name, text)[:MOST_RESULTS], among=self.batch.view.choices(name)
            )
        ]

    def _keep_layout(self, layout: list[dict[str, Any]]) -> None:
        self.batch.view.layout = layout

    def _count(self) -> None:
        findings = self.batch.findings()
        errors = len({finding.document for finding in findings if finding.severity == "error"})
        ready = len(self.batch.view.documents) - errors
        self.counts.value = f"<span>{count(ready, 'document')} without errors, {errors:,} with errors</span>"

    def summary(self) -> str:
        """Return the number of documents."""
        return count(len(self.table), "document")

    def static(self) -> dict[str, str]:
        """Return the first rows as a static table, by MIME type."""
        return self.table.static()
