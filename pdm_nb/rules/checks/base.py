"""What a check looks at, and what a check is. The checks themselves are in `checks` and `beside`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ...model import READ, Cell, Document, ExistingDocument, Field, Finding, Requirement, Severity
from ..document_names import Facts, Reduced
from ..file_type import FileType
from ..naming_standard import Parsed
from ..requirements import Origin
from ..values.lookup import Lookup, Problem

PDF = "application/pdf"
FILLED_BY_ML = frozenset({"type", "number", "description", "revision", "date_authored"})  # B36
BEFORE_ML = frozenset({"planned", "created", "transferring", "transferred", "completed", "held"})


NO_NAME, NO_FACTS = Reduced(""), Facts()


@dataclass(frozen=True, slots=True)
class RelatedDocuments:
    """What stands beside a document: the version before it, others of its batch, what the service has already."""

    name: str = ""  # what the document will be called (B33)
    before: Document | None = None  # whose file this one is a later version of
    before_name: str = ""
    before_revision: str = ""
    same_file: tuple[Document, ...] = ()  # other rows whose paths lead to the same file
    same_name: tuple[Document, ...] = ()  # other rows of the same name and format (B40)
    same_revision: tuple[Document, ...] = ()  # of these, those that also have its revision
    near_name: tuple[Document, ...] = ()  # rows whose names differ only in case or in the form of accents
    there: tuple[ExistingDocument, ...] = ()  # what the service has, of the same name and format
    nearly_there: tuple[ExistingDocument, ...] = ()
    versions: int = 0  # how many of one name and format are still to be submitted, itself among them
    revisions: tuple[str, ...] = ()  # of these, oldest first: the first few and the last
    doubt: str = ""  # why their order is not known
    pending: bool = False  # whether machine learning may still read the revision of one of them
    by_hand: bool = False  # whether somebody set their order
    waits_for: Document | None = None  # an earlier version that is on hold, or lost
    submitted: tuple[str, ...] = ()  # revisions of this document that the batch has submitted
    reduced: Reduced = NO_NAME  # the name without revision, status and date
    same_base: tuple[Document, ...] = ()  # rows whose names differ in no more than that
    base_there: bool = False  # whether the service has a document of that shorter name
    renamed: tuple[
        ExistingDocument, ...
    ] = ()  # what the service has of the same file name and size, under other names


NOTHING = RelatedDocuments()


@dataclass(frozen=True)
class CheckContext:
    """One document and all that is known of it when it is checked."""

    document: Document
    cells: Mapping[str, Cell]  # by field id
    fields: Mapping[str, Field]  # by id
    rule: Requirement | None
    required: Mapping[str, tuple[Field, Origin]]  # by field id
    problems: Mapping[str, Problem]  # by field id: cells that could not be resolved
    parsed: Parsed | None  # the file name, where the project has a naming standard
    fixed: frozenset[str] = frozenset()  # ids of fields that cannot be set, with a cell still to be sent
    file_fault: str = ""  # why the file cannot be read, "" where it can
    beside: RelatedDocuments = NOTHING
    lookups: Mapping[str, Lookup] = field(default_factory=dict)  # by field id
    content: FileType | None = None  # what the file is, where somebody looked into it
    access: str = ""  # the caller's level in Document Management, "" where it is not known (B65)
    coded: tuple[str, ...] = ()  # ids of text fields that hold a number or a code, never a date
    asked: tuple[str, ...] = ()  # ids of the fields that rules qualify by (B17)
    computes_name: bool = True  # whether the service puts the name together (B33)
    name_filled_in: bool = False  # whether the name is the one that the template gave, and nobody else
    name_parsed: Parsed | None = None  # the document's name by the standard; of a computed one the file name
    facts: Facts = NO_FACTS  # what its fields say of its revision, status and date
    overruled: Mapping[str, Cell] = field(
        default_factory=dict
    )  # by field id: sent, and the service has another value
    workflow: str = ""  # what the service shows of a workflow of the upload, as a sentence (B74)

    def text(self, name: str) -> str:
        """What the cell of a field holds, by the field's name."""
        return next((c.text for id_, c in self.cells.items() if self.fields[id_].name == name), "")

    def named(self, name: str) -> Field | None:
        """A field of the project by its name."""
        return next((item for item in self.fields.values() if item.name == name), None)

    def finding(
        self,
        check: type[Check],
        severity: Severity,
        item: Field | None,
        message: str,
        mend: str,
        proposal: str | None = None,
    ) -> Finding:
        name = item.name if item else None
        return Finding(check.codes[0], severity, self.document.id, name, message, mend, proposal)


def who_may_fill(subject: CheckContext, field: Field) -> str | None:
    """Who may still fill in an empty field: "machine learning", "the file name", or nobody (B36, B38)."""
    ml, state = subject.document.ml, subject.document.state
    ml_ended = ml not in ("", "in_progress") and (ml in READ or state != "completed")  # B72: or not known yet
    if state not in BEFORE_ML or ml_ended:
        return None
    if subject.parsed is not None and field.id in subject.parsed.codes:
        return "the file name"
    if subject.document.mime_type == PDF and field.name in FILLED_BY_ML:
        return "machine learning"
    return None


class Check:
    """A check: what it reports, at which stage an error of it stops a document, and the pure function."""

    codes: ClassVar[tuple[str, ...]]
    title: ClassVar[str]
    stops: ClassVar[str]  # "upload", "submit", or "" where it only tells
    titles: ClassVar[Mapping[str, str]] = {}  # of its codes, where they are called otherwise than it

    @staticmethod
    def run(subject: CheckContext) -> Iterator[Finding]:
        raise NotImplementedError
