"""Recognizes files of a batch that were moved, renamed, restored or mounted elsewhere. Sends nothing.

How this works: each new path is compared with the documents of its size whose paths are not in the source.

1. The same inode, time and size: it was renamed on its disk, so it need not be read.
2. The same SHA-256, if the document was hashed. Each new file is read at most once, several at a time.
3. The same name and time, if it was not: nothing was sent of it yet.

A document whose file still exists at the old path stays there; a copy is only recognized if the document was uploaded
already, has the same name, and the new one has no values of a register: as a document, it would become the next version
with the same bytes. One file is recognized for one document, so two rows with equal bytes stay two documents.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from ...model import Document
from ..journal.journal import Journal, StoredPart
from ..journal.states import State
from .file_parts import BLOCK

LINKED = (State.COMPLETED, State.SETTLED, State.SUBMITTING, State.UNCONFIRMED, State.SUBMITTED)
READERS = min(8, (os.cpu_count() or 1) + 2)  # files that are read at once
Named = tuple[Document, Mapping[str, Any]]
Key = tuple[int | str, ...]


class MovedFiles:
    """The documents of a journal, compared with files at paths that it does not know."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._digests: dict[str, str] = {}  # path -> SHA-256, read once

    def recognize(self, files: Sequence[Named]) -> list[int]:
        """Set the new paths of files that are known by another path; returns the ids of their documents.

        What was left out in a folder that was moved stays left out.
        """
        journal = self._journal
        new = [
            (file, values)
            for file, values in files
            if file.size and journal.current(file.path) is None and file.path not in journal.left_out
        ]
        if not new or not (journal.documents or journal.left_out):
            return []
        moved = self._pairs(new, {file.path for file, _ in files})
        paths = {document.path: file.path for document, file in moved}
        facts = {document.id: _facts(document, file) for document, file in moved}
        known = set(paths.values())
        paths |= _left_out(journal.left_out, paths, {file.path for file, _ in new} - known)
        if paths:
            journal.move(paths, facts)
        return list(facts)

    def _pairs(self, new: Sequence[Named], listed: set[str]) -> list[tuple[Document, Document]]:
        """Return each recognized document with its file; those that kept their name first."""
        index = _DocumentIndex(self._journal, {file.size for file, _ in new}, listed)
        self._read(
            file.path for file, _ in new if file.size in index.hashed and not index.knows(_inode_key(file))
        )
        found: list[tuple[Document, Document]] = []
        for keeps_name in (True, False):
            left: list[Named] = []
            for file, values in new:
                same = self._same(file, values, index, keeps_name)
                if same:
                    found.append((same, file))
                    index.remove(same)
                else:
                    left.append((file, values))
            new = left
        return found

    def _same(
        self, file: Document, values: Mapping[str, Any], index: _DocumentIndex, keeps_name: bool
    ) -> Document | None:
        """Return the document that a file is, None if it is another one."""
        for key in self._keys(file, index):
            for document in index.find(key, file, keeps_name):
                is_free = document.id not in index.present or _may_be_copied(document, values)
                if is_free and (key != _parts_key(file) or self._has_parts(document, file)):
                    return document
        return None

    def _keys(self, file: Document, index: _DocumentIndex) -> Iterator[Key]:
        """Yield what a file may have in common with a document; it is read only if one of its size was hashed."""
        yield _inode_key(file)
        if file.size in index.hashed:
            yield file.size, self._digest(file.path)
        yield _time_key(file)
        yield _parts_key(file)

    def _has_parts(self, document: Document, file: Document) -> bool:
        return is_file_of(replace(document, path=file.path), self._journal.parts(document.id))

    def _read(self, paths: Iterable[str]) -> None:
        """Read files that are certainly compared, several at once: hashing does not hold the interpreter."""
        unread = [path for path in dict.fromkeys(paths) if path not in self._digests]
        if len(unread) > 1:
            with ThreadPoolExecutor(min(len(unread), READERS), "pdm_nb-hash") as threads:
                self._digests.update(zip(unread, threads.map(_sha256, unread), strict=True))

    def _digest(self, path: str) -> str:
        if path not in self._digests:
            self._digests[path] = _sha256(path)
        return self._digests[path]


