"""Hashing: the SHA-256 of each segment of a file, once (B53), kept in the journal as soon as it is known.

What is kept is good as long as size, mtime and inode are those it was hashed with: a second try, or a run after a
kill, hashes what is missing and nothing else. How a piece is read is `transfer.py`'s, who reads it `hands.py`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ...model import Document
from ..journal.journal import Step, StoredPart
from ..pipeline.context import Context, gather_first_error
from . import file_parts
from .executors import Executor


class Hasher:
    """Hashes the files of one run, as many pieces at once as there are hands for it."""

    def __init__(self, context: Context, hands: Executor) -> None:
        self._on, self._hands = context, hands
        self._turn: asyncio.Semaphore | None = None
        self._capacity = 1

    async def parts(self, id_: int) -> Sequence[StoredPart]:
        """The parts of a document's file, all hashed. Raises `FileChanged` and `OSError`."""
        if self._turn is None:
            self._capacity = await self._hands.capacity()
            self._turn = self._turn or asyncio.Semaphore(self._capacity)
        now = file_parts.Fingerprint.of(self._on.journal.documents[id_].path)
        document = self._know(id_, now)
        if not now.size:  # B54; it had some when it was checked
            raise file_parts.FileChanged.told(document.path)
        sizes = file_parts.segment_sizes(now.size)
        kept = {
            part.number: part
            for part in self._on.journal.parts(id_)
            if part.number < len(sizes) and part.size == sizes[part.number]
        }
        missing = [number for number in reversed(range(len(sizes))) if number not in kept]

        async def lane() -> None:
            while missing:
                number = missing.pop()
                kept[number] = await self._hash(document, number, sizes[number])

        if len(missing) == 1:
            await lane()
        else:
            await gather_first_error(*(lane() for _ in range(min(self._capacity, len(missing)))))
        return [kept[number] for number in range(len(sizes))]

    def _know(self, id_: int, now: file_parts.Fingerprint) -> Document:
        """The document with the facts of its file as it is now; hashes of another are forgotten."""
        document = self._on.journal.documents[id_]
        if now != file_parts.Fingerprint.noted(document):
            self._on.journal.set_parts(id_, [])
            facts = {"size": now.size, "mtime_ns": now.mtime_ns, "inode": now.inode, "sha256": None}
            self._on.journal.note([Step(id_, None, facts)])
        return self._on.journal.documents[id_]

    async def _hash(self, document: Document, number: int, size: int) -> StoredPart:
        assert self._turn is not None
        async with self._turn:  # a large file's pieces take turns with other files
            sha256 = await self._hands.hash(file_parts.FileSegment.of(document, number, size))
        part = StoredPart(number, size, sha256)
        self._on.journal.keep_part(document.id, part)
        return part
