"""Fetches uploads and records in the journal what the service reports of them.

Uploads are listed by the cheapest method that an environment offers; what it refuses is remembered for a day (B71).
An upload that a list leaves out is not deleted for that: it is fetched by itself (B26, B50, B51).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from ...errors import NotFoundError, ServerError, ServiceError
from ...model import Document, Upload
from ..execution.chunks import batches
from ..execution.context import Context
from ..execution.service_errors import MALFORMED, NOT_OFFERED, is_deleted
from ..journal.cells import SUGGESTION, UNSET
from ..journal.journal import Step
from ..journal.states import Event
from ..remote.workflow_fields import record_fields

METHODS = ("listSelectedUploads", "listDocumentUploads")  # that list uploads, the cheapest first
WHOLE_LIST = 1  # the second of them
NOT_VISIBLE = (
    "UPLOAD_NOT_VISIBLE"  # reason: `show` returned 404, but not because the upload is deleted (B16, B51)
)
HIDDEN = (
    "The upload is not visible to this account, so its state is not known. Look for it in Procore, or ask a project "
    "administrator for access to it."
)


async def fetch_uploads(context: Context, documents: Sequence[Document]) -> dict[str, Upload]:
    """Return the visible uploads of at most 100 documents, by id."""
    return {id_: row async for _, seen in iter_uploads(context, documents) for id_, row in seen.items()}


async def iter_uploads(
    context: Context, documents: Sequence[Document]
) -> AsyncIterator[tuple[Sequence[Document], dict[str, Upload]]]:
    """Yield up to 100 documents at a time, with their visible uploads by id.

    If only the list of all uploads is offered, it is read once for all documents.
    """
    listed: dict[str, Upload] | None = None
    wanted = {document.upload_id for document in documents}
    for chunk in batches(documents):
        ids = [document.upload_id for document in chunk if document.upload_id]
        seen = listed
        if seen is None:
            rows = await _list(context, ids) if ids else ()
            seen = {row.id: row for row in rows if row.id in wanted}
            listed = seen if context.list_method == WHOLE_LIST else None
        yield chunk, {id_: seen[id_] for id_ in ids if id_ in seen}


async def _list(context: Context, ids: Sequence[str]) -> list[Upload]:
    """List uploads by the cheapest method that is offered."""
    methods = (
        lambda: context.client.list_selected_uploads(context.scope, ids),
        lambda: context.client.list_document_uploads(context.scope),
    )
    memory, refused = context.client.memory(context.scope), dict[str, int | None]()
    rows: list[Upload] = []
    for number in range(context.list_method, len(methods)):
        context.list_method = number
        if memory.refused(METHODS[number]):
            continue
        try:
            rows = await methods[number]()
            break
        except ServiceError as error:
            if error.status not in NOT_OFFERED:
                raise
            refused[METHODS[number]] = error.status
    else:
        context.list_method = len(methods)
        rows = await _show_each(context, ids)
    for operation, status in refused.items():  # only now: another call proves that the project exists
        memory.note_refusal(operation, status)
    return rows


async def _show_each(context: Context, ids: Sequence[str]) -> list[Upload]:
    """Return the visible uploads (B50, B51); raise if nothing proves that the project itself still exists."""
    rows: list[Upload] = []
    hidden: list[NotFoundError] = []
    for id_ in ids:
        try:
            rows.append(await context.client.show_document_upload(context.scope, id_))
        except NotFoundError as error:
            hidden += [] if is_deleted(error) else [error]
    if hidden and len(hidden) == len(ids):
        raise hidden[0]
    return rows


async def fetch_missing(
    context: Context, document: Document, *, is_unanswered: bool = False
) -> Upload | None:
    """Fetch an upload that a response left out, which may have several reasons (B26, B50, B51).

    Parameters
    ----------
    context : Context
        The context of the run.
    document : Document
        The document of the upload.
    is_unanswered : bool
        True after a submit that may have consumed the upload: then it is not held if it is not visible.

    Returns
    -------
    Upload | None
        None if it cannot be read, or is not visible to this account: the document is put on hold.

    Raises
    ------
    NotFoundError
        If the service reports that there is no such upload, or, if `is_unanswered`, that it is not visible.
    """
    try:
        return await context.client.show_document_upload(context.scope, document.upload_id or "")
    except NotFoundError as error:
        if is_unanswered or is_deleted(error):
            raise
        context.hold(document.id, NOT_VISIBLE, HIDDEN)
        return None
    except ServerError as error:
        if error.reason != MALFORMED:
            raise
        context.hold(document.id, MALFORMED, f"{error}. Look at the document in Procore.")
        return None


def record_upload(
    context: Context, document: Document, upload: Upload, event: Event | None = None, **facts: Any
) -> None:
    """Write what the service reported of an upload into the journal."""
    journal = context.journal
    record_fields(journal, upload)
    context.names.observe(upload)
    cells = [(document.id, id_, cell) for id_, cell in context.cells.values(upload).items()]
    journal.record_cells(
        (item for item in cells if item[2] != UNSET or journal.service_cell(document.id, item[1])),
        logged=context.cells.settable,
    )
    suggested = [(document.id, id_, cell) for id_, cell in context.cells.suggested(upload)]
    journal.record_cells(suggested, SUGGESTION)
    # An empty `ml` marks a document that is not linked yet; if the service reports none, it is unknown.
    ml = upload.ml or "unknown"
    seen = {"event_id": upload.latest_event_id, "ml": ml, "scraping": upload.scraping} | facts
    now = journal.documents[document.id]
    if event is not None or any(getattr(now, key) != value for key, value in seen.items()):
        journal.note([Step(document.id, event, seen)])
