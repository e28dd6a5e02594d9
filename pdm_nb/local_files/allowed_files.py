"""Which files of a batch may be sent: those below its folder, and those elsewhere that the user named.

A path is not trusted: a file may have been replaced by a link since it was found, and a journal may come from somebody
else. So the path is resolved when the file is opened, and compared with the opened file.
"""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from .containment import Folder

REPLACED = "Replaced while it was opened"
HINT = "List the file by its own path to allow it"


@dataclass(frozen=True)
class AllowedFiles:
    """What may be sent. If nothing is known, such as in a journal of an older version, everything.

    Attributes
    ----------
    folders : tuple of str
        Files below these folders. Links are followed within them.
    files : dict
        Path of a file elsewhere that was named -> where it led to then; "" if it was no link.
    """

    folders: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    @lru_cache(16)
    def parse(cls, text: str) -> AllowedFiles:
        """Return what `dump` wrote. Raises `ValueError` for any other text."""
        found = json.loads(text)
        if not isinstance(found, dict):
            raise ValueError("it is not an object")
        folders, files = found.get("folders", []), found.get("files", {})
        if not isinstance(folders, list) or not isinstance(files, dict):
            raise ValueError("it has other parts")
        if not all(isinstance(one, str) for one in (*folders, *files, *files.values())):
            raise ValueError("it has parts that are no paths")
        return cls(tuple(folders), files)

    def dump(self) -> str:
        return json.dumps({"folders": self.folders, "files": self.files})

    def including(self, folder: str, paths: Iterable[str]) -> AllowedFiles:
        """Return this with a folder ("" for none), and with those of `paths` that are outside of all folders."""
        folders = tuple(dict.fromkeys([*self.folders, *([folder] if folder else [])]))
        new = AllowedFiles(folders)
        named = {path: _target(path) for path in paths if not folders or new.reason(path)}
        return AllowedFiles(folders, {**self.files, **named})

    def only(self, path: str) -> AllowedFiles:
        """Return what is allowed for one path."""
        return (
            AllowedFiles(self.folders, {path: self.files[path]})
            if path in self.files
            else AllowedFiles(self.folders)
        )

    def reason(self, path: str) -> str:
        """Return why a file may not be sent, "" if it may. Links of folders are resolved once.

        It is called for each document again and again: each look at the disk lets other threads run first.
        """
        if self._allows_everything or (path in self.files and self._is_named(path, os.path.realpath(path))):
            return ""
        if any(not _folder(root).contained(path).outside for root in self.folders):
            return ""
        return _outside(path, self.folders)

    def reason_if_opened(self, path: str, file: int) -> str:
        """Return why an opened file may not be sent, "" if it may: the path must still lead to it, and nowhere else."""
        if self._allows_everything:
            return ""
        real = os.path.realpath(path)
        is_inside = any(_is_below(real, os.path.realpath(folder)) for folder in self.folders)
        if not is_inside and not self._is_named(path, real):
            return _outside(path, self.folders)
        try:
            is_same = os.path.samestat(os.stat(real), os.fstat(file))
        except OSError:
            is_same = False
        return "" if is_same else f"{REPLACED}: {path}"

    @property
    def _allows_everything(self) -> bool:
        return not self.folders and not self.files

    def _is_named(self, path: str, real: str) -> bool:
        return path in self.files and real == (self.files[path] or path)


def folder_of(source: str) -> str:
    """Return the folder of a source: itself, that of a file, or the part of a pattern before its first wildcard."""
    path = Path(os.path.abspath(os.path.expanduser(source)))
    if path.is_dir():
        return os.fspath(path)
    while glob.has_magic(os.fspath(path)) and path != path.parent and not path.is_dir():
        path = path.parent
    return os.fspath(path if path.is_dir() else path.parent)


def _target(path: str) -> str:
    real = os.path.realpath(path)
    return "" if real == path else real


@lru_cache(64)
def _folder(root: str) -> Folder:
    return Folder(root)


def _outside(path: str, places: Iterable[str]) -> str:
    where = next(iter(places), "")
    real = os.path.realpath(path)
    leads = (
        f"{path} is a link to {real}, outside of"
        if real != os.path.abspath(path)
        else f"{path} is outside of"
    )
    return (
        f"{leads} the folder {where} of this batch. {HINT}"
        if where
        else f"{leads} the files of this batch. {HINT}"
    )


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)
