"""A file that is being written: with a name that nobody else uses, hashed meanwhile, and never over an existing file.

The last 64 MiB of a disk are left free, since journals and the local store are there too.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeGuard

from ..file_writing.whole_file import FULL, put_in_place, to_disk

PREFIX, SUFFIX = ".pdm_nb-", ".part"  # no search for documents finds them
STALE = 86_400.0  # seconds after which a file of an interrupted download is removed
RESERVE = 64 << 20  # bytes of a disk that stay free
CHECK_EVERY = 16 << 20  # bytes after which the free space is read again


class PartialFile:
    """A file that is being written. At the end it is removed: by then it has another name too, or failed.

    Attributes
    ----------
    size : int
        Bytes that were written.
    """

    def __init__(self, folder: Path, on_write: Callable[[], object] = lambda: None) -> None:
        self.path = folder / f"{PREFIX}{secrets.token_hex(8)}{SUFFIX}"
        self.digest, self.size = hashlib.sha256(), 0
        self._on_write, self._checked = on_write, 0
        self._file = open(self.path, "xb")  # noqa: SIM115 - closed by `__exit__`; "x": follows no link

    def write(self, block: bytes) -> None:
        """Append bytes. Raises `OSError` if the disk is full but for its reserve."""
        if self.size - self._checked >= CHECK_EVERY:
            self._checked = self.size
            if not has_room(self.path.parent, len(block)):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        self._file.write(block)
        self.digest.update(block)
        self.size += len(block)
        self._on_write()

    def restart(self) -> None:
        """Forget what was written."""
        self._file.seek(0)
        self._file.truncate()
        self.digest, self.size, self._checked = hashlib.sha256(), 0, 0

    def finish(self) -> None:
        """Write everything to the disk itself."""
        self._file.flush()
        to_disk(self._file.fileno())

    def give_name(self, path: Path) -> None:
        """Give the file a name. Raises `FileExistsError` if something else has it."""
        self._file.close()  # Windows renames no open file
        put_in_place(self.path, path, over=False)

    def __enter__(self) -> PartialFile:
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(OSError):  # a full disk, which was reported already
            self._file.close()
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


def has_room(folder: Path, size: int) -> bool:
    """Return True if so many bytes fit on the disk of a folder, or if that is not known."""
    try:
        return shutil.disk_usage(folder).free - size >= RESERVE
    except OSError:
        return True


def is_full(error: BaseException) -> TypeGuard[OSError]:
    """Return True for the error of a full disk, or of a quota."""
    return isinstance(error, OSError) and error.errno in FULL


def remove_stale(folder: Path) -> None:
    """Remove what interrupted downloads left in a folder, if it is older than a day: others may still be written."""
    with suppress(OSError):
        for path in folder.glob(f"{PREFIX}*{SUFFIX}"):
            if time.time() - path.lstat().st_mtime > STALE:
                path.unlink(missing_ok=True)
