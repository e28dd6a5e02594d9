"""The data model of Document Management as frozen dataclasses, without input or output.

Names are the vendor's: a *document upload* becomes a *revision* in a *container*; *fields* have *values*;
*requirements* name the fields that must be filled in. Ids are strings, as the service sends them (B3).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .document_states import STATE_LABELS as STATE_LABELS
from .document_states import WHY_LOCKED
from .findings import Finding as Finding  # part of the model, so that all of it is found here
from .findings import Findings as Findings
from .findings import Severity as Severity
from .findings import sentence as sentence


class FieldType(StrEnum):
    """The types of a metadata field (B29); UNKNOWN for any type that is not documented (B20)."""

    STRING = "string"
    RICH_TEXT = "rich_text"
    NUMERIC = "numeric"
    TIMESTAMP = "timestamp"
    LOV_ENTRY = "lov_entry"
    LOV_ENTRIES = "lov_entries"
    REFERENCE = "reference"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, name: str) -> FieldType:
        """Return the type of this name, UNKNOWN if it is not documented."""
        return cls(name) if name in cls._value2member_map_ else cls.UNKNOWN

    @property
    def is_lookup(self) -> bool:
        """True if the service takes ids of values, not text (B29)."""
        return self in (FieldType.LOV_ENTRY, FieldType.LOV_ENTRIES, FieldType.REFERENCE)


class LabelSource(StrEnum):
    """The origin of a value, as the service reports it (B39)."""

    MANUAL = "MANUAL"
    NONE = "NONE"
    FILENAME_SCRAPING = "FILENAME_SCRAPING"
    SCRAPING_FAILED = "SCRAPING_FAILED"
    ML = "ML"
    ML_FAILED = "ML_FAILED"
    SYSTEM = "SYSTEM"
    CONTAINER_MATCH = "CONTAINER_MATCH"


FILE_NAME = (
    "FILE_NAME"  # a source in addition to those: the name template filled in the value, before the upload
)
BETWEEN = "; "  # separates several values in text
DIRECT = frozenset({FieldType.STRING, FieldType.RICH_TEXT, FieldType.NUMERIC, FieldType.TIMESTAMP})  # B29
USER_VARIANTS = frozenset({"procore_user", "procore_tool_user", "procore_users"})  # B22
VARIANTS = USER_VARIANTS | {
    "", "single_select", "multi_select", "with_code", "package", "computed", "procore_company", "procore_location",
    "procore_project", "procore_project_stage", "procore_vendor", "procore_workflow_status",
    "procore_workflow_template_preset", "procore_workflow_template_version",
}  # fmt: skip  # B20: what other variants accept is unknown


@dataclass(frozen=True, slots=True)
class Value:
    """One entry of a field's list of values (B21)."""

    id: str
    code: str
    label: str
    active: bool = True
    tags: tuple[str, ...] = ()

    @property
    def own_code(self) -> str:
        """The code, "" if it does not identify the value, such as "__" (B29)."""
        return self.code if self.code.strip("_ ") else ""


@dataclass(frozen=True, slots=True)
class Field:
    """A metadata field of a project (B20)."""

    id: str
    name: str
    label: str
    type: FieldType
    description: str = ""
    position: str = ""
    active: bool = True
    visible: bool = True
    readonly: bool = False
    variant: str = ""
    custom_field_definition_id: str | None = None
    wire_type: str = ""  # the name of the type in the API

    @property
    def type_name(self) -> str:
        """The name of the type in the API."""
        return self.wire_type or self.type.value

    @property
    def unknown(self) -> str:
        """What is unknown about the field, such as "type 'boolean'"; "" if nothing is (B20)."""
        if self.type is FieldType.UNKNOWN:
            return f"type {self.type_name!r}"
        return "" if self.variant in VARIANTS else f"variant {self.variant!r}"

    @property
    def is_user(self) -> bool:
        """True if the values are project users, not a list of values (B22)."""
        return self.type is FieldType.REFERENCE and self.variant in USER_VARIANTS

    @property
    def is_custom(self) -> bool:
        """True for a custom field."""
        return self.custom_field_definition_id is not None

    @property
    def is_multiple(self) -> bool:
        """True if several values can be set (B22, B29)."""
        return self.type is FieldType.LOV_ENTRIES or self.variant == "procore_users"

    @property
    def is_settable(self) -> bool:
        """True if the API allows to set the field."""
        fixed = self.readonly or self.variant == "computed" or bool(self.unknown)
        return self.active and self.visible and not fixed


@dataclass(frozen=True, slots=True)
class NamingStandard:
    """Ordered fields whose codes, joined by '-', form the name of a document (B19, B67)."""

    id: str
    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A condition of a rule: the field has one of these values (B17)."""

    field_id: str
    field_name: str
    values: tuple[Value, ...]
    field_label: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One rule of the upload requirements of a project (B17, B18)."""

    id: str
    required_by_project: tuple[Field, ...]
    additional: tuple[Field, ...]
    qualifiers: tuple[Qualifier, ...]
    naming_standard: NamingStandard | None
    allow_duplicate_revisions: bool = True
    updated_at: str = ""

    @property
    def is_default(self) -> bool:
        """True for the rule that applies if no other one does."""
        return not self.qualifiers


