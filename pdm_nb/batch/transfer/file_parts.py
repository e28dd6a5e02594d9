"""Splits a file into parts, and reads and hashes them in bounded memory (B53-B56).

All of it blocks, so it runs in a thread or on another machine. Nothing here writes to the journal or sends.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import InputError
from ...local_files import REPLACED, AllowedFiles, inode_of
from ...model import Document

SEGMENT = 104_857_600  # B54: the largest segment; a file up to this size has one
BLOCK = 1 << 20  # bytes that are read at a time
# Opening a pipe without a writer would block; Windows has no such option and needs none.
OPENING = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Size, time, inode and device of a file, which show if it is still the one that was hashed.

    The device is not stored: it may be another one after a restart. 0 is not compared, and neither is an inode of 0.
    """

    size: int
    mtime_ns: int
    inode: int
    device: int = 0

    @classmethod
    def of(cls, path: str | Path, file: int | None = None) -> Fingerprint:
        """Return that of the file at a path, or of the opened one. Raises `FileFault` if it is not a file."""
        facts = os.stat(path if file is None else file)
        if not stat.S_ISREG(facts.st_mode):
            raise FileFault(f"{path} is no longer a file. Put the file there and upload again.")
        return cls(facts.st_size, facts.st_mtime_ns, inode_of(facts), facts.st_dev)

    def matches(self, other: Fingerprint) -> bool:
        """Return True if it is the same."""
        same = (self.size, self.mtime_ns) == (other.size, other.mtime_ns)
        return same and other.inode in (0, self.inode) and other.device in (0, self.device)

    @classmethod
    def recorded(cls, document: Document) -> Fingerprint:
        return cls(document.size, document.mtime_ns, document.inode)


class FileFault(InputError):
    """A file cannot be sent as it is; `reason` is the code that its document is put on hold with."""

    reason = "FILE_UNREADABLE"


class FileOutside(FileFault):
    """The file is not one that the batch may send."""

    reason = "FILE_OUTSIDE"


class FileUnseen(FileFault):
    """The file exists here, but not on the worker that was to read it."""

    reason = "FILE_UNSEEN"


class FileChanged(FileFault):
    """The file is not the one that was hashed."""

    reason = "FILE_CHANGED"

    @classmethod
    def of(cls, path: str | Path) -> FileChanged:
        return cls(f"{path} was changed during the upload. Upload again when no program writes to it.")


def segment_sizes(size: int) -> list[int]:
    """Return sizes in bytes: the largest allowed size for all but the last segment (B54)."""
    return [min(SEGMENT, size - start) for start in range(0, size, SEGMENT)]


def check_unchanged(document: Document) -> None:
    """Raise `FileChanged` if the file is not the one that was hashed."""
    if not Fingerprint.of(document.path).matches(Fingerprint.recorded(document)):
        raise FileChanged.of(document.path)


@dataclass(frozen=True, slots=True)
class FileSegment:
    """The position of one part in a file, the fingerprint that the file must have, and what its path may lead to."""

    path: str
    offset: int
    size: int
    file: Fingerprint
    allowed: AllowedFiles = field(default_factory=lambda: AllowedFiles(anywhere=True))

    @classmethod
    def of(cls, document: Document, number: int, size: int, allowed: AllowedFiles) -> FileSegment:
        recorded = Fingerprint.recorded(document)
        return cls(document.path, number * SEGMENT, size, recorded, allowed.only(document.path))


class FileReading:
    """Reads a segment block by block into one buffer: what `read` returns is valid until the next call.

    The file is opened with the first block. Before it and after the last one, the opened file is checked: raises
    `FileChanged` if it has another fingerprint, and `FileOutside` if its path leads out of the batch's folder. `taken` is the number of bytes that were used so far; `stop` ends it, from any thread.
    """

    def __init__(self, segment: FileSegment) -> None:
        self.segment = segment
        self.taken = 0
        self._read = 0
        self._file: int | None = None
        self._opened: Fingerprint | None = None  # of the file when it was opened, with its device
        self._stopped = False
        self._buffer = memoryview(b"")

    def read(self, size: int = BLOCK, /) -> memoryview:
        if self._stopped:
            raise InterruptedError("The reading was stopped")
        self.taken = self._read
        left = self.segment.size - self._read
        file = self._open() if self._file is None else self._file
        if not left:
            self._check(file)
            return memoryview(b"")
        count = self._fill(file, min(left, size))
        if not count:
            raise FileChanged.of(self.segment.path)
        self._read += count
        return self._buffer[:count]

    def _fill(self, file: int, size: int) -> int:
        at = self.segment.offset + self._read
        if PREADV:
            return os.preadv(file, [self._buffer[:size]], at)
        os.lseek(file, at, os.SEEK_SET)
        block = os.read(file, min(size, len(self._buffer)))
        self._buffer[: len(block)] = block
        return len(block)

    def _open(self) -> int:
        self._file = file = os.open(self.segment.path, OPENING)
        self._check(file)
        self._buffer = memoryview(bytearray(min(BLOCK, self.segment.size)))
        return file

    def _check(self, file: int) -> None:
        now, segment = Fingerprint.of(self.segment.path, file), self.segment
        if outside := segment.allowed.reason_if_opened(segment.path, file):
            is_replaced = outside.startswith(REPLACED)
            raise FileChanged.of(segment.path) if is_replaced else FileOutside(f"{outside}.")
        if not now.matches(segment.file if self._opened is None else self._opened):
            raise FileChanged.of(segment.path)
        self._opened = now if self._opened is None else self._opened

    def stop(self) -> None:
        self._stopped = True

    def close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


PREADV = hasattr(os, "preadv")  # reads into an existing buffer; not on Windows


def hash_segment(reading: FileReading) -> str:
    """Return the SHA-256 of a segment."""
    hashed = hashlib.sha256()
    try:
        while block := reading.read():
            hashed.update(block)
    finally:
        reading.close()
    return hashed.hexdigest()
