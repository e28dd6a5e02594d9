"""Workflows that control the status of an upload: what the service shows of them, and a status that it refuses (B52, B74)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import InvalidError, ServerError, ServiceError
from ...model import Cell, Document, Upload
from ...rules.values.text import quoted
from ..journal.cells import UNSET
from ..journal.journal import Journal

if TYPE_CHECKING:
    from .context import Context

ASSIGNED, ACTIVE = "assigned_workflow", "in_active_workflow"  # B73: names of fields of an upload
YES = ("yes", "true")
ENOUGH = 3  # documents whose status was refused, and none was taken, before no more are sent in a run (B71)
Cells = Sequence[tuple[str, Cell]]


@dataclass
class Statuses:
    """What became of the statuses that were sent in a run."""

    refused: int = 0
    taken: bool = False

    @property
    def are_refused(self) -> bool:
        return self.refused >= ENOUGH and not self.taken


def note_fields(journal: Journal, upload: Upload) -> None:
    """Write down which fields of uploads show a workflow: the project's list of fields may leave them out (B20)."""
    for value in upload.fields:
        if value.name in (ASSIGNED, ACTIVE) and journal.meta.get(_key(value.name)) != value.field_id:
            journal.set_meta(_key(value.name), value.field_id)


def workflow_of(journal: Journal, document: int) -> str:
    """What the service shows of a workflow of an upload, as a sentence; "" if it shows none."""
    assigned = _shown(journal, document, ASSIGNED)
    named = f" {quoted(assigned)}" if assigned else ""
    if _shown(journal, document, ACTIVE).casefold() in YES:
        return (
            f"The upload is in the active workflow{named}" if named else "The upload is in an active workflow"
        )
    return f"The workflow{named} is assigned to the upload" if named else ""


def _shown(journal: Journal, document: int, name: str) -> str:
    field = journal.meta.get(_key(name))
    cell = journal.theirs(document, field) if field else None
    return cell.text if cell else ""


def _key(name: str) -> str:
    return f"field {name}"


def without_kept_status(context: Context, document: int, cells: Cells) -> list[tuple[str, Cell]]:
    """The cells that an update has to hold: a status that the service has anyway is left out, since it may refuse any."""
    has = (context.journal.theirs(document, context.status) or UNSET).values
    return [(field, cell) for field, cell in cells if field != context.status or cell.values != has]


async def why_refused(
    context: Context, document: Document, cells: Cells, error: ServiceError, then: str
) -> str:
    """Why an update was refused and what to do; a status that the service does not take is named."""
    status = _status_of(context, document, cells)
    if status is None or not await _is_status(context, document, cells, error):
        return f"{error}. Fix the cell and {then} again."
    context.statuses.refused += 1
    return _refusal(context, document, status, then)


def _refusal(context: Context, document: Document, status: Cell, then: str) -> str:
    has = context.journal.theirs(document.id, context.status)
    workflow = workflow_of(context.journal, document.id) or "A workflow may control it"
    advice = (
        f"Set the cell to {quoted(has.text)}, which the service has,"
        if has and has.text
        else "Clear the cell"
    )
    return f"The service refused the status {quoted(status.text)}. {workflow}. {advice} and {then} again."


def note_taken(context: Context, cells: Iterable[tuple[int, Cells]]) -> None:
    """An update was taken that held these cells."""
    documents = context.journal.documents
    context.statuses.taken |= any(_status_of(context, documents[id_], of) for id_, of in cells)


def hold_refused(context: Context, documents: Sequence[Document], then: str) -> list[Document]:
    """Hold documents whose status the service will refuse like those before them; returns the others."""
    left = []
    for document in documents if context.statuses.are_refused else ():
        status = _status_of(context, document, context.to_send(document.id))
        if status is None:
            left.append(document)
        else:
            context.hold(document.id, "INVALID_PROPERTY", _refusal(context, document, status, then))
    return left if context.statuses.are_refused else list(documents)


def _status_of(context: Context, document: Document, cells: Cells) -> Cell | None:
    """The status that an update with these cells sends."""
    status = dict(without_kept_status(context, document.id, cells)).get(context.status)
    return status if status is not None and status.values is not None else None


async def _is_status(context: Context, document: Document, cells: Cells, error: ServiceError) -> bool:
    """True if the other cells of a refused update are taken; they are sent with it, which is safe to repeat (B27)."""
    if error.reason != "INVALID_PROPERTY":
        return False
    others = [(field, cell) for field, cell in cells if field != context.status and cell.values is not None]
    if not others:
        return True
    fields = [{"id": field, "values": list(cell.values or ())} for field, cell in others]
    try:
        done, _ = await context.client.update_document_uploads(
            context.scope, [{"id": document.upload_id, "fields": fields}]
        )
    except (InvalidError, ServerError):
        return False
    if document.upload_id in done:
        context.journal.mark_sent((document.id, field, cell) for field, cell in others)
    return True
