"""Inspects the files of a batch, at their beginning and end, once as long as they do not change."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from ...local_files import file_fault
from ...model import Document
from ...rules.file_type import FileType, file_type_of

CONCURRENT = 8  # a network share can serve several reads at once


class FileInspection:
    """Types of files, by path, size, mtime and inode. In memory only."""

    def __init__(self) -> None:
        self._types: dict[tuple[str, int, int, int], FileType] = {}

    def of(self, document: Document) -> FileType | None:
        """Return the type of a document's file as it is now; None if it was not inspected."""
        return self._types.get(file_state(document))

    def inspect(self, documents: Iterable[Document]) -> list[int]:
        """Inspect files that were not inspected yet; returns their ids. A file that cannot be read is skipped."""
        new = [one for one in documents if one.size and file_state(one) not in self._types]
        if not new:
            return []
        with ThreadPoolExecutor(CONCURRENT) as pool:
            found = list(zip(new, pool.map(_inspect, new), strict=True))
        self._types = self._types | {file_state(one): seen for one, seen in found if seen is not None}
        return [one.id for one, seen in found if seen is not None]


def file_state(document: Document) -> tuple[str, int, int, int]:
    """Return what changes if a document's file changes."""
    return document.path, document.size, document.mtime_ns, document.inode


def _inspect(document: Document) -> FileType | None:
    if file_fault(document.path):  # reading a named pipe would block
        return None
    try:
        with open(document.path, "rb", buffering=0) as file:
            facts = os.fstat(file.fileno())
            if (facts.st_size, facts.st_mtime_ns) != (document.size, document.mtime_ns):
                return None  # it has changed meanwhile

            def read(offset: int, length: int) -> bytes:
                file.seek(offset)
                return file.read(length)

            return file_type_of(read, document.size)
    except OSError:
        return None
