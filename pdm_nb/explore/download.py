"""Downloads the files of revisions: each completely or not at all, never over an existing file (B64).

How this works: the service returns a URL of storage for each file. The bytes are written to a hidden file next to the
target and hashed meanwhile. When all are there, size and SHA-256 are recorded in the store, and only then the file gets
its name, by a link that fails if the name exists. So the same call continues after an interruption at any point.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .. import frames
from ..api.protocol.requests import Scope
from ..batch.execution.tasks import gather_first_error
from ..errors import AccessError, ConnectionFailed, InvalidError, NotFoundError, ServerError, ServiceError
from ..file_writing.whole_file import put_in_place, to_disk
from ..frames import TEXT, WHOLE
from .download_plan import DownloadPlan, PlannedFile
from .store.revision_store import RevisionStore
from .store.revision_sync import Report

if TYPE_CHECKING:
    from ..api.client import Client

PARALLEL = 4  # files at a time
ATTEMPTS = 4  # of one file
WAIT = 2.0  # seconds before the second attempt, doubled before each other one
COLUMNS = {
    "id": TEXT, "name": TEXT, "version": WHOLE, "path": TEXT, "state": TEXT, "size": WHOLE, "sha256": TEXT, "message": TEXT,
}  # fmt: skip
FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class DownloadedFile:
    """What became of one file."""

    state: str
    size: int | None = None
    sha256: str | None = None
    message: str = ""


NOT_STARTED = DownloadedFile("not started", message="Run the same call again to download it.")


class PartialFile:
    """A file that is being written, hashed meanwhile, and removed at the end: by then it has another name, or failed."""

    def __init__(self, path: Path) -> None:
        self.path, self.digest, self.size = path, hashlib.sha256(), 0
        self._file = open(path, "wb")  # noqa: SIM115 - closed by `__exit__`

    def write(self, block: bytes) -> None:
        """Append bytes."""
        self._file.write(block)
        self.digest.update(block)
        self.size += len(block)

    def finish(self) -> None:
        """Write everything to the disk itself."""
        self._file.flush()
        to_disk(self._file.fileno())

    def __enter__(self) -> PartialFile:
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(OSError):  # a full disk, which was reported already
            self._file.close()
        self.path.unlink(missing_ok=True)


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
                self.report(documents_done=len(self.outcomes), bytes_done=self.bytes_done)

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

    async def _outcome(self, file: PlannedFile) -> DownloadedFile:
        if file.problem:
            return DownloadedFile(file.problem, message=file.message)
        if found := self._present(file):
            return found
        try:
            file.path.parent.mkdir(parents=True, exist_ok=True)
            return await self._fetch(file)
        except (AccessError, NotFoundError) as error:
            return DownloadedFile("failed", message=f"The service did not return the file ({error}).")
        except ServiceError as error:
            return DownloadedFile("failed", message=f"{error}. Run the same call again.")
        except OSError as error:
            if error.errno in FULL:
                self.stopped = (
                    f"The disk of {self.plan.folder} is full. Free space, then run the same call again."
                )
                return DownloadedFile("failed", message=self.stopped)
            return DownloadedFile("failed", message=f"{file.path} cannot be written ({error.strerror}).")

    def _present(self, file: PlannedFile) -> DownloadedFile | None:
        """Return what is at the path of a file already; None if nothing is."""
        if not os.path.lexists(file.path):
            return None
        known = self.store.download_of(file.id, str(file.path))
        if known and file.path.is_file() and file.path.stat().st_size == known[0]:
            return DownloadedFile("present", *known, "It was downloaded before.")
        return _exists(file.path)

    async def _fetch(self, file: PlannedFile) -> DownloadedFile:
        """Download a file. What may succeed later is tried again, with a new URL, since URLs expire (B59)."""
        for attempt in range(ATTEMPTS):
            if attempt:
                await self.client.clock.sleep(WAIT * 2**attempt)
            url = await self.client.download_url(self.scope, file.id, recycled=file.recycled)
            self._check_url(url)
            try:
                return await self._receive(file, url)
            except (ConnectionFailed, ServerError, InvalidError):
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    def _check_url(self, url: str) -> None:
        """Raise `ServerError` for a URL that is less protected than the calls."""
        if self.client.environment.api_url.startswith("https://") and not url.startswith("https://"):
            raise ServerError(
                "The service returned an unencrypted address for the file, so it was not downloaded"
            )

    async def _receive(self, file: PlannedFile, url: str) -> DownloadedFile:
        with PartialFile(file.path.with_name(f".{file.id}.part")) as partial:
            await self.client.upload_transport.get(url, partial.write)
            await asyncio.to_thread(partial.finish)
            if file.size is not None and partial.size != file.size:
                raise ServerError(
                    f"{file.path.name} has {partial.size:,} bytes, but the service reports {file.size:,}"
                )
            return self._name(file, partial)

    def _name(self, file: PlannedFile, partial: PartialFile) -> DownloadedFile:
        """Give the file its name, unless something else has it by now."""
        size, sha256 = partial.size, partial.digest.hexdigest()
        self.store.note_download(file.id, str(file.path), size, sha256, self.client.clock.now())
        try:
            put_in_place(partial.path, file.path, over=False)
        except FileExistsError:
            return _exists(file.path)
        self.bytes_done += size
        return DownloadedFile("downloaded", size, sha256)


def _exists(path: Path) -> DownloadedFile:
    return DownloadedFile(
        "exists",
        message=f"{path} exists and was not overwritten. Use another folder or name_template, or move it.",
    )
