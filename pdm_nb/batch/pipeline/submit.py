"""Submitting: settled uploads become revisions, by the hundred, and never twice (B43-B48, B66).

Versions of one document go one after the other, oldest first, one in a call: nothing says that the order within a call
decides (B41). A version waits until all earlier ones are revisions; if one of them does not become one, it is on hold.

What is about to be submitted is in the journal before the call goes out. Where no clear answer comes, the
service is asked what became of each upload; what nobody can say is *unconfirmed*, and is not sent again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from ...api.permissions import note_refusal
from ...api.protocol.requests import Item
from ...errors import (
    AccessError,
    Detail,
    InvalidError,
    NotFoundError,
    ServerError,
    ServiceError,
    SignInError,
    ThrottledError,
    TokenError,
)
from ...model import Cell, Document, Finding, Revision
from ...rules.checks.versions import WaitsForEarlier
from ...rules.values.text import quoted
from ..journal.cells import OURS, THEIRS, UNSET
from ..journal.journal import UNANSWERED, Step
from ..journal.states import Event, State
from ..table.existing_documents import REVISIONS
from .context import NOT_OFFERED, Context, batches, halves, reason_of
from .match_revisions import accept, confirm_left, facts_of
from .submit_errors import submit_error_message
from .upload import GONE, IGNORED, NOT_UPDATED, wire_fields
from .workflows import hold_refused, note_taken, why_refused, without_kept_status

ROUNDS = 4  # how often items that failed for a passing reason are submitted again (B45)
CALLS = 3  # for a hundred: a look, the submit, and which became what (B31, B46)
LOOKS, LOOK_EVERY = 6, 5.0  # looks at the list of revisions, which lags behind (B62); seconds between
LOOK_PAGES = 30  # of a hundred revisions each, the newest first: a project may have a million
NOTHING_DONE = (SignInError, TokenError, AccessError, NotFoundError, ThrottledError)
DONE = (State.SUBMITTED, State.HELD, State.GONE)
STALE = "CONCURRENCY_CONFLICT"  # reason: the upload has changed since it was read (B45)
DOUBT = (
    "The submit was interrupted, and the service does not show whether it became a revision. Look in Procore "
    "whether the revision exists, then confirm it."
)
STILL_THERE = "A submit got no answer, and the upload was still there afterwards."
WAIT = "Submit or fix that document first, or remove it."
FILLED = "FILLED_BY_SERVICE"  # reason: what was missing was filled in by the service just before the submit
LEFT_OUT = "The response to a submit left it out, and the upload was still there afterwards."
EDITED = "It was edited while it was being submitted. Submit again."


@dataclass(frozen=True)
class SubmitRules:
    """What a submit asks of the batch's table about a document."""

    blockers: Callable[[int], list[Finding]]  # the findings that stop it
    before: Callable[[int], Document | None]  # a version that has to be a revision before it


async def submit(context: Context, ids: Iterable[int], rules: SubmitRules) -> None:
    """Bring documents from settled to submitted."""
    wanted = list(ids)
    context.begin("submitting", documents_total=len(wanted))
    await confirm_left(context)
    await resolve_unanswered_submits(context, context.documents(wanted, State.SUBMITTING, State.UNCONFIRMED))
    done = len(context.documents(wanted, *DONE))
    tries: Counter[int] = Counter()
    while ready := _ready(context, wanted, rules, tries):
        chunks = list(batches(ready))
        for number, chunk in enumerate(chunks):
            context.expect(CALLS * (len(chunks) - number))
            await _chunk(context, chunk, rules)
            tries.update(document.id for document in chunk)
            done += len(context.documents([document.id for document in chunk], *DONE))
            context.tell(documents_done=done)
    context.expect(0)
    _hold_the_rest(context, wanted, rules)
    context.tell(documents_done=len(context.documents(wanted, *DONE)))


def _ready(
    context: Context, wanted: Iterable[int], rules: SubmitRules, tries: Counter[int]
) -> list[Document]:
    """The settled documents whose earlier versions are all revisions: of one document one at a time."""
    settled = [d for d in context.documents(wanted, State.SETTLED) if tries[d.id] < ROUNDS]
    return [document for document in settled if rules.before(document.id) is None]


