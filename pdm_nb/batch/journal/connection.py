"""The connection to a journal's file: transactions, its lock, and errors in words."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import JournalError
from ...local_files import excluded
from . import schema


class Connection:
    """The open file of a journal. `lock` is held by whoever changes its rows, on the disk and in memory."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path, self.db = path, db
        self.lock = threading.RLock()
        self._file = os.stat(path)
        excluded.opened(self._file)
        self._is_open = True

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """Begin a transaction; `durable`: it is on the disk itself before this ends."""
        with self.reading() as db:
            self._check_file()
            if durable:
                db.execute("PRAGMA synchronous = FULL")
            with db:
                yield db
            if durable:
                db.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lock the connection. Raises `JournalError` for what SQLite reports."""
        with self.lock:
            try:
                yield self.db
            except sqlite3.Error as error:
                raise schema.journal_error(self.path, error) from None

    def _check_file(self) -> None:
        """Raise `JournalError` if the file is not the one that was opened: SQLite would write to a deleted file."""
        try:
            same = os.path.samestat(os.stat(self.path), self._file)
        except OSError:
            same = False
        if not same:
            raise JournalError(
                f"{self.path} was deleted, moved or replaced while it was open, so the batch cannot continue. Its "
                'contents are still in memory. Save them with batch.copy_journal("another file").'
            )

    def save_as(self, path: Path) -> None:
        """Write the whole journal into another file."""
        with self.lock:
            schema.copy_to(self.db, path)

    def close(self) -> None:
        with self.lock:
            self.db.close()
            if self._is_open:
                excluded.closed(self._file)
            self._is_open = False
