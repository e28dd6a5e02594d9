"""Submits ready documents: their uploads become revisions, 100 at a time, and never twice (B43-B48, B66).

How this works: edited cells are sent, the uploads are fetched again, and what passes the checks is submitted. That a
submit is about to be sent is in the journal before the call. If a response is missing, `resolve_unanswered.py` finds out
what became of each upload.

Versions of one document are submitted one after the other, oldest first, one in a call: the order within a call is not
documented (B41). A version waits until all earlier ones are revisions; if one of them fails, it is put on hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...api.protocol.requests import Item
from ...errors import (
    AccessError,
    Detail,
    InvalidError,
    NotFoundError,
    ServiceError,
    SignInError,
    ThrottledError,
    TokenError,
)
from ...model import Cell, Document, Finding
from ...rules.checks.versions import WaitsForEarlier
from ...rules.values.text import quoted
from ..execution.chunks import batches, halves
from ..execution.context import Context
from ..execution.service_errors import NOT_OFFERED, reason_of
from ..journal.cells import ANALYST, SERVICE, UNSET
from ..journal.journal import Step
from ..journal.states import Event, State
from .match_revisions import accept, confirm_remaining
from .resolve_unanswered import WAIT, resolve_left_out, resolve_unanswered_submits
from .send_changes import refresh_uploads, send_changes

ATTEMPTS = 4  # how often a document is submitted if it fails for a temporary reason (B45)
CALLS = 3  # for 100 documents: fetch uploads, submit, fetch revisions (B31, B46)
NOTHING_DONE = (SignInError, TokenError, AccessError, NotFoundError, ThrottledError)
DONE = (State.SUBMITTED, State.HELD, State.GONE)
STALE = "CONCURRENCY_CONFLICT"  # reason: the upload has changed since it was read (B45)
FILLED = "FILLED_BY_SERVICE"  # reason: the service filled in what was missing just before the submit
EARLIER_FIRST = "Submit or fix that document first, or remove it."
EDITED = "It was edited while it was being submitted. Submit again."

WORKFLOW = ("WORKFLOW_CONFLICT", "WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION")  # B48
ADVICE = {
    "INVALID_INPUT": "Fill in the field and submit again.",
    "DUPLICATE_REVISION": "Set another revision.",
    "PERMISSION_DENIED": "Ask a project administrator for a permission group with Submit New Files.",
    "WORKFLOW_CONFLICT": "End the workflow in Procore and submit again. A workflow manager or an administrator can also "
    "end it with the submit.",
    "WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION": "Only a workflow manager or an administrator can end it. Ask one to end "
    "it in Procore and submit again, or submit with such an account.",
    "FILE_KEY_MISMATCH": "The file in storage is not the one that was linked. Retry the document to upload it again.",
}


@dataclass(frozen=True)
class SubmitRules:
    """What a submit asks the table of a batch about a document."""

    blockers: Callable[[int], list[Finding]]  # the findings that stop it
    before: Callable[[int], Document | None]  # an earlier version that is not a revision yet


async def submit(context: Context, ids: Iterable[int], rules: SubmitRules) -> None:
    """Take documents from settled to submitted."""
    wanted = list(ids)
    context.begin("submitting", documents_total=len(wanted))
    await confirm_remaining(context)
    await resolve_unanswered_submits(context, context.documents(wanted, State.SUBMITTING, State.UNCONFIRMED))
    done = len(context.documents(wanted, *DONE))
    attempts: Counter[int] = Counter()
    while ready := _ready(context, wanted, rules, attempts):
        chunks = list(batches(ready))
        for number, chunk in enumerate(chunks):
            context.expect(CALLS * (len(chunks) - number))
            await _process(context, chunk, rules)
            attempts.update(document.id for document in chunk)
            done += len(context.documents([document.id for document in chunk], *DONE))
            context.report(documents_done=done)
    context.expect(0)
    _hold_remaining(context, wanted, rules)
    context.report(documents_done=len(context.documents(wanted, *DONE)))


def _ready(
    context: Context, wanted: Iterable[int], rules: SubmitRules, attempts: Counter[int]
) -> list[Document]:
    """Return the settled documents whose earlier versions are all revisions."""
    settled = [d for d in context.documents(wanted, State.SETTLED) if attempts[d.id] < ATTEMPTS]
    return [document for document in settled if rules.before(document.id) is None]


def _hold_remaining(context: Context, wanted: Iterable[int], rules: SubmitRules) -> None:
    """Put on hold what could not be submitted: refused repeatedly, or waiting for such a version."""
    for document in context.documents(wanted, State.SETTLED):
        found = rules.blockers(document.id)
        if found:
            hold_for(context, document.id, found)
        elif earlier := rules.before(document.id):
            text = (
                f"{document.name} waits for {earlier.path}, an earlier version, which is not a revision yet"
            )
            context.hold(document.id, WaitsForEarlier.codes[0], f"{text}. {EARLIER_FIRST}")
        else:
            text = document.message or "The service failed to submit it. Submit again."
            context.hold(document.id, document.reason or "UNKNOWN_FAILURE", text)


async def _process(context: Context, chunk: Sequence[Document], rules: SubmitRules) -> None:
    journal = context.journal
    blocked = {d.id: journal.cells_of(d.id) for d in chunk if rules.blockers(d.id)}  # as they are shown now
    await send_changes(context, chunk)
    await refresh_uploads(context, chunk)
    ready: list[Document] = []
    for document in context.documents([document.id for document in chunk], State.SETTLED):
        found = rules.blockers(document.id)
        if found:
            hold_for(context, document.id, found)
        elif filled := _filled(context, document.id, blocked.get(document.id)):
            context.hold(document.id, FILLED, filled)
        # The new values may have made it a version of another document of this call: then it waits.
        elif rules.before(document.id) is None:
            ready.append(document)
    await _submit(context, ready)


def _filled(context: Context, id_: int, shown: Mapping[str, Cell] | None) -> str:
    """Return what the service filled in since a blocked document had the cells `shown`, as a sentence.

    "" if nothing: it was not blocked, or somebody else fixed it. A revision cannot be corrected (B49), so a value that
    nobody saw is not submitted.
    """
    if shown is None:
        return ""
    fields, analyst = context.cells.fields, context.journal.layer(ANALYST, id_)
    filled = [
        f"{fields[field].label} with {quoted(cell.text)}"
        for field, cell in context.journal.layer(SERVICE, id_).items()
        if field in fields and fields[field].is_settable
        if cell.text and cell.text != shown.get(field, UNSET).text
        if not analyst.get(field, UNSET).text
    ]
    return f"The service filled in {', '.join(filled)}. Check it and submit again." if filled else ""


def hold_for(context: Context, id_: int, found: Sequence[Finding]) -> None:
    """Put a document on hold for its findings."""
    context.hold(id_, found[0].code, " ".join(f.sentence for f in found))


async def _submit(context: Context, documents: Sequence[Document]) -> None:
    context.journal.note(_intended(context, document) for document in documents)
    # From here on nothing can be edited. What was edited since it was sent is not submitted.
    edited = {document.id for document in documents if context.unsent(document.id)}
    context.note(edited, Event.RETURNED, reason="EDITED_MEANWHILE", message=EDITED)
    documents = [document for document in documents if document.id not in edited]
    if not documents:
        return
    items = [
        Item(document.upload_id or "", document.event_id or "", context.terminations.get(document.id))
        for document in documents
    ]
    try:
        revisions, failures = await context.client.create_document_revisions(context.scope, items)
    except ServiceError as error:
        if isinstance(error, InvalidError) or error.reason == "UPLOAD_NOT_FOUND":  # B47: 422, or 404
            await _refused(context, documents, error)
        elif isinstance(error, NOTHING_DONE) or error.status in NOT_OFFERED:
            context.note([document.id for document in documents], Event.RETURNED)
            raise
        else:  # no response, or one that does not show the result
            await context.client.clock.sleep(WAIT)  # behind a gateway it may still be in progress
            await resolve_unanswered_submits(context, documents)
    else:
        for document in documents:
            if document.upload_id in failures:
                context.note([document.id], Event.RETURNED, reason=failures[document.upload_id])
        became = [document for document in documents if document.upload_id not in failures]
        await resolve_left_out(context, await accept(context, became, revisions))


def _intended(context: Context, document: Document) -> Step:
    """Return the step before a submit; the history shows if it is to end a workflow."""
    ends = document.id in context.terminations
    return Step(document.id, Event.INTENDED, {"reason": "TERMINATES_WORKFLOW"} if ends else None)


async def _refused(context: Context, documents: Sequence[Document], error: ServiceError) -> None:
    """One bad item stops 99 good ones (B44): put those that the error names on hold, submit the others."""
    uploads = {document.upload_id for document in documents}
    named: dict[str | None, list[Detail]] = {}
    for detail in error.details:
        if detail.source in uploads:
            named.setdefault(detail.source, []).append(detail)
    if not named and reason_of(error) == STALE:
        context.note([document.id for document in documents], Event.RETURNED, reason=STALE)
        return
    if not named and len(documents) == 1:
        named = {documents[0].upload_id: [*error.details, Detail(reason_of(error), str(error))][:1]}
    if not named:
        context.note([document.id for document in documents], Event.RETURNED)
        for half in halves(documents):
            await _submit(context, half)
        return
    missing = []
    others = [document for document in documents if document.upload_id not in named]
    context.note([document.id for document in others], Event.RETURNED)
    for document in documents:
        details = named.get(document.upload_id, [])
        if details and all(detail.reason == STALE for detail in details):
            # B45: it is fetched again and submitted with the next attempt
            context.note([document.id], Event.RETURNED, reason=STALE)
        elif any(detail.reason == "UPLOAD_NOT_FOUND" for detail in details):
            missing.append(document)  # B47: deleted, or consumed by a submit without a response
        elif details:
            messages = dict.fromkeys(submit_error_message(detail) for detail in details)
            context.hold(document.id, details[0].reason, " ".join(messages))
    await resolve_unanswered_submits(context, missing, is_answered=True)
    await _submit(context, others)


def submit_error_message(detail: Detail) -> str:
    """Return why the service refused to submit a document, which workflow is in the way, and what to do (B44, B48)."""
    message = detail.message.rstrip(".")
    if detail.reason in WORKFLOW and detail.revisions:
        where = f" in container {detail.container_id}" if detail.container_id else ""
        message += f": {', '.join(detail.revisions)}{where}"
    return f"{message}. {ADVICE.get(detail.reason, 'Fix it and submit again.')}"
