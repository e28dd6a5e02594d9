"""Finds out how a service behaves where the contract is open, from the shapes of its responses.

Each question has a name, under which the service memory stores the reading, and a function that returns the reading,
or None if the responses do not show it. A reading is a word of this module or a number, never a value of a response.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..api.permissions import ALL_VISIBLE, NO
from ..api.protocol.requests import VERSIONS
from ..api.service_memory import ServiceMemory, version_reading
from . import configuration_readings as configuration
from . import document_readings as documents
from .response import ObservedResponses

NOT_SEEN = "not seen"
OPTIONAL = (  # lists that an environment need not offer
    "listSelectedUploads", "listRevisions", "listSelectedRevisions", "listRecycledUploads", "listRecycledRevisions",
    "showPermissions",
)  # fmt: skip


class Question(NamedTuple):
    """A question about an open rule: the rule, the name, the text, and the function that finds the reading."""

    rule: str
    name: str
    text: str
    read: Callable[[ObservedResponses], str | None]


class ObservedReading(NamedTuple):
    """A question with the reading of this service, None if the responses do not show it."""

    rule: str
    name: str
    question: str
    found: str | None


def read_all(seen: ObservedResponses) -> list[ObservedReading]:
    """Return the readings of all questions."""
    return [ObservedReading(one.rule, one.name, one.text, one.read(seen)) for one in QUESTIONS]


def remember(memory: ServiceMemory, seen: ObservedResponses, readings: list[ObservedReading]) -> None:
    """Store the readings in the service memory, and which operations are refused or offered again (B71)."""
    for one in readings:
        if one.found is not None:
            memory.note_reading(one.name, one.found, verified=True)
    opened = any(response.is_success for response in seen.of("listFields", "listDocumentUploads"))
    for response in seen.of(*OPTIONAL):
        if response.is_success:
            memory.clear_refusal(response.operation)
            if response.operation in VERSIONS:
                memory.note_reading(version_reading(response.operation), response.version, verified=True)
        elif opened:  # otherwise the whole project is closed, which may be temporary
            memory.note_refusal(response.operation, response.status)
    if any(one.name == "masked_rows" and one.found for one in readings):
        memory.note_reading(ALL_VISIBLE, NO, verified=True)


QUESTIONS = (
    Question("B9", "page_size", "Does a page have as many rows as requested?", configuration.page_size),
    Question("B9", "total_header", "Do all lists have the header Total?", configuration.total),
    Question("B9", "link_header", "Do all lists have the header Link?", configuration.link),
    Question("B9", "link_relations", "Which relations does Link have on a second page?", configuration.link_relations),
    Question("B9", "sparse_links", "Does Link lack first on first pages, or prev on second pages?", configuration.sparse_links),
    Question("B11", "limit_headers", "Which limit do the headers report, and how does its window work?", configuration.limit_headers),
    Question("B16", "forbidden_reason", "Which reason code does a 403 have?", configuration.forbidden_reason),
    Question("B20", "unknown_types", "Which field types are not in the contract?", configuration.unknown_types),
    Question("B20", "bare_values", "Do values lack active, tags or code?", documents.bare_values),
    Question("B29", "reference_codes", "Which code do values of linked records have?", configuration.reference_codes),
    Question("B33", "name_kind", "Is the name a normal field, or computed?", configuration.name_kind),
    Question("B33", "computed_name_listed", "How does the list of fields show a computed name?", configuration.computed_name_listed),
    Question("B33", "empty_name", "Is an empty name filled from the file name?", configuration.empty_name),
    Question("B34", "status_spelling", "How are the integration statuses spelled?", documents.status_spelling),
    Question("B36", "description_type", "Which type does the description have?", documents.type_of("description")),
    Question("B37", "suggestion_spelling", "How are the suggestions of machine learning spelled?", documents.suggestions),
    Question("B46", "reveal_upload_id", "Do revisions have the id of their upload?", documents.upload_id),
    Question("B51", "masked_rows", "Which properties does a revision have that this account may not see?", documents.masked),
    Question("B62", "revision_list", "Is the list of revisions offered?", configuration.offered("listRevisions")),
    Question("B62", "recycle_bin", "Is the list of recycled revisions offered?", configuration.offered("listRecycledRevisions")),
    Question("B63", "position_type", "Which type does position_within_container have?", documents.position),
    Question("B64", "download_host", "Which host do the download URLs have?", documents.download_host),
    Question("B65", "access_level", "Which level in Document Management does the service report?", configuration.access_level),
    Question("B70", "show_v20", "Does v2.0 return single uploads?", configuration.offered("showDocumentUploadV20")),
    Question("B70", "selected_uploads", "Which version of selected_uploads is offered?", configuration.version_offered("listSelectedUploads")),
    Question("B70", "selected_revisions", "Which version of selected_revisions is offered?", configuration.version_offered("listSelectedRevisions")),
    Question("B73", "format_type", "Which type does the field format have?", documents.type_of("format")),
    Question("B76", "placeholders", "Are there placeholders?", documents.placeholders),
    Question("B78", "revision_rows", "Do revisions have the spelling of the guide or of the reference?", documents.revision_rows),
    Question("B78", "match_type", "Which type does match_type have?", documents.match_type),
)  # fmt: skip
