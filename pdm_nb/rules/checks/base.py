"""The base class of a check, and the context that a check gets: one document with all that is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ...model import READ, Cell, Document, ExistingDocument, Field, Finding, Requirement, Severity
from ..document_names import Facts, Reduced
from ..file_type import FileType
from ..naming_standard import ParsedName
from ..pdf_content import PdfContent
from ..requirements import Origin
from ..revision_scheme import USUAL, RevisionScheme
from ..values.lookup import Lookup, Problem

PDF = "application/pdf"
FILLED_BY_ML = frozenset({"type", "number", "description", "revision", "date_authored"})  # B36
BEFORE_ML = frozenset({"planned", "created", "transferring", "transferred", "completed", "held"})


NO_NAME, NO_FACTS = Reduced(""), Facts()


@dataclass(frozen=True, slots=True)
class RelatedDocuments:
    """The documents that a document is compared with: its previous version, rows of its batch, existing documents."""

    name: str = ""  # what the document will be called (B33)
    previous: Document | None = None  # whose file this one is a later version of
    previous_name: str = ""
    previous_revision: str = ""
    same_file: tuple[Document, ...] = ()  # other rows whose paths lead to the same file
    same_content: tuple[Document, ...] = ()  # other rows whose files have the same bytes
    same_name: tuple[Document, ...] = ()  # other rows of the same name and format (B40)
    same_revision: tuple[Document, ...] = ()  # of these, those that also have its revision
    near_name: tuple[Document, ...] = ()  # rows whose names differ only in case or in the form of accents
    existing: tuple[ExistingDocument, ...] = ()  # documents of the service with the same name and format
    existing_near: tuple[ExistingDocument, ...] = ()  # their names differ only in case or accents
    existing_renamed: tuple[ExistingDocument, ...] = ()  # same file name and size, under other names
    versions: int = 0  # how many of one name and format are still to be submitted, including this one
    revisions: tuple[str, ...] = ()  # of these, oldest first: the first few and the last
    doubt: str = ""  # why their order is not known, "" if it is
    pending: bool = False  # whether machine learning may still read the revision of one of them
    by_hand: bool = False  # whether somebody set their order
    waits_for: Document | None = None  # an earlier version that is on hold, or lost
    submitted: tuple[str, ...] = ()  # revisions of this document that the batch has submitted
    scheme: RevisionScheme = USUAL  # which kinds of revisions come before others
    reduced: Reduced = NO_NAME  # the name without revision, status and date
    same_base: tuple[Document, ...] = ()  # rows whose names differ only in these
    base_exists: bool = False  # whether the service has a document of that shorter name


NO_RELATED = RelatedDocuments()


@dataclass(frozen=True, slots=True)
class DocumentHistory:
    """What a project has of a document that is in it already: its versions, and documents that it is compared with."""

    versions: tuple[ExistingDocument, ...] = ()  # the visible ones, oldest first; the last one is current
    others: tuple[ExistingDocument, ...] = ()  # documents that should be this one
    same_file: tuple[ExistingDocument, ...] = ()  # documents of other names with a file of this name and size


NO_HISTORY = DocumentHistory()


@dataclass(frozen=True)
class CheckContext:
    """One document and all that is known of it when it is checked."""

    document: Document
    cells: Mapping[str, Cell]  # by field id
    fields: Mapping[str, Field]  # by id
    rule: Requirement | None
    required: Mapping[str, tuple[Field, Origin]]  # by field id
    problems: Mapping[str, Problem]  # by field id: cells that could not be resolved
    parsed: ParsedName | None  # the file name, if the project has a naming standard
    locked: frozenset[str] = frozenset()  # ids of fields that cannot be set, with a cell still to be sent
    file_fault: str = ""  # why the file cannot be read, "" if it can
    related: RelatedDocuments = NO_RELATED
    lookups: Mapping[str, Lookup] = field(default_factory=dict)  # by field id
    content: FileType | None = None  # what the file is, if it was inspected
    access: str = ""  # the account's level in Document Management, "" if it is not known (B65)
    code_fields: tuple[str, ...] = ()  # ids of text fields that hold a number or a code, never a date
    qualifying: tuple[str, ...] = ()  # ids of the fields that rules qualify by (B17)
    computes_name: bool = True  # whether the service computes the name from other fields (B33)
    name_filled_in: bool = False  # whether the name is from the template, and nobody changed it
    name_parsed: ParsedName | None = None  # the document's name by the standard; a computed name's file name
    facts: Facts = NO_FACTS  # revision, status and date that its fields hold
    overruled: Mapping[str, Cell] = field(
        default_factory=dict
    )  # by field id: what was sent, if the service has another value
    workflow: str = ""  # what the service shows of a workflow of the upload, as a sentence (B74)
    pdf: PdfContent | None = None  # what is inside a PDF, if it was read
    history: DocumentHistory = NO_HISTORY  # of a document that is in the project already

    def text(self, name: str) -> str:
        """Return the text of a cell by the name of its field."""
        return next((c.text for id_, c in self.cells.items() if self.fields[id_].name == name), "")

    def named(self, name: str) -> Field | None:
        """Return a field of the project by its name."""
        return next((item for item in self.fields.values() if item.name == name), None)

    def finding(
        self,
        check: type[Check],
        severity: Severity,
        item: Field | None,
        message: str,
        fix: str,
        proposal: str | None = None,
        similar: tuple[str, ...] = (),
    ) -> Finding:
        """Return a finding of a check with a single code."""
        name = item.name if item else None
        return Finding(check.codes[0], severity, self.document.id, name, message, fix, proposal, similar)


def who_may_fill(context: CheckContext, field: Field) -> str | None:
    """Return who may still fill in an empty field: "machine learning", "the file name", or None (B36, B38)."""
    ml, state = context.document.ml, context.document.state
    ml_ended = ml not in ("", "in_progress") and (ml in READ or state != "completed")  # B72: or not known yet
    if state not in BEFORE_ML or ml_ended:
        return None
    if context.parsed is not None and field.id in context.parsed.codes:
        return "the file name"
    if context.document.mime_type == PDF and field.name in FILLED_BY_ML:
        return "machine learning"
    return None


class Check:
    """A check: its codes and title, the stage that its errors stop, and a pure function that finds faults.

    The docstring of a check is the text that `explain(code)` returns.
    """

    codes: ClassVar[tuple[str, ...]]
    title: ClassVar[str]
    stops: ClassVar[str]  # "upload", "submit", or "" if it stops nothing
    titles: ClassVar[Mapping[str, str]] = {}  # by code, if a check has several

    @staticmethod
    def run(context: CheckContext) -> Iterator[Finding]:
        """Yield the findings of one document."""
        raise NotImplementedError
