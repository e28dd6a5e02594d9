"""The table of a batch: what each cell holds, which rule applies, what is found. Reads and edits, sends nothing.

State is the journal's alone; what is derived from it (rules, findings) is computed when asked for and kept
until the document changes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from .. import frames
from ..errors import InputError, StateError
from ..manifest import file_fault
from ..model import Cell, Document, Field, Finding, Findings, NamingStandard, Requirement, Severity, Value
from ..rules import checks
from ..rules.naming import Parsed, computed_name, parse
from ..rules.requirements import Origin, Rules, required_fields
from ..rules.subject import Beside
from ..rules.values import Lookup, Problem, resolve, text_of
from .cells import REGISTER, Placed
from .choosing import Rows, select, spread
from .history import Change, History
from .journal import Journal, Step
from .known import Known
from .state import EDITABLE, ENDED, Event, State
from .twins import Twins


@dataclass(frozen=True)
class Configuration:
    """What a project asks for, fetched once: its fields, rules and values."""

    fields: Mapping[str, Field]  # by id
    requirements: Sequence[Requirement]
    lookups: Mapping[str, Lookup]  # by field id, for fields with a list of values or users
    by_name: Mapping[str, Field] = field(init=False)
    _required: dict[str, Mapping[str, tuple[Field, Origin]]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    rules: Rules = field(init=False, repr=False, compare=False)
    fixed: frozenset[str] = field(init=False, repr=False, compare=False)  # ids of fields that cannot be set

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {item.name: item for item in self.fields.values()})
        object.__setattr__(self, "rules", Rules(self.requirements))
        fixed = frozenset(id_ for id_, item in self.fields.items() if not item.is_settable)
        object.__setattr__(self, "fixed", fixed)

    def field(self, name: str) -> Field:
        """A field by its name, label or id. Raises `InputError` with the nearest names."""
        found = self.by_name.get(name) or self.fields.get(name)
        found = found or next(
            (f for f in self.fields.values() if f.label.casefold() == name.casefold()), None
        )
        if found is None:
            raise InputError(f"There is no field {name!r}; the fields are {', '.join(self.by_name)}.")
        return found

    def required(self, rule: Requirement | None) -> Mapping[str, tuple[Field, Origin]]:
        """What a rule requires, by field id (B18)."""
        key = rule.id if rule else ""
        if key not in self._required:
            found = required_fields(rule).items()
            self._required[key] = {id_: (self.fields.get(id_, item), who) for id_, (item, who) in found}
        return self._required[key]

    @property
    def names(self) -> bool:
        """True where some rule enforces a naming standard, so that names are put together from fields (B33)."""
        return self.standard is not None

    @property
    def standard(self) -> NamingStandard | None:
        """The project's naming standard, of which there is one (B67); None where no rule enforces it."""
        return next((rule.naming_standard for rule in self.requirements if rule.naming_standard), None)

    @property
    def settable(self) -> list[Field]:
        """Fields that can be set (B20)."""
        return [item for item in self.fields.values() if item.is_settable]

    @property
    def shown(self) -> list[Field]:
        """Fields that can be set, in display order: the naming standard's, what is required, the rest (B19, B18)."""
        order: dict[str, None] = {}
        for rule in self.requirements:
            order |= dict.fromkeys(
                item.id for item in (rule.naming_standard.fields if rule.naming_standard else ())
            )
        for rule in self.requirements:
            order |= dict.fromkeys(required_fields(rule))
        order |= dict.fromkeys(self.fields)
        return [self.fields[id_] for id_ in order if id_ in self.fields and self.fields[id_].is_settable]


