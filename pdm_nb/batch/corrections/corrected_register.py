"""What was changed in a register of a batch. Nothing is changed here: `batch.set_cells` and `batch.exclude` take the frame.

How this works: a cell of a register is compared with what the register said when it was last read; if it differs, the
batch has that value, has the new one already, or was edited since. What `batch.frame` and `batch.report` wrote has the
values of the batch itself: a cell with a value that the batch had before was edited in the batch since.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ... import frames, registers
from ...errors import InputError
from ...model import Cell, Document, Field
from ...registers import RegisterCells, RegisterRow
from ...rules.values.text import quantity
from ..journal.cells import REGISTER
from ..journal.change_log import NAME, PROFILE
from ..journal.change_log import REGISTER as BY_REGISTER
from ..journal.states import EDITABLE
from ..table.batch_table import BatchTable
from .corrected_cells import (
    CELLS,
    CHANGED,
    EDITED,
    EMPTIED,
    NOT_IN_BATCH,
    ReturnedCells,
    about_locked,
    named,
)

REMOVED_ROW, NEW_ROW = "row removed", "new row"
SOURCES = (BY_REGISTER, PROFILE, NAME)
Line = tuple[object, ...]


@dataclass
class CorrectedRegister:
    """A register of a batch that came back, compared with the batch."""

    table: BatchTable
    name: str
    cells: RegisterCells
    notices: list[str] = field(default_factory=list)
    _locked: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, table: BatchTable, register: registers.Register) -> CorrectedRegister:
        """Read the cells of a register.

        Raises
        ------
        InputError
            If questions about it are open, or two rows have the number of one document.
        """
        cells = registers.cells_of(register)
        seen: dict[int, str] = {}
        for document, row in zip(cells.documents, cells.rows, strict=True):
            if document is not None and (first := seen.setdefault(document, row.place)) != row.place:
                raise InputError(
                    f"{register.name} has document {document} twice, in {first} and {row.place}. Remove one of them."
                )
        levels = {} if cells.is_own_output else registers.notice_levels(register)
        about = [
            text for text, level in levels.items() if level >= logging.WARNING
        ]  # such as rows without a file
        return cls(table, register.name, cells, about)

    def frame(self) -> ReturnedCells:
        """Return the differences, with notices about all else."""
        found: dict[int, RegisterRow] = {}
        lines: list[Line] = []
        for number, row in zip(self.cells.documents, self.cells.rows, strict=True):
            document = self._document(number, row)
            if document is None:
                lines += self._without_document(number, row)
                continue
            found[document.id] = row
            lines += self._of_document(document, row)
        lines += self._removed(found)
        if not lines:
            self.notices.append(f"{self.name} has no change that the batch does not have already.")
        self.notices += [about_locked("register", state, names) for state, names in self._locked.items()]
        self.notices += self._about_columns()
        frame = ReturnedCells(frames.frame(CELLS, lines))
        frame.notices = self.notices
        return frame

    def _document(self, number: int | None, row: RegisterRow) -> Document | None:
        journal = self.table.journal
        if self.cells.is_own_output:
            return None if number is None else journal.documents.get(number)
        return journal.current(os.path.abspath(row.path))

    def _without_document(self, number: int | None, row: RegisterRow) -> Iterator[Line]:
        if number is not None:
            self._locked.setdefault(NOT_IN_BATCH, []).append(row.path.name)
        elif os.path.abspath(row.path) in self.table.journal.left_out:
            self.notices.append(f"{row.path.name}, {row.place}, was excluded from the batch. It stays out.")
        else:
            yield None, row.path.name, None, row.place, NEW_ROW, None, None

    # -- cells
    def _of_document(self, document: Document, row: RegisterRow) -> Iterator[Line]:
        read = self.table.journal.layer(REGISTER, document.id)
        found = [line for item in self._fields for line in self._of_field(document, item, row, read)]
        if document.state in EDITABLE:
            yield from found
        elif found:
            self._locked.setdefault(document.state_label, []).append(document.name)

    @cached_property
    def _fields(self) -> list[Field]:
        known = self.table.configuration
        items = (known.by_name.get(name) for name in self.cells.letters)
        return [item for item in items if item is not None and not known.why_not_set(item.name)]

    def _of_field(
        self, document: Document, item: Field, row: RegisterRow, read: Mapping[str, Cell]
    ) -> Iterator[Line]:
        """Yield the difference of a cell; `read`: what the register said of the document when it was last read."""
        text, now = str(row.values.get(item.name, "")), self.table.journal.cell(document.id, item.id)
        if text == now.text or (self.table.same_value(item, text, now) if text else not now.text):
            return
        what = (
            self._of_output(document, item, row) if self.cells.is_own_output else self._of_register(item, text, now, read)
        )  # fmt: skip
        if what:
            kind = EMPTIED if what == CHANGED and not text else what
            yield (
                document.id,
                document.name,
                item.name,
                self.cells.place(row, item.name),
                kind,
                now.text,
                text,
            )

    def _of_register(self, item: Field, text: str, now: Cell, read: Mapping[str, Cell]) -> str:
        """Return how a cell differs from the register that was read last, "" if it is as it was."""
        before = read[item.id].text if item.id in read else ""
        if read and text == before:
            return ""
        is_same = self.table.same_value(item, before, now) if before else not now.text
        return CHANGED if is_same or not read else EDITED

    def _of_output(self, document: Document, item: Field, row: RegisterRow) -> str:
        """Return how a cell differs from the batch that wrote it, "" if it is only read differently."""
        raw = row.texts.get(item.name, "").strip()
        if raw == self.table.journal.cell(document.id, item.id).text.strip():
            return ""
        return EDITED if (document.id, item.id, raw) in self._earlier else CHANGED

    @cached_property
    def _earlier(self) -> set[tuple[int, str, str]]:
        """The texts that cells of the batch had before: document, field, text."""
        log = self.table.journal.log
        authors = {id_: author for id_, (_, author, _, _) in log.actions().items()}
        which, documents, fields, before, _ = log.changes()
        return {
            (document, field, text.strip())
            for action, document, field, text in zip(which, documents, fields, before, strict=True)
            if text or authors[action] not in SOURCES  # every cell is empty before its source fills it in
        }

    # -- rows
    def _removed(self, found: dict[int, RegisterRow]) -> Iterator[Line]:
        journal = self.table.journal
        gone = [
            document
            for document in journal.documents.values()
            if document.id not in found
            and document.id not in journal.followed
            and (self.cells.is_own_output or self._was_listed(document))
        ]
        if gone and self.cells.hidden:
            self.notices.append(
                f"{quantity(self.cells.hidden, 'hidden row')} of {self.name} {'was' if self.cells.hidden == 1 else 'were'} "
                f"not read, so removed rows cannot be listed. Show all rows, and compare the register again."
            )
            return
        for document in gone:
            if document.state in EDITABLE:
                yield document.id, document.name, None, None, REMOVED_ROW, None, None
        if left := [document.name for document in gone if document.state not in EDITABLE]:
            self.notices.append(
                f"{quantity(len(left), 'row')} of documents that can no longer be changed {'was' if len(left) == 1 else 'were'} "
                f"removed: {named(left)}."
            )

    def _was_listed(self, document: Document) -> bool:
        """True if a register had a row of the document, and its file is still there to be matched."""
        return bool(self.table.journal.layer(REGISTER, document.id)) and os.path.exists(document.path)

    def _about_columns(self) -> Iterator[str]:
        """Yield a sentence about fields that the register had, and for which it has no column now."""
        known = self.table.configuration.fields
        had = {
            field
            for id_ in (() if self.cells.is_own_output else self.table.journal.documents)
            for field in self.table.journal.layer(REGISTER, id_)
        }
        if lost := [
            known[id_].label for id_ in known if id_ in had and known[id_].name not in self.cells.letters
        ]:
            yield f"{self.name} has no column for {named(lost)} now. These cells stay as they are."
