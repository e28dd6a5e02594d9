"""The table of a batch: what each cell holds, and the ways to change it. Sends nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from ... import frames
from ...errors import InputError, StateError
from ...model import FILE_NAME, Cell, Document, Field, FieldType, Finding, Findings, LabelSource, Severity
from ...rules import checks
from ...rules.values import dates
from ...rules.values.resolve import resolve, text_of
from ...rules.values.text import short
from ..journal.cells import REGISTER, Placed
from ..journal.journal import Journal, Step
from ..journal.states import EDITABLE, Event, State
from ..pipeline.computed_names import NAME
from .configuration import Configuration
from .confirm import confirmed
from .evaluation import DocumentEvaluator
from .name_template import NameTemplate
from .row_selection import Rows, select, spread
from .undo import CellChange, UndoHistory


class BatchTable(DocumentEvaluator):
    """Documents by metadata fields, over a journal, to be edited."""

    def __init__(self, journal: Journal, configuration: Configuration) -> None:
        super().__init__(journal, configuration)
        self.history = UndoHistory(journal)
        self.names = NameTemplate(self)

    @property
    def frame(self) -> pd.DataFrame:
        """Index `document` (int); `file`, `state`, then the text of each field that can be set (all string)."""
        shown = self.configuration.shown
        documents = self.journal.documents.values()
        table = frames.frame(
            {"file": frames.TEXT, "state": frames.TEXT} | {item.name: frames.TEXT for item in shown},
            [
                (d.name, d.state, *(self.journal.cell(d.id, item.id).text for item in shown))
                for d in documents
            ],
        )
        table.index = pd.Index([document.id for document in documents], name="document", dtype="int64")
        return table

    # -- editing
    def set(self, rows: Rows, name: str, value: Any) -> list[Finding]:
        """Set a field of some documents and answer what is found in these cells now.

        `value` may be one for all, or a Series or list with one each. What cannot be resolved is kept as typed.
        """
        item = self.configuration.field(name)
        if not item.is_settable and value is None:  # was settable when it was set
            self.journal.drop_cells((id_, item.id) for id_ in self.select(rows))
            return []
        item = self._to_set(name)
        ids = self.select(rows)
        if (
            value is None and item.name == NAME
        ):  # a name that the service puts together is not sent as an empty one
            self.journal.drop_cells((id_, item.id) for id_ in ids if self.computes_name(id_))
            ids = [id_ for id_ in ids if not self.computes_name(id_)]
        self._check_editable(ids)
        values = spread(ids, value, item.is_multiple)
        placed = self._placed(ids, item, values)
        self._act(placed, _label(item, [cell for _, _, cell in placed], _count(len(placed), "document")))
        return Findings(finding for finding in self.findings(ids) if finding.field == item.name)

    def put(self, cells: Iterable[tuple[int, str, Any]], label: str = "") -> list[Finding]:
        """Set many cells as one action, (row, field, value) each; answers what is found in them now.

        Raises `InputError`, and sets nothing, where one of them cannot be set.
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
            label = label or _label(item, [placed[0][2]], self.journal.documents[placed[0][0]].name)
        self._act(placed, label or f"{_count(len(placed), 'cell')} set")
        names = {(d, self.configuration.fields[f].name) for d, f, _ in placed}
        return Findings(f for f in self.findings({d for d, _ in names}) if (f.document, f.field) in names)

    def read_dates(self, name: str, ids: Iterable[int], order: str, zone: str | None) -> Sequence[CellChange]:
        """Read what is no date yet as a date of this order and zone, as one action; answers the cells."""
        item = self._to_set(name)
        if item.type is not FieldType.TIMESTAMP:
            raise InputError(f"{item.label} holds no dates: it is of the type {item.type}.")
        if order not in dates.ORDERS:
            raise InputError(f"order= is one of {', '.join(dates.ORDERS)}, not {order!r}.")
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
        self._act(cells, f"{item.label} read as {order}{of}: {_count(len(cells), 'cell')}")
        return self.history.done[-1].changes

    def same_value(self, item: Field, said: str, cell: Cell) -> bool:
        """True where a text means what a cell holds, be it written otherwise."""
        return not self.other_value(item, said, cell)

    def other_value(self, item: Field, said: str, cell: Cell) -> str:
        """A text as the cell would show it, "" where it means what the cell holds."""
        if said == cell.text:
            return ""
        meant = self._resolved(item, said)
        return "" if meant.values is not None and meant.values == cell.values else meant.text

    @property
    def vanished(self) -> list[str]:
        """Names of fields that cells are still to be sent of, and that the project does not have any more."""
        known, names = self.configuration.fields, self.journal.fields
        gone = {
            f: None
            for id_ in self.journal.documents
            for f in self.journal.unsent_fields(id_)
            if f not in known
        }
        return [names.get(id_, id_) for id_ in gone]

    def suggestion(self, item: Field, said: Cell, cell: Cell) -> str:
        """What ML or the file name said, as a text that sets it; "" where the cell holds it (B37)."""
        lookup = self.configuration.lookups.get(item.id)
        if lookup is not None and said.values:
            return "" if said.values == cell.values else lookup.name_of(said.values[0]) or said.text
        return self.other_value(item, said.text, cell)

    def _to_set(self, name: str) -> Field:
        item = self.configuration.field(name)
        if why := self.configuration.why_not_set(name):
            raise InputError(why)
        return item

    def _act(self, placed: list[Placed], label: str) -> None:
        self.history.put(placed, label)
        self.names.refill({id_ for id_, _, _ in placed}, {field for _, field, _ in placed})
        self._release_mended({id_ for id_, _, _ in placed})

    def _placed(self, ids: Iterable[int], item: Field, values: Iterable[Any]) -> list[Placed]:
        found: dict[tuple[type, Any], Cell] = {}  # what is the same for thousands is looked up once
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
        super().set_order(ids)
        self._release_mended(ids)

    def _release_mended(self, ids: Iterable[int]) -> None:
        """Release documents that were held for what is fixed now, and the versions that waited for them."""
        waiting = deque(ids)
        while waiting:
            document = self.journal.documents[waiting.popleft()]
            ours = document.state == State.HELD and checks.is_code(document.reason)
            if ours and not self.blockers(document.id, "submit" if document.ml else "upload"):
                self.release(document)
                waiting.extend(self.after(document.id))

    def release(self, document: Document) -> None:
        """Let a held document go on where it stood."""
        linked = Event.RESUME_SETTLED if document.ml else Event.RESUME_CREATED
        with suppress(StateError):  # the other thread, the worker's or the main one, released it just now
            self.journal.note([Step(document.id, linked if document.upload_id else Event.REPLAN)])

    def learn_computed_names(self) -> None:
        """Judge by it that the service puts names together, and remove those that the template filled in."""
        super().learn_computed_names()
        item = self.configuration.by_name.get(NAME)
        if item is not None:
            mine = {id_: self.journal.ours(id_, item.id) for id_ in self.journal.documents}
            self.journal.drop_cells(
                (id_, item.id)
                for id_, cell in mine.items()
                if cell is not None and cell.source == FILE_NAME and self.computes_name(id_)
            )

    def add(self, rows: Iterable[tuple[Document, Mapping[str, Any]]]) -> list[int]:
        """Append documents with what a register says of them (field name -> value). Answers the ids."""
        documents, cells, said = [], {}, {}
        for document, values in rows:
            named = [(item, value) for name, value in values.items() if (item := self._settable(name))]
            documents.append(document)
            cells[document.path] = [(item.id, self._resolved(item, value)) for item, value in named]
            said[document.path] = [(item.id, _as_said(value)) for item, value in named]
        ids = self.journal.add(documents, cells)
        paths = {self.journal.documents[id_].path: id_ for id_ in ids}
        self.journal.see_cells(
            [(id_, field, cell) for path, id_ in paths.items() for field, cell in said[path]], REGISTER
        )
        self.names.fill(ids)
        return ids

    def remove(self, ids: Sequence[int], *, for_good: bool = False) -> None:
        """Take documents out, and what was derived from them. `for_good`: their paths are remembered."""
        waiting = self.next_versions(ids)
        self.journal.remove(ids, for_good=for_good)
        self._release_mended(id_ for id_ in waiting if id_ in self.journal.documents)

    def next_versions(self, ids: Iterable[int]) -> list[int]:
        """Return the documents that are the next versions after these."""
        return [later for id_ in ids for later in self.after(id_)]

    def confirm(self, ids: Sequence[int], *, exists: bool) -> None:
        """Note of unconfirmed documents whether they became revisions, and release the versions that waited."""
        waiting = self.next_versions(ids)
        self.journal.note(step for id_ in ids for step in confirmed(id_, exists=exists))
        self._release_mended(waiting)

    def reread(self, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> int:
        """Take over what a register says differently since it was last read; answers how many cells.

        What the analyst set stays where the register says what it said before. Documents that are submitted stay.
        """
        ours, said = [], []
        for id_, values in rows:
            editable = self.journal.documents[id_].state in EDITABLE
            for name, value in values.items() if editable else ():
                item = self._settable(name)
                before = self.journal.registered(id_, item.id) if item else None
                if item is None or before == _as_said(value):
                    continue
                said.append((id_, item.id, _as_said(value)))
                now = self.journal.cell(id_, item.id)
                if before is not None or not now.text or now.source == FILE_NAME:
                    ours.append((id_, item.id, self._resolved(item, value)))
        self.journal.set_cells(ours)
        self.journal.see_cells(said, REGISTER)
        self.names.refill({id_ for id_, _, _ in ours}, {field for _, field, _ in ours})
        self._release_mended({id_ for id_, _, _ in ours})
        return len(ours)

    def reconfigure(self, configuration: Configuration) -> None:
        """Go by the project as it is now; what could not be resolved is tried again."""
        self._reconfigure(configuration)
        again: list[Placed] = []
        for document in self.journal.documents.values():
            if document.state not in EDITABLE:
                continue
            for field, cell in self.journal.unsent(document.id):
                item = configuration.fields.get(field)
                if cell.values is None and item is not None and item.is_settable:
                    now = self._resolved(item, cell.text)
                    again += [(document.id, field, now)] if now.values is not None else []
        self.journal.set_cells(again)
        self.names.fill()
        self._release_mended({id_ for id_, _, _ in again})
        self.journal.tell(self.journal.documents)

    def _settable(self, name: str) -> Field | None:
        item = self.configuration.field(name)
        return item if item.is_settable else None

    def _resolved(self, item: Field, value: Any) -> Cell:
        return resolve(item, value, self.configuration.lookups.get(item.id))[0]

    def select(self, rows: Rows) -> list[int]:
        """Document ids for an id, a pattern of file names, a list of either, a slice of ids, a boolean mask, a
        part of the frame, or None for all that no later version followed."""
        return select(self.journal, rows)

    def _check_editable(self, ids: Iterable[int]) -> None:
        fixed = [d for d in map(self.journal.documents.__getitem__, ids) if d.state not in EDITABLE]
        if fixed:
            raise InputError(
                f"{fixed[0].name} is {fixed[0].state}: a revision cannot be edited through the API. Leave it "
                "out of the rows, or edit it in Procore."
            )

    def mend(self, code: str | None = None) -> list[Finding]:
        """Apply proposals as one step: those of errors, or of all findings of one code; answers the findings."""
        known = self.configuration
        mended = [
            f
            for f in self.findings()
            if f.proposal is not None
            and f.field is not None
            and f.field in known.by_name
            and known.by_name[f.field].is_settable
            and (f.severity is Severity.ERROR if code is None else f.code == code)
        ]
        fields: dict[str, dict[int, str]] = {}  # of several proposals for one cell the first counts
        for f in mended:
            fields.setdefault(str(f.field), {}).setdefault(f.document, str(f.proposal))
        self._check_editable(f.document for f in mended)
        placed = [c for name, of in fields.items() for c in self._placed(of, known.field(name), of.values())]
        what = code or ", ".join(sorted({f.code for f in mended}))
        self._act(placed, f"mend {what}: {_count(len(placed), 'cell')}")
        return mended

    def undo(self) -> list[CellChange]:
        """Take back what was last set or mended, one action; see `UndoHistory.undo`."""
        back = self.history.undo()
        self.names.refill({one.document for one in back}, {one.field for one in back})
        self._release_mended({one.document for one in back})
        return back

    def redo(self) -> list[CellChange]:
        """Do again what was taken back last; see `UndoHistory.redo`."""
        again = self.history.redo()
        self.names.refill({one.document for one in again}, {one.field for one in again})
        self._release_mended({one.document for one in again})
        return again


def _zone(name: str | None) -> tzinfo:
    try:
        return UTC if name is None else ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise InputError(f"There is no time zone {name!r}: name one as Europe/Berlin.") from None


def _label(item: Field, cells: Sequence[Cell], where: str) -> str:
    """What setting a field is called among the actions; `where` tells of which documents."""
    texts = {cell.text for cell in cells}
    if len(texts) != 1:
        return f"{item.label} of {where}"
    (text,) = texts
    return f"{item.label} = {short(text)}, {where}" if text else f"{item.label} cleared, {where}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _as_said(value: Any) -> Cell:
    """What a register says, as it is kept for comparing."""
    return Cell(text_of(value), None, "register")
