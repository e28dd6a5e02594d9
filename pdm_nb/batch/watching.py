"""Watching: machine learning and filename scraping, cell by cell, until they end or time is up (B34-B38)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model import Document
from ..protocol.requests import BATCH
from ..rules.subject import PDF
from .context import Context
from .engine import GONE
from .state import Event, State

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
            upload = seen.get(document.upload_id or "")
            if upload is None:
                if await context.is_gone(document.upload_id or ""):
                    context.note([document.id], Event.VANISH, reason="UPLOAD_NOT_FOUND", message=GONE)
                elif over:
                    context.note([document.id], Event.SETTLED, reason="ML_TIMEOUT", message=LATE)
            elif upload.is_settled:
                context.see(document, upload, Event.SETTLED)
            elif over:
                context.see(document, upload, Event.SETTLED, reason="ML_TIMEOUT", message=LATE)
            else:
                context.see(document, upload)
        done += len(chunk) - len(context.documents([document.id for document in chunk], State.COMPLETED))
        context.tell(documents_done=done)


LATE = "Machine learning did not end in time; fill in by hand what is missing."
