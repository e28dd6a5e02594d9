"""Finds out what became of submits whose result is not known, and never submits (B47, B50, B62, B66).

How this works: a submit consumes its uploads. If its response is missing, or leaves an upload out, the upload is
fetched again: if it still exists, it was not submitted, and may be submitted again. If it does not, the list of
revisions is searched for it, if the service offers that list. A document that is in neither of them is *unconfirmed*:
only a person can find out, in Procore.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...api.permissions import REVISION_LIST, note_refusal
from ...errors import AccessError, InvalidError, NotFoundError, ServerError
from ...model import Document, Revision
from ..execution.context import Context
from ..journal.journal import UNANSWERED, Step
from ..journal.states import Event, State
from .fetch_uploads import fetch_missing, iter_uploads, record_upload
from .match_revisions import facts_of
from .upload import DELETED

ATTEMPTS, WAIT = 6, 5.0  # reads of the list of revisions, which is updated late (B62); seconds between them
PAGES = 30  # of 100 revisions each, the newest first: a project may have a million
UNCONFIRMED = (
    "The submit was interrupted, and the service does not show whether it became a revision. Look in Procore "
    "whether the revision exists, then confirm it."
)
STILL_EXISTS = "A submit got no response, and the upload still existed afterwards."
LEFT_OUT = "The response to a submit left it out, and the upload still existed afterwards."


async def resolve_unanswered_submits(
    context: Context, documents: Sequence[Document], *, is_answered: bool = False
) -> None:
    """Find out what became of submits (B66): of those without a response, or if `is_answered` with "not found"."""
    missing: list[Document] = []
    remark = {} if is_answered else {"reason": UNANSWERED, "message": STILL_EXISTS}
    async for chunk, seen in iter_uploads(context, documents):
        for document in chunk:
            if document.upload_id in seen:  # it was not consumed (B47) until now
                record_upload(context, document, seen[document.upload_id], Event.RETURNED, **remark)
            else:
                missing.append(document)
    await resolve_missing(context, missing, is_unanswered=not is_answered)


async def resolve_left_out(context: Context, documents: Sequence[Document]) -> None:
    """Find out what became of uploads that the response to a submit left out (B26).

    One is submitted again only if `show` still returns it (B66).
    """
    missing = []
    for document in documents:
        try:
            upload = await fetch_missing(context, document, is_unanswered=True)
        except NotFoundError:
            missing.append(document)
        else:
            if upload is not None:
                record_upload(context, document, upload, Event.RETURNED, reason=UNANSWERED, message=LEFT_OUT)
    await resolve_missing(context, missing, is_unanswered=True)


async def resolve_missing(
    context: Context, documents: Sequence[Document], *, is_unanswered: bool = False
) -> None:
    """Record what became of uploads that no longer exist: consumed by a submit, or deleted (B47, B50, B66).

    A submit without a response may still take effect later, so a document that had one is never recorded as deleted.
    """
    if not documents:
        return
    unclear = {d.id for d in documents if is_unanswered or context.journal.is_unanswered(d.id)}
    found = await _find_revisions(context, documents, ATTEMPTS if unclear else 1)
    for document in documents:
        if document.upload_id in found:
            context.journal.note([Step(document.id, Event.ACCEPTED, facts_of(found[document.upload_id]))])
        elif document.id not in unclear:
            context.note([document.id], Event.VANISH, reason="UPLOAD_NOT_FOUND", message=DELETED)
        elif context.journal.documents[document.id].state != State.UNCONFIRMED:
            context.note([document.id], Event.UNCONFIRMED, reason="UNCONFIRMED", message=UNCONFIRMED)


async def _find_revisions(
    context: Context, documents: Sequence[Document], attempts: int
) -> dict[str, Revision]:
    """Return revisions by upload id, from the newest of the list of revisions, if it is offered (B62)."""
    wanted = {document.upload_id for document in documents if document.upload_id}
    found: dict[str, Revision] = {}
    memory = context.client.memory(context.scope)
    if memory.refused(REVISION_LIST):
        return found
    # That the list is not offered, or out of order, is no reason to end a run.
    try:
        for attempt in range(attempts):
            if attempt:
                await context.client.clock.sleep(WAIT)
            async for rows in context.client.newest_revisions(context.scope, PAGES):
                found |= {row.upload_id: row for row in rows if row.upload_id in wanted}
                if len(found) == len(wanted):
                    return found
    except (AccessError, NotFoundError, InvalidError, ServerError) as error:
        note_refusal(memory, REVISION_LIST, error)
    return found
