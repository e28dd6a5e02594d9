"""What is known of each document of a batch: its rule, its name, what stands beside it, what is found. Changes nothing.

State is the journal's alone; what is derived from it (rules, findings) is computed when asked for and kept
until the document changes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ...errors import InputError
from ...local_files import file_fault
from ...model import Cell, Document, Field, Finding, Requirement, Value
from ...rules import checks
from ...rules.checks import custom
from ...rules.checks.base import RelatedDocuments
from ...rules.checks.duplicates import version_number
from ...rules.checks.service_values import is_other
from ...rules.revision_order import Order
from ...rules.values.lookup import Problem
from ...rules.values.resolve import resolve
from ..journal.cells import OURS, THEIRS
from ..journal.journal import Journal
from ..journal.states import ENDED, State
from ..pipeline.workflows import workflow_of
from .configuration import Configuration
from .duplicate_index import DuplicateIndex
from .existing_documents import ExistingDocuments
from .file_inspection import FileInspection
from .names import COMPUTED, DocumentNames
from .versions import Versions

ORDER = "order of versions"  # in the journal: document ids, oldest first, as somebody set them by hand


class DocumentEvaluator:
    """Documents by metadata fields, over a journal: which rule applies to each, and what is found in it."""

    def __init__(self, journal: Journal, configuration: Configuration) -> None:
        self.journal, self.configuration = journal, configuration
        self._names = DocumentNames(journal, configuration)
        self._findings: dict[int, tuple[Finding, ...]] = {}
        self._stamps: dict[int, int] = {}  # how the versions of a document were when it was judged
        self._own = custom.registered()
        self.known = ExistingDocuments(
            [], asked=False
        )  # what the service has already, as far as it was asked
        self._contents = FileInspection()
        self._access = ""  # the caller's level in Document Management, as far as it was asked
        self._twins = DuplicateIndex()
        self._versions = Versions(journal.meta.get(ORDER, "[]"))
        self._unnamed = set(
            journal.documents
        )  # documents whose name must be looked at before anything is found
        # What is derived is computed and dropped under this lock: cells change in the worker's thread and in the
        # main one, and nothing old may be kept after a change.
        self._lock = threading.RLock()
        journal.on_change(self._changed)

    def _changed(self, ids: frozenset[int]) -> None:
        """Drop what was found in these and in those they concern, and have the views look at the latter as well.

        A name that is as it was concerns nobody, so what is told here ends here. It is told once the lock is free,
        since views ask back.
        """
        with self._lock:
            self._unnamed |= ids
            self._drop(ids)
            concerned = self._look_at_names()
        self.journal.tell(concerned - ids)

    def _drop(self, ids: Iterable[int]) -> None:
        for id_ in ids:
            self._findings.pop(id_, None)

    def _reconfigure(self, configuration: Configuration) -> None:
        """Judge by another configuration from now on."""
        with self._lock:
            self.configuration = configuration
            self._names = DocumentNames(self.journal, configuration)
            self._unnamed = set(self.journal.documents)
            self._findings.clear()

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
            if self._own is not custom.registered():  # the user added a check
                self._own = custom.registered()
                self._findings.clear()
            stamp = self._versions.group(id_).stamp
            if id_ not in self._findings or self._stamps.get(id_) != stamp:
                ended = self.journal.documents[id_].state in ENDED | {State.SUBMITTING}
                self._findings[id_] = () if ended else checks.check(self.subject(id_))
                self._stamps[id_] = stamp
            return self._findings[id_]

    def blockers(self, id_: int, stage: str) -> list[Finding]:
        """The findings that stop a document at `stage`: 'upload' or 'submit'."""
        return checks.stops(self.findings([id_]), stage)

    def subject(self, id_: int) -> checks.CheckContext:
        """A document with all that is known of it now."""
        with self._lock:
            self._look_at_names()
            return self._subject(self.journal.documents[id_])

    def _subject(self, document: Document) -> checks.CheckContext:
        known = self.configuration
        cells = self.journal.cells_of(document.id)
        if not cells.keys() <= known.fields.keys():  # some are of fields that the project has no more
            cells = {id_: cell for id_, cell in cells.items() if id_ in known.fields}
        rule = self._rule(cells)
        required = known.required(rule)
        unresolved = {id_ for id_, cell in cells.items() if cell.values is None}
        problems = {
            id_: problem
            for id_ in (known.fields if unresolved else ())
            if id_ in unresolved and (problem := self._problem(id_, cells[id_]))
        }
        matters = _file_matters(document)
        fault = file_fault(document.path) if matters else ""
        content = self._contents.of(document) if matters else None
        fixed = known.fixed & self.journal.unsent_fields(document.id) if known.fixed else known.fixed
        beside, computed = self._beside(document), self._names.computes(rule)
        return checks.CheckContext(
            document, cells, known.fields, rule, required, problems, self._names.parse(document.name), fixed, fault, beside,
            known.lookups, content, self._access, known.coded, known.rules.asked, computed,
            self._names.is_filled_in(document.id), self._names.parse(document.name if computed else beside.name), self._names.facts(document.id), self._overruled(document.id),
            workflow_of(self.journal, document.id),
        )  # fmt: skip

    def _overruled(self, id_: int) -> dict[str, Cell]:
        """What was sent, by field id, where the service has another value (B52)."""
        theirs, fields = self.journal.layer(THEIRS, id_), self.configuration.fields
        if not theirs:
            return {}
        sent, unsent = self.journal.layer(OURS, id_), self.journal.unsent_fields(id_)
        return {
            field: cell
            for field, cell in sent.items()
            if field in theirs and field in fields and field not in unsent
            if is_other(fields[field], cell, theirs[field])
        }

    def look_into_files(self) -> None:
        """See what the files are that are still to be sent; those that were seen already are not read again."""
        self._judge_anew(self._contents.look(filter(_file_matters, list(self.journal.documents.values()))))

    def _judge_anew(self, ids: Iterable[int]) -> None:
        """Drop what was found, since what it was judged by is another; have the views look where there was something."""
        with self._lock:
            judged = self._findings.keys() & set(ids)
            self._drop(judged)
        self.journal.tell(judged)

    # -- what stands beside a document
    def use(self, known: ExistingDocuments) -> None:
        """Take what the service has already into what is found; without what this batch put there."""
        documents = self.journal.documents.values()
        with self._lock:
            self.known = known.without(id_ for d in documents for id_ in (d.upload_id, d.revision_id))
        self._judge_anew(self.journal.documents)

    def use_access(self, level: str) -> None:
        """Take the caller's level in Document Management into what is found; "" where it is not known (B65)."""
        if level != self._access:
            self._access = level
            self._judge_anew(self.journal.documents)

    def name_of(self, id_: int) -> str:
        """What a document will be called, as known now (B33)."""
        with self._lock:
            self._look_at_names()
            return self._twins.names[id_]

    def _look_at_names(self) -> set[int]:
        """Note the names of documents that changed; answers those they concern, which are looked at anew."""
        concerned: set[int] = set()
        while self._unnamed:
            id_ = self._unnamed.pop()
            document = self.journal.documents.get(id_)
            if document is None:
                concerned |= self._twins.drop(id_) | self._versions.drop(id_)
            else:
                rule = self.rule(id_)
                name = self._names.name(document, rule)
                reduced = self._names.reduced(document, name, rule)
                base = reduced.name if reduced.parts else name
                concerned |= self._twins.put(document, name, self._revision(document), base)
                revision, authored = (self.text(id_, field) for field in ("revision", "date_authored"))
                concerned |= self._versions.put(document, name, revision, authored)
        self._drop(concerned)
        return concerned

    def _revision(self, document: Document) -> str:
        """Its revision, "" where it has none or comes to no submit."""
        return "" if document.state in (State.FAILED, State.GONE) else self.text(document.id, "revision")

    def text(self, id_: int, field: str) -> str:
        """Return what counts in a field of a document, "" if the project has no such field."""
        return self._names.text(id_, field)

    # -- versions of one document
    def before(self, id_: int) -> Document | None:
        """Return a version of a document that has to become a revision before it, None if there is none."""
        with self._lock:
            self._look_at_names()
            found = self._versions.before(id_)
        return None if found is None else self.journal.documents.get(found)

    def after(self, id_: int) -> list[int]:
        """Return the version that goes next after a document, [] if there is none or the order is not known."""
        return list(self._versions.after(id_))

    def versions(self, id_: int) -> Order:
        """Return the versions of a document that are still to be submitted, itself among them, oldest first."""
        with self._lock:
            self._look_at_names()
            return self._versions.group(id_).order

    def place(self, id_: int) -> int:
        """Return how many versions of a document go before it."""
        return self._versions.group(id_).places.get(id_, 0)

    def versions_there(self, id_: int) -> int | None:
        """Return how many versions of a document there are already, None if that is not known (B41, B62)."""
        if not self.known.is_complete:
            return None
        document, name = self.journal.documents[id_], self.name_of(id_)
        found = [one for one in self.known.find(name, document.mime_type) if one.name == name]
        there = max((version_number(one.version) for one in found if one.kind == "revision"), default=0)
        return max(there, self._versions.highest(name, document.mime_type))

    def check_versions(self, ids: Sequence[int]) -> None:
        """Raise `InputError` if documents are not all versions of one document."""
        if not ids:
            raise InputError("Name the documents of one name and format, oldest first.")
        first = self.journal.documents[ids[0]]
        group = self.versions(first.id).documents
        for id_ in ids:
            if id_ not in group:
                other = self.journal.documents[id_]
                raise InputError(
                    f"{other.name} is not a version of {first.name}: it has another name or format, or is submitted."
                )
        if missing := [self.journal.documents[id_].path for id_ in group if id_ not in ids]:
            raise InputError(
                f"{missing[0]} is a version of {first.name}, too: give all of them, oldest first."
            )

    def set_order(self, ids: Sequence[int]) -> None:
        """Submit versions of one document in this order, oldest first, whatever their revisions say."""
        with self._lock:
            self._look_at_names()
            self.journal.set_meta(ORDER, self._versions.set_order(ids))
        self._judge_anew(ids)

    def computes_name(self, id_: int) -> bool:
        """Return True if the service puts a document's name together, so that nobody can set it (B33)."""
        return self._names.computes(self.rule(id_))

    def may_compute_name(self, id_: int) -> bool:
        """Return True if the service may put a document's name together although the list of fields does not show it."""
        return self._names.may_compute(self.rule(id_))

    def learn_computed_names(self) -> None:
        """The service puts names together where a naming standard is enforced (B33): judge by that from now on."""
        if COMPUTED in self.journal.meta:
            return
        self.journal.set_meta(COMPUTED, "yes")
        with self._lock:
            self._unnamed = set(self.journal.documents)
            self._findings.clear()
        self.journal.tell(self.journal.documents)

    def _beside(self, document: Document) -> RelatedDocuments:
        documents, name = self.journal.documents, self.name_of(document.id)
        found = self.known.find(name, document.mime_type)
        by_file = self.known.find_file(document.name, document.size, document.mime_type)
        renamed = () if any(one.name == name for one in found) else tuple(by_file)
        same_name, same_file = self._twins.of_name(document.id), self._twins.of_file(document.id)
        group = self._versions.group(document.id)
        submitted = self._versions.submitted(name, document.mime_type)
        reduced = self._names.reduced(document, name, self.rule(document.id))
        follows = document.follows is not None
        if not (
            found
            or renamed
            or same_name
            or same_file
            or reduced.parts
            or submitted
            or follows
            or len(group.places) > 1
        ):
            return RelatedDocuments(name)

        def others(ids: Iterable[int]) -> tuple[Document, ...]:
            return tuple(one for one in map(documents.__getitem__, ids) if one.path != document.path)

        before = documents.get(-1 if document.follows is None else document.follows)
        waits_for = self._versions.waits_for(document.id)
        names, alike = self._twins.names, self._twins.of_base(document.id) if reduced.parts else ()
        return RelatedDocuments(
            name,
            before=before,
            before_name=self.name_of(before.id) if before else "",
            before_revision=self._revision(before) if before else "",
            same_file=others(same_file),
            same_name=tuple(one for one in others(same_name) if names[one.id] == name),
            same_revision=others(self._twins.of_revision(document.id)),
            near_name=tuple(one for one in others(same_name) if names[one.id] != name),
            there=tuple(one for one in found if one.name == name),
            nearly_there=tuple(one for one in found if one.name != name),
            versions=len(group.places),
            revisions=group.revisions,
            doubt=group.order.doubt,
            pending=group.pending,
            by_hand=group.by_hand,
            waits_for=None if waits_for is None else documents.get(waits_for),
            submitted=submitted,
            reduced=reduced,
            same_base=tuple(documents[id_] for id_ in alike if names[id_] != name),
            base_there=bool(reduced.parts and self.known.find(reduced.name, document.mime_type)),
            renamed=renamed,
        )

    def _problem(self, field_id: str, cell: Cell) -> Problem | None:
        item = self.configuration.fields[field_id]
        if not item.is_settable:
            return None
        lookup = self.configuration.lookups.get(field_id)
        return resolve(item, cell.text, lookup, date.today())[1]

    def has_code(self, item: Field, code: str) -> bool:
        """True where an active value of a field has exactly this code (B67)."""
        return self._names.has_code(item, code)

    def choices(self, name: str) -> list[Value]:
        """The active values of a field; [] where it has no list."""
        lookup = self.configuration.lookups.get(self.configuration.field(name).id)
        return lookup.active if lookup else []


def _file_matters(document: Document) -> bool:
    """True until the file is in storage."""
    return not document.ml and document.state in (
        State.PLANNED,
        State.CREATED,
        State.TRANSFERRING,
        State.HELD,
    )
