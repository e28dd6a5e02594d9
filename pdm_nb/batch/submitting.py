"""Submitting: settled uploads become revisions, by the hundred, and never twice (B43-B48, B66).

What is about to be submitted is in the journal before the call goes out. Where no clear answer comes, the
service is asked what became of each upload; what nobody can say is *unconfirmed*, and is not sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..errors import (
    AccessError,
    ConnectionFailed,
    Detail,
    InvalidError,
    NotFoundError,
    ServerError,
    ServiceError,
)
from ..model import Document, Finding, Revision
from .context import Context, batches, halves, reason_of
from .engine import GONE, wire_fields
from .journal import Step
from .state import Event, State

ROUNDS = 4  # how often items that failed for a passing reason are submitted again (B45)
LOOKS, LOOK_EVERY = 6, 5.0  # looks at the list of revisions, which lags behind (B62); seconds between
DOUBT = (
    "The submit was interrupted and the service does not tell what came of it. Look in Procore whether the "
    "revision is there; it is not submitted again by itself."
)


async def submit(context: Context, ids: Iterable[int], blockers: Callable[[int], list[Finding]]) -> None:
    """Bring documents from settled to submitted. `blockers` are the findings that stop one."""
    wanted = list(ids)
    context.tell(documents_total=len(wanted), note="submitting")
    await settle_doubts(context, context.documents(wanted, State.SUBMITTING, State.UNCONFIRMED))
    for _ in range(ROUNDS):
        ready = context.documents(wanted, State.SETTLED)
        if not ready:
            break
        for chunk in batches(ready):
            await _chunk(context, chunk, blockers)
            _count(context, wanted)
    for document in context.documents(wanted, State.SETTLED):
        context.hold(
            document.id,
            document.reason or "UNKNOWN_FAILURE",
            "The service failed to submit it; submit() again.",
        )
    _count(context, wanted)


def _count(context: Context, wanted: Iterable[int]) -> None:
    context.tell(documents_done=len(context.documents(wanted, State.SUBMITTED, State.HELD, State.GONE)))


async def _chunk(
    context: Context, chunk: Sequence[Document], blockers: Callable[[int], list[Finding]]
) -> None:
    await send_changes(context, chunk)
    await refresh(context, chunk)
    ready = []
    for document in context.documents([document.id for document in chunk], State.SETTLED):
        found = blockers(document.id)
        if found:
            context.hold(document.id, found[0].code, "; ".join(f"{f.message}: {f.mend}" for f in found))
        else:
            ready.append(document)
    await _submit(context, ready)


async def send_changes(context: Context, documents: Sequence[Document]) -> None:
    """Send the analyst's cells that the service has not got yet; safe to repeat (B27)."""
    changed = [
        d for d in documents if any(cell.values is not None for _, cell in context.journal.unsent(d.id))
    ]
    if not changed:
        return
    cells = {document.id: context.journal.unsent(document.id) for document in changed}
    updates = [{"id": d.upload_id, "fields": wire_fields(cells[d.id])} for d in changed]
    try:
        done, _ = await context.client.update_document_uploads(context.scope, updates)
    except InvalidError as error:
        if len(changed) > 1:
            for half in halves(changed):
                await send_changes(context, half)
        else:
            context.hold(changed[0].id, reason_of(error), f"{error}. Mend the cell, then submit() again.")
        return
    for document in changed:
        if (
            document.upload_id in done
        ):  # B26: one that is in neither list shows itself as gone at the next look
            context.journal.mark_sent(
                (document.id, f, c) for f, c in cells[document.id] if c.values is not None
            )


async def refresh(context: Context, documents: Sequence[Document]) -> None:
    """Fetch the uploads again: their event ids and values are what a submit goes by (B31, B45)."""
    now = context.documents([document.id for document in documents], State.SETTLED)
    seen = await context.selected(now) if now else {}
    for document in now:
        upload = seen.get(document.upload_id or "")
        if upload is not None:
            context.see(document, upload)
        elif await context.is_gone(document.upload_id or ""):
            context.note([document.id], Event.VANISH, reason="UPLOAD_NOT_FOUND", message=GONE)


async def _submit(context: Context, documents: Sequence[Document]) -> None:
    if not documents:
        return
    ids = [document.id for document in documents]
    context.note(ids, Event.INTENDED)
    items = [(document.upload_id or "", document.event_id or "") for document in documents]
    try:
        revisions, failures = await context.client.create_document_revisions(context.scope, items)
    except InvalidError as error:
        await _refused(context, documents, error)
    except AccessError:
        context.note(ids, Event.RETURNED)
        raise
    except (ConnectionFailed, ServerError):
        await settle_doubts(context, documents)
    except ServiceError:
        context.note(ids, Event.RETURNED)  # 404, 429 after all tries: nothing was done
        raise
    else:
        for document in documents:
            if document.upload_id in failures:
                context.note([document.id], Event.RETURNED, reason=failures[document.upload_id])
        accepted = [document for document in documents if document.upload_id not in failures]
        await _pair(context, accepted, revisions)


