"""What is known of each document of a batch: its rule, its name, what stands beside it, what is found. Changes nothing.

State is the journal's alone; what is derived from it (rules, findings) is computed when asked for and kept
until the document changes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping

from ..manifest import file_fault
from ..model import Cell, Document, Field, Finding, Requirement, Value
from ..rules import checks
from ..rules.naming import Parsed, computed_name, parse
from ..rules.subject import Beside
from ..rules.values import Problem, resolve
from .configuration import Configuration
from .journal import Journal
from .known import Known
from .state import ENDED, State
from .twins import Twins


class Judge:
    """Documents by metadata fields, over a journal: which rule applies to each, and what is found in it."""

    def __init__(self, journal: Journal, configuration: Configuration) -> None:
        self.journal, self.configuration = journal, configuration
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
