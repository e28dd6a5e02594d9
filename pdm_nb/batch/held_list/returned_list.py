"""What was changed in a list of what was on hold. Nothing is changed here: `batch.set_cells` takes over the frame.

How this works: a row has the number of its document and digests of its cells. What came back differs from the digest if
somebody changed it; what the batch has now differs from it if the batch continued meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ... import frames
from ...errors import InputError
from ...model import Document
from ...registers.forms import FormCheck, FormOrigin
from ...registers.reading import find_table, read_workbook
from ...registers.reading.form import FILE, FormKey, marked
from ...registers.reading.form.form import cell_digest
from ...rules.values.text import quantity
from ..corrections import CELLS, CHANGED, EDITED, EMPTIED, NOT_IN_BATCH, ReturnedCells, about_locked
from ..journal.states import EDITABLE
from ..table.batch_table import BatchTable
from .write_held_list import KIND, batch_id


@dataclass
class HeldList:
    """A list that came back, compared with how it was written and with the batch."""

    table: BatchTable
    name: str
    check: FormCheck
    notices: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, table: BatchTable, origin: FormOrigin, path: Path) -> HeldList:
        """Read a list.

        Raises
        ------
        InputError
            For another kind of file, a list of another batch or project, or one whose columns were sorted alone.
        """
        workbook = read_workbook(path)
        mark = marked(workbook)
        if mark is None:
            raise InputError(f"{path.name} was not written by batch.report({path.name!r}, on_hold=True).")
        known = table.configuration
        rows = find_table(workbook, mark.sheet, mark.header or None, hidden=True)
        check = FormCheck(path.name, mark, rows, known.settable, known.lookups_by_name, origin)
        check.check_kind(KIND)
        if mark.facts.get("batch") != batch_id(table.journal):
            raise InputError(
                f"{path.name} lists what was on hold in another batch, {mark.facts.get('batch name')}, written "
                f"{mark.facts.get('written')}. Open that batch with project.batch(journal=…)."
            )
        if questions := [*check.moved(), *check.reformatted()]:
            raise InputError("\n".join(questions))
        return cls(table, path.name, check)

    def frame(self) -> ReturnedCells:
        """Return the changed cells, with notices about all else."""
        cells = list(self._cells())
        found = ReturnedCells(frames.frame(CELLS, cells))
        if not cells:
            self.notices.append(f"{self.name} has no changed cell that the batch does not have already.")
        found.notices = [*self._about_form(), *self.notices]
        return found

    def _about_form(self) -> Iterator[str]:
        check = self.check
        for now, heading in check.renamed.items():
            if check.mark.fields[heading]:
                yield f"The heading {heading!r} of the list is {now!r} now. The column is read as {heading!r}."
        yield from check.notices
        missing = _number(check.mark.facts.get("rows")) - sum(key is not None for key in check.keys)
        if missing > 0:
            whose = (
                "was removed. Its document stays as it is"
                if missing == 1
                else "were removed. Their documents stay as they are"
            )
            yield f"{quantity(missing, 'row')} of the list {whose}."

    def _cells(self) -> Iterator[tuple[object, ...]]:
        locked: dict[str, list[str]] = {}
        for place, key in enumerate(self.check.keys):
            document = self.table.journal.documents.get(int(key.id)) if key and key.id.isdecimal() else None
            if key is None:
                continue
            changed = list(self._changed(place, key))
            if document is None and changed:
                file = (
                    self.check.table.frame[FILE].iloc[place] if FILE in self.check.table.columns else key.id
                )
                locked.setdefault(NOT_IN_BATCH, []).append(str(file))
            elif document is not None and changed and document.state not in EDITABLE:
                locked.setdefault(document.state_label, []).append(document.name)
            elif document is not None:
                yield from self._of_document(document, place, key, changed)
        self.notices += [about_locked("list", state, names) for state, names in locked.items()]

    def _changed(self, place: int, key: FormKey) -> Iterator[tuple[str, int, str]]:
        """Yield heading, position in the key, and text of each cell of a row that was changed."""
        table = self.check.table
        for number, heading in enumerate(self.check.mark.compared):
            column = self.check.column_of(heading)
            if column is None or number >= len(key.cells):
                continue
            text = (table.frame[column].iloc[place] or "").strip()
            if cell_digest(text) != key.cells[number]:
                yield heading, number, text

    def _of_document(
        self, document: Document, place: int, key: FormKey, changed: list[tuple[str, int, str]]
    ) -> Iterator[tuple[object, ...]]:
        table, fields = self.table, self.table.configuration.by_name
        for heading, number, text in changed:
            name = self.check.mark.fields[heading]
            item = fields.get(name)
            where = self.check.cell(heading, place)
            if item is None or table.configuration.why_not_set(name):
                self.notices.append(
                    f"{where}: the project no longer has the field {heading!r}, so {text!r} is not taken over."
                )
                continue
            now = self.table.journal.cell(document.id, item.id)
            if table.same_value(item, text, now) if text else not now.text:
                continue  # taken over already, or entered in the batch too
            same_as_written = cell_digest(now.text) == key.cells[number]
            what = (CHANGED if text else EMPTIED) if same_as_written else EDITED
            yield document.id, document.name, name, where, what, now.text, text


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0