async def _refused(context: Context, documents: Sequence[Document], error: InvalidError) -> None:
    """One bad item stops ninety-nine good ones (B44): set those it names aside, send the rest."""
    uploads = {document.upload_id for document in documents}
    named = {detail.source: detail for detail in error.details if detail.source in uploads}
    if not named and len(documents) == 1:
        named = {documents[0].upload_id: (*error.details, Detail(reason_of(error), str(error)))[0]}
    if not named:
        context.note([document.id for document in documents], Event.RETURNED)
        for half in halves(documents):
            await _submit(context, half)
        return
    lost = []
    rest = [document for document in documents if document.upload_id not in named]
    context.note([document.id for document in rest], Event.RETURNED)
    for document in documents:
        detail = named.get(document.upload_id)
        if detail is not None and detail.reason == "UPLOAD_NOT_FOUND":
            lost.append(document)  # B47: deleted, or consumed by a submit whose answer never came
        elif detail is not None:
            context.hold(document.id, detail.reason, f"{detail.message} ({advice(detail.reason)})")
    await settle_doubts(context, lost)
    await _submit(context, rest)


ADVICE = {
    "INVALID_INPUT": "fill in the field, then submit() again",
    "DUPLICATE_REVISION": "give it another revision: the container has this one already",
    "PERMISSION_DENIED": "ask a project administrator for a group with Submit New Files",
    "WORKFLOW_CONFLICT": "end the workflow in Procore, or have a workflow manager submit it",
    "WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION": "a workflow manager or administrator must submit it",
    "FILE_KEY_MISMATCH": "call retry() for it: the file in storage is not the one that was linked",
}


def advice(reason: str) -> str:
    """What to do about a reason code of the service."""
    return ADVICE.get(reason, "mend it, then submit() again")


async def _pair(context: Context, documents: Sequence[Document], revisions: Sequence[str]) -> None:
    """Find out which upload became which revision: the answer of a submit does not say (B46)."""
    if not documents:
        return
    try:
        rows = await context.client.list_selected_revisions(context.scope, revisions)
    except ServiceError:
        rows = []  # they are revisions all the same; the next look finds their ids
    by_upload: dict[str | None, Revision] = {row.upload_id: row for row in rows if row.upload_id}
    if not by_upload and len(revisions) == len(documents):
        order = {row.id: row for row in rows}
        by_upload = {
            document.upload_id: order.get(revision, Revision(revision, "", None))
            for document, revision in zip(documents, revisions, strict=True)
        }
    steps = [_accepted(document, by_upload.get(document.upload_id)) for document in documents]
    context.journal.note(steps)


def _accepted(document: Document, row: Revision | None) -> Step:
    facts: dict[str, str | None]
    if row is None:
        facts = {"reason": "REVISION_UNPAIRED", "message": "It is a revision; its id could not be told."}
    else:
        facts = {"revision_id": row.id, "version": row.text("version") or None}
    return Step(document.id, Event.ACCEPTED, facts)


async def settle_doubts(context: Context, documents: Sequence[Document]) -> None:
    """Ask what became of submits without an answer (B66). Never submits."""
    if not documents:
        return
    lost: list[Document] = []
    for chunk in batches(documents):
        seen = await context.selected(chunk)
        for document in chunk:
            if document.upload_id in seen:  # still an upload, so it was not consumed (B47)
                context.see(document, seen[document.upload_id], Event.RETURNED)
            else:
                lost.append(document)
    found = await _find_revisions(context, lost) if lost else {}
    for document in lost:
        if document.upload_id in found:
            context.journal.note([_accepted(document, found[document.upload_id])])
        elif document.state != State.UNCONFIRMED:
            context.note([document.id], Event.DOUBTED, reason="UNCONFIRMED", message=DOUBT)


async def _find_revisions(context: Context, documents: Sequence[Document]) -> dict[str, Revision]:
    """Revisions by upload id, from the list of revisions where it is offered (B62)."""
    wanted = {document.upload_id for document in documents if document.upload_id}
    found: dict[str, Revision] = {}
    try:
        for look in range(LOOKS):
            if look:
                await context.client.clock.sleep(LOOK_EVERY)
            async for rows in context.client.newest_revisions(context.scope):
                found |= {row.upload_id: row for row in rows if row.upload_id in wanted}
                if len(found) == len(wanted):
                    return found
    except (AccessError, NotFoundError):
        pass  # private: not offered here
    return found