class Sheet:
    """Documents by metadata fields, over a journal."""

    def __init__(self, journal: Journal, configuration: Configuration) -> None:
        self.journal, self.configuration = journal, configuration
        self.history = History(journal)
        self._findings: dict[int, tuple[Finding, ...]] = {}
        self.known = Known([])  # what the service has already, as far as it was asked
        self._twins = Twins()
        self._unnamed = set(
            journal.documents
        )  # documents whose name must be looked at before anything is found
        # What is derived is computed and dropped under this lock: cells change in the worker's thread and in the
        # main one, and nothing old may be kept after a change.
        self._lock = threading.RLock()
        journal.on_change(self._changed)

    def _changed(self, ids: frozenset[int]) -> None:
        with self._lock:
            self._unnamed |= ids
            self._drop(ids)

    def _drop(self, ids: Iterable[int]) -> None:
        for id_ in ids:
            self._findings.pop(id_, None)

    # -- reading
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

    def rule(self, id_: int) -> Requirement | None:
        """The rule that applies to a document with the values it has now (B17)."""
        return self._rule(self.journal.cells_of(id_))

    def _rule(self, cells: Mapping[str, Cell]) -> Requirement | None:
        rules = self.configuration.rules
        return rules.of(tuple((cell.values or ()) if (cell := cells.get(id_)) else () for id_ in rules.asked))

    def required(self, id_: int) -> frozenset[str]:
        """Names of the fields that a document requires with the values it has now (B18)."""
        return frozenset(item.name for item, _ in self.configuration.required(self.rule(id_)).values())

    def findings(self, ids: Iterable[int] | None = None) -> list[Finding]:
        """What is found in all documents, or in some."""
        wanted = list(self.journal.documents if ids is None else ids)
        return [finding for id_ in wanted for finding in self._findings_of(id_)]

    def _findings_of(self, id_: int) -> tuple[Finding, ...]:
        with self._lock:
            self._look_at_names()
            if id_ not in self._findings:
                ended = self.journal.documents[id_].state in ENDED | {State.SUBMITTING}
                self._findings[id_] = () if ended else checks.check(self.subject(id_))
            return self._findings[id_]

    def blockers(self, id_: int, stage: str) -> list[Finding]:
        """The findings that stop a document at `stage`: 'upload' or 'submit'."""
        return checks.stops(self.findings([id_]), stage)

    def subject(self, id_: int) -> checks.Subject:
        """A document with all that is known of it now."""
        with self._lock:
            self._look_at_names()
            return self._subject(self.journal.documents[id_])

    def _subject(self, document: Document) -> checks.Subject:
        known = self.configuration
        held = self.journal.cells_of(document.id)
        cells = {id_: cell for id_ in known.fields if (cell := held.get(id_)) and (cell.text or cell.source)}
        rule = self._rule(held)
        required = known.required(rule)
        unresolved = [(id_, cell) for id_, cell in cells.items() if cell.values is None]
        problems = {id_: problem for id_, cell in unresolved if (problem := self._problem(id_, cell))}
        # The file matters until it is in storage.
        unsent = (
            document.state in (State.PLANNED, State.CREATED, State.TRANSFERRING, State.HELD)
            and not document.ml
        )
        fault = file_fault(document.path) if unsent else ""
        fixed = known.fixed & self.journal.unsent_fields(document.id) if known.fixed else known.fixed
        parsed = self._parse(document)
        beside = self._beside(document)
        return checks.Subject(
            document, cells, known.fields, rule, required, problems, parsed, fixed, fault, beside
        )

    # -- what stands beside a document
    def use(self, known: Known) -> None:
        """Take what the service has already into what is found; without what this batch put there."""
        documents = self.journal.documents.values()
        with self._lock:
            self.known = known.without(id_ for d in documents for id_ in (d.upload_id, d.revision_id))
            self._findings.clear()

    def name_of(self, id_: int) -> str:
        """What a document will be called, as known now (B33)."""
        with self._lock:
            self._look_at_names()
            return self._twins.names[id_]

    def _look_at_names(self) -> None:
        """Note the names of documents that changed; those they concern are looked at anew."""
        while self._unnamed:
            id_ = self._unnamed.pop()
            document = self.journal.documents.get(id_)
            if document is None:
                self._drop(self._twins.drop(id_))
            else:
                self._drop(self._twins.put(document, self._name(document)))

    def _name(self, document: Document) -> str:
        known = self.configuration
        if not known.names:
            return computed_name(document.name, None, {})
        cells = self.journal.cells_of(document.id)
        rule = self._rule(cells)
        standard = rule.naming_standard if rule else None
        if standard is None:
            return computed_name(document.name, None, {})
        codes = {item.id: self._code(cells.get(item.id), item) for item in standard.fields}
        if not all(codes.values()):  # B38: what scraping will fill in
            parsed = parse(document.name, standard, self.has_code).codes
            codes = {id_: code or parsed.get(id_, "") for id_, code in codes.items()}
        return computed_name(document.name, standard, codes)

    def _code(self, cell: Cell | None, item: Field) -> str:
        values = cell.values if cell else None
        lookup = self.configuration.lookups.get(item.id)
        return (lookup.code_of(values[0]) if lookup else values[0]) if values else ""

    def _beside(self, document: Document) -> Beside:
        documents, name = self.journal.documents, self.name_of(document.id)
        found = self.known.find(name, document.mime_type)
        same_name, same_file = self._twins.of_name(document.id), self._twins.of_file(document.id)
        if not (found or same_name or same_file or document.follows is not None):
            return Beside(name)
        others = [documents[id_] for id_ in same_name]
        others = [other for other in others if other.path != document.path]
        before = documents.get(-1 if document.follows is None else document.follows)
        revision = self.configuration.by_name.get("revision")
        return Beside(
            name,
            before,
            self.journal.cell(before.id, revision.id).text if before and revision else "",
            tuple(o for o in map(documents.__getitem__, same_file) if o.path != document.path),
            tuple(other for other in others if self._twins.names[other.id] == name),
            tuple(other for other in others if self._twins.names[other.id] != name),
            tuple(one for one in found if one.name == name),
            tuple(one for one in found if one.name != name),
        )

    def _problem(self, field_id: str, cell: Cell) -> Problem | None:
        item = self.configuration.fields[field_id]
        if not item.is_settable:
            return None
        return resolve(item, cell.text, self.configuration.lookups.get(field_id))[1]

    def _parse(self, document: Document) -> Parsed | None:
        """The file name by the project's standard, whichever rule applies: it is read all the same (B38, B67)."""
        standard = self.configuration.standard
        return parse(document.name, standard, self.has_code) if standard else None

    def has_code(self, item: Field, code: str) -> bool:
        """True where an active value of a field has exactly this code (B67)."""
        lookup = self.configuration.lookups.get(item.id)
        return lookup is not None and code in lookup.by_code

    def choices(self, name: str) -> list[Value]:
        """The active values of a field; [] where it has no list."""
        lookup = self.configuration.lookups.get(self.configuration.field(name).id)
        return lookup.active if lookup else []

    # -- editing
    def set(self, rows: Rows, name: str, value: Any) -> list[Finding]:
        """Set a field of some documents and answer what is found in these cells now.

        `value` may be one for all, or a Series or list with one each. What cannot be resolved is kept as typed.
        """
        item = self.configuration.field(name)
        if not item.is_settable and value is None:  # was settable when it was set
            self.journal.drop_cells((id_, item.id) for id_ in self.select(rows))
            return []
        if not item.is_settable:
            why = (
                "is put together by the service" if item.variant == "computed" else "is readonly or inactive"
            )
            raise InputError(f"{item.label} cannot be set: it {why}.")
        ids = self.select(rows)
        self._check_editable(ids)
        values = spread(ids, value, item.is_multiple)
        self.history.put(self._placed(ids, item, values))
        self._release_mended(ids)
        return Findings(finding for finding in self.findings(ids) if finding.field == item.name)

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

    def _release_mended(self, ids: Iterable[int]) -> None:
        """A document that was held for what is mended now goes on where it stood."""
        for id_ in ids:
            document = self.journal.documents[id_]
            ours = document.state == State.HELD and document.reason.startswith("PDM")
            if ours and not self.blockers(id_, "submit" if document.ml else "upload"):
                self.release(document)

    def release(self, document: Document) -> None:
        """Let a held document go on where it stood."""
        linked = Event.RESUME_SETTLED if document.ml else Event.RESUME_CREATED
        with suppress(StateError):  # the other thread, the worker's or the main one, released it just now
            self.journal.note([Step(document.id, linked if document.upload_id else Event.REPLAN)])

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
        return ids

    def remove(self, ids: Sequence[int], *, for_good: bool = False) -> None:
        """Take documents out, and what was derived from them. `for_good`: their paths are remembered."""
        self.journal.remove(ids, for_good=for_good)
        self._changed(frozenset(ids))

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
                if before is not None or not self.journal.cell(id_, item.id).text:
                    ours.append((id_, item.id, self._resolved(item, value)))
        self.journal.set_cells(ours)
        self.journal.see_cells(said, REGISTER)
        self._release_mended({id_ for id_, _, _ in ours})
        return len(ours)

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
        mended = [
            f
            for f in self.findings()
            if f.proposal is not None
            and f.field
            and (f.severity is Severity.ERROR if code is None else f.code == code)
        ]
        fields: dict[str, dict[int, str]] = {}  # of several proposals for one cell the first counts
        for f in mended:
            fields.setdefault(str(f.field), {}).setdefault(f.document, str(f.proposal))
        known = self.configuration
        placed = (self._placed(of, known.field(name), of.values()) for name, of in fields.items())
        self._check_editable(f.document for f in mended)
        self.history.put([cell for cells in placed for cell in cells])
        self._release_mended({f.document for f in mended})
        return mended

    def undo(self) -> list[Change]:
        """Take back what was last set or mended, one step; see `History.undo`."""
        back = self.history.undo()
        self._release_mended({one.document for one in back})
        return back


def _as_said(value: Any) -> Cell:
    """What a register says, as it is kept for comparing."""
    return Cell(text_of(value), None, "register")