def _sha256(path: str) -> str:
    """Return the SHA-256 of a file, "" if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


class _DocumentIndex:
    """The newest documents of paths that are not in the source, by what a file may have in common with them."""

    def __init__(self, journal: Journal, sizes: set[int], listed: set[str]) -> None:
        self.hashed: set[int] = set()  # sizes of documents with a SHA-256
        self._keys: dict[int, list[Key]] = {}
        self._known: set[Key] = set()
        self._named: dict[tuple[Key, str], dict[int, Document]] = {}
        self._missing: dict[Key, dict[int, Document]] = {}  # those whose files no longer exist
        self.present: set[int] = set()
        for document in journal.documents.values():
            if document.size in sizes and document.id not in journal.followed and document.path not in listed:
                self._add(document, journal.parts(document.id))

    def _add(self, document: Document, parts: Sequence[StoredPart]) -> None:
        keys: list[Key] = [_inode_key(document)] if document.inode else []
        digest = parts[0].sha256 if len(parts) == 1 else document.sha256
        if digest:
            self.hashed.add(document.size)
            keys.append((document.size, digest))
        elif parts and sum(part.size for part in parts) == document.size:
            keys.append(_parts_key(document))
        else:
            keys.append(_time_key(document))
        self._keys[document.id] = keys
        self._known.update(keys)
        if os.path.lexists(document.path):
            self.present.add(document.id)
        for key in keys:
            self._named.setdefault((key, os.path.basename(document.path)), {})[document.id] = document
            if document.id not in self.present:
                self._missing.setdefault(key, {})[document.id] = document

    def knows(self, key: Key) -> bool:
        """Return True if a document has this key."""
        return key in self._known

    def find(self, key: Key, file: Document, keeps_name: bool) -> Iterable[Document]:
        """Return documents with a key: those of the same name, or those whose files are missing."""
        if not keeps_name:
            return self._missing.get(key, {}).values()
        named = self._named.get((key, os.path.basename(file.path)), {}).values()
        return sorted(named, key=lambda one: -len(_tail(one.path, file.path)))

    def remove(self, document: Document) -> None:
        """Remove a document that was recognized."""
        for key in self._keys.pop(document.id):
            del self._named[key, os.path.basename(document.path)][document.id]
            self._missing.get(key, {}).pop(document.id, None)


def _inode_key(file: Document) -> Key:
    """Return what a file keeps if it is renamed on its disk."""
    return file.size, file.inode, file.mtime_ns


def _time_key(file: Document) -> Key:
    """Return what a file that was not hashed keeps if it is copied with its times."""
    return file.size, file.name, file.mtime_ns


def _parts_key(file: Document) -> Key:
    """Return what files in several parts have in common; these are compared one by one."""
    return (file.size,)


def _may_be_copied(document: Document, values: Mapping[str, Any]) -> bool:
    """Return True if a copy of a document's file is that document: it was uploaded, and no register has the copy."""
    return not values and State(document.state) in LINKED


def _facts(document: Document, file: Document) -> dict[str, Any]:
    """Return what changes in a document: its name only if the service does not have it yet."""
    facts: dict[str, Any] = {"size": file.size, "mtime_ns": file.mtime_ns, "inode": file.inode}
    is_free = document.state == State.PLANNED and document.upload_id is None
    return facts | ({"name": file.name, "mime_type": file.mime_type} if is_free else {})


def _left_out(left_out: Iterable[str], moved: Mapping[str, str], new: set[str]) -> dict[str, str]:
    """Return the new paths of what was left out in folders that were moved, as far as there is a new file."""
    roots = set()
    for before, after in moved.items():
        tail = _tail(before, after)
        roots.add((before.removesuffix(tail), after.removesuffix(tail)))
    return {
        path: after + path.removeprefix(before)
        for before, after in sorted(roots)
        for path in left_out
        if before != after and path.startswith(before) and after + path.removeprefix(before) in new
    }


def _tail(path: str, other: str) -> str:
    """Return the end that two paths have in common, in whole folders and with the name."""
    shared = ""
    while os.path.basename(path) and os.path.basename(path) == os.path.basename(other):
        shared = os.path.join(os.path.basename(path), shared) if shared else os.path.basename(path)
        path, other = os.path.dirname(path), os.path.dirname(other)
    return shared


def moved_notice(documents: Sequence[Document]) -> str:
    """Return which files were found at another path, as a sentence; "" if none was."""
    if not documents:
        return ""
    count = "1 file was" if len(documents) == 1 else f"{len(documents):,} files were"
    return f"{count} recognized at another path, such as {documents[0].path}. They are not sent again."


def is_file_of(document: Document, parts: Iterable[StoredPart]) -> bool:
    """Return True if the file has the bytes that were hashed when it was sent: in parts, or as a whole."""
    expected = [(part.size, part.sha256) for part in parts] or [(document.size, document.sha256 or "")]
    try:
        with open(document.path, "rb") as file:
            for size, digest in expected:
                hashed = hashlib.sha256()
                while size and (block := file.read(min(BLOCK, size))):
                    hashed.update(block)
                    size -= len(block)
                if size or hashed.hexdigest() != digest:
                    return False
            return not file.read(1)
    except OSError:
        return False