def _hold_the_rest(context: Context, wanted: Iterable[int], rules: SubmitRules) -> None:
    """Put on hold what could not be submitted: refused again and again, or behind such a version."""
    for document in context.documents(wanted, State.SETTLED):
        found = rules.blockers(document.id)
        if found:
            hold_for(context, document.id, found)
        elif earlier := rules.before(document.id):
            text = (
                f"{document.name} waits for {earlier.path}, an earlier version, which is not a revision yet"
            )
            context.hold(document.id, WaitsForEarlier.codes[0], f"{text}. {WAIT}")
        else:
            text = document.message or "The service failed to submit it. Submit again."
            context.hold(document.id, document.reason or "UNKNOWN_FAILURE", text)


async def _chunk(context: Context, chunk: Sequence[Document], rules: SubmitRules) -> None:
    journal = context.journal
    stopped = {d.id: journal.cells_of(d.id) for d in chunk if rules.blockers(d.id)}  # as they are shown now
    await send_changes(context, chunk)
    await refresh(context, chunk)
    ready: list[Document] = []
    for document in context.documents([document.id for document in chunk], State.SETTLED):
        found = rules.blockers(document.id)
        if found:
            hold_for(context, document.id, found)
        elif filled := _filled(context, document.id, stopped.get(document.id)):
            context.hold(document.id, FILLED, filled)
        # What was just fetched may have made it a version of another document of this call: then it waits.
        elif rules.before(document.id) is None:
            ready.append(document)
    await _submit(context, ready)


def _filled(context: Context, id_: int, shown: Mapping[str, Cell] | None) -> str:
    """Return what the service filled in since a document that was stopped had the cells `shown`, as a sentence.

    "" if nothing: it was not stopped, or somebody else fixed it. A revision cannot be corrected (B49), so a value that
    nobody saw is not submitted.
    """
    if shown is None:
        return ""
    fields, ours = context.cells.fields, context.journal.layer(OURS, id_)
    told = [
        f"{fields[field].label} with {quoted(cell.text)}"
        for field, cell in context.journal.layer(THEIRS, id_).items()
        if field in fields and fields[field].is_settable
        if cell.text and cell.text != shown.get(field, UNSET).text
        if not ours.get(field, UNSET).text
    ]
    return f"The service filled in {', '.join(told)}. Check it and submit again." if told else ""


def hold_for(context: Context, id_: int, found: Sequence[Finding]) -> None:
    """Put a document on hold for what was found in it."""
    context.hold(id_, found[0].code, "; ".join(f.sentence for f in found))


