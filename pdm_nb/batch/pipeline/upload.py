"""Uploads documents: creates uploads, sends the files to storage, links both and completes the uploads.

How this works: uploads are created 100 at a time (B23), files go to storage with two calls each (B53-B57), and one
update for 100 documents links file and metadata and completes the uploads (B25-B32). The three steps run concurrently:

    _create_all ──► queue of created ids ──► _transfer_all ──► queue of stored ids ──► _link_all

An error concerns one document; only what concerns all (no network, no permission) ends the run. Each step is in the
journal before the next one, so the same call continues after an interruption. `transfer/send_file.py` sends one file.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...api.permissions import is_not_connected
from ...errors import AccessError, InvalidError, NotFoundError, ServerError, ServiceError
from ...model import Cell, Document
from ..execution.chunks import batches, halves
from ..execution.context import Context
from ..execution.service_errors import is_outage, reason_of
from ..execution.tasks import gather_first_error
from ..journal.journal import Step
from ..journal.states import Event, State
from ..transfer.send_file import TRIES, Sender
from .fetch_uploads import fetch_missing, fetch_uploads
from .workflows import hold_refused, note_accepted, why_refused, without_same_status

CALLS, SHARE = 2, 0.03  # for a file (B57); for a document, of the calls that are made for 100 (B23, B27)


async def upload(context: Context, ids: Iterable[int]) -> None:
    """Take documents from planned to completed."""
    await UploadPipeline(context, list(ids)).run()


class UploadPipeline:
    """The upload of one run."""

    def __init__(self, context: Context, ids: list[int]) -> None:
        self.context, self.ids = context, ids
        self.sender = Sender(context, ids)
        self._unverified: Counter[int] = Counter()  # files that the service could not verify in storage (B25)
        self._resend: list[int] = []  # those of them that are sent again
        self._done: set[int] = set()  # documents that this run has finished
        self._created: asyncio.Queue[int | None] = asyncio.Queue(maxsize=400)
        self._stored: asyncio.Queue[int | None] = asyncio.Queue()
        self._sent = len(
            context.documents(ids, State.TRANSFERRED)
        )  # files that are stored, or were put on hold
        context.begin("uploading", documents_total=len(ids))
        self._expect()

    async def run(self) -> None:
        await gather_first_error(self._create_all(), self._transfer_all(), self._link_all())

    # -- create uploads
    async def _create_all(self) -> None:
        for document in self.context.documents(self.ids, State.TRANSFERRED):
            self._stored.put_nowait(document.id)
        for document in self.context.documents(self.ids, State.CREATED, State.TRANSFERRING):
            await self._created.put(document.id)
        for chunk in batches(self.context.documents(self.ids, State.PLANNED)):
            await self._create(chunk)
        await self._created.put(None)

    async def _create(self, chunk: Sequence[Document]) -> None:
        files = [(document.name, document.mime_type) for document in chunk]
        try:
            uploads = await self.context.client.create_document_uploads(self.context.scope, files)
        except AccessError as error:  # B52
            if is_not_connected(error):
                raise
            raise _with_message(error, NOT_ALLOWED) from None
        except NotFoundError as error:  # B16
            raise _with_message(error, NO_STANDARD) from None
        except InvalidError as error:  # B23: all or none, so one bad item stops the others
            if len(chunk) > 1:
                for half in halves(chunk):
                    await self._create(half)
            else:
                self.context.hold(chunk[0].id, reason_of(error), str(error))
                self._count(chunk[0].id)
            return
        except (
            ServerError
        ) as error:  # a response that cannot be read: the uploads it created stay invisible (B23)
            if error.status is not None:
                raise
            for document in chunk:
                self.context.hold(document.id, reason_of(error), f"{error}. Upload again later.")
            self._count(*(document.id for document in chunk))
            return
        steps = zip(chunk, uploads, strict=True)
        self.context.journal.note(
            [Step(doc.id, Event.RECORDED, {"upload_id": upload}) for doc, upload in steps]
        )
        for document in chunk:
            await self._created.put(document.id)

    # -- send files
    async def _transfer_all(self) -> None:
        await gather_first_error(*(self._worker() for _ in range(self.context.parallel)))
        await self._stored.put(None)

    async def _worker(self) -> None:
        while (id_ := await self._created.get()) is not None:
            stored = await self.sender.send(id_)
            self._sent += 1
            self._expect()
            if stored:
                await self._stored.put(id_)
            else:
                self._count(id_)
        await self._created.put(None)  # for the next worker

    # -- link files and metadata
    async def _link_all(self) -> None:
        """Link and complete 100 at a time; the rest when no more files come."""
        waiting: list[int] = []
        while (id_ := await self._stored.get()) is not None:
            waiting.append(id_)
            if len(waiting) == 100:
                await self._link(waiting)
                waiting = []
        for chunk in batches(waiting):
            await self._link(chunk)
        while self._resend:  # each at most TRIES times
            resend, self._resend = self._resend, []
            stored = [id_ for id_ in resend if await self.sender.send(id_)]
            self._count(*set(resend) - set(stored))
            for chunk in batches(stored):
                await self._link(chunk)

    async def _link(self, ids: Sequence[int]) -> None:
        documents = hold_refused(self.context, [self.context.journal.documents[id_] for id_ in ids], "upload")
        self._count(*set(ids).difference(document.id for document in documents))
        if not documents:
            return
        cells = {document.id: self.context.unsent(document.id) for document in documents}
        try:
            await self._complete(documents, cells)
        except (InvalidError, ServerError) as error:
            if is_outage(error):
                raise
            await self._refused([document.id for document in documents], error)

    async def _complete(
        self, documents: Sequence[Document], cells: Mapping[int, Sequence[tuple[str, Cell]]]
    ) -> None:
        """Link files and metadata by one update, and complete the uploads. Raises if it is refused."""
        updates = [
            {
                "id": document.upload_id,
                "file_upload_id": document.file_upload_id,
                "upload_status": "COMPLETED",  # B32
                "fields": wire_fields(without_same_status(self.context, document.id, cells[document.id])),
            }
            for document in documents
        ]
        linked, failed = await self.context.client.update_document_uploads(self.context.scope, updates)
        note_accepted(self.context, cells.items())
        done = [document for document in documents if document.upload_id in linked]
        self.context.journal.mark_sent(
            (document.id, field, cell)
            for document in done
            for field, cell in cells[document.id]
            if cell.values is not None
        )
        self.context.note([document.id for document in done], Event.LINKED, ml="in_progress")  # B32
        self._count(*(document.id for document in done))
        for document in documents:
            if document.upload_id not in linked:
                await self._unlinked(document, failed)

    async def _refused(self, ids: Sequence[int], error: ServiceError) -> None:
        """Halve a refused update, which applied nothing (B27), until the refused document is found."""
        if len(ids) > 1:
            for half in halves(ids):
                await self._link(half)
        elif isinstance(error, InvalidError) and await self._linked_without_name(ids[0]):
            pass
        elif isinstance(error, InvalidError):
            document = self.context.journal.documents[ids[0]]
            cells = self.context.unsent(document.id)
            self.context.hold(
                document.id,
                reason_of(error),
                await why_refused(self.context, document, cells, error, "upload"),
            )
            self._count(ids[0])
        else:  # B28: the file belongs to another upload, or cannot be verified: it is sent again by the next run
            self.sender.rewind(ids[0])
            self.context.hold(ids[0], reason_of(error), f"{error}. Upload again to send the file once more.")
            self._count(ids[0])

    async def _linked_without_name(self, id_: int) -> bool:
        """Return True if a refused document is accepted without the name that the template filled in.

        Then the service computes names itself, which the upload shows (B33).
        """
        document, cells = self.context.journal.documents[id_], self.context.unsent(id_)
        if not self.context.names.is_from_template(id_, cells):
            return False
        try:
            await self._complete(
                [document], {id_: [one for one in cells if one[0] != self.context.names.field]}
            )
        except (InvalidError, ServerError):
            return False
        for upload in (await fetch_uploads(self.context, [document])).values():
            self.context.names.observe(upload)
        return True

    async def _unlinked(self, document: Document, failed: dict[str, str]) -> None:
        if document.upload_id in failed:  # B25: the file could not be verified in storage
            self.sender.rewind(document.id)
            self._unverified[document.id] += 1
            if self._unverified[document.id] < TRIES:
                self._resend.append(document.id)
                return
            error = failed[document.upload_id] or "The file could not be verified in storage"
            self.sender.fail(document.id, "FILE_NOT_VERIFIED", error, "Check the file")
        else:
            await self._left_out(document)
        self._count(document.id)

    async def _left_out(self, document: Document) -> None:
        """Fetch an upload that the responses to two updates left out (B26)."""
        try:
            upload = await fetch_missing(self.context, document)
        except NotFoundError:
            self.context.note([document.id], Event.VANISH, reason="UPLOAD_NOT_FOUND", message=DELETED)
            return
        if upload is not None and upload.status == "COMPLETED":  # its cells are sent again before the submit
            self.context.note([document.id], Event.LINKED, ml="in_progress")
        elif upload is not None:
            self.context.hold(document.id, IGNORED, f"{NOT_UPDATED} Upload again.")

    def _count(self, *ids: int) -> None:
        """Count documents that this run has finished, whatever the result."""
        self._done.update(ids)
        self._expect()
        self.context.report(documents_done=len(self._done))

    def _expect(self) -> None:
        self.context.expect(CALLS * (len(self.ids) - self._sent) + SHARE * (len(self.ids) - len(self._done)))


IGNORED = "UPDATE_IGNORED"  # reason: two updates were accepted, but not carried out for this upload
NOT_UPDATED = "The service accepted the update and did not carry it out for this document."
DELETED = (
    "The upload was deleted, or is no longer visible to this account. Retry the document to upload it again."
)


NOT_ALLOWED = (
    "This account may not upload to this project. Ask a project administrator for Document Management access and a "
    "permission group with Upload New Files"
)
NO_STANDARD = (
    "The service cannot find the project, or the naming standard of its upload requirements. Ask a project "
    "administrator to check the naming standard"
)


def _with_message(error: ServiceError, message: str) -> ServiceError:
    """Return the same error with a message that says what to do."""
    new = type(error)(message, status=error.status, reason=error.reason, request_id=error.request_id)
    new.details = error.details
    return new


def wire_fields(cells: Iterable[tuple[str, Cell]]) -> list[dict[str, Any]]:
    """Return `fields` of an update: always arrays of strings (B29). Unresolved values are not sent."""
    return [{"id": field, "values": list(cell.values)} for field, cell in cells if cell.values is not None]
