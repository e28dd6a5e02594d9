"""Uploading: upload records, bytes to storage, and the update that links and completes them.

The order is the contract's: records are created by the hundred (B23), files go to storage with two calls each
(B53-B57), one update a hundred links file and metadata and completes the upload (B25-B32). A failure is one
document's; only what concerns all (no network, no permission) ends the run. Each step is in the journal before
the next begins, so the same call goes on wherever it was stopped.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Coroutine, Iterable, Sequence
from typing import Any

from ..errors import AccessError, InvalidError, NotFoundError, ServerError, ServiceError
from ..model import Cell, Document, FileUpload, Segment
from . import transfer
from .context import Context, batches, halves, is_outage, reason_of
from .journal import Part, Step
from .state import Event, State

TRIES = 3  # how often a file is sent anew before the document has failed
SCAN_EVERY, SCAN_LIMIT = 3.0, 600.0  # seconds between looks at a file that is not available yet, and in all


async def upload(context: Context, ids: Iterable[int]) -> None:
    """Bring documents from planned to completed."""
    await Upload(context, list(ids)).run()


class Upload:
    """One run of uploading."""

    def __init__(self, context: Context, ids: list[int]) -> None:
        self.on, self.ids = context, ids
        self._tries: Counter[int] = Counter()  # files sent anew
        self._unverified: Counter[int] = Counter()  # files that storage did not confirm (B25)
        self._resend: list[int] = []  # those of them that are to be sent once more
        self._created: asyncio.Queue[int | None] = asyncio.Queue(maxsize=400)
        self._stored: asyncio.Queue[int | None] = asyncio.Queue()
        docs = [context.journal.documents[id_] for id_ in ids]
        self._bytes = sum(document.sent for document in docs)
        context.tell(
            documents_total=len(ids), bytes_total=sum(document.size for document in docs), note="uploading"
        )

    async def run(self) -> None:
        await together(self._create_all(), self._transfer_all(), self._link_all())

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
            raise AccessError(
                "This account may not upload here: ask a project administrator for Document Management access and a "
                "permission group with Upload New Files",
                status=error.status,
                reason=error.reason,
                request_id=error.request_id,
            ) from None
        except InvalidError as error:  # B23: all or nothing, so one bad item stops the others
            if len(chunk) > 1:
                for half in halves(chunk):
                    await self._create(half)
            else:
                self.on.hold(chunk[0].id, reason_of(error), str(error))
                self._count()
            return
        steps = zip(chunk, uploads, strict=True)
        self.on.journal.note([Step(doc.id, Event.RECORDED, {"upload_id": upload}) for doc, upload in steps])
        for document in chunk:
            await self._created.put(document.id)

    # -- bytes
    async def _transfer_all(self) -> None:
        await together(*(self._worker() for _ in range(self.on.parallel)))
        await self._stored.put(None)

    async def _worker(self) -> None:
        while (id_ := await self._created.get()) is not None:
            if await self._transfer(id_):
                await self._stored.put(id_)
        await self._created.put(None)  # for the next worker

    async def _transfer(self, id_: int) -> bool:
        """Store one document's file, trying again where that can help. False where it was set aside."""
        while True:
            try:
                stored = await self._store(id_)
            except (OSError, transfer.FileChanged) as error:
                self._rewind(id_)
                self.on.hold(
                    id_,
                    "FILE_CHANGED" if isinstance(error, transfer.FileChanged) else "FILE_UNREADABLE",
                    _told(error),
                )
                stored = False
            except ServerError as error:
                if is_outage(error):
                    raise
                self.on.hold(id_, reason_of(error), f"{error}. Call upload() again later.")
                stored = False
            except InvalidError as error:
                if self._again(id_):
                    continue
                self._fail(id_, reason_of(error), f"{error}. Check the file")
                stored = False
            if not stored:
                self._count()
            return stored

    def _fail(self, id_: int, reason: str, told: str) -> None:
        self.on.note(
            [id_], Event.FAIL, reason=reason, message=f"{told}, then retry() and upload() begin anew."
        )

    def _again(self, id_: int) -> bool:
        """Rewind for another try; False where there were enough."""
        self._rewind(id_)
        self._tries[id_] += 1
        return self._tries[id_] < TRIES

    def _rewind(self, id_: int) -> None:
        """Forget the file upload, so that the next try announces the file anew."""
        self._progress(id_, 0)
        self.on.journal.set_parts(id_, [])
        # One that was held and released stands at created, and may have a file upload all the same.
        began = self.on.journal.documents[id_].state != State.CREATED
        facts = {"file_upload_id": None, "sent": 0}
        self.on.journal.note([Step(id_, Event.REWOUND if began else None, facts)])

    async def _store(self, id_: int) -> bool:
        """Send what storage has not got yet and complete the file. False where the document was set aside."""
        document = self.on.journal.documents[id_]
        file = None if document.file_upload_id else await self._announce(document)
        try:
            return await self._finish(id_, file or await self._show(document))
        except NotFoundError:  # B60: a day has passed, or it is another's: send it anew
            raise InvalidError(
                f"{document.name}: its file upload has expired", reason="FILE_EXPIRED"
            ) from None

    async def _finish(self, id_: int, file: FileUpload) -> bool:
        if self.on.journal.documents[id_].state == State.CREATED:
            self.on.note([id_], Event.STARTED)
        if file.status in ("ready", "receiving"):
            file = await self._send_parts(id_, file)
        waited = 0.0
        while file.status not in ("available", "failed"):  # B57: scanning, or complete in the older reading
            if waited >= SCAN_LIMIT:
                self.on.hold(
                    id_, "FILE_SCAN_SLOW", "The service still checks the file; call upload() again later."
                )
                return False
            await self.on.client.clock.sleep(SCAN_EVERY)
            waited += SCAN_EVERY
            file = await self.on.client.show_upload(self.on.scope, file.id)
        if file.status == "failed":
            return self._file_failed(id_, file)
        self._progress(id_, self.on.journal.documents[id_].size)
        self.on.note([id_], Event.STORED)
        return True

    def _file_failed(self, id_: int, file: FileUpload) -> bool:
        told = file.error or "the service could not take the file"
        if file.retryable:
            raise InvalidError(f"{self.on.journal.documents[id_].name}: {told}", reason="FILE_FAILED")
        self._fail(id_, "FILE_FAILED", f"{told}. Mend the file")
        return False

    async def _announce(self, document: Document) -> FileUpload:
        """Hash the file and tell the service of it (B53). The journal has the parts before the first goes."""
        fingerprint = transfer.Fingerprint.of(document.path)
        digest = await asyncio.to_thread(transfer.digest, document.path, fingerprint.size)
        file = await self.on.client.create_upload(
            self.on.scope,
            file_name=document.name,
            file_size=fingerprint.size,
            content_type=document.mime_type,
            sha256=digest.sha256,
            segments=digest.segments,
        )
        parts = [Part(number, size, sha) for number, (size, sha) in enumerate(digest.segments)]
        self.on.journal.set_parts(document.id, parts)
        facts = {
            "file_upload_id": file.id,
            "sha256": digest.sha256,
            "size": fingerprint.size,
            "mtime_ns": fingerprint.mtime_ns,
            "inode": fingerprint.inode,
        }
        self.on.journal.note([Step(document.id, None, facts)])
        return file

    async def _show(self, document: Document) -> FileUpload:
        """Where a file that was begun earlier stands, with fresh URLs for what is missing (B59)."""
        transfer.check_unchanged(document)
        return await self.on.client.show_upload(self.on.scope, document.file_upload_id or "")

    async def _send_parts(self, id_: int, file: FileUpload) -> FileUpload:
        parts = self.on.journal.parts(id_)
        self._progress(id_, sum(part.size for part in parts if part.etag))
        for part, segment in _missing(parts, file.segments):
            await self._send_part(id_, file.id, part, segment)
        etags = [part.etag for part in self.on.journal.parts(id_)]
        return await self.on.client.complete_upload(self.on.scope, file.id, etags)

    async def _send_part(self, id_: int, file_id: str, part: Part, segment: Segment) -> None:
        """PUT one part; a passing failure is tried again, an expired URL replaced by a fresh one (B59)."""
        document = self.on.journal.documents[id_]
        for attempt in range(1, TRIES + 1):
            transfer.check_unchanged(document)
            content = transfer.stream(
                document.path, part.number * transfer.SEGMENT, part.size, lambda count: self._sent(id_, count)
            )
            try:
                etag = await self.on.client.put_segment(segment, part.size, content)
                self.on.journal.store_part(id_, part.number, etag)
                return
            except ServiceError as error:
                self._progress(id_, document.sent)
                if isinstance(error, InvalidError) and (error.status != 403 or attempt == TRIES):
                    raise
                if (
                    attempt == TRIES
                ):  # the service itself answered between the tries: this file's trouble alone
                    raise ServerError(
                        f"Storage did not take {document.name}: {error}", reason="STORAGE_FAILED"
                    ) from None
                await self.on.client.clock.sleep(0.5 * attempt)
                fresh = await self.on.client.show_upload(self.on.scope, file_id)
                open_parts = {p.number: s for p, s in _missing(self.on.journal.parts(id_), fresh.segments)}
                segment = open_parts.get(part.number, segment)

    def _sent(self, id_: int, count: int) -> None:
        self._progress(id_, self.on.journal.documents[id_].sent + count)

    def _progress(self, id_: int, sent: int) -> None:
        """Bytes of a document that are stored; the figure for all moves by the difference."""
        self._bytes += sent - self.on.journal.documents[id_].sent
        self.on.journal.progress(id_, sent)
        self.on.tell(bytes_done=self._bytes)

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
            stored = [id_ for id_ in again if await self._transfer(id_)]
            for chunk in batches(stored):
                await self._link(chunk)

    async def _link(self, ids: Sequence[int]) -> None:
        documents = [self.on.journal.documents[id_] for id_ in ids]
        cells = {document.id: self.on.journal.unsent(document.id) for document in documents}
        updates = [
            {
                "id": document.upload_id,
                "file_upload_id": document.file_upload_id,
                "upload_status": "COMPLETED",  # B32
                "fields": wire_fields(cells[document.id]),
            }
            for document in documents
        ]
        try:
            linked, failed = await self.on.client.update_document_uploads(self.on.scope, updates)
        except (InvalidError, ServerError) as error:
            if is_outage(error):
                raise
            await self._refused(ids, error)
            return
        for document in documents:
            self._linked(document, linked, failed, cells[document.id])

    async def _refused(self, ids: Sequence[int], error: ServiceError) -> None:
        """A refused update applied nothing (B27): part it until the culprit stands alone."""
        if len(ids) > 1:
            for half in halves(ids):
                await self._link(half)
        elif isinstance(error, InvalidError):
            self.on.hold(ids[0], reason_of(error), f"{error}. Mend the cell, then upload() again.")
            self._count()
        else:  # B28: the file is another upload's, or cannot be verified: send it anew, another time
            self._rewind(ids[0])
            self.on.hold(ids[0], reason_of(error), f"{error}. Call upload() again to send the file anew.")
            self._count()

    def _linked(
        self, document: Document, linked: set[str], failed: dict[str, str], cells: list[tuple[str, Cell]]
    ) -> None:
        if document.upload_id in linked:
            self.on.journal.mark_sent(
                (document.id, field, cell) for field, cell in cells if cell.values is not None
            )
            self.on.note([document.id], Event.LINKED, ml="in_progress")  # B32
        elif document.upload_id in failed:  # B25: the file could not be verified in storage
            self._rewind(document.id)
            self._unverified[document.id] += 1
            if self._unverified[document.id] < TRIES:
                self._resend.append(document.id)
                return
            told = failed[document.upload_id] or "the file could not be verified in storage"
            self._fail(document.id, "FILE_NOT_VERIFIED", f"{told}. Check the file")
        else:  # B26: dropped in silence
            self.on.note([document.id], Event.VANISH, reason="UPLOAD_NOT_FOUND", message=GONE)
        self._count()

    def _count(self) -> None:
        done = self.on.documents(
            self.ids, *set(State) - {State.PLANNED, State.CREATED, State.TRANSFERRING, State.TRANSFERRED}
        )
        self.on.tell(documents_done=len(done))


