"""Watching: machine learning and filename scraping, cell by cell, until they end or time is up (B34-B38)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...api.protocol.requests import BATCH
from ...errors import NotFoundError
from ...model import Document, Upload
from ...rules.checks.base import PDF
from ..journal.states import Event, State
from .context import Context
from .upload import GONE

FIRST, EVERY, LIMIT = 5.0, 5.0, 180.0  # B35, in seconds
SOON = 1.5  # for files that machine learning does not read: only their names are


async def watch(
    context: Context, ids: Iterable[int], *, first: float = FIRST, every: float = EVERY, limit: float = LIMIT
) -> None:
    """Bring documents from completed to settled, looking every `every` seconds."""
    wanted = list(ids)
    clock = context.client.clock
    begun = clock.now()
    waiting = context.documents(wanted, State.COMPLETED)
    total = len(context.documents(wanted, State.COMPLETED, State.SETTLED))
    context.begin("watching", documents_total=total, documents_done=total - len(waiting))
    if waiting:
        await clock.sleep(
            first if any(document.mime_type == PDF for document in waiting) else min(first, SOON)
        )
    while waiting:
        over = clock.now() - begun >= limit
        context.begin(
            "watching", least=every
        )  # how fast the looks are; for how long learning takes nobody knows
        await _look(context, waiting, over=over, done=total - len(waiting))
        waiting = context.documents(wanted, State.COMPLETED)
        if waiting:
            await clock.sleep(every)


async def _look(context: Context, waiting: Sequence[Document], *, over: bool, done: int) -> None:
    left = len(waiting)
    context.expect(left / BATCH)
    async for chunk, seen in context.looks(waiting):
        left -= len(chunk)
        context.expect(left / BATCH)
        for document in chunk:
            try:
                upload = seen.get(document.upload_id or "") or await context.look_again(document)
            except NotFoundError:
                context.note([document.id], Event.VANISH, reason="UPLOAD_NOT_FOUND", message=GONE)
            else:
                _note(context, document, upload, over=over)
        done += len(chunk) - len(context.documents([document.id for document in chunk], State.COMPLETED))
        context.tell(documents_done=done)


def _note(context: Context, document: Document, upload: Upload | None, *, over: bool) -> None:
    """Write down what was seen of an upload; None: it could not be read, and its document is held."""
    if upload is None:
        return
    if upload.is_settled:
        context.see(document, upload, Event.SETTLED)
    elif not over:
        context.see(document, upload)
    elif upload.is_reading_known:
        context.see(document, upload, Event.SETTLED, reason="ML_TIMEOUT", message=LATE)
    else:  # B72: a missing status is not a finished one, and cannot be waited for without an end
        context.see(document, upload, Event.SETTLED, reason="ML_UNKNOWN", message=NOT_REPORTED)


LATE = "Machine learning did not end in time; fill in by hand what is missing."
NOT_REPORTED = "The service does not report whether machine learning has ended. Check the values and fill in what is missing."
