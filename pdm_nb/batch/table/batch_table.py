"""The table of a batch: its cells, and how they are changed. Sends nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, tzinfo
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from ... import frames
from ...errors import InputError, StateError
from ...model import FILE_NAME, STATE_LABELS, Cell, Document, Field, FieldType, LabelSource, Severity
from ...rules import checks
from ...rules.values import dates
from ...rules.values.resolve import resolve, text_of
from ...rules.values.text import quantity
from ..journal.cells import REGISTER, PlacedCell
from ..journal.change_log import ANALYST, FIX, SERVICE, Cause
from ..journal.change_log import REGISTER as FROM_REGISTER
from ..journal.journal import Journal, Step
from ..journal.states import EDITABLE, Event, State
from ..remote.computed_names import NAME
from ..remote.configuration import Configuration
from ..suggested.kept_values import KeptValues
from .evaluation import DocumentEvaluator
from .name_template import NameTemplate
from .row_selection import Rows, select, spread
from .undo import CellChange, UndoHistory, action_label


class BatchTable:
    """Documents by metadata fields, to be edited. `evaluator` has the results of rules and checks."""

    def __init__(self, journal: Journal, configuration: Configuration) -> None:
        self.journal = journal
        self.evaluator = DocumentEvaluator(journal, configuration)
        self.history, self.kept = UndoHistory(journal), KeptValues(journal)
        self.names = NameTemplate(self.evaluator)

    @property
    def configuration(self) -> Configuration:
        """Fields, rules and values of the project."""
        return self.evaluator.configuration

    @property
    def columns(self) -> list[str]:
        """The names of the columns of `frame`."""
        return ["file", "state", *(item.name for item in self.configuration.shown)]

    @property
    def frame(self) -> pd.DataFrame:
        """Index `document` (int); `file`, `state`, as people see it, then the text of each field that can be set (all string)."""
        shown = self.configuration.shown
        documents = self.journal.documents.values()
        table = frames.frame(
            dict.fromkeys(self.columns, frames.TEXT),
            [
                (d.name, STATE_LABELS[d.state], *(self.journal.cell(d.id, item.id).text for item in shown))
                for d in documents
            ],
        )
        table.index = pd.Index([document.id for document in documents], name="document", dtype="int64")
        return table

    # -- editing
    def set(self, rows: Rows, name: str, value: Any) -> Sequence[CellChange]:
        """Set a field of some documents; returns the changed cells.

        `value` is one for all, or a Series or list with one for each. Text that is not a value of the field is kept as
        it is.
        """
        item = self.configuration.field(name)
        if not item.is_settable and value is None:  # it could be set when it was set
            return self._drop(self.select(rows), item)
        item = self._to_set(name)
        ids = self.select(rows)
        dropped: list[CellChange] = []
        if (
            value is None and item.name == NAME
        ):  # a name that the service computes is not sent as an empty one
            dropped = self._drop([id_ for id_ in ids if self.evaluator.computes_name(id_)], item)
            ids = [id_ for id_ in ids if not self.evaluator.computes_name(id_)]
        self._check_editable(ids)
        values = spread(ids, value, item.is_multiple)
        placed = self._placed(ids, item, values)
        label = action_label(item, [cell for _, _, cell in placed], quantity(len(placed), "document"))
        return [*dropped, *self._act(placed, label)]

    def _drop(self, ids: Iterable[int], item: Field) -> list[CellChange]:
        """Remove what the analyst set in cells; it cannot be undone. Returns the cells that had something."""
        journal = self.journal
        before = [
            (id_, cell, journal.cell(id_, item.id))
            for id_ in ids
            if (cell := journal.analyst_cell(id_, item.id)) is not None
        ]
        cause = Cause(ANALYST, f"{item.label} removed")
        journal.drop_cells(((id_, item.id) for id_, _, _ in before), cause)
        return [
            CellChange(id_, item.id, cell, effective, journal.cell(id_, item.id))
            for id_, cell, effective in before
        ]

    def put(self, cells: Iterable[tuple[int, str, Any]], label: str = "") -> Sequence[CellChange]:
        """Set cells, (row, field, value) each, as one action; returns the changed cells.

        Raises `InputError`, and sets nothing, if one of them cannot be set.
        """
        fields: dict[str, dict[int, Any]] = {}
        ids: dict[int, int] = {}
        for row, name, value in cells:
            if row not in ids:
                ids[row] = self.select(row)[0]
            fields.setdefault(name, {})[ids[row]] = value
        placed = []
        for name, of in fields.items():
            item = self._to_set(name)
            self._check_editable(of)
            placed += self._placed(of, item, of.values())
        if len(placed) == 1:
            label = label or action_label(item, [placed[0][2]], self.journal.documents[placed[0][0]].name)
        return self._act(placed, label or f"{quantity(len(placed), 'cell')} set")

    def read_dates(self, name: str, ids: Iterable[int], order: str, zone: str | None) -> Sequence[CellChange]:
        """Read texts that are not dates yet by an order and a time zone, as one action; returns the cells."""
        item = self._to_set(name)
        if item.type is not FieldType.TIMESTAMP:
            raise InputError(
                f"{item.label} is not a date field: its type is {item.type}. Select a date field."
            )
        if order not in dates.ORDERS:
            raise InputError(f"Unknown order {order!r}. Use one of {', '.join(dates.ORDERS)}.")
        place = _zone(zone)
        cells = []
        for id_ in ids:
            cell = self.journal.cell(id_, item.id)
            if cell.values is None and (moment := dates.read_as(cell.text, order, place)):
                cells.append(
                    (id_, item.id, Cell(dates.iso(moment), (dates.wire(moment),), LabelSource.MANUAL))
                )
        self._check_editable(id_ for id_, _, _ in cells)
        if not cells:
            return ()
        of = f" of {zone}" if zone else ""
        return self._act(cells, f"{item.label} read as {order}{of}: {quantity(len(cells), 'cell')}")

    def same_value(self, item: Field, text: str, cell: Cell) -> bool:
        """Return True if a text means the value of a cell, even if it is written differently."""
        return not self.other_value(item, text, cell)

    def other_value(self, item: Field, text: str, cell: Cell) -> str:
        """Return a text as the cell would show it, "" if it means the value of the cell."""
        if text == cell.text:
            return ""
        value = self._resolved(item, text)
        return "" if value.values is not None and value.values == cell.values else value.text

    @property
    def removed_fields(self) -> list[str]:
        """Names of fields that have unsent cells and are no longer in the project."""
        known, names = self.configuration.fields, self.journal.fields
        removed = {
            f: None
            for id_ in self.journal.documents
            for f in self.journal.unsent_fields(id_)
            if f not in known
        }
        return [names.get(id_, id_) for id_ in removed]

    def suggestion(self, item: Field, suggested: Cell, cell: Cell) -> str:
        """Return a suggestion as a text that sets it; "" if the cell has this value (B37)."""
        lookup = self.configuration.lookups.get(item.id)
        if lookup is not None and suggested.values:
            if suggested.values == cell.values:
                return ""
            return lookup.name_of(suggested.values[0]) or suggested.text
        return self.other_value(item, suggested.text, cell)

    def _to_set(self, name: str) -> Field:
        item = self.configuration.field(name)
        if why := self.configuration.why_not_set(name):
            raise InputError(why)
        return item

    def _act(self, placed: list[PlacedCell], label: str, author: str = ANALYST) -> Sequence[CellChange]:
        changes = self.history.put(placed, label, author)
        self.names.refill({id_ for id_, _, _ in placed}, {field for _, field, _ in placed})
        self.release_fixed({id_ for id_, _, _ in placed})
        return changes

    def _placed(self, ids: Iterable[int], item: Field, values: Iterable[Any]) -> list[PlacedCell]:
        found: dict[tuple[type, Any], Cell] = {}  # a value of thousands of rows is looked up once
        cells = []
        for id_, one in zip(ids, values, strict=True):
            key = (type(one), one) if isinstance(one, str | int | float) else None
            cell = found.get(key) if key else None
            if cell is None:
                cell = self._resolved(item, one)
                if key:
                    found[key] = cell
            cells.append((id_, item.id, cell))
        return cells

    def set_order(self, ids: Sequence[int]) -> None:
        """Submit versions of one document in this order, oldest first, whatever their revisions say."""
        self.evaluator.set_order(ids)
        self.release_fixed(ids)

    def release_fixed(self, ids: Iterable[int]) -> None:
        """Release documents that were on hold for something that is fixed now, and the versions that waited for them."""
        waiting = deque(ids)
        while waiting:
            document = self.journal.documents[waiting.popleft()]
            by_check = document.state == State.HELD and checks.is_code(document.reason)
            if by_check and not self.evaluator.blockers(document.id, "submit" if document.ml else "upload"):
                self.release(document)
                waiting.extend(self.evaluator.after(document.id))

    def release(self, document: Document) -> None:
        """Release a document on hold, to the state it was in."""
        linked = Event.RESUME_SETTLED if document.ml else Event.RESUME_CREATED
        with suppress(StateError):  # another thread released it just now
            self.journal.note([Step(document.id, linked if document.upload_id else Event.REPLAN)])

    def learn_computed_names(self) -> None:
        """Note that the service computes names, and remove those that the template filled in."""
        self.evaluator.learn_computed_names()
        item = self.configuration.by_name.get(NAME)
        if item is not None:
            cells = {id_: self.journal.analyst_cell(id_, item.id) for id_ in self.journal.documents}
            computed = [
                (id_, item.id)
                for id_, cell in cells.items()
                if cell is not None and cell.source == FILE_NAME and self.evaluator.computes_name(id_)
            ]
            self.journal.drop_cells(computed, Cause(SERVICE, "The service computes the name"))

    def add(self, rows: Iterable[tuple[Document, Mapping[str, Any], Mapping[str, str], str]]) -> list[int]:
        """Add documents with their values of a register, by field name; returns the new ids.

        Next to the values: what the register has if they were made of it, and the name of the register.
        """
        documents, cells, registered, register = [], {}, {}, ""
        read: dict[tuple[str, str], str] = {}
        for document, values, texts, register in rows:  # noqa: B007 - all are of one register
            named = [(item, value) for name, value in values.items() if (item := self._settable(name))]
            documents.append(document)
            cells[document.path] = [(item.id, self._resolved(item, value)) for item, value in named]
            registered[document.path] = [(item.id, _register_cell(value)) for item, value in named]
            read |= {(document.path, item.id): texts[item.name] for item, _ in named if item.name in texts}
        ids = self.journal.add(documents, cells, Cause(FROM_REGISTER, register), read)
        paths = {self.journal.documents[id_].path: id_ for id_ in ids}
        self.journal.record_cells(
            [(id_, field, cell) for path, id_ in paths.items() for field, cell in registered[path]], REGISTER
        )
        self.names.fill(ids)
        return ids

    def remove(self, ids: Sequence[int], *, for_good: bool = False) -> None:
        """Remove documents. `for_good`: their paths are stored as left out."""
        waiting = self.next_versions(ids)
        self.journal.remove(ids, for_good=for_good)
        self.release_fixed(id_ for id_ in waiting if id_ in self.journal.documents)

    def next_versions(self, ids: Iterable[int]) -> list[int]:
        """Return the documents that are the next versions after these."""
        return [later for id_ in ids for later in self.evaluator.after(id_)]

    def reread(self, rows: Iterable[tuple[int, Mapping[str, Any], Mapping[str, str], str]]) -> int:
        """Set the values of a register that changed since it was last read; returns how many.

        What the analyst set stays if the value of the register did not change. Submitted documents stay as they are.
        """
        changed, registered, read = [], [], {}
        register = ""
        for id_, values, texts, register in rows:  # noqa: B007 - all are of one register
            editable = self.journal.documents[id_].state in EDITABLE
            for name, value in values.items() if editable else ():
                item = self._settable(name)
                before = self.journal.register_cell(id_, item.id) if item else None
                if item is None or before == _register_cell(value):
                    continue
                registered.append((id_, item.id, _register_cell(value)))
                now = self.journal.cell(id_, item.id)
                if before is not None or not now.text or now.source == FILE_NAME:
                    changed.append((id_, item.id, self._resolved(item, value)))
                    if item.name in texts:
                        read[id_, item.id] = texts[item.name]
        self.journal.set_cells(changed, Cause(FROM_REGISTER, register), read)
        self.journal.record_cells(registered, REGISTER)
        self.names.refill({id_ for id_, _, _ in changed}, {field for _, field, _ in changed})
        self.release_fixed({id_ for id_, _, _ in changed})
        return len(changed)

    def reconfigure(self, configuration: Configuration) -> None:
        """Use another configuration of the project; texts that were not values are looked up again."""
        self.evaluator.reconfigure(configuration)
        resolved: list[PlacedCell] = []
        for document in self.journal.documents.values():
            if document.state not in EDITABLE:
                continue
            for field, cell in self.journal.unsent(document.id):
                item = configuration.fields.get(field)
                if cell.values is None and item is not None and item.is_settable:
                    now = self._resolved(item, cell.text)
                    resolved += [(document.id, field, now)] if now.values is not None else []
        self.journal.set_cells(resolved, Cause(FIX, "Found in the lists that were fetched again"))
        self.names.fill()
        self.release_fixed({id_ for id_, _, _ in resolved})
        self.journal.notify(self.journal.documents)

    def _settable(self, name: str) -> Field | None:
        item = self.configuration.field(name)
        return item if item.is_settable else None

    def _resolved(self, item: Field, value: Any) -> Cell:
        return resolve(item, value, self.configuration.lookups.get(item.id))[0]

    def select(self, rows: Rows) -> list[int]:
        """Return the ids of the selected documents; see `row_selection.select`."""
        return select(self.journal, rows)

    def shown_text(self, id_: int, item: Field) -> str:
        """Return the text of a cell as it is shown: of a computed name, the name that the document will have (B33)."""
        is_computed = item.variant == "computed"
        return self.evaluator.name_of(id_) if is_computed else self.journal.cell(id_, item.id).text

    def why_locked(self, id_: int, item: Field) -> str:
        """Return why a cell cannot be set, as a sentence; "" if it can."""
        return self.journal.documents[id_].why_locked or self.configuration.why_not_set(item.name)

    def _check_editable(self, ids: Iterable[int]) -> None:
        fixed = [d for d in map(self.journal.documents.__getitem__, ids) if d.state not in EDITABLE]
        if fixed:
            raise InputError(
                f"{fixed[0].name} is {fixed[0].state_label}: a revision cannot be edited through the API. Leave "
                "it out of the rows, or edit it in Procore."
            )

    def apply_fixes(self, code: str | None = None) -> Sequence[CellChange]:
        """Apply the proposals of errors, or of all findings of one code, as one action; returns the changed cells."""
        known = self.configuration
        fixed = [
            f
            for f in self.evaluator.findings()
            if f.proposal is not None
            and f.field is not None
            and f.field in known.by_name
            and known.by_name[f.field].is_settable
            and (f.severity is Severity.ERROR if code is None else f.code == code)
        ]
        fields: dict[str, dict[int, str]] = {}  # of several proposals for one cell the first is used
        for f in fixed:
            fields.setdefault(str(f.field), {}).setdefault(f.document, str(f.proposal))
        self._check_editable(f.document for f in fixed)
        placed = [c for name, of in fields.items() for c in self._placed(of, known.field(name), of.values())]
        what = code or ", ".join(sorted({f.code for f in fixed}))
        return self._act(placed, f"Fixed {what}: {quantity(len(placed), 'cell')}", FIX)

    def accept(self, ids: Iterable[int], fields: Iterable[Field]) -> Sequence[CellChange]:
        """Set suggestions in cells that have another value, as one action; returns the changed cells."""
        placed: list[PlacedCell] = []
        for id_, item in product(ids, tuple(fields)):
            suggested = self.journal.suggested_cell(id_, item.id)
            if suggested is None or self.kept.has(id_, item.id, suggested) or self.why_locked(id_, item):
                continue
            if text := self.suggestion(item, suggested, self.journal.cell(id_, item.id)):
                placed += self._placed([id_], item, [text])
        return self._act(placed, f"{quantity(len(placed), 'suggestion')} accepted")

    def undo(self) -> list[CellChange]:
        """Undo the last action; see `UndoHistory.undo`."""
        changes = self.history.undo()
        self.names.refill({one.document for one in changes}, {one.field for one in changes})
        self.release_fixed({one.document for one in changes})
        return changes

    def redo(self) -> list[CellChange]:
        """Redo the last action that was undone; see `UndoHistory.redo`."""
        changes = self.history.redo()
        self.names.refill({one.document for one in changes}, {one.field for one in changes})
        self.release_fixed({one.document for one in changes})
        return changes


def _zone(name: str | None) -> tzinfo:
    try:
        return UTC if name is None else ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise InputError(f"Unknown time zone {name!r}. Use a name such as Europe/Berlin.") from None


def _register_cell(value: Any) -> Cell:
    """Return a value of a register as it is stored for comparing."""
    return Cell(text_of(value), None, "register")
