"""Downloads the files of revisions: each completely or not at all, never over an existing file (B64).

How this works: the service returns a URL of storage for each file. The bytes are written to a hidden file next to the
target and hashed meanwhile. When all are there, size and SHA-256 are recorded in the store, and only then the file gets
its name, by a link that fails if the name exists. So the same call continues after an interruption at any point.

If storage stops in the middle, the file continues there, with a new URL, since URLs expire (B59).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .. import frames
from ..api.limits import response_limits
from ..api.limits.call_queue import pausable_call
from ..api.permissions import is_not_connected
from ..api.protocol.requests import Scope
from ..batch.execution.service_errors import is_outage
from ..batch.execution.tasks import gather_first_error
from ..errors import (
    AccessError,
    ConnectionFailed,
    ConnectionRejected,
    InvalidError,
    JournalError,
    NotFoundError,
    ServerError,
    ServiceError,
    SignInError,
    ThrottledError,
    TokenError,
)
from ..frames import TEXT, WHOLE
from ..local_files import contained
from .download_plan import DownloadPlan, PlannedFile
from .partial_file import PartialFile, has_room, is_full, remove_stale
from .store.revision_store import RevisionStore
from .store.revision_sync import Report

if TYPE_CHECKING:
    from ..api.client import Client
    from ..api.received_file import ReceivedFile

PARALLEL = 4  # files at a time
ATTEMPTS = 4  # of one file without progress
PROGRESS = 1 << 20  # bytes after which attempts are counted from zero again
WAIT = 2.0  # seconds before the second attempt, doubled before each other one
COLUMNS = {
    "id": TEXT, "name": TEXT, "version": WHOLE, "path": TEXT, "state": TEXT, "size": WHOLE, "sha256": TEXT, "message": TEXT,
}  # fmt: skip
PRESENT = "It was downloaded before."
OF_ALL = (
    ConnectionFailed,
    SignInError,
    TokenError,
    ThrottledError,
)  # no other file could be downloaded either


@dataclass(frozen=True, slots=True)
class DownloadedFile:
    """What became of one file."""

    state: str
    size: int | None = None
    sha256: str | None = None
    message: str = ""


NOT_STARTED = DownloadedFile("not started", message="Run the same call again to download it.")


@dataclass
class Download:
    """One run. `outcomes` has what became of each file, by the id of its revision."""

    client: Client
    scope: Scope
    store: RevisionStore
    plan: DownloadPlan
    report: Report
    outcomes: dict[str, DownloadedFile] = field(default_factory=dict)
    bytes_done: int = 0
    _writing: set[PartialFile] = field(default_factory=set)
    stopped: str = ""  # why no more files are started

    async def work(self) -> pd.DataFrame:
        """Download all files and return what became of each."""
        waiting = list(reversed(self.plan.files))
        total = sum(file.size or 0 for file in waiting)
        self.report(
            documents_total=len(waiting), bytes_total=total, note=f"downloading to {self.plan.folder}"
        )

        async def worker() -> None:
            while waiting and not self.stopped:
                file = waiting.pop()
                self.outcomes[file.id] = await self._outcome(file)
                self._show_progress()

        await gather_first_error(*(worker() for _ in range(PARALLEL)))
        if self.stopped:
            self.report(note=self.stopped)
        return frames.frame(COLUMNS, [self._cells(file) for file in self.plan.files])

    def _cells(self, file: PlannedFile) -> tuple[Any, ...]:
        found = self.outcomes.get(file.id) or DownloadedFile(
            NOT_STARTED.state, message=self.stopped or NOT_STARTED.message
        )
        return (
            file.id, file.name or None, file.version, str(file.path), found.state, found.size, found.sha256, found.message,
        )  # fmt: skip

    def _show_progress(self) -> None:
        written = sum(partial.size for partial in self._writing)
        self.report(documents_done=len(self.outcomes), bytes_done=self.bytes_done + written)

    # -- one file
    async def _outcome(self, file: PlannedFile) -> DownloadedFile:
        if file.problem:
            return DownloadedFile(file.problem, message=file.message)
        try:
            if found := self._present(file):
                return found
            if outside := contained(file.path.parent, self.plan.folder).reason:
                return DownloadedFile("failed", message=f"{outside}. Remove the link, or use another folder.")
            file.path.parent.mkdir(parents=True, exist_ok=True)
            return await self._fetch(file)
        except (AccessError, NotFoundError) as error:
            if is_not_connected(error):
                return self._stop(f"{error}.")
            return DownloadedFile("failed", message=f"The service did not return the file ({error}).")
        except InvalidError as error:
            return DownloadedFile("failed", message=f"{error}.")
        except ServiceError as error:
            return DownloadedFile("failed", message=f"{error}. Run the same call again.")
        except JournalError as error:  # the disk of the local store
            return self._stop(str(error))
        except OSError as error:
            if is_full(error):
                return self._stop(
                    f"The disk of {self.plan.folder} is full. Free space, then run the same call again."
                )
            return DownloadedFile("failed", message=f"{file.path} cannot be written ({error.strerror}).")

    def _stop(self, why: str) -> DownloadedFile:
        """Start no more files. Returns what became of the one that shows why."""
        self.stopped = self.stopped or why
        return DownloadedFile("failed", message=why)

    def _present(self, file: PlannedFile) -> DownloadedFile | None:
        """Return what is at the path of a file already; None if nothing is, or if its content has to be compared."""
        if not os.path.lexists(file.path):
            return None
        known = self.store.download_of(file.id, str(file.path))
        size = file.path.stat().st_size if file.path.is_file() else None
        if known and size == known[0]:
            return DownloadedFile("present", *known, PRESENT)
        if size is not None and size == file.size and not file.path.is_symlink():
            return None  # the local store is new, perhaps
        return _exists(file.path)

    async def _fetch(self, file: PlannedFile) -> DownloadedFile:
        """Download a file. What may succeed later is tried again, with a new URL, from where it ended."""
        if file.size is not None and not has_room(file.path.parent, file.size):
            return self._stop(
                f"{file.path.name} has {file.size:,} bytes, which do not fit on the disk of {self.plan.folder}. Free space, "
                "then run the same call again."
            )
        from ..api.received_file import ReceivedFile  # loads urllib3

        remove_stale(file.path.parent)
        loop = asyncio.get_running_loop()
        with PartialFile(file.path.parent, lambda: loop.call_soon_threadsafe(self._show_progress)) as partial:
            self._writing.add(partial)
            try:
                await self._receive(file, ReceivedFile(partial, file.size))
                await asyncio.to_thread(partial.finish)
            finally:
                self._writing.discard(partial)
            return self._name(file, partial)

    async def _receive(self, file: PlannedFile, received: ReceivedFile) -> None:
        attempt = farthest = 0
        while True:
            try:
                source = await self.client.download_source(self.scope, file.id, recycled=file.recycled)
            except ServiceError as error:
                if isinstance(error, OF_ALL) or is_outage(error):
                    self._stop(f"{error}. Run the same call again.")
                raise
            try:
                async with pausable_call():
                    return await self.client.upload_transport.get(source, received)
            except ServiceError as error:
                failure = error
            if received.received >= farthest + PROGRESS:
                farthest, attempt = received.received, 0
            attempt += 1
            asked = failure.retry_after or 0.0
            if attempt == ATTEMPTS or not may_succeed(failure) or asked > response_limits.STORAGE_WAIT:
                raise failure
            await self.client.clock.sleep(max(WAIT * 2**attempt, asked))

    def _name(self, file: PlannedFile, partial: PartialFile) -> DownloadedFile:
        """Give the file its name, unless something else has it by now."""
        size, sha256 = partial.size, partial.digest.hexdigest()
        self.store.note_download(file.id, str(file.path), size, sha256, self.client.clock.now())
        try:
            partial.give_name(file.path)
        except FileExistsError:
            if file.path.is_file() and _sha256(file.path) == sha256:
                return DownloadedFile("present", size, sha256, PRESENT)
            self.store.forget_download(file.id, str(file.path))
            return _exists(file.path)
        self.bytes_done += size
        return DownloadedFile("downloaded", size, sha256)


def may_succeed(error: ServiceError) -> bool:
    """Return True if storage may return the file later, or at a new URL (403)."""
    is_passing = isinstance(error, ServerError | ConnectionFailed) or error.status == 403
    return is_passing and not isinstance(error, ConnectionRejected)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _exists(path: Path) -> DownloadedFile:
    return DownloadedFile(
        "exists",
        message=f"{path} exists and was not overwritten. Use another folder or name_template, or move it.",
    )
