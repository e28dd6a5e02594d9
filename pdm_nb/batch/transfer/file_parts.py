"""Bytes: how a file is cut, read and hashed in bounded memory (B53-B56).

All of it is blocking and belongs in a thread, or on another machine. Nothing here writes the journal or sends.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from ...errors import InputError
from ...model import Document

SEGMENT = 104_857_600  # B54: the most that one segment may have; up to here one is enough
BLOCK = 1 << 20  # bytes that are read at a time
# A pipe without a writer would hold its reader for ever; on Windows neither is there nor needed.
OPENING = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells that a file is still the one that was hashed."""

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, path: str | Path, file: int | None = None) -> Fingerprint:
        """Of the file at a path, or of the one that was opened there. Raises `FileFault` where it is none."""
        facts = os.stat(path if file is None else file)
        if not stat.S_ISREG(facts.st_mode):
            raise FileFault(f"{path} is no file any more; put the file there, then upload() again.")
        return cls(facts.st_size, facts.st_mtime_ns, facts.st_ino)

    def fits(self, other: Fingerprint) -> bool:
        """The same, as far as `other` knows: without an inode it knows none."""
        return (self.size, self.mtime_ns) == (other.size, other.mtime_ns) and other.inode in (0, self.inode)

    @classmethod
    def noted(cls, document: Document) -> Fingerprint:
        return cls(document.size, document.mtime_ns, document.inode)


class FileFault(InputError):
    """A file cannot be sent as it is; `reason` is the code that its document is held with."""

    reason = "FILE_UNREADABLE"


class FileUnseen(FileFault):
    """The file is here, but not where its bytes were to be read."""

    reason = "FILE_UNSEEN"


class FileChanged(FileFault):
    """The file is not the one that was hashed."""

    reason = "FILE_CHANGED"

    @classmethod
    def told(cls, path: str | Path) -> FileChanged:
        return cls(
            f"{path} was changed while it was read, or after; call upload() again when nobody writes to it."
        )


def segment_sizes(size: int) -> list[int]:
    """Sizes in bytes, all of them the most that is allowed but the last (B54)."""
    return [min(SEGMENT, size - start) for start in range(0, size, SEGMENT)]


def check_unchanged(document: Document) -> None:
    """Raises `FileChanged` where the file is not the one that was hashed."""
    if Fingerprint.of(document.path) != Fingerprint.noted(document):
        raise FileChanged.told(document.path)


@dataclass(frozen=True, slots=True)
class FileSegment:
    """Where one part's bytes are: a stretch of a file, and what the file must be."""

    path: str
    offset: int
    size: int
    file: Fingerprint

    @classmethod
    def of(cls, document: Document, number: int, size: int) -> FileSegment:
        return cls(document.path, number * SEGMENT, size, Fingerprint.noted(document))


class FileReading:
    """A piece as it is read, block by block into one buffer: what `read` answers is good until the next.

    Opens the file with the first block. Raises `FileChanged` where the file is not what it must be, before the first
    block and after the last. `taken` tells how many bytes were asked on from; `stop` ends it, from any thread.
    """

    def __init__(self, piece: FileSegment) -> None:
        self.piece = piece
        self.taken = 0
        self._read = 0
        self._file: int | None = None
        self._stopped = False
        self._buffer = memoryview(b"")

    def read(self, size: int = BLOCK, /) -> memoryview:
        if self._stopped:
            raise InterruptedError("The reading was stopped")
        self.taken = self._read
        left = self.piece.size - self._read
        file = self._open() if self._file is None else self._file
        if not left:
            self._check(file)
            return memoryview(b"")
        count = self._fill(file, min(left, size))
        if not count:
            raise FileChanged.told(self.piece.path)
        self._read += count
        return self._buffer[:count]

    def _fill(self, file: int, size: int) -> int:
        at = self.piece.offset + self._read
        if PREADV:
            return os.preadv(file, [self._buffer[:size]], at)
        os.lseek(file, at, os.SEEK_SET)
        block = os.read(file, min(size, len(self._buffer)))
        self._buffer[: len(block)] = block
        return len(block)

    def _open(self) -> int:
        self._file = file = os.open(self.piece.path, OPENING)
        self._check(file)
        self._buffer = memoryview(bytearray(min(BLOCK, self.piece.size)))
        return file

    def _check(self, file: int) -> None:
        if not Fingerprint.of(self.piece.path, file).fits(self.piece.file):
            raise FileChanged.told(self.piece.path)

    def stop(self) -> None:
        self._stopped = True

    def close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


PREADV = hasattr(os, "preadv")  # reads into a buffer that is there already; not on Windows


def hash_segment(reading: FileReading) -> str:
    """SHA-256 of a piece."""
    hashed = hashlib.sha256()
    try:
        while block := reading.read():
            hashed.update(block)
    finally:
        reading.close()
    return hashed.hexdigest()
