"""Which files of a batch may be sent: those below its folder, and those elsewhere that the user named.

A path is not trusted: a file may have been replaced by a link since it was found, and a journal may come from somebody
else. So the path is resolved when the file is opened, and compared with the opened file.
"""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from .containment import Folder, is_below

REPLACED = "Replaced while it was opened"
HINT = "List the file by its own path to allow it"
NO_FOLDER = "is not allowed, since an earlier version wrote this journal without its folder. Open that folder with this journal"


@dataclass(frozen=True)
class AllowedFiles:
    """What may be sent: nothing, unless it is named.

    Attributes
    ----------
    folders : tuple of str
        Files below these folders. Links are followed within them.
    files : dict
        Path of a file elsewhere that was named -> where it led to then; "" if it was no link.
    anywhere : bool
        True if every file may be sent; never of a journal.
    """

    folders: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    anywhere: bool = False

    @classmethod
    def of_meta(cls, meta: Mapping[str, str]) -> AllowedFiles:
        """Return what the entries of a journal allow. One of an older version has only the source of its files."""
        if "allowed_files" in meta:
            return cls.parse(meta["allowed_files"])
        return cls.of_source(meta.get("source", "null"))

    @classmethod
    @lru_cache(16)
    def of_source(cls, text: str) -> AllowedFiles:
        """Return the folder of a source, as JSON; nothing if the files had none, such as a list."""
        stored = json.loads(text)
        folder = stored and (stored.get("folder") or folder_of(stored["source"]))
        return cls((folder,)) if folder else cls()

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
        return replace(self, files={path: self.files[path]} if path in self.files else {})

    def reason(self, path: str) -> str:
        """Return why a file may not be sent, "" if it may. Links of folders are resolved once.

        It is called for each document again and again: each look at the disk lets other threads run first.
        """
        if self.anywhere or (path in self.files and self._is_named(path, os.path.realpath(path))):
            return ""
        if any(not _folder(root).contained(path).outside for root in self.folders):
            return ""
        return self._outside(path)

    def reason_if_opened(self, path: str, file: int) -> str:
        """Return why an opened file may not be sent, "" if it may: the path must still lead to it, and nowhere else."""
        if self.anywhere:
            return ""
        real = os.path.realpath(path)
        is_inside = any(is_below(real, os.path.realpath(folder)) for folder in self.folders)
        if not is_inside and not self._is_named(path, real):
            return self._outside(path)
        return "" if _is_opened(real, file) else f"{REPLACED}: {path}"

    def _outside(self, path: str) -> str:
        """Return why a path that is not allowed is not."""
        if not self.folders:
            return f"{path} {f'is not one of the files of this batch. {HINT}' if self.files else NO_FOLDER}"
        real = os.path.realpath(path)
        leads = f"is a link to {real}, outside of" if real != os.path.abspath(path) else "is outside of"
        return f"{path} {leads} the folder {self.folders[0]} of this batch. {HINT}"

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


def _is_opened(path: str, file: int) -> bool:
    """Return True if an opened file is the one at a path."""
    try:
        if os.path.samestat(os.stat(path), os.fstat(file)):
            return True
        if os.name != "nt":
            return False
        # Some drives of Windows have other numbers for a path than for an opened file, but the same for two opened ones.
        with open(path, "rb") as again:
            return os.path.sameopenfile(again.fileno(), file)
    except OSError:
        return False


@lru_cache(64)
def _folder(root: str) -> Folder:
    return Folder(root)
