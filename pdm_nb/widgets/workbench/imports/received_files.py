"""Files that the browser sends: written piece by piece into a folder next to the notebook, under safe names.

How this works: each file is written to a hidden file next to its place, which gets its name when it is complete. So an
import never finds half a file, and a file that exists is never overwritten. The files of one drop share a folder, which is
named after the time.
"""

from __future__ import annotations

import os
import re
import shutil
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ....errors import InputError
from ....local_files.safe_name import safe_name
from ...application.run_board import size_text

FOLDER = "pdm_nb-files"  # next to the notebook, visible in JupyterLab's file browser
MOST_BYTES = 500 << 20  # of a file: larger ones are better copied than sent through the notebook
MOST_FILES = 2_000  # in one folder
DEEPEST = 12  # folders within each other


@dataclass(slots=True)
class IncomingFile:
    """A file of which a part has arrived."""

    target: Path
    part: Path
    size: int
    received: int = 0


class ReceivedFiles:
    """Writes files into one folder.

    Parameters
    ----------
    root : Path
        Where the folder is made.
    now : callable
        The time, in Unix seconds.
    """

    def __init__(self, root: Path = Path(FOLDER), now: Callable[[], float] = time.time) -> None:
        self._root, self._now = root, now
        self._incoming: dict[str, IncomingFile] = {}
        self.folder: Path | None = None  # made with the first file
        self.files = 0  # complete ones

    def begin(self, name: str, size: int) -> str:
        """Begin a file; return the key of its pieces.

        Raises
        ------
        InputError
            If it is too large, cannot be named, exists already, or does not fit on the disk.
        """
        parts = [part for one in re.split(r"[/\\]", name)[-DEEPEST:] if (part := safe_name(one))]
        if not parts:
            raise InputError(f"{name!r} cannot be the name of a file. Rename it first.")
        if size > MOST_BYTES:
            raise InputError(
                f"{parts[-1]} has {size_text(size)}, and the browser can send at most {size_text(MOST_BYTES)}. Copy it to "
                "the computer of the notebook in another way, then enter its folder above."
            )
        if self.files + len(self._incoming) >= MOST_FILES:
            raise InputError(
                f"The browser can send at most {MOST_FILES:,} files at once. Import these first."
            )
        target = self._new_folder().joinpath(*parts)
        if target.exists() or any(one.target == target for one in self._incoming.values()):
            raise InputError(f"{target} exists already, so it was not replaced. Rename one of the two.")
        if size > shutil.disk_usage(self._root).free:
            raise InputError(f"The disk of the notebook has no room for {parts[-1]} ({size_text(size)}).")
        return self._open(target, size)

    def _open(self, target: Path, size: int) -> str:
        key = uuid.uuid4().hex
        part = target.with_name(f".{key}.part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            part.touch(exist_ok=False)
        except OSError as error:
            raise InputError(f"{target} cannot be written ({error.strerror or error}).") from None
        self._incoming[key] = IncomingFile(target, part, size)
        return key

    def _new_folder(self) -> Path:
        if self.folder is None:
            name = time.strftime("%Y-%m-%d-%H%M%S", time.localtime(self._now()))
            self.folder = self._root / name
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                place, self.folder = self.folder, None
                raise InputError(f"The folder {place} cannot be made ({error.strerror or error}).") from None
        return self.folder

    def add(self, key: str, offset: int, data: bytes) -> int:
        """Write a piece at its place; return how many bytes have arrived."""
        one = self._known(key)
        if offset != one.received or offset + len(data) > one.size:
            self.cancel(key)
            raise InputError(f"{one.target.name} did not arrive completely. Drop it again.")
        try:
            with one.part.open("ab") as file:
                file.write(data)
        except OSError as error:
            self.cancel(key)
            raise InputError(f"{one.target} cannot be written ({error.strerror or error}).") from None
        one.received += len(data)
        return one.received

    def finish(self, key: str) -> Path:
        """Give a complete file its name; return its path."""
        one = self._known(key)
        if one.received != one.size:
            self.cancel(key)
            raise InputError(f"{one.target.name} did not arrive completely. Drop it again.")
        del self._incoming[key]
        try:
            os.link(one.part, one.target)  # fails if the file exists
            one.part.unlink()
        except FileExistsError:
            one.part.unlink()
            raise InputError(
                f"{one.target} exists already, so it was not replaced. Rename one of the two."
            ) from None
        except OSError:  # a disk without links
            one.part.rename(one.target)
        self.files += 1
        return one.target

    def cancel(self, key: str) -> None:
        """Remove what has arrived of a file."""
        one = self._incoming.pop(key, None)
        if one is not None:
            with suppress(OSError):
                one.part.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove all files that are not complete; the next file gets a new folder."""
        for key in list(self._incoming):
            self.cancel(key)
        if self.folder is not None and not self.files:
            with suppress(OSError):
                self.folder.rmdir()
        self.folder, self.files = None, 0

    def _known(self, key: str) -> IncomingFile:
        if key not in self._incoming:
            raise InputError("This file was cancelled. Drop it again.")
        return self._incoming[key]