async def send_changes(context: Context, documents: Sequence[Document]) -> None:
    """Send the analyst's cells that the service has not got yet; safe to repeat (B27)."""
    cells = {document.id: context.to_send(document.id) for document in documents}
    changed = [d for d in documents if any(cell.values is not None for _, cell in cells[d.id])]
    changed = hold_refused(context, changed, "submit")
    if not changed:
        return
    cells = {document.id: cells[document.id] for document in changed}
    sent = {
        document.id: wire_fields(without_kept_status(context, document.id, cells[document.id]))
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
    note_taken(context, cells.items())
    for document in changed:
        if document.upload_id in done:
            context.journal.mark_sent(
                (document.id, f, c) for f, c in cells[document.id] if c.values is not None
            )
        else:
            await _left_out(context, document)


async def _left_out(context: Context, document: Document) -> None:
    """Hold a document that two updates left out, though its upload is there (B26); else the next look reports it."""
    with suppress(NotFoundError):
        if await context.look_again(document) is not None:
            context.hold(document.id, IGNORED, f"{NOT_UPDATED} Submit again.")


async def refresh(context: Context, documents: Sequence[Document]) -> None:
    """Fetch the uploads again: their event ids and values are what a submit goes by (B31, B45)."""
    now = context.documents([document.id for document in documents], State.SETTLED)
    seen = await context.selected(now) if now else {}
    lost = []
    for document in now:
        try:
            upload = seen.get(document.upload_id or "") or await context.look_again(document)
        except NotFoundError:
            lost.append(document)
        else:
            if upload is not None:
                context.see(document, upload)
    await _look_for(context, lost)


async def _submit(context: Context, documents: Sequence[Document]) -> None:
    context.journal.note(_intended(context, document) for document in documents)
    # From here on nothing can be edited. What was edited since it was sent goes another round.
    late = {document.id for document in documents if context.to_send(document.id)}
    context.note(late, Event.RETURNED, reason="EDITED_MEANWHILE", message=EDITED)
    documents = [document for document in documents if document.id not in late]
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
        else:  # no answer, or one that does not say so
            await context.client.clock.sleep(LOOK_EVERY)  # behind a gateway it may still be worked on
            await resolve_unanswered_submits(context, documents)
    else:
        for document in documents:
            if document.upload_id in failures:
                context.note([document.id], Event.RETURNED, reason=failures[document.upload_id])
        became = [document for document in documents if document.upload_id not in failures]
        await _settle_left_out(context, await accept(context, became, revisions))


async def _settle_left_out(context: Context, documents: Sequence[Document]) -> None:
    """Find out what became of uploads that the response to a submit left out (B26).

    One is submitted again only if `show` still returns it (B66).
    """
    lost = []
    for document in documents:
        try:
            upload = await context.look_again(document, doubted=True)
        except NotFoundError:
            lost.append(document)
        else:
            if upload is not None:
                context.see(document, upload, Event.RETURNED, reason=UNANSWERED, message=LEFT_OUT)
    await _look_for(context, lost, doubted=True)


def _intended(context: Context, document: Document) -> Step:
    """The history says of which documents a submit was to end the workflow."""
    ends = document.id in context.terminations
    return Step(document.id, Event.INTENDED, {"reason": "TERMINATES_WORKFLOW"} if ends else None)


async def _refused(context: Context, documents: Sequence[Document], error: ServiceError) -> None:
    """One bad item stops ninety-nine good ones (B44): set those it names aside, send the rest."""
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
    lost = []
    rest = [document for document in documents if document.upload_id not in named]
    context.note([document.id for document in rest], Event.RETURNED)
    for document in documents:
        details = named.get(document.upload_id, [])
        if details and all(detail.reason == STALE for detail in details):
            context.note(
                [document.id], Event.RETURNED, reason=STALE
            )  # B45: it is fetched again for the next round
        elif any(detail.reason == "UPLOAD_NOT_FOUND" for detail in details):
            lost.append(document)  # B47: deleted, or consumed by a submit whose answer never came
        elif details:
            faults = dict.fromkeys(submit_error_message(document.id, detail) for detail in details)
            context.hold(document.id, details[0].reason, "; ".join(faults))
    await resolve_unanswered_submits(context, lost, answered=True)
    await _submit(context, rest)


async def resolve_unanswered_submits(
    context: Context, documents: Sequence[Document], *, answered: bool = False
) -> None:
    """Ask what became of submits (B66): of those without an answer, or that were `answered` with not found.

    Never submits.
    """
    lost: list[Document] = []
    remark = {} if answered else {"reason": UNANSWERED, "message": STILL_THERE}
    async for chunk, seen in context.looks(documents):
        for document in chunk:
            if document.upload_id in seen:  # still an upload, so it was not consumed (B47) by now
                context.see(document, seen[document.upload_id], Event.RETURNED, **remark)
            else:
                lost.append(document)
    await _look_for(context, lost, doubted=not answered)


async def _look_for(context: Context, documents: Sequence[Document], *, doubted: bool = False) -> None:
    """Say what became of uploads that are no longer there: consumed by a submit, or deleted (B47, B50, B66).

    A submit without an answer may come through after we looked, so one that had any is never called gone.
    """
    if not documents:
        return
    unclear = {d.id for d in documents if doubted or context.journal.is_unanswered(d.id)}
    found = await _find_revisions(context, documents, LOOKS if unclear else 1)
    for document in documents:
        if document.upload_id in found:
            context.journal.note([Step(document.id, Event.ACCEPTED, facts_of(found[document.upload_id]))])
        elif document.id not in unclear:
            context.note([document.id], Event.VANISH, reason="UPLOAD_NOT_FOUND", message=GONE)
        elif context.journal.documents[document.id].state != State.UNCONFIRMED:
            context.note([document.id], Event.DOUBTED, reason="UNCONFIRMED", message=DOUBT)


async def _find_revisions(context: Context, documents: Sequence[Document], looks: int) -> dict[str, Revision]:
    """Revisions by upload id, from the newest in the list of revisions where it is offered (B62)."""
    wanted = {document.upload_id for document in documents if document.upload_id}
    found: dict[str, Revision] = {}
    memory = context.client.memory(context.scope)
    if memory.refused(REVISIONS):
        return found
    # Not offered here, or out of order: nothing that a batch could end for.
    try:
        for look in range(looks):
            if look:
                await context.client.clock.sleep(LOOK_EVERY)
            async for rows in context.client.newest_revisions(context.scope, LOOK_PAGES):
                found |= {row.upload_id: row for row in rows if row.upload_id in wanted}
                if len(found) == len(wanted):
                    return found
    except (AccessError, NotFoundError, InvalidError, ServerError) as error:
        note_refusal(memory, REVISIONS, error)
    return found
