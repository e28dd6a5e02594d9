"""Waits for machine learning and filename scraping, until they end or the time limit is reached (B34-B38)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...api.protocol.requests import BATCH
from ...document_states import NOT_READ_REASONS
from ...errors import NotFoundError
from ...model import Document, Upload
from ...rules.checks.base import PDF
from ..execution.context import Context
from ..journal.states import Event, State
from .fetch_uploads import fetch_missing, iter_uploads, record_upload
from .upload import DELETED

FIRST, EVERY, LIMIT = 5.0, 5.0, 180.0  # B35, in seconds
FIRST_WITHOUT_ML = 1.5  # for files that machine learning does not read, but only their names


async def watch(
    context: Context, ids: Iterable[int], *, first: float = FIRST, every: float = EVERY, limit: float = LIMIT
) -> None:
    """Take documents from completed to settled; their uploads are fetched every `every` seconds."""
    wanted = list(ids)
    clock = context.client.clock
    started = clock.now()
    waiting = context.documents(wanted, State.COMPLETED)
    total = len(context.documents(wanted, State.COMPLETED, State.SETTLED))
    context.begin("watching", documents_total=total, documents_done=total - len(waiting))
    if waiting:
        await clock.sleep(
            first if any(document.mime_type == PDF for document in waiting) else min(first, FIRST_WITHOUT_ML)
        )
    while waiting:
        is_over = clock.now() - started >= limit
        context.begin("watching", least=every)  # the calls only: how long machine learning takes is unknown
        await _fetch(context, waiting, is_over=is_over, done=total - len(waiting))
        waiting = context.documents(wanted, State.COMPLETED)
        if waiting:
            await clock.sleep(every)


def wait_again(context: Context, ids: Iterable[int]) -> None:
    """Let the next watch wait again for those documents that machine learning did not read in time."""
    ready = context.documents(ids, State.SETTLED)
    context.note((one.id for one in ready if one.reason in NOT_READ_REASONS), Event.WAIT_AGAIN)


async def _fetch(context: Context, waiting: Sequence[Document], *, is_over: bool, done: int) -> None:
    left = len(waiting)
    context.expect(left / BATCH)
    async for chunk, seen in iter_uploads(context, waiting):
        left -= len(chunk)
        context.expect(left / BATCH)
        for document in chunk:
            try:
                upload = seen.get(document.upload_id or "") or await fetch_missing(context, document)
            except NotFoundError:
                context.note([document.id], Event.VANISH, reason="UPLOAD_NOT_FOUND", message=DELETED)
            else:
                _record(context, document, upload, is_over=is_over)
        done += len(chunk) - len(context.documents([document.id for document in chunk], State.COMPLETED))
        context.report(documents_done=done)


def _record(context: Context, document: Document, upload: Upload | None, *, is_over: bool) -> None:
    """Record the state of an upload; None: it could not be read, and its document is on hold."""
    if upload is None:
        return
    if upload.is_settled:
        record_upload(context, document, upload, Event.SETTLED)
    elif not is_over:
        record_upload(context, document, upload)
    elif upload.is_reading_known:
        record_upload(context, document, upload, Event.SETTLED, reason="ML_TIMEOUT", message=LATE)
    else:  # B72: a missing status is not a finished one, and cannot be waited for without an end
        record_upload(context, document, upload, Event.SETTLED, reason="ML_UNKNOWN", message=NOT_REPORTED)


LATE = "Machine learning did not finish in time. Fill in what is missing."
NOT_REPORTED = "The service does not report whether machine learning has ended. Check the values and fill in what is missing."
