"""Whether a path leads out of a folder: by `..`, as an absolute path, or by a symbolic link. Reads no file."""

from __future__ import annotations

import os
import re
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache

from ..rules.values.text import nfc

CACHED = 10_000  # folders whose links are resolved once
UNUSUAL = re.compile(r"^/|\\|\.\.|\0|:")  # a path that may lead out by its text
DRIVE = re.compile(r"[A-Za-z]:[\\/]")


@dataclass(frozen=True, slots=True)
class Contained:
    """Where a path leads.

    Attributes
    ----------
    path : str
        The absolute path, with links resolved.
    reason : str
        Why it is outside the folder, "" if it is inside.
    exists : bool
        True if it is outside and there is a file.
    """

    path: str
    reason: str = ""
    exists: bool = False

    @property
    def outside(self) -> bool:
        """True if the path leads out of the folder."""
        return bool(self.reason)


class _Everything(Container[str]):
    """Contains every name."""

    def __contains__(self, _name: object) -> bool:
        return True


class Folder:
    """A folder that paths are compared with. The links of each folder below it are resolved once.

    Parameters
    ----------
    root : path or None
        The folder; None if it is not known: then only the text of a path counts.
    """

    def __init__(self, root: str | os.PathLike[str] | None) -> None:
        self.root = None if root is None else os.path.abspath(os.path.expanduser(root))
        self._real = "" if self.root is None else os.path.realpath(self.root)
        self._resolved = lru_cache(CACHED)(os.path.realpath)
        self._links = lru_cache(CACHED)(self._links_in)
        self._loops = lru_cache(CACHED)(self._passes_twice)

    def relative(self, path: str) -> str:
        """Return an absolute path below the folder as a path relative to it, any other as it is."""
        if self.root and os.path.isabs(path) and is_below(os.path.normpath(path), self.root):
            return os.path.relpath(path, self.root)
        return path

    def reason(self, path: str) -> str:
        """Return why a path leads out of the folder, "" if it does not; fast for thousands of files of few folders."""
        if self.root is not None and not UNUSUAL.search(path):
            folder, _, name = path.rpartition("/")
            if name not in self._links(folder):
                return ""
        return self.contained(path).reason

    def _links_in(self, folder: str) -> Container[str]:
        """Return the names of the links in a folder below this one; all names if the folder itself leads out."""
        full = os.path.join(self.root or "", folder)
        if not is_below(self._resolved(full), self._real):
            return _Everything()
        try:
            return {entry.name for entry in os.scandir(full) if entry.is_symlink()}
        except (OSError, ValueError):
            return ()

    def contained(self, path: str | os.PathLike[str]) -> Contained:
        """Return where a path leads; see the function `contained`."""
        text = os.fspath(path)
        if "\0" in text:
            return Contained(text, f"{text!r} contains a null character, so it is not a path")
        if os.sep == "\\" and ":" in os.path.splitdrive(text)[1]:
            return Contained(text, f"{text} has a colon in a name, which Windows does not allow")
        if os.sep == "/" and DRIVE.match(text):
            return Contained(text, f"{text} is an absolute path of another computer")
        if os.sep == "/" and "\\" in text and not os.path.lexists(os.path.join(self.root or "", text)):
            text = text.replace("\\", "/")  # written on Windows
        if self.root is None:
            return Contained(text, _reason_by_text(text))
        full = os.path.normpath(os.path.join(self.root, text))
        if is_below(full, self.root):
            return self._of_link(full, text)
        real = os.path.realpath(full)
        if is_below(real, self._real):  # the same folder by another path
            return Contained(real)
        why = "is an absolute path outside" if os.path.isabs(text) else "leads out of"
        return Contained(real, f"{text} {why} the folder {self.root}", os.path.lexists(full))

    def is_loop(self, folder: str | os.PathLike[str]) -> bool:
        """Return True if a folder is reached through a link to one of the folders above it."""
        return self._loops(os.path.abspath(folder))

    def _passes_twice(self, folder: str) -> bool:
        above, name = os.path.split(folder)
        if not name or folder == self.root:
            return False
        real = self._resolved(folder)
        return self._loops(above) or (os.path.islink(folder) and is_below(self._resolved(above), real))

    def _of_link(self, full: str, text: str) -> Contained:
        """Return where a path below the folder leads, if it or one of its folders is a link."""
        folder, name = os.path.split(full)
        real = os.path.join(self._resolved(folder), name)
        if os.path.islink(real):
            real = os.path.realpath(real)
        if is_below(real, self._real):
            return Contained(real)
        reason = f"{text} is a link to {real}, outside the folder {self.root}"
        return Contained(real, reason, os.path.lexists(real))


def contained(path: str | os.PathLike[str], root: str | os.PathLike[str]) -> Contained:
    """Return whether a path stays in a folder.

    Parameters
    ----------
    path : path
        Absolute, or relative to `root`; with slashes or backslashes.
    root : path
        The folder.

    Returns
    -------
    Contained
        The resolved path; `outside` is True if it leads out of the folder, and `reason` explains how.

    Examples
    --------
    >>> contained("sub/../a.pdf", "/files").outside
    False
    >>> contained("../a.pdf", "/files").reason
    '../a.pdf leads out of the folder /files'
    """
    return Folder(root).contained(path)


def is_below(path: str, root: str) -> bool:
    """Return True if a path is a folder or below it. Where case or accents make no difference, they are ignored."""
    if path == root or path.startswith(root.rstrip(os.sep) + os.sep):
        return True
    if not _folded(path).startswith(_folded(root)):
        return False
    start = os.sep.join(path.split(os.sep)[: len(root.rstrip(os.sep).split(os.sep))])
    try:  # whether it is the same folder only the file system knows
        return _folded(start) == _folded(root.rstrip(os.sep)) and os.path.samefile(start, root)
    except (OSError, ValueError):
        return False


def _folded(path: str) -> str:
    return nfc(nfc(path).casefold())


def _reason_by_text(text: str) -> str:
    if os.path.isabs(text):
        return f"{text} is an absolute path"
    return f"{text} leads out of its folder" if os.path.normpath(text).split(os.sep)[0] == ".." else ""
