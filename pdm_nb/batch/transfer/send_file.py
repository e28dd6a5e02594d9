"""Sends the file of one document to storage, until the service reports that it is available (B53-B61).

Temporary errors are retried, and parts that are stored are not sent again. Any other error puts the document on hold, or
it fails. `hashing.py` hashes the file and `send_parts.py` sends its parts; `pipeline/upload.py` decides when.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from ...api.protocol.storage_responses import OTHER_BYTES
from ...errors import InvalidError, NotFoundError, ServerError, ServiceError
from ...local_files import is_in_use, is_too_long, os_reason, too_long
from ...model import Document, FileUpload
from ..execution.context import Context
from ..execution.service_errors import is_outage, reason_of
from ..journal.journal import Step
from ..journal.states import Event, State
from . import file_parts
from .concurrency import MOST, Concurrency
from .executors import ConcurrencyLimit, Executor, ThreadExecutor
from .hashing import Hasher
from .send_parts import PartSender

# Reasons that are about the file itself: the service, or storage, received other bytes than were hashed.
OF_THE_FILE = OTHER_BYTES | {"FILE_FAILED"}
TRIES = 3  # how often a file is sent before its document fails
SENDING = ("ready", "receiving")  # B58: parts are missing, or it was not completed
SCAN_EVERY, SCAN_LIMIT = 3.0, 600.0  # seconds between calls for a file that is not available yet, and in all


class Sender:
    """Sends the files of one run, and reports how many bytes are stored."""

    def __init__(self, context: Context, ids: Sequence[int]) -> None:
        self.context = context
        self._attempts: Counter[int] = Counter()  # how often files were sent again
        executor: Executor = ThreadExecutor(context.client)
        if context.cluster is not None:
            from .dask_executor import DaskExecutor  # loads the storage transport; only clusters need it here

            executor = DaskExecutor(context.cluster, context.client)
        limit = ConcurrencyLimit(Concurrency(time.monotonic, most=context.connections or MOST))
        self._hasher = Hasher(context, executor)
        self._parts = PartSender(context, executor, limit, self._add)
        documents = [context.journal.documents[id_] for id_ in ids]
        self._bytes = sum(document.sent for document in documents)
        context.report(bytes_total=sum(document.size for document in documents))

    async def send(self, id_: int) -> bool:
        """Store the file of one document, with retries. Returns False if it is on hold or failed."""
        while True:
            try:
                stored = await self._store(id_)
            except (OSError, file_parts.FileFault) as error:
                self.rewind(id_)
                reason = error.reason if isinstance(error, file_parts.FileFault) else "FILE_UNREADABLE"
                self.context.hold(id_, reason, _message(error))
                stored = False
            except ServerError as error:
                if is_outage(error):
                    raise
                self.context.hold(id_, reason_of(error), f"{error}. Upload again later.")
                stored = False
            except InvalidError as error:
                if self._retry(id_):
                    continue
                fix = "Check the file" if reason_of(error) in OF_THE_FILE else ""
                self.fail(id_, reason_of(error), str(error), fix)
                stored = False
            except ServiceError as error:
                if type(error) is not ServiceError:  # of a class that concerns all documents
                    raise
                self.context.hold(id_, reason_of(error), f"{error}. Upload again later.")
                stored = False
            return stored

    def fail(self, id_: int, reason: str, message: str, fix: str = "") -> None:
        """Let a document fail; `fix` is what to do before it is retried."""
        retry = "retry the document to upload it again."
        advice = f"{fix}, then {retry}" if fix else retry.capitalize()
        self.context.note([id_], Event.FAIL, reason=reason, message=f"{message.rstrip('.')}. {advice}")

    def _retry(self, id_: int) -> bool:
        """Rewind for another attempt; False if there were enough. The last attempt uses no stored hashes."""
        self._attempts[id_] += 1
        self.rewind(id_, hashes=self._attempts[id_] < TRIES - 1)
        return self._attempts[id_] < TRIES

    def rewind(self, id_: int, *, hashes: bool = True) -> None:
        """Forget the file upload, so that the next attempt creates a new one; `hashes`: keep the hashes.

        They are valid as long as size, mtime and inode of the file are the same, which is checked before they are used.
        """
        self._progress(id_, 0)
        parts = self.context.journal.parts(id_) if hashes else []
        self.context.journal.set_parts(id_, [replace(part, etag=None) for part in parts])
        # A document that was on hold and released is in the state created, and may have a file upload all the same.
        has_started = self.context.journal.documents[id_].state != State.CREATED
        facts = {"file_upload_id": None, "sent": 0}
        self.context.journal.note([Step(id_, Event.REWOUND if has_started else None, facts)])

    async def _store(self, id_: int) -> bool:
        """Send what storage does not have yet and complete the file. False if the document is on hold or failed."""
        document = self.context.journal.documents[id_]
        file = None if document.file_upload_id else await self._create(document)
        try:
            return await self._finish(id_, file or await self._show(document))
        except NotFoundError:  # B60: it has expired, or belongs to somebody else: send it again
            raise InvalidError(
                f"The file upload of {document.name} has expired", reason="FILE_EXPIRED"
            ) from None

    async def _finish(self, id_: int, file: FileUpload) -> bool:
        if self.context.journal.documents[id_].state == State.CREATED:
            self.context.note([id_], Event.STARTED)
        if file.status in SENDING:
            file = await self._send_parts(id_, file)
        waited = 0.0
        while file.status not in ("available", "failed"):  # B57: scanning, or complete
            if waited >= SCAN_LIMIT:
                self.context.hold(
                    id_, "FILE_SCAN_SLOW", "The service is still checking the file. Upload again later."
                )
                return False
            await self.context.client.clock.sleep(SCAN_EVERY)
            waited += SCAN_EVERY
            file = await self.context.client.show_upload(self.context.scope, file.id)
        if file.status == "failed":
            return self._file_failed(id_, file)
        self._progress(id_, self.context.journal.documents[id_].size)
        self.context.note([id_], Event.STORED)
        return True

    def _file_failed(self, id_: int, file: FileUpload) -> bool:
        message = file.error or "The service could not process the file"
        if file.retryable:
            raise InvalidError(f"{self.context.journal.documents[id_].name}: {message}", reason="FILE_FAILED")
        self.fail(id_, "FILE_FAILED", message, "Fix the file")
        return False

    async def _create(self, document: Document) -> FileUpload:
        """Hash the file and create its file upload (B53). The journal has the parts before the first one is sent."""
        if outside := self.context.journal.allowed_files.reason(document.path):
            raise file_parts.FileOutside(f"{outside}.")
        parts = await self._hasher.parts(document.id)
        document = self.context.journal.documents[document.id]
        sha256 = (
            parts[0].sha256 if len(parts) == 1 else None
        )  # of several it is not required, and would need another pass
        file = await self.context.client.create_upload(
            self.context.scope,
            file_name=document.name,
            file_size=document.size,
            content_type=document.mime_type,
            sha256=sha256,
            segments=[(part.size, part.sha256) for part in parts],
        )
        facts = {"file_upload_id": file.id, "sha256": sha256}
        is_new = document.state == State.CREATED
        self.context.journal.note([Step(document.id, Event.STARTED if is_new else None, facts)])
        return file

    async def _show(self, document: Document) -> FileUpload:
        """Fetch the state of a file upload that was started earlier, with new URLs for missing parts (B59).

        If all parts are stored it is completed at once, since completing may be repeated (B57).
        """
        file_parts.check_unchanged(document)
        etags = [part.etag for part in self.context.journal.parts(document.id)]
        if etags and all(etags):
            with suppress(InvalidError):
                file = await self.context.client.complete_upload(
                    self.context.scope, document.file_upload_id or "", etags
                )
                if file.status not in SENDING:
                    return file
        return await self.context.client.show_upload(self.context.scope, document.file_upload_id or "")

    async def _send_parts(self, id_: int, file: FileUpload) -> FileUpload:
        parts = self.context.journal.parts(id_)
        self._progress(id_, sum(part.size for part in parts if part.etag))
        etags = await self._parts.send(id_, file, parts)
        # A file that was changed since it was read must not be completed.
        file_parts.check_unchanged(self.context.journal.documents[id_])
        return await self.context.client.complete_upload(self.context.scope, file.id, etags)

    def _add(self, id_: int, count: int) -> None:
        self._progress(id_, self.context.journal.documents[id_].sent + count)

    def _progress(self, id_: int, sent: int) -> None:
        """Set the stored bytes of a document; the total changes by the difference."""
        more = sent - self.context.journal.documents[id_].sent
        if not more:
            return
        self._bytes += more
        self.context.journal.progress(id_, sent)
        self.context.report(bytes_done=self._bytes)


def _message(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        file = error.filename or "The file"
        if error.filename and is_too_long(error.filename, error):
            return f"{too_long(file)}. Then upload again."
        what = "Close it there" if is_in_use(error) else "Make it readable"
        return f"{file} cannot be read ({os_reason(error)}). {what} and upload again."
    return str(error)
