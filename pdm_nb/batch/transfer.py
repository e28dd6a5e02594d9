"""Bytes: how a file is cut, hashed and streamed to storage in bounded memory (B53-B61).

Hashing and reading run in threads, so the event loop is never held up. Nothing here writes the journal.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from ..model import Document

SEGMENT = 104_857_600  # B54: the most that one segment may have; up to here one is enough
BLOCK = 1 << 18


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells that a file is still the one that was hashed."""

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, path: str | Path) -> Fingerprint:
        facts = os.stat(path)
        return cls(facts.st_size, facts.st_mtime_ns, facts.st_ino)

    @classmethod
    def noted(cls, document: Document) -> Fingerprint:
        return cls(document.size, document.mtime_ns, document.inode)


@dataclass(frozen=True, slots=True)
class Digest:
    """SHA-256 of a file (None where it has several segments) and (size, SHA-256) of each segment."""

    sha256: str | None
    segments: tuple[tuple[int, str], ...]


class FileChanged(InputError):
    """The file is not the one that was hashed."""


def segment_sizes(size: int, most: int = SEGMENT) -> list[int]:
    """Sizes in bytes, all `most` but the last (B54)."""
    return [min(most, size - start) for start in range(0, size, most)]


def digest(path: str | Path, size: int) -> Digest:
    """Hash a file segment by segment, reading it once. Blocking: call it in a thread.

    The hash of a file of one segment is that segment's; of a larger one the whole has none of its own: it is
    not required, and would cost a second pass over the bytes.
    """
    segments = []
    with open(path, "rb", buffering=0) as file:
        for length in segment_sizes(size):
            segments.append((length, _hash(file.read, length, path)))
        if file.read(1):
            raise FileChanged(f"{path} grew while it was read; call upload() again when nobody writes to it.")
    return Digest(segments[0][1] if len(segments) == 1 else None, tuple(segments))


def _hash(read: Callable[[int], bytes | None], length: int, path: str | Path) -> str:
    hashed = hashlib.sha256()
    while length:
        block = read(min(BLOCK * 4, length))
        if not block:
            raise FileChanged(
                f"{path} shrank while it was read; call upload() again when nobody writes to it."
            )
        hashed.update(block)
        length -= len(block)
    return hashed.hexdigest()


def check_unchanged(document: Document) -> None:
    """Raises `FileChanged` where the file is not the one that was hashed."""
    if Fingerprint.of(document.path) != Fingerprint.noted(document):
        raise FileChanged(
            f"{document.path} was changed after it was hashed; call upload() again to send it anew."
        )


async def stream(
    path: str | Path, offset: int, size: int, sent: Callable[[int], object]
) -> AsyncIterator[bytes]:
    """`size` bytes of the file from `offset`, in blocks; `sent` hears of each block's length once it was taken."""
    file = await asyncio.to_thread(open, path, "rb", 0)
    try:
        await asyncio.to_thread(file.seek, offset)
        while size:
            block = await asyncio.to_thread(file.read, min(BLOCK, size))
            if not block:
                raise FileChanged(
                    f"{path} shrank while it was sent; call upload() again when nobody writes to it."
                )
            size -= len(block)
            yield block
            sent(len(block))
    finally:
        file.close()
