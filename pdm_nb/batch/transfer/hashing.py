"""Hashes each segment of a file once (B53); a hash is stored in the journal as soon as it is known.

A stored hash is valid as long as path, size and mtime of the file do not change: a second attempt, or a run after a
kill, hashes only what is missing. `file_parts.py` reads segments, `executors.py` runs the work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from ...model import Document
from ..execution.context import Context
from ..execution.tasks import gather_first_error
from ..journal.journal import Step, StoredPart
from . import file_parts
from .executors import Executor


class Hasher:
    """Hashes the files of one run, as many segments at once as the executor has capacity for."""

    def __init__(self, context: Context, executor: Executor) -> None:
        self._context, self._executor = context, executor
        self._limit: asyncio.Semaphore | None = None
        self._capacity = 1

    async def parts(self, id_: int) -> Sequence[StoredPart]:
        """Return the parts of a document's file, all hashed. Raises `FileChanged` and `OSError`."""
        if self._limit is None:
            self._capacity = await self._executor.capacity()
            self._limit = self._limit or asyncio.Semaphore(self._capacity)
        now = file_parts.Fingerprint.of(self._context.journal.documents[id_].path)
        document = self._update(id_, now)
        if not now.size:  # B54; it was not empty when it was checked
            raise file_parts.FileChanged.of(document.path)
        sizes = file_parts.segment_sizes(now.size)
        kept = {
            part.number: part
            for part in self._context.journal.parts(id_)
            if part.number < len(sizes) and part.size == sizes[part.number]
        }
        missing = [number for number in reversed(range(len(sizes))) if number not in kept]

        async def worker() -> None:
            while missing:
                number = missing.pop()
                kept[number] = await self._hash(document, number, sizes[number])

        if len(missing) == 1:
            await worker()
        else:
            await gather_first_error(*(worker() for _ in range(min(self._capacity, len(missing)))))
        return [kept[number] for number in range(len(sizes))]

    def _update(self, id_: int, now: file_parts.Fingerprint) -> Document:
        """Return the document with the present facts of its file; hashes of a changed file are deleted."""
        document = self._context.journal.documents[id_]
        recorded = file_parts.Fingerprint.recorded(document)
        if not now.matches(recorded) or now.inode != recorded.inode:
            facts: dict[str, Any] = {"size": now.size, "mtime_ns": now.mtime_ns, "inode": now.inode}
            if (now.size, now.mtime_ns) != (document.size, document.mtime_ns):
                self._context.journal.set_parts(id_, [])
                facts["sha256"] = None
            self._context.journal.note([Step(id_, None, facts)])
        return self._context.journal.documents[id_]

    async def _hash(self, document: Document, number: int, size: int) -> StoredPart:
        assert self._limit is not None
        async with self._limit:  # segments of a large file take turns with other files
            allowed = self._context.journal.allowed_files
            segment = file_parts.FileSegment.of(document, number, size, allowed)
            sha256 = await self._executor.hash(segment)
        part = StoredPart(number, size, sha256)
        self._context.journal.keep_part(document.id, part)
        return part
