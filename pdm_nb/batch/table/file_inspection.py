"""Looks into the files of a batch, at head and tail, once as long as they do not change."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from ...local_files import file_fault
from ...model import Document
from ...rules.file_type import FileType, file_type_of

SIDE_BY_SIDE = 8  # a share of files on the network answers several at once


class FileInspection:
    """What files are, by path, size, mtime and inode. In memory: another process looks again."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, int, int, int], FileType] = {}

    def of(self, document: Document) -> FileType | None:
        """What was seen of a document's file as it is now; None where nobody looked."""
        return self._seen.get(_key(document))

    def look(self, documents: Iterable[Document]) -> list[int]:
        """Look into those that were not looked into; answers their ids. One that cannot be read is passed over."""
        new = [one for one in documents if one.size and _key(one) not in self._seen]
        if not new:
            return []
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            found = list(zip(new, pool.map(_look, new), strict=True))
        self._seen = self._seen | {_key(one): seen for one, seen in found if seen is not None}
        return [one.id for one, seen in found if seen is not None]


def _key(document: Document) -> tuple[str, int, int, int]:
    return document.path, document.size, document.mtime_ns, document.inode


def _look(document: Document) -> FileType | None:
    if file_fault(document.path):  # a named pipe would never answer
        return None
    try:
        with open(document.path, "rb", buffering=0) as file:
            facts = os.fstat(file.fileno())
            if (facts.st_size, facts.st_mtime_ns) != (document.size, document.mtime_ns):
                return None  # it is another file by now

            def read(offset: int, length: int) -> bytes:
                file.seek(offset)
                return file.read(length)

            return file_type_of(read, document.size)
    except OSError:
        return None
