"""Statuses that the service refuses because a workflow controls them: which update was refused, and why (B52, B74)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...errors import InvalidError, ServerError, ServiceError
from ...model import Cell, Document
from ...rules.values.text import quoted
from ..execution.context import Context
from ..journal.cells import UNSET
from ..remote.workflow_fields import workflow_of

Cells = Sequence[tuple[str, Cell]]


def without_same_status(context: Context, document: int, cells: Cells) -> list[tuple[str, Cell]]:
    """Return the cells that an update needs: without a status that the service has anyway, since it may refuse any."""
    current = (context.journal.service_cell(document, context.status) or UNSET).values
    return [(field, cell) for field, cell in cells if field != context.status or cell.values != current]


async def why_refused(
    context: Context, document: Document, cells: Cells, error: ServiceError, then: str
) -> str:
    """Return why an update was refused and what to do; a status that the service refuses is named."""
    status = _status_of(context, document, cells)
    if status is None or not await _is_status(context, document, cells, error):
        return f"{error}. Fix the cell and {then} again."
    context.statuses.refused += 1
    return _refusal(context, document, status, then)


def _refusal(context: Context, document: Document, status: Cell, then: str) -> str:
    current = context.journal.service_cell(document.id, context.status)
    workflow = workflow_of(context.journal, document.id) or "A workflow may control it"
    advice = (
        f"Set the cell to {quoted(current.text)}, which the service has,"
        if current and current.text
        else "Clear the cell"
    )
    return f"The service refused the status {quoted(status.text)}. {workflow}. {advice} and {then} again."


def note_accepted(context: Context, cells: Iterable[tuple[int, Cells]]) -> None:
    """Note that an update with these cells was accepted."""
    documents = context.journal.documents
    context.statuses.has_accepted |= any(_status_of(context, documents[id_], of) for id_, of in cells)


def hold_refused(context: Context, documents: Sequence[Document], then: str) -> list[Document]:
    """Hold documents whose status the service will refuse as it did before; returns the others."""
    others = []
    for document in documents if context.statuses.are_refused else ():
        status = _status_of(context, document, context.unsent(document.id))
        if status is None:
            others.append(document)
        else:
            context.hold(document.id, "INVALID_PROPERTY", _refusal(context, document, status, then))
    return others if context.statuses.are_refused else list(documents)


def _status_of(context: Context, document: Document, cells: Cells) -> Cell | None:
    """Return the status that an update with these cells sends."""
    status = dict(without_same_status(context, document.id, cells)).get(context.status)
    return status if status is not None and status.values is not None else None


async def _is_status(context: Context, document: Document, cells: Cells, error: ServiceError) -> bool:
    """Return True if the other cells of a refused update are accepted; sending them is safe to repeat (B27)."""
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