@dataclass(frozen=True, slots=True)
class User:
    """A project user, who can be the value of a user field (B22)."""

    id: str
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class FieldValue:
    """The content of one field of an upload or revision at the service."""

    field_id: str
    name: str
    type: str
    label: str
    values: tuple[Value, ...]
    source: str = LabelSource.NONE
    confidence: float | None = None
    variant: str = ""

    @property
    def wire(self) -> tuple[str, ...]:
        """The values as an update sends them: ids, or text for types without a list (B29)."""
        if self.type in DIRECT:
            return tuple(value.label for value in self.values)
        return tuple(value.id or value.label for value in self.values)

    @property
    def text(self) -> str:
        """The labels as text."""
        return BETWEEN.join(value.label for value in self.values)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The value that machine learning or the file name suggests for a field (B37)."""

    field: str  # the name of the field
    source: LabelSource  # ML or FILENAME_SCRAPING
    text: str
    value: str  # as an update sends it: the id of a value, or text


READ = frozenset({"completed", "error", "not_applicable"})  # integration statuses that mean the end (B34)


@dataclass(frozen=True, slots=True)
class Upload:
    """A document upload as the service shows it (B23-B40)."""

    id: str
    latest_event_id: str
    status: str
    ml: str
    scraping: str
    fields: tuple[FieldValue, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()  # B37
    faults: tuple[
        tuple[str, str], ...
    ] = ()  # (field id, reason code) of errors of ML and scraping (B36, B38)
    match_criteria: str = ""
    container_id: str | None = None
    completed_at: str | None = None

    @property
    def is_settled(self) -> bool:
        """True if both machine learning and filename scraping have ended (B34, B43)."""
        return {self.ml, self.scraping} <= READ

    @property
    def is_reading_known(self) -> bool:
        """False if a status is missing, null or unknown: then it is unknown whether both have ended (B72)."""
        return {self.ml, self.scraping} <= READ | {"in_progress"}


class Availability(StrEnum):
    """Whether a revision can be seen (B51, B62, B69). None of these means that it was deleted permanently."""

    VISIBLE = "visible"
    MASKED = "masked"
    RECYCLED = "recycled"
    NOT_LISTED = "not listed"

    @property
    def note(self) -> str:
        """What it means, as a sentence; "" for a visible revision."""
        return {
            Availability.VISIBLE: "",
            Availability.MASKED: "This account is not allowed to see the revision.",
            Availability.RECYCLED: "The revision is in the recycle bin.",
            Availability.NOT_LISTED: "The service did not return the revision. It may be recycled, hidden from this "
            "account, or not indexed yet.",
        }[self]


@dataclass(frozen=True, slots=True)
class Revision:
    """A submitted, versioned, permanent document (B41, B49)."""

    id: str
    container_id: str
    upload_id: str | None  # missing in the older reading (B46)
    fields: tuple[FieldValue, ...] = ()
    recycled: bool = False
    masked: bool = False  # B51: requested by id, but not visible to the account
    listed: bool = True  # False: requested by id, but not in the response
    indexed_at: str | None = None  # ISO 8601, when it was last indexed (B62)

    @property
    def availability(self) -> Availability:
        """Whether the revision can be seen."""
        if not self.listed:
            return Availability.NOT_LISTED
        if self.recycled:
            return Availability.RECYCLED
        return Availability.MASKED if self.masked else Availability.VISIBLE

    def text(self, name: str) -> str:
        """Return the text of a field, "" if it has none."""
        return next((value.text for value in self.fields if value.name == name), "")


@dataclass(frozen=True, slots=True)
class ExistingDocument:
    """A document that the project has already, with what documents are matched by: name and format (B40)."""

    kind: str  # "upload" or "revision"
    id: str
    name: str
    mime_type: str
    version: str = ""  # of a revision (B41)
    revision: str = ""  # the content of its field `revision`
    at: str = ""  # ISO 8601, when it was uploaded or submitted
    upload_id: str | None = None  # of a revision: the upload it came from (B46)
    file_name: str = ""  # `original_filename` (B73)
    file_size: int | None = None  # in bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a file upload, and where to PUT it (B55). The URL is a secret and not in the repr."""

    url: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    expires_at: int = 0


@dataclass(frozen=True, slots=True)
class FileUpload:
    """The state of a unified file upload (B53-B60)."""

    id: str
    status: str
    segments: tuple[Segment, ...] = ()
    error: str = ""
    retryable: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """One metadata cell of a batch.

    `text` is what people read or typed. `values` is what is sent (ids or text), None if the text is not a value of the
    field. `source` is the origin: a `LabelSource`, or "" for an empty cell.
    """

    text: str = ""
    values: tuple[str, ...] | None = ()
    source: str = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A metadata cell as it is displayed.

    `origin` is where the value comes from: a `LabelSource`, "REGISTER" for a register, "" if there is no value.
    `suggestion` is what machine learning or the file name suggests, "" if the cell has that value (B37), and `likelihood`
    the confidence of that suggestion.
    """

    text: str
    origin: str = ""
    confidence: float | None = None
    suggestion: str = ""
    likelihood: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One row of a batch, without its metadata cells."""

    id: int
    path: str
    name: str
    size: int
    mime_type: str
    state: str = "planned"
    sent: int = 0  # bytes stored so far
    upload_id: str | None = None
    event_id: str | None = None
    file_upload_id: str | None = None
    revision_id: str | None = None
    version: str | None = None
    ml: str = ""
    scraping: str = ""
    reason: str = ""  # reason code of the service or of pdm_nb, if held, failed, gone or unconfirmed
    message: str = ""  # what is wrong and what to do
    sha256: str | None = None
    mtime_ns: int = 0
    inode: int = 0
    follows: int | None = None  # the document of which this one has a later version of the file
    container_id: str | None = None  # of its revision (B40)

    @property
    def state_label(self) -> str:
        """The state as people see it."""
        is_reading = self.state == "completed" and self.ml == "in_progress"
        return "reading" if is_reading else STATE_LABELS.get(self.state, self.state)

    @property
    def why_locked(self) -> str:
        """Why its cells cannot be edited, "" if they can."""
        return WHY_LOCKED.get(self.state, "")