GONE = "The upload was deleted, or is no longer visible to this account; batch.retry() begins it anew."


def wire_fields(cells: Iterable[tuple[str, Cell]]) -> list[dict[str, Any]]:
    """`fields` of an update: always arrays of strings (B29); what could not be resolved is not sent."""
    return [{"id": field, "values": list(cell.values)} for field, cell in cells if cell.values is not None]


def _missing(parts: Sequence[Part], segments: Sequence[Segment]) -> list[tuple[Part, Segment]]:
    """Which part goes to which segment: the service lists all segments, or only those still missing (B59)."""
    missing = [part for part in parts if part.etag is None]
    if len(segments) == len(parts):
        return [(part, segments[part.number]) for part in missing]
    if len(segments) == len(missing):
        return list(zip(missing, segments, strict=True))
    raise InvalidError(
        "The service and the journal disagree on which parts are missing", reason="PARTS_DIFFER"
    )


def _told(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'The file'} cannot be read ({error.strerror}); put it right, then upload() again."
    return str(error)


async def together(*work: Coroutine[Any, Any, None] | Awaitable[None]) -> None:
    """Run side by side; the first error stops the others and is raised by itself, without a group around it."""
    first: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(one)  # type: ignore[arg-type]
    except* Exception as errors:  # noqa: BLE001 - raised again below
        first = errors
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    if first is not None:
        raise first  # outside of the except, else a notebook shows the group as its context
