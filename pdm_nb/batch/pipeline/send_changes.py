"""Sends edited cells of uploads and fetches the uploads again: a submit uses what the service has (B26, B27, B31)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from ...errors import InvalidError, NotFoundError
from ...model import Document
from ..execution.chunks import halves
from ..execution.context import Context
from ..execution.service_errors import reason_of
from ..journal.states import State
from .fetch_uploads import fetch_missing, fetch_uploads, record_upload
from .resolve_unanswered import resolve_missing
from .upload import IGNORED, NOT_UPDATED, wire_fields
from .workflows import hold_refused, note_accepted, why_refused, without_same_status


async def send_changes(context: Context, documents: Sequence[Document]) -> None:
    """Send the analyst's cells that the service does not have yet; safe to repeat (B27)."""
    cells = {document.id: context.unsent(document.id) for document in documents}
    changed = [d for d in documents if any(cell.values is not None for _, cell in cells[d.id])]
    changed = hold_refused(context, changed, "submit")
    if not changed:
        return
    cells = {document.id: cells[document.id] for document in changed}
    sent = {
        document.id: wire_fields(without_same_status(context, document.id, cells[document.id]))
        for document in changed
    }
    updates = [{"id": d.upload_id, "fields": sent[d.id]} for d in changed if sent[d.id]]
    done = {d.upload_id for d in changed if not sent[d.id]}
    try:
        if updates:
            done |= (await context.client.update_document_uploads(context.scope, updates))[0]
    except InvalidError as error:
        if len(changed) > 1:
            for half in halves(changed):
                await send_changes(context, half)
        else:
            (document,) = changed
            message = await why_refused(context, document, cells[document.id], error, "submit")
            context.hold(document.id, reason_of(error), message)
        return
    note_accepted(context, cells.items())
    for document in changed:
        if document.upload_id in done:
            context.journal.mark_sent(
                (document.id, f, c) for f, c in cells[document.id] if c.values is not None
            )
        else:
            await _hold_ignored(context, document)


async def _hold_ignored(context: Context, document: Document) -> None:
    """Hold a document that two updates left out although its upload exists (B26); else it is found missing later."""
    with suppress(NotFoundError):
        if await fetch_missing(context, document) is not None:
            context.hold(document.id, IGNORED, f"{NOT_UPDATED} Submit again.")


async def refresh_uploads(context: Context, documents: Sequence[Document]) -> None:
    """Fetch the uploads again: a submit needs their present event ids and values (B31, B45)."""
    now = context.documents([document.id for document in documents], State.SETTLED)
    seen = await fetch_uploads(context, now) if now else {}
    missing = []
    for document in now:
        try:
            upload = seen.get(document.upload_id or "") or await fetch_missing(context, document)
        except NotFoundError:
            missing.append(document)
        else:
            if upload is not None:
                record_upload(context, document, upload)
    await resolve_missing(context, missing)
