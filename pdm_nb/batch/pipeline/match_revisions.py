"""Finds out which upload became which revision: the response to a submit does not show it (B46)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from ...errors import ServiceError
from ...model import Availability, Document, Revision
from ..execution.chunks import batches
from ..execution.context import Context
from ..journal.journal import Step
from ..journal.states import Event

BY_ORDER = (
    "It is a revision. Its id was taken from the order of the response, which could not be confirmed. Submit again to "
    "confirm it."
)
NO_ID = "It is a revision, but its id is not known. Look for it in Procore by its name."
ORDERED = {"reason": "REVISION_BY_ORDER", "message": BY_ORDER}
UNLISTED = ORDERED | {
    "message": f"It is a revision. {Availability.NOT_LISTED.note} Its id was taken from the order of the response."
}
UNMATCHED = {"reason": "REVISION_UNPAIRED", "message": NO_ID}
Identity = tuple[str, str, str]  # name, file name, format (B40, B73)


async def accept(context: Context, documents: Sequence[Document], revisions: Sequence[str]) -> list[Document]:
    """Record that documents became `revisions`. Returns those for which this is not clear, if there were fewer.

    What is known is written before the next call, so that a run that ends here leaves nothing unclear.
    """
    if not documents:
        return []
    if len(revisions) < len(documents):  # some are neither in `ids` nor in `failures`
        found = _match(context, documents, await _fetch(context, revisions) or [])
        context.journal.note(Step(id_, Event.ACCEPTED, facts_of(row)) for id_, row in found.items())
        return [document for document in documents if document.id not in found]
    ordered = revisions if len(revisions) == len(documents) else [None] * len(documents)
    steps = []
    for document, revision in zip(documents, ordered, strict=True):
        steps.append(Step(document.id, Event.ACCEPTED, {"revision_id": revision}))
        steps.append(Step(document.id, None, ORDERED if revision else UNMATCHED))
    context.journal.note(steps)
    await _confirm(context, [context.journal.documents[document.id] for document in documents], revisions)
    return []


async def _confirm(context: Context, documents: Sequence[Document], revisions: Sequence[str]) -> None:
    """Find out which revision belongs to which document; if they cannot be fetched, the journal stays as it is."""
    if not documents or (rows := await _fetch(context, revisions)) is None:
        return
    by_upload = {row.upload_id: row for row in rows if row.upload_id}
    by_id = {row.id: row for row in rows}
    steps = []
    for document in documents:
        row = by_upload.get(document.upload_id or "")
        in_order = by_id.get(document.revision_id or "")
        if row is None and in_order is not None and _may_match(context, document, in_order):
            row = in_order  # without upload ids, the name or the file confirms the order
        if row is not None:
            steps.append(Step(document.id, None, facts_of(row)))
        elif in_order is not None:  # it belongs to another document
            steps.append(Step(document.id, None, {"revision_id": None, **UNMATCHED}))
        elif document.revision_id:
            steps.append(Step(document.id, None, UNLISTED))
    context.journal.note(steps)


async def confirm_remaining(context: Context) -> None:
    """Confirm the revisions that an earlier run could not fetch."""
    for chunk in batches([d for d in context.journal.documents.values() if d.reason == ORDERED["reason"]]):
        await _confirm(context, chunk, [document.revision_id or "" for document in chunk])


async def _fetch(context: Context, revisions: Sequence[str]) -> list[Revision] | None:
    with suppress(ServiceError):  # they are revisions also if they cannot be fetched
        return await context.client.list_selected_revisions(context.scope, revisions)
    return None


def _match(context: Context, documents: Sequence[Document], rows: Sequence[Revision]) -> dict[int, Revision]:
    """Return the revisions that are certain, by document: by upload id, else by name, file name and format (B46).

    Without an upload id only what is unique on both sides counts: two documents may have one name and one file name.
    """
    by_upload = {row.upload_id: row for row in rows if row.upload_id}
    found = {d.id: by_upload[d.upload_id] for d in documents if d.upload_id in by_upload}
    fields = {value.name: value.field_id for row in rows for value in row.fields}
    unmatched: dict[Identity, list[Document]] = {}
    others: dict[Identity, list[Revision]] = {}
    for document in documents:
        if document.id not in found:
            unmatched.setdefault(_identity(context, document, fields), []).append(document)
    for row in rows:
        if row.upload_id is None:
            others.setdefault(
                (row.text("name"), row.text("original_filename"), row.text("format")), []
            ).append(row)
    for identity, same in unmatched.items():
        if all(identity[:2]) and len(same) == len(others.get(identity, ())) == 1:
            found[same[0].id] = others[identity][0]
    return found


def _identity(context: Context, document: Document, fields: Mapping[str, str]) -> Identity:
    """Return the name, file name and format of an upload as the service last showed them, "" if it did not."""

    def shown(name: str) -> str:
        cell = context.journal.service_cell(document.id, fields.get(name, ""))
        return cell.text if cell else ""

    return shown("name"), shown("original_filename") or document.name, shown("format")


def _may_match(context: Context, document: Document, row: Revision) -> bool:
    """Return False if the revision names an upload, or has another name or, without a name, another file."""
    if row.upload_id is not None:
        return False
    name = next((value for value in row.fields if value.name == "name"), None)
    known = context.journal.service_cell(document.id, name.field_id) if name else None
    if name is not None and known is not None:
        return known.text == name.text
    return row.text("original_filename") in ("", document.name)


def facts_of(row: Revision) -> dict[str, Any]:
    """Return what is recorded of a revision: one that is not visible is a revision all the same (B51, B69)."""
    note = row.availability.note
    remark = (
        {"reason": f"REVISION_{row.availability.name}", "message": note}
        if note
        else {"reason": "", "message": ""}
    )
    return {
        "revision_id": row.id,
        "container_id": row.container_id or None,
        "version": row.text("version") or None,
        **remark,
    }
