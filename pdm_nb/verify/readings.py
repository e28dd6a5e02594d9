"""Finds out which reading of the open rules a service follows, from the shapes of its responses.

Each question has a name, under which the service memory keeps the reading; a function returns the reading, or None if
the responses do not show it. A reading is a word of ours or a number, never a value of a response.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..api.permissions import ALL_VISIBLE, NO
from ..api.protocol.requests import VERSIONS
from ..api.service_memory import ServiceMemory, version_reading
from . import configuration_readings as configuration
from . import document_readings as documents
from .response import Seen

NOT_SEEN = "not seen"
OPTIONAL = (  # lists that an environment need not offer
    "listSelectedUploads", "listRevisions", "listSelectedRevisions", "listRecycledUploads", "listRecycledRevisions",
    "showPermissions",
)  # fmt: skip


class Question(NamedTuple):
    """An open rule: where it is written, what is asked, and how the responses show it."""

    rule: str
    name: str
    text: str
    read: Callable[[Seen], str | None]


class ObservedReading(NamedTuple):
    """A question with what this service does, None if it was not seen."""

    rule: str
    name: str
    question: str
    found: str | None


def read_all(seen: Seen) -> list[ObservedReading]:
    """Return the reading of every open rule."""
    return [ObservedReading(one.rule, one.name, one.text, one.read(seen)) for one in QUESTIONS]


def remember(memory: ServiceMemory, seen: Seen, readings: list[ObservedReading]) -> None:
    """Keep what was found in the service memory, and what was refused or is offered again (B71)."""
    for one in readings:
        if one.found is not None:
            memory.note_reading(one.name, one.found, verified=True)
    opened = any(response.is_success for response in seen.of("listFields", "listDocumentUploads"))
    for response in seen.of(*OPTIONAL):
        if response.is_success:
            memory.clear_refusal(response.operation)
            if response.operation in VERSIONS:
                memory.note_reading(version_reading(response.operation), response.version, verified=True)
        elif opened:  # else the project as a whole is closed, which may pass
            memory.note_refusal(response.operation, response.status)
    if any(one.name == "masked_rows" and one.found for one in readings):
        memory.note_reading(ALL_VISIBLE, NO, verified=True)


QUESTIONS = (
    Question("B9", "page_size", "Has a page as many rows as were asked for?", configuration.page_size),
    Question("B9", "total_header", "Is the header Total on every list?", configuration.total),
    Question("B9", "link_header", "Is the header Link on every list?", configuration.link),
    Question("B9", "link_relations", "Which relations does Link name on a second page?", configuration.link_relations),
    Question("B9", "sparse_links", "Do first pages of Link lack first or prev?", configuration.sparse_links),
    Question("B11", "limit_headers", "Which limit do the headers report, and how does its window work?", configuration.limit_headers),
    Question("B16", "forbidden_reason", "Which reason code has a 403?", configuration.forbidden_reason),
    Question("B20", "unknown_types", "Which types of fields are not in the contract?", configuration.unknown_types),
    Question("B20", "bare_values", "Do values lack active, tags or code?", documents.bare_values),
    Question("B29", "reference_codes", "What is the code of a reference's value?", configuration.reference_codes),
    Question("B33", "name_kind", "Is the name a field like others, or computed?", configuration.name_kind),
    Question("B33", "computed_name_listed", "How has the list of fields a computed name?", configuration.computed_name_listed),
    Question("B33", "empty_name", "Is an empty name filled from the file name?", configuration.empty_name),
    Question("B34", "status_spelling", "How are the integration statuses spelled?", documents.status_spelling),
    Question("B36", "description_type", "Which type has the description?", documents.type_of("description")),
    Question("B37", "suggestion_spelling", "How is spelled what machine learning proposes?", documents.suggestions),
    Question("B46", "reveal_upload_id", "Do revisions have the id of their upload?", documents.upload_id),
    Question("B51", "masked_rows", "What has the row of a revision that this account may not see?", documents.masked),
    Question("B62", "revision_list", "Is the list of revisions offered?", configuration.offered("listRevisions")),
    Question("B62", "recycle_bin", "Is the list of recycled revisions offered?", configuration.offered("listRecycledRevisions")),
    Question("B63", "position_type", "Which type has position_within_container?", documents.position),
    Question("B64", "download_host", "On which host are the download URLs?", documents.download_host),
    Question("B65", "access_level", "Which level in Document Management is reported?", configuration.access_level),
    Question("B70", "show_v20", "Is an upload shown by v2.0?", configuration.offered("showDocumentUploadV20")),
    Question("B70", "selected_uploads", "Which version of selected_uploads is offered?", configuration.version_offered("listSelectedUploads")),
    Question("B70", "selected_revisions", "Which version of selected_revisions is offered?", configuration.version_offered("listSelectedRevisions")),
    Question("B73", "format_type", "Which type has the field format?", documents.type_of("format")),
    Question("B76", "placeholders", "Are there placeholders?", documents.placeholders),
    Question("B78", "revision_rows", "Whose spelling do rows of revisions have, the guide's or the reference's?", documents.revision_rows),
    Question("B78", "match_type", "Which type has match_type?", documents.match_type),
)  # fmt: skip
