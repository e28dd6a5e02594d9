"""Sending: one document's file to storage, from announcing it to the service's word that it has it (B53-B61).

Passing failures are tried again, parts that are stored are not sent again, and what cannot be got over sets the
document aside. How a file is hashed is `hashing.py`'s, how its parts go `parts.py`'s; which documents, and when,
is `engine.py`'s.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from ...errors import InvalidError, NotFoundError, ServerError
from ...model import Document, FileUpload
from ..journal.journal import Step
from ..journal.states import Event, State
from ..pipeline.context import Context, is_outage, reason_of
from . import file_parts
from .concurrency import MOST, Concurrency
from .executors import ConcurrencyLimit, Executor, ThreadExecutor
from .hashing import Hasher
from .send_parts import TRIES, Parts

SENDING = ("ready", "receiving")  # B58: parts are missing, or it was not completed
SCAN_EVERY, SCAN_LIMIT = 3.0, 600.0  # seconds between looks at a file that is not available yet, and in all


class Sender:
    """Sends the files of one run, and tells how many bytes are stored."""

    def __init__(self, context: Context, ids: Sequence[int]) -> None:
        self.on = context
        self._tries: Counter[int] = Counter()  # files sent anew
        hands: Executor = ThreadExecutor(context.client)
        if context.cluster is not None:
            from .dask_executor import DaskExecutor  # loads the storage transport; only clusters need it here

            hands = DaskExecutor(context.cluster, context.client)
        gate = ConcurrencyLimit(Concurrency(time.monotonic, most=context.connections or MOST))
        self._hasher = Hasher(context, hands)
        self._parts = Parts(context, hands, gate, self._moved)
        documents = [context.journal.documents[id_] for id_ in ids]
        self._bytes = sum(document.sent for document in documents)
        context.tell(bytes_total=sum(document.size for document in documents))

    async def send(self, id_: int) -> bool:
        """Store one document's file, trying again where that can help. False where it was set aside."""
        while True:
            try:
                stored = await self._store(id_)
            except (OSError, file_parts.FileFault) as error:
                self.rewind(id_)
                reason = error.reason if isinstance(error, file_parts.FileFault) else "FILE_UNREADABLE"
                self.on.hold(id_, reason, _told(error))
                stored = False
            except ServerError as error:
                if is_outage(error):
                    raise
                self.on.hold(id_, reason_of(error), f"{error}. Call upload() again later.")
                stored = False
            except InvalidError as error:
                if self._again(id_):
                    continue
                self.fail(id_, reason_of(error), f"{error}. Check the file")
                stored = False
            return stored

    def fail(self, id_: int, reason: str, told: str) -> None:
        self.on.note(
            [id_], Event.FAIL, reason=reason, message=f"{told}, then retry() and upload() begin anew."
        )

    def _again(self, id_: int) -> bool:
        """Rewind for another try; False where there were enough. The last one trusts no hash that is kept."""
        self._tries[id_] += 1
        self.rewind(id_, hashes=self._tries[id_] < TRIES - 1)
        return self._tries[id_] < TRIES

    def rewind(self, id_: int, *, hashes: bool = True) -> None:
        """Forget the file upload, so that the next try announces the file anew; `hashes`: but not those.

        They are good as long as the file's size, mtime and inode are the same, which is asked before they are used.
        """
        self._progress(id_, 0)
        parts = self.on.journal.parts(id_) if hashes else []
        self.on.journal.set_parts(id_, [replace(part, etag=None) for part in parts])
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
        if file.status in SENDING:
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
        self.fail(id_, "FILE_FAILED", f"{told}. Mend the file")
        return False

    async def _announce(self, document: Document) -> FileUpload:
        """Hash the file and tell the service of it (B53). The journal has the parts before the first goes."""
        parts = await self._hasher.parts(document.id)
        document = self.on.journal.documents[document.id]
        sha256 = parts[0].sha256 if len(parts) == 1 else None  # of several it is not required: a second pass
        file = await self.on.client.create_upload(
            self.on.scope,
            file_name=document.name,
            file_size=document.size,
            content_type=document.mime_type,
            sha256=sha256,
            segments=[(part.size, part.sha256) for part in parts],
        )
        facts = {"file_upload_id": file.id, "sha256": sha256}
        began = document.state == State.CREATED
        self.on.journal.note([Step(document.id, Event.STARTED if began else None, facts)])
        return file

    async def _show(self, document: Document) -> FileUpload:
        """Where a file that was begun earlier stands, with fresh URLs for what is missing (B59).

        Of one whose parts are all stored it is completed at once, without a look: completing may be repeated (B57).
        """
        file_parts.check_unchanged(document)
        etags = [part.etag for part in self.on.journal.parts(document.id)]
        if etags and all(etags):
            with suppress(InvalidError):
                file = await self.on.client.complete_upload(
                    self.on.scope, document.file_upload_id or "", etags
                )
                if file.status not in SENDING:
                    return file
        return await self.on.client.show_upload(self.on.scope, document.file_upload_id or "")

    async def _send_parts(self, id_: int, file: FileUpload) -> FileUpload:
        parts = self.on.journal.parts(id_)
        self._progress(id_, sum(part.size for part in parts if part.etag))
        etags = await self._parts.send(id_, file, parts)
        # What was replaced or written since its bytes were read must not be completed as if it were that file.
        file_parts.check_unchanged(self.on.journal.documents[id_])
        return await self.on.client.complete_upload(self.on.scope, file.id, etags)

    def _moved(self, id_: int, count: int) -> None:
        self._progress(id_, self.on.journal.documents[id_].sent + count)

    def _progress(self, id_: int, sent: int) -> None:
        """Bytes of a document that are stored; the figure for all moves by the difference."""
        more = sent - self.on.journal.documents[id_].sent
        if not more:
            return
        self._bytes += more
        self.on.journal.progress(id_, sent)
        self.on.tell(bytes_done=self._bytes)


def _told(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'The file'} cannot be read ({error.strerror}); put it right, then upload() again."
    return str(error)
