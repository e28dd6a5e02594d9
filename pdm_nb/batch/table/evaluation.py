"""Evaluates the documents of a batch: rules that apply, names, related documents, findings. Changes nothing.

How this works: the state is in the journal alone. Everything derived from it is computed when it is needed and kept
until the document, or a document that it is related to, changes. The journal reports changes on the thread that made
them; the listeners are called after the lock is released, since they read results again.
"""

from __future__ import annotations

import json
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
from ...rules.revision_scheme import RevisionScheme
from ...rules.values.lookup import Problem
from ...rules.values.resolve import resolve
from ..journal.cells import ANALYST, SERVICE
from ..journal.journal import Journal
from ..journal.states import ENDED, State
from ..remote.configuration import Configuration
from ..remote.existing_documents import ExistingDocuments
from ..remote.workflow_fields import workflow_of
from .duplicate_index import DuplicateIndex
from .file_inspection import FileInspection
from .names import COMPUTED, DocumentNames
from .pdf_inspection import PdfInspection
from .version_order import Versions

SCHEME = "revision scheme"  # in the journal: examples, oldest first
ORDER = "order of versions"  # in the journal: document ids, oldest first, as they were set by hand


class DocumentEvaluator:
    """Documents of a journal: which rule applies to each, its name, its versions and its findings."""

    def __init__(self, journal: Journal, configuration: Configuration) -> None:
        self.journal, self.configuration = journal, configuration
        self._names = DocumentNames(journal, configuration)
        self._findings: dict[int, tuple[Finding, ...]] = {}
        self._stamps: dict[int, int] = {}  # the versions of a document when it was evaluated
        self._custom_checks = custom.registered()
        self.existing = ExistingDocuments([], asked=False)  # documents that the project already has
        self._inspection, self._pdfs = FileInspection(), PdfInspection()
        self._access = ""  # the caller's level in Document Management, "" if it is not known
        self._duplicates = DuplicateIndex()
        scheme = RevisionScheme.of(json.loads(journal.meta.get(SCHEME, "[]")))
        self._versions = Versions(journal.meta.get(ORDER, "[]"), scheme)
        self._outdated = set(journal.documents)  # documents whose names have to be computed first
        # Results are computed and dropped under this lock: cells change in the thread of a run and in the main one, and
        # no result may be older than a change.
        self._lock = threading.RLock()
        journal.on_change(self._changed)

    def _changed(self, ids: frozenset[int]) -> None:
        """Drop the results of these documents and of related ones, and notify the listeners of the latter.

        A name that did not change affects no other document, so this does not repeat. The listeners are called without
        the lock, since they read results.
        """
        with self._lock:
            self._outdated |= ids
            self._drop(ids)
            related = self._update_names()
        self.journal.notify(related - ids)

    def _drop(self, ids: Iterable[int]) -> None:
        for id_ in ids:
            self._findings.pop(id_, None)

    def reconfigure(self, configuration: Configuration) -> None:
        """Use another configuration from now on."""
        with self._lock:
            self.configuration = configuration
            self._names = DocumentNames(self.journal, configuration)
            self._outdated = set(self.journal.documents)
            self._findings.clear()

    # -- reading
    def rule(self, id_: int) -> Requirement | None:
        """Return the rule that applies to a document with its present values (B17)."""
        return self._rule(self.journal.cells_of(id_))

    def _rule(self, cells: Mapping[str, Cell]) -> Requirement | None:
        rules = self.configuration.rules
        return rules.of(
            tuple((cell.values or ()) if (cell := cells.get(id_)) else () for id_ in rules.qualifying)
        )

    def required(self, id_: int) -> frozenset[str]:
        """Return the names of the fields that a document requires with its present values (B18)."""
        return frozenset(item.name for item, _ in self.configuration.required(self.rule(id_)).values())

    def findings(self, ids: Iterable[int] | None = None) -> list[Finding]:
        """Return the findings of all documents, or of some."""
        wanted = list(self.journal.documents if ids is None else ids)
        return [finding for id_ in wanted for finding in self._findings_of(id_)]

    def _findings_of(self, id_: int) -> tuple[Finding, ...]:
        with self._lock:
            self._update_names()
            if self._custom_checks is not custom.registered():  # somebody registered a check
                self._custom_checks = custom.registered()
                self._findings.clear()
            stamp = self._versions.group(id_).stamp
            if id_ not in self._findings or self._stamps.get(id_) != stamp:
                ended = self.journal.documents[id_].state in ENDED | {State.SUBMITTING}
                self._findings[id_] = () if ended else checks.check(self.check_context(id_))
                self._stamps[id_] = stamp
            return self._findings[id_]

    def blockers(self, id_: int, stage: str) -> list[Finding]:
        """Return the findings that stop a document at `stage`: 'upload' or 'submit'."""
        return checks.stops(self.findings([id_]), stage)

    def check_context(self, id_: int) -> checks.CheckContext:
        """Return a document with everything that checks need."""
        with self._lock:
            self._update_names()
            return self._check_context(self.journal.documents[id_])

    def _check_context(self, document: Document) -> checks.CheckContext:
        known = self.configuration
        cells = self.journal.cells_of(document.id)
        if not cells.keys() <= known.fields.keys():  # some fields are no longer in the project
            cells = {id_: cell for id_, cell in cells.items() if id_ in known.fields}
        rule = self._rule(cells)
        required = known.required(rule)
        unresolved = {id_ for id_, cell in cells.items() if cell.values is None}
        problems = {
            id_: problem
            for id_ in (known.fields if unresolved else ())
            if id_ in unresolved and (problem := self._problem(id_, cells[id_]))
        }
        needs_file = _needs_file(document)
        fault = self._file_fault(document.path) if needs_file else ""
        content = self._inspection.of(document) if needs_file else None
        fixed = known.fixed & self.journal.unsent_fields(document.id) if known.fixed else known.fixed
        related, computed = self._related(document), self._names.computes(rule)
        return checks.CheckContext(
            document, cells, known.fields, rule, required, problems, self._names.parse(document.name), fixed, fault, related,
            known.lookups, content, self._access, known.coded, known.rules.qualifying, computed,
            self._names.is_filled_in(document.id), self._names.parse(document.name if computed else related.name), self._names.facts(document.id), self._overruled(document.id),
            workflow_of(self.journal, document.id), self._pdfs.of(document) if needs_file else None,
        )  # fmt: skip

    def _file_fault(self, path: str) -> str:
        return self.journal.allowed_files.reason(path) or file_fault(path)

    def _overruled(self, id_: int) -> dict[str, Cell]:
        """Return what was sent, by field id, if the service has another value (B52)."""
        service, fields = self.journal.layer(SERVICE, id_), self.configuration.fields
        if not service:
            return {}
        sent, unsent = self.journal.layer(ANALYST, id_), self.journal.unsent_fields(id_)
        return {
            field: cell
            for field, cell in sent.items()
            if field in service and field in fields and field not in unsent
            if is_other(fields[field], cell, service[field])
        }

    def inspect_files(self) -> None:
        """Inspect the files that are still to be sent; unchanged files are not read again."""
        self._reevaluate(self._inspection.inspect(filter(_needs_file, list(self.journal.documents.values()))))

    def inspect_pdfs(self) -> None:
        """Look into the PDFs that are still to be sent; unchanged files are not read again."""
        self._reevaluate(self._pdfs.inspect(filter(_needs_file, list(self.journal.documents.values()))))

    def _reevaluate(self, ids: Iterable[int]) -> None:
        """Drop findings that something new affects, and notify the listeners of their documents."""
        with self._lock:
            dropped = self._findings.keys() & set(ids)
            self._drop(dropped)
        self.journal.notify(dropped)

    # -- related documents
    def use_existing(self, existing: ExistingDocuments) -> None:
        """Use the documents that the project already has, except those that this batch uploaded."""
        documents = self.journal.documents.values()
        with self._lock:
            self.existing = existing.without(id_ for d in documents for id_ in (d.upload_id, d.revision_id))
        self._reevaluate(self.journal.documents)

    def use_access(self, level: str) -> None:
        """Use the caller's level in Document Management; "" if it is not known (B65)."""
        if level != self._access:
            self._access = level
            self._reevaluate(self.journal.documents)

    def name_of(self, id_: int) -> str:
        """Return the name that a document will have, as known now (B33)."""
        with self._lock:
            self._update_names()
            return self._duplicates.names[id_]

    def _update_names(self) -> set[int]:
        """Update the names of documents that changed; returns related documents, whose results were dropped."""
        related: set[int] = set()
        while self._outdated:
            id_ = self._outdated.pop()
            document = self.journal.documents.get(id_)
            if document is None:
                related |= self._duplicates.drop(id_) | self._versions.drop(id_)
            else:
                rule = self.rule(id_)
                name = self._names.name(document, rule)
                reduced = self._names.reduced(document, name, rule)
                base = reduced.name if reduced.parts else name
                related |= self._duplicates.put(document, name, self._revision(document), base)
                revision, authored = (self.text(id_, field) for field in ("revision", "date_authored"))
                related |= self._versions.put(document, name, revision, authored)
        self._drop(related)
        return related

    def _revision(self, document: Document) -> str:
        """Return its revision, "" if it has none or will not be submitted."""
        return "" if document.state in (State.FAILED, State.GONE) else self.text(document.id, "revision")

    def text(self, id_: int, field: str) -> str:
        """Return the effective text of a field of a document, "" if the project has no such field."""
        return self._names.text(id_, field)

    # -- versions of one document
    def before(self, id_: int) -> Document | None:
        """Return a version of a document that has to become a revision before it, None if there is none."""
        with self._lock:
            self._update_names()
            found = self._versions.before(id_)
        return None if found is None else self.journal.documents.get(found)

    def after(self, id_: int) -> list[int]:
        """Return the version that goes next after a document, [] if there is none or the order is not known."""
        return list(self._versions.after(id_))

    def versions(self, id_: int) -> Order:
        """Return the versions of a document that are still to be submitted, itself among them, oldest first."""
        with self._lock:
            self._update_names()
            return self._versions.group(id_).order

    def place(self, id_: int) -> int:
        """Return how many versions of a document go before it."""
        return self._versions.group(id_).places.get(id_, 0)

    def versions_there(self, id_: int) -> int | None:
        """Return how many versions of a document there are already, None if that is not known (B41, B62)."""
        if not self.existing.is_complete:
            return None
        document, name = self.journal.documents[id_], self.name_of(id_)
        found = [one for one in self.existing.find(name, document.mime_type) if one.name == name]
        highest = max((version_number(one.version) for one in found if one.kind == "revision"), default=0)
        return max(highest, self._versions.highest(name, document.mime_type))

    def version_groups(self, ids: Sequence[int]) -> list[list[int]]:
        """Return documents by the document that they become versions of. Raises `InputError` if a version is missing."""
        if not ids:
            raise InputError("List all versions of one document, oldest first.")
        groups: dict[tuple[int, ...], list[int]] = {}
        for id_ in ids:
            group = self.versions(id_).documents
            if id_ not in group:
                name = self.journal.documents[id_].name
                raise InputError(f"{name} cannot be ordered: it has no name, or was submitted. Leave it out.")
            groups.setdefault(group, []).append(id_)
        for group, listed in groups.items():
            if missing := [self.journal.documents[id_].path for id_ in group if id_ not in listed]:
                name = self.journal.documents[listed[0]].name
                raise InputError(
                    f"{missing[0]} is also a version of {name}. List all versions, oldest first."
                )
        return list(groups.values())

    def set_order(self, ids: Sequence[int]) -> None:
        """Submit versions of one document in this order, oldest first, whatever their revisions say."""
        with self._lock:
            self._update_names()
            self.journal.set_meta(ORDER, self._versions.set_order(ids))
        self._reevaluate(ids)

    @property
    def revision_scheme(self) -> RevisionScheme:
        """The order of kinds of revisions, by which versions are ordered."""
        return self._versions.scheme

    def set_revision_scheme(self, scheme: RevisionScheme) -> None:
        """Order versions by another revision scheme from now on."""
        with self._lock:
            self.journal.set_meta(SCHEME, json.dumps(scheme.examples, ensure_ascii=False))
            self._versions.use_scheme(scheme)
            self._findings.clear()
        self.journal.notify(self.journal.documents)

    def computes_name(self, id_: int) -> bool:
        """Return True if the service computes the name of a document, so that it cannot be set (B33)."""
        return self._names.computes(self.rule(id_))

    def may_compute_name(self, id_: int) -> bool:
        """Return True if the service may compute the name although the list of fields does not show it."""
        return self._names.may_compute(self.rule(id_))

    def learn_computed_names(self) -> None:
        """Note that the service computes names if a naming standard is enforced (B33)."""
        if COMPUTED in self.journal.meta:
            return
        self.journal.set_meta(COMPUTED, "yes")
        with self._lock:
            self._outdated = set(self.journal.documents)
            self._findings.clear()
        self.journal.notify(self.journal.documents)

    def _related(self, document: Document) -> RelatedDocuments:
        documents, name = self.journal.documents, self.name_of(document.id)
        found = self.existing.find(name, document.mime_type)
        by_file = self.existing.find_file(document.name, document.size, document.mime_type)
        renamed = () if any(one.name == name for one in found) else tuple(by_file)
        same_name, same_file = self._duplicates.of_name(document.id), self._duplicates.of_file(document.id)
        same_content = [one for one in self._duplicates.of_content(document.id) if one not in same_file]
        group = self._versions.group(document.id)
        submitted = self._versions.submitted(name, document.mime_type)
        reduced = self._names.reduced(document, name, self.rule(document.id))
        others_exist = found or renamed or same_name or same_file or same_content or submitted
        if not others_exist and not reduced.parts and document.follows is None and len(group.places) < 2:
            return RelatedDocuments(name)

        def others(ids: Iterable[int]) -> tuple[Document, ...]:
            return tuple(one for one in map(documents.__getitem__, ids) if one.path != document.path)

        before = documents.get(-1 if document.follows is None else document.follows)
        waits_for = self._versions.waits_for(document.id)
        names, alike = self._duplicates.names, self._duplicates.of_base(document.id) if reduced.parts else ()
        return RelatedDocuments(
            name,
            previous=before,
            previous_name=self.name_of(before.id) if before else "",
            previous_revision=self._revision(before) if before else "",
            same_file=others(same_file),
            same_content=others(same_content),
            same_name=tuple(one for one in others(same_name) if names[one.id] == name),
            same_revision=others(self._duplicates.of_revision(document.id)),
            near_name=tuple(one for one in others(same_name) if names[one.id] != name),
            existing=tuple(one for one in found if one.name == name),
            existing_near=tuple(one for one in found if one.name != name),
            versions=len(group.places),
            revisions=group.revisions,
            doubt=group.order.doubt,
            pending=group.pending,
            by_hand=group.by_hand,
            waits_for=None if waits_for is None else documents.get(waits_for),
            submitted=submitted,
            scheme=self._versions.scheme,
            reduced=reduced,
            same_base=tuple(documents[id_] for id_ in alike if names[id_] != name),
            base_exists=bool(reduced.parts and self.existing.find(reduced.name, document.mime_type)),
            existing_renamed=renamed,
        )

    def _problem(self, field_id: str, cell: Cell) -> Problem | None:
        item = self.configuration.fields[field_id]
        if not item.is_settable:
            return None
        lookup = self.configuration.lookups.get(field_id)
        return resolve(item, cell.text, lookup, date.today())[1]

    def has_code(self, item: Field, code: str) -> bool:
        """Return True if an active value of a field has exactly this code (B67)."""
        return self._names.has_code(item, code)

    def choices(self, name: str) -> list[Value]:
        """Return the active values of a field; [] if it has no list."""
        lookup = self.configuration.lookups.get(self.configuration.field(name).id)
        return lookup.active if lookup else []


def _needs_file(document: Document) -> bool:
    """Return True until the file is in storage."""
    return not document.ml and document.state in (
        State.PLANNED,
        State.CREATED,
        State.TRANSFERRING,
        State.HELD,
    )
