"""Which upload became which revision: the answer of a submit does not say, so it is asked for (B46)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from ...errors import ServiceError
from ...model import Availability, Document, Revision
from ..journal.journal import Step
from ..journal.states import Event
from .context import Context, batches

BY_ORDER = (
    "It is a revision. Its id was taken from the order of the response, which could not be confirmed. Submit again to "
    "confirm it."
)
UNPAIRED = "It is a revision, but its id is not known. Look for it in Procore by its name."
ORDERED = {"reason": "REVISION_BY_ORDER", "message": BY_ORDER}
UNLISTED = ORDERED | {
    "message": f"It is a revision. {Availability.NOT_LISTED.note} Its id was taken from the order of the response."
}
NOT_PAIRED = {"reason": "REVISION_UNPAIRED", "message": UNPAIRED}
Identity = tuple[str, str, str]  # name, file name, format (B40, B73)


async def accept(context: Context, documents: Sequence[Document], revisions: Sequence[str]) -> list[Document]:
    """Write down that they became `revisions`. Answers those of which this is not clear: there were fewer of them.

    What is known is written before anything more is asked: a run that ends here must not leave doubts behind.
    """
    if not documents:
        return []
    if len(revisions) < len(documents):  # some are neither in `ids` nor in `failures`
        found = _matched(context, documents, await _shown(context, revisions) or [])
        context.journal.note(Step(id_, Event.ACCEPTED, facts_of(row)) for id_, row in found.items())
        return [document for document in documents if document.id not in found]
    ordered = revisions if len(revisions) == len(documents) else [None] * len(documents)
    steps = []
    for document, revision in zip(documents, ordered, strict=True):
        steps.append(Step(document.id, Event.ACCEPTED, {"revision_id": revision}))
        steps.append(Step(document.id, None, ORDERED if revision else NOT_PAIRED))
    context.journal.note(steps)
    await _confirm(context, [context.journal.documents[document.id] for document in documents], revisions)
    return []


async def _confirm(context: Context, documents: Sequence[Document], revisions: Sequence[str]) -> None:
    """Find out which of these revisions is whose; where they cannot be fetched, what the journal says stays."""
    if not documents or (rows := await _shown(context, revisions)) is None:
        return
    by_upload = {row.upload_id: row for row in rows if row.upload_id}
    by_id = {row.id: row for row in rows}
    steps = []
    for document in documents:
        row = by_upload.get(document.upload_id or "")
        in_order = by_id.get(document.revision_id or "")
        if row is None and in_order is not None and _may_be(context, document, in_order):
            row = in_order  # the older reading: the name, or the file, confirms the order
        if row is not None:
            steps.append(Step(document.id, None, facts_of(row)))
        elif in_order is not None:  # it is another's
            steps.append(Step(document.id, None, {"revision_id": None, **NOT_PAIRED}))
        elif document.revision_id:
            steps.append(Step(document.id, None, UNLISTED))
    context.journal.note(steps)


async def confirm_left(context: Context) -> None:
    """Those whose revisions an earlier run could not fetch any more."""
    for chunk in batches([d for d in context.journal.documents.values() if d.reason == ORDERED["reason"]]):
        await _confirm(context, chunk, [document.revision_id or "" for document in chunk])


async def _shown(context: Context, revisions: Sequence[str]) -> list[Revision] | None:
    with suppress(ServiceError):  # they are revisions all the same
        return await context.client.list_selected_revisions(context.scope, revisions)
    return None


def _matched(
    context: Context, documents: Sequence[Document], rows: Sequence[Revision]
) -> dict[int, Revision]:
    """Return the revisions that are certain, by document: by upload id, else by name, file name and format (B46).

    Without an upload id only what is unique on both sides counts: two documents may have one name and one file name.
    """
    by_upload = {row.upload_id: row for row in rows if row.upload_id}
    found = {d.id: by_upload[d.upload_id] for d in documents if d.upload_id in by_upload}
    fields = {value.name: value.field_id for row in rows for value in row.fields}
    left: dict[Identity, list[Document]] = {}
    others: dict[Identity, list[Revision]] = {}
    for document in documents:
        if document.id not in found:
            left.setdefault(_identity(context, document, fields), []).append(document)
    for row in rows:
        if row.upload_id is None:
            others.setdefault(
                (row.text("name"), row.text("original_filename"), row.text("format")), []
            ).append(row)
    for identity, same in left.items():
        if all(identity[:2]) and len(same) == len(others.get(identity, ())) == 1:
            found[same[0].id] = others[identity][0]
    return found


def _identity(context: Context, document: Document, fields: Mapping[str, str]) -> Identity:
    """Return the name, file name and format of an upload as the service last showed them, "" if it did not."""

    def shown(name: str) -> str:
        cell = context.journal.theirs(document.id, fields.get(name, ""))
        return cell.text if cell else ""

    return shown("name"), shown("original_filename") or document.name, shown("format")


def _may_be(context: Context, document: Document, row: Revision) -> bool:
    """False if the revision names an upload, or has another name than the document, or, without one, another file."""
    if row.upload_id is not None:
        return False
    name = next((value for value in row.fields if value.name == "name"), None)
    known = context.journal.theirs(document.id, name.field_id) if name else None
    if name is not None and known is not None:
        return known.text == name.text
    return row.text("original_filename") in ("", document.name)


def facts_of(row: Revision) -> dict[str, Any]:
    """What is written down of a revision: one that cannot be seen is a revision all the same (B51, B69)."""
    note = row.availability.note
    remark = (
        {"reason": f"REVISION_{row.availability.name}", "message": note}
        if note
        else {"reason": "", "message": ""}
    )
    return {"revision_id": row.id, "version": row.text("version") or None, **remark}
