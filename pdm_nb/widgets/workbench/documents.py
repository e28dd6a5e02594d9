"""The table of the workbench, in all its steps: it follows the batch, and edits of the page go to the batch."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ...errors import PdmError
from ...model import Severity
from ...runs import loop
from ..application.application import ApplicationPart
from ..application.texts import EMPTY_BATCH, KEPT, NOTHING_SUGGESTED, count
from ..grid.batch_listener import ChangeListener
from ..grid.column import ActionResult, Edit
from ..grid.document_cells import list_entries
from ..grid.table_widget import Table
from ..grid.wire_format import Entry
from .document_rows import Depends, DocumentRows

if TYPE_CHECKING:
    from .workbench import Workbench

log = logging.getLogger(__name__)
PACE = 0.3  # seconds between patches: with the states of the workbench, less than ten messages a second
RECOUNT = 0.5  # seconds between counts over the whole batch
MOST_RESULTS = 200  # of a search in a long list


class Documents(ApplicationPart):
    """Edits, fixes, accepts, checks and removes documents."""

    actions = (
        *("check", "fix", "fix_cells", "accept", "accept_cells", "keep_cells", "open_again"),
        *("exclude", "retry", "explain"),
    )

    def __init__(self, bench: Workbench, batch: Any, depends: Depends | None) -> None:
        self.bench, self.batch = bench, batch
        self.rows = DocumentRows(batch, depends)
        columns = self.rows.columns()
        values, marks = self.rows.contents(batch.view.documents, batch.findings())
        self.table = Table(
            columns,
            values,
            marks=marks,
            choices=self.rows.lists(),
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
            empty=EMPTY_BATCH,
            is_embedded=True,
        )
        self.errors = Counter[int]()  # by document
        self._kept: list[tuple[int, list[tuple[int, str]]]] = []  # actions before a dismissal, and its cells
        self._is_counting = self._is_closed = False
        self._recount = loop.Throttle(self._count_in_thread, RECOUNT)
        self._changes = ChangeListener(batch, self.table, self._refresh, self._reload, PACE)
        self.errors = self._count()

    def close(self) -> None:
        """Stop listening to the batch, and close the table."""
        self._is_closed = True
        self._changes.stop()
        self.table.close()

    # -- following the batch
    def flush(self, ids: Iterable[int] | None = None) -> None:
        """Show changes of some documents now, or of all if None, some at a time."""
        if ids is None:
            self._changes.add(one.id for one in self.batch.view.documents)
        else:
            self._changes.flush(ids)

    def _refresh(self, ids: Iterable[int]) -> None:
        known = [self.batch.view.document(id_) for id_ in ids]
        self.table.patch(*self.rows.contents(known, self.batch.findings(list(ids))))
        self._recount.poke()
        self.bench.poke()

    def _reload(self) -> None:
        self.rows.restart()
        columns = self.rows.columns()
        values, marks = self.rows.contents(self.batch.view.documents, self.batch.findings())
        self.table.load(values, marks, columns=columns, choices=self.rows.lists())
        self._recount.poke()
        self.bench.poke()

    def _count(self) -> Counter[int]:
        """The number of errors by document, from any thread."""
        return Counter(one.document for one in self.batch.findings() if one.severity == Severity.ERROR)

    def _count_in_thread(self) -> None:
        """Count errors again: a change of one document may cause or fix an error of another. Large batches take a while."""
        if self._is_closed:
            return
        if self._is_counting:
            self._recount.poke()
            return
        self._is_counting = True
        loop.in_background(self._counted, self._show_count)

    def _counted(self) -> Counter[int] | None:
        """The count; None if it failed."""
        try:
            return self._count()
        except Exception:
            if not self._is_closed:
                log.exception("The errors of the batch could not be counted")
            return None

    def _show_count(self, errors: Counter[int] | None) -> None:
        self._is_counting = False
        if errors is None or errors == self.errors or self._is_closed:
            return
        before, self.errors = self.errors, errors
        known = {document.id for document in self.batch.view.documents}
        self._changes.add(id_ for id_ in before | errors if id_ in known and before[id_] != errors[id_])
        self.bench.poke()

    # -- edits of the table
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
        if step == "undo" and (opened := self._undo_keep()):
            return opened
        changed = self.batch.undo() if step == "undo" else self.batch.redo()
        if not len(changed):
            return ActionResult(self._why_no_step(step))
        self._changes.flush(map(int, changed["document"]))
        first = changed.iloc[0]
        done = "Undone" if step == "undo" else "Redone"
        return ActionResult(
            f"{done}: {count(len(changed), 'cell')}.", (int(first["document"]), str(first["field"]))
        )

    def _why_no_step(self, step: str) -> str:
        if not (self.batch.actions()["undone"] == (step == "redo")).any():
            return f"There is nothing to {step}."
        return (
            f"There is nothing more to {step}. The other cells were submitted, removed or changed in the meantime and "
            "stay as they are."
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

    def _search(self, name: str, text: str) -> list[Entry]:
        found = self.batch.view.search(name, text)[:MOST_RESULTS]
        return [*list_entries(found, among=self.batch.view.choices(name))]

    def _keep_layout(self, layout: list[dict[str, Any]]) -> None:
        self.batch.view.layout = layout

    # -- actions of the page
    def check(self) -> None:
        """Check all documents again and report the number of findings."""
        findings = self.batch.check()
        self.flush()
        errors = int((findings["severity"] == "error").sum()) if len(findings) else 0
        checked = f"{count(len(self.batch.view.documents), 'document')} checked"
        if not len(findings):
            self.bench.say(f"{checked}: no findings.", "good")
        else:
            severe = f"including {count(errors, 'error')}" if errors else "no errors"
            found = f"{count(len(findings), 'finding')}, {severe}"
            tone = "bad" if errors else ""
            self.bench.say(f"{checked}: {found}. Findings are marked in their cells.", tone)

    def fix(self, code: str | None = None) -> int:
        """Apply the proposals of all findings of a code, or of all errors."""
        return self.report_changes(self.batch.apply_fixes(code), "fixed")

    def fix_cells(self, cells: Sequence[Sequence[Any]]) -> int:
        """Apply the proposals of single cells: [[document, field], ...]."""
        wanted = {(int(row), str(key)) for row, key in cells}
        fixes = [
            (one.document, str(one.field), one.proposal)
            for one in self.batch.findings(sorted({row for row, _ in wanted}))
            if (one.document, one.field) in wanted and one.proposal is not None
        ]
        return self.report_changes(self.batch.set_cells(fixes, f"Fix {count(len(fixes), 'cell')}"), "fixed")

    def accept(self, rows: Sequence[int] | None = None, field: str | None = None) -> int:
        """Accept what is suggested for documents and a field; all if not given."""
        return self.report_changes(self.batch.accept(None if rows is None else list(rows), field), "accepted")

    def accept_cells(self, cells: Sequence[Sequence[Any]]) -> int:
        """Accept what is suggested for single cells: [[document, field], ...], as one action."""
        known = {int(row): self.batch.view.shown(int(row)) for row, _ in cells}
        found = [
            (int(row), str(key), known[int(row)][key].suggestion)
            for row, key in cells
            if key in known[int(row)] and known[int(row)][key].suggestion
        ]
        changed = self.batch.set_cells(found, f"Accept {count(len(found), 'suggestion')}")
        return self.report_changes(changed, "accepted")

    def keep_cells(self, cells: Sequence[Sequence[Any]]) -> int:
        """Keep the values of cells: what is suggested for them is dismissed, until somebody opens it again."""
        kept = self.batch.view.keep((int(row), str(key)) for row, key in cells)
        self._changes.flush({row for row, _ in kept})
        if kept:
            self._kept.append((self._actions_done(), kept))
            self.bench.say(KEPT.format(cells=count(len(kept), "value")), "good")
        else:
            self.bench.say(NOTHING_SUGGESTED)
        return len(kept)

    def open_again(self) -> int:
        """Show all dismissed suggestions again."""
        opened = self.batch.view.open_again()
        self._changes.flush({row for row, _ in opened})
        self._kept.clear()
        self.bench.say(f"{count(len(opened), 'suggestion')} shown again.")
        return len(opened)

    def _actions_done(self) -> int:
        return int((~self.batch.actions()["undone"]).sum())

    def _undo_keep(self) -> ActionResult | None:
        """Undo the last dismissal, if nothing was changed after it."""
        if not self._kept or self._kept[-1][0] != self._actions_done():
            return None
        _, cells = self._kept.pop()
        self.batch.view.open_again(cells)
        self._changes.flush({row for row, _ in cells})
        return ActionResult(f"Undone: {count(len(cells), 'suggestion')} shown again.", cells[0])

    def report_changes(self, changed: Any, done: str) -> int:
        """Show cells that were changed, and say how many; return the number."""
        self._changes.flush(map(int, changed["document"]) if len(changed) else ())
        if len(changed):
            self.bench.say(
                f"{count(len(changed), 'cell')} {done}. Press Ctrl+Z in the table to undo.", "good"
            )
        else:
            self.bench.say("There is nothing to change in these cells.")
        return len(changed)

    def exclude(self, rows: Sequence[int]) -> None:
        """Take documents out of the batch; their files stay where they are."""
        gone = self.batch.exclude(list(rows))
        self.flush(())
        self.bench.say(f"{count(len(gone), 'document')} removed from the batch. The files are unchanged.")

    def retry(self, message: str | None = None, rows: Sequence[int] | None = None) -> None:
        """Restart documents that failed, were deleted, or are on hold with a message."""
        if message is not None:
            rows = [
                document.id
                for document in self.batch.view.documents
                if document.message == message and document.state in ("held", "failed", "gone")
            ]
        restarted = self.batch.retry(rows)
        self._changes.flush(restarted)
        self.bench.say(f"{count(len(restarted), 'document')} will be uploaded again. Press Upload.")

    def explain(self, row: int) -> str:
        """Explain which rule applies to a document."""
        return str(self.batch.explain(int(row)))
