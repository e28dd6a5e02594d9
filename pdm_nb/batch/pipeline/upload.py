"""Uploading: upload records, files to storage, and the update that links and completes them.

The order is the contract's: records are created by the hundred (B23), files go to storage with two calls each
(B53-B57), one update a hundred links file and metadata and completes the upload (B25-B32). A failure is one
document's; only what concerns all (no network, no permission) ends the run. Each step is in the journal before
the next begins, so the same call goes on wherever it was stopped. How one file gets to storage is `sending.py`'s.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...api.permissions import is_not_connected
from ...errors import AccessError, InvalidError, NotFoundError, ServerError, ServiceError
from ...model import Cell, Document
from ..journal.journal import Step
from ..journal.states import Event, State
from ..transfer.send_file import Sender
from ..transfer.send_parts import TRIES
from .context import Context, batches, gather_first_error, halves, is_outage, reason_of
from .workflows import hold_refused, note_taken, why_refused, without_kept_status

CALLS, SHARE = 2, 0.03  # for a file (B57); a document's part of those that are made for a hundred (B23, B27)


async def upload(context: Context, ids: Iterable[int]) -> None:
    """Bring documents from planned to completed."""
    await UploadPipeline(context, list(ids)).run()


class UploadPipeline:
    """One run of uploading."""

    def __init__(self, context: Context, ids: list[int]) -> None:
        self.on, self.ids = context, ids
        self.sender = Sender(context, ids)
        self._unverified: Counter[int] = Counter()  # files that storage did not confirm (B25)
        self._resend: list[int] = []  # those of them that are to be sent once more
        self._done: set[int] = set()  # documents that this run has nothing more to do with
        self._created: asyncio.Queue[int | None] = asyncio.Queue(maxsize=400)
        self._stored: asyncio.Queue[int | None] = asyncio.Queue()
        self._sent = len(context.documents(ids, State.TRANSFERRED))  # files that are stored, or set aside
        context.begin("uploading", documents_total=len(ids))
        self._expect()

    async def run(self) -> None:
        await gather_first_error(self._create_all(), self._transfer_all(), self._link_all())

    # -- upload records
    async def _create_all(self) -> None:
        for document in self.on.documents(self.ids, State.TRANSFERRED):
            self._stored.put_nowait(document.id)
        for document in self.on.documents(self.ids, State.CREATED, State.TRANSFERRING):
            await self._created.put(document.id)
        for chunk in batches(self.on.documents(self.ids, State.PLANNED)):
            await self._create(chunk)
        await self._created.put(None)

    async def _create(self, chunk: Sequence[Document]) -> None:
        files = [(document.name, document.mime_type) for document in chunk]
        try:
            uploads = await self.on.client.create_document_uploads(self.on.scope, files)
        except AccessError as error:  # B52
            if is_not_connected(error):
                raise
            raise _because(error, NOT_ALLOWED) from None
        except NotFoundError as error:  # B16
            raise _because(error, NO_STANDARD) from None
        except InvalidError as error:  # B23: all or nothing, so one bad item stops the others
            if len(chunk) > 1:
                for half in halves(chunk):
                    await self._create(half)
            else:
                self.on.hold(chunk[0].id, reason_of(error), str(error))
                self._count(chunk[0].id)
            return
        steps = zip(chunk, uploads, strict=True)
        self.on.journal.note([Step(doc.id, Event.RECORDED, {"upload_id": upload}) for doc, upload in steps])
        for document in chunk:
            await self._created.put(document.id)

    # -- bytes
    async def _transfer_all(self) -> None:
        await gather_first_error(*(self._worker() for _ in range(self.on.parallel)))
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

    # -- linking
    async def _link_all(self) -> None:
        """Link and complete by the hundred; the last ones when nothing more comes."""
        waiting: list[int] = []
        while (id_ := await self._stored.get()) is not None:
            waiting.append(id_)
            if len(waiting) == 100:
                await self._link(waiting)
                waiting = []
        for chunk in batches(waiting):
            await self._link(chunk)
        while self._resend:  # each at most TRIES times
            again, self._resend = self._resend, []
            stored = [id_ for id_ in again if await self.sender.send(id_)]
            self._count(*set(again) - set(stored))
            for chunk in batches(stored):
                await self._link(chunk)

    async def _link(self, ids: Sequence[int]) -> None:
        documents = hold_refused(self.on, [self.on.journal.documents[id_] for id_ in ids], "upload")
        self._count(*set(ids).difference(document.id for document in documents))
        if not documents:
            return
        cells = {document.id: self.on.to_send(document.id) for document in documents}
        try:
            await self._complete(documents, cells)
        except (InvalidError, ServerError) as error:
            if is_outage(error):
                raise
            await self._refused([document.id for document in documents], error)

    async def _complete(
        self, documents: Sequence[Document], cells: Mapping[int, Sequence[tuple[str, Cell]]]
    ) -> None:
        """Link files and metadata by one update, and complete the uploads. Raises where it is refused."""
        updates = [
            {
                "id": document.upload_id,
                "file_upload_id": document.file_upload_id,
                "upload_status": "COMPLETED",  # B32
                "fields": wire_fields(without_kept_status(self.on, document.id, cells[document.id])),
            }
            for document in documents
        ]
        linked, failed = await self.on.client.update_document_uploads(self.on.scope, updates)
        note_taken(self.on, cells.items())
        done = [document for document in documents if document.upload_id in linked]
        self.on.journal.mark_sent(
            (document.id, field, cell)
            for document in done
            for field, cell in cells[document.id]
            if cell.values is not None
        )
        self.on.note([document.id for document in done], Event.LINKED, ml="in_progress")  # B32
        self._count(*(document.id for document in done))
        for document in documents:
            if document.upload_id not in linked:
                await self._unlinked(document, failed)

    async def _refused(self, ids: Sequence[int], error: ServiceError) -> None:
        """A refused update applied nothing (B27): part it until the culprit stands alone."""
        if len(ids) > 1:
            for half in halves(ids):
                await self._link(half)
        elif isinstance(error, InvalidError) and await self._linked_without_name(ids[0]):
            pass
        elif isinstance(error, InvalidError):
            document = self.on.journal.documents[ids[0]]
            cells = self.on.to_send(document.id)
            self.on.hold(
                document.id, reason_of(error), await why_refused(self.on, document, cells, error, "upload")
            )
            self._count(ids[0])
        else:  # B28: the file is another upload's, or cannot be verified: send it anew, another time
            self.sender.rewind(ids[0])
            self.on.hold(ids[0], reason_of(error), f"{error}. Upload again to send the file once more.")
            self._count(ids[0])

    async def _linked_without_name(self, id_: int) -> bool:
        """Return True if a document that was refused is taken without the name that the template filled in.

        Then the service puts names together itself, which the upload shows (B33); else the name is held at the submit.
        """
        document, cells = self.on.journal.documents[id_], self.on.to_send(id_)
        if not self.on.names.filled(id_, cells):
            return False
        try:
            await self._complete([document], {id_: [one for one in cells if one[0] != self.on.names.field]})
        except (InvalidError, ServerError):
            return False
        for upload in (await self.on.selected([document])).values():
            self.on.names.see(upload)
        return True

    async def _unlinked(self, document: Document, failed: dict[str, str]) -> None:
        if document.upload_id in failed:  # B25: the file could not be verified in storage
            self.sender.rewind(document.id)
            self._unverified[document.id] += 1
            if self._unverified[document.id] < TRIES:
                self._resend.append(document.id)
                return
            told = failed[document.upload_id] or "the file could not be verified in storage"
            self.sender.fail(document.id, "FILE_NOT_VERIFIED", f"{told}. Check the file")
        else:
            await self._left_out(document)
        self._count(document.id)

    async def _left_out(self, document: Document) -> None:
        """What became of an upload that the responses to two updates left out (B26)."""
        try:
            upload = await self.on.look_again(document)
        except NotFoundError:
            self.on.note([document.id], Event.VANISH, reason="UPLOAD_NOT_FOUND", message=GONE)
            return
        if upload is not None and upload.status == "COMPLETED":  # its cells are sent again before the submit
            self.on.note([document.id], Event.LINKED, ml="in_progress")
        elif upload is not None:
            self.on.hold(document.id, IGNORED, f"{NOT_UPDATED} Upload again.")

    def _count(self, *ids: int) -> None:
        """Documents with which this run is done, one way or the other."""
        self._done.update(ids)
        self._expect()
        self.on.tell(documents_done=len(self._done))

    def _expect(self) -> None:
        self.on.expect(CALLS * (len(self.ids) - self._sent) + SHARE * (len(self.ids) - len(self._done)))


IGNORED = "UPDATE_IGNORED"  # reason: two updates were accepted, and neither was carried out for this upload
NOT_UPDATED = "The service accepted the update and did not carry it out for this document."
GONE = (
    "The upload was deleted, or is no longer visible to this account. Retry the document to upload it again."
)


NOT_ALLOWED = (
    "This account may not upload here: ask a project administrator for Document Management access and a permission "
    "group with Upload New Files"
)
NO_STANDARD = (
    "The service cannot find the project, or the naming standard that its upload requirements name: ask a project "
    "administrator to check the naming standard"
)


def _because(error: ServiceError, message: str) -> ServiceError:
    """The same error in words that say what to do."""
    told = type(error)(message, status=error.status, reason=error.reason, request_id=error.request_id)
    told.details = error.details
    return told


def wire_fields(cells: Iterable[tuple[str, Cell]]) -> list[dict[str, Any]]:
    """`fields` of an update: always arrays of strings (B29); what could not be resolved is not sent."""
    return [{"id": field, "values": list(cell.values)} for field, cell in cells if cell.values is not None]
