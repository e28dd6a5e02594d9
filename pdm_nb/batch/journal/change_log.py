"""The records of a journal that prove what happened: who changed which cell, where documents come from, what was read
back of them, and which plans were saved.

They are written in the transaction of what they describe, and only read when somebody asks: none of them is in memory.
`Journal` writes the changes; what the records mean for people is in `batch/evidence`.
"""

from __future__ import annotations

import getpass
import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ...model import FILE_NAME, Cell, LabelSource
from .connection import Connection

# Who changes cells. ANALYST: somebody who edits; FIX: a proposal of a check; PROFILE: a decision about a register.
REGISTER, PROFILE, NAME, ML, ANALYST, FIX, SERVICE = (
    "register",
    "profile",
    "file name",
    "machine learning",
    "analyst",
    "fix",
    "service",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    """Who changed cells, and by which action."""

    author: str
    action: str = ""


BY_SOURCE = {
    FILE_NAME: Cause(NAME, "Name template"),
    LabelSource.FILENAME_SCRAPING: Cause(NAME, "Read by the service"),
    LabelSource.ML: Cause(ML, "Read by the service"),
    LabelSource.SYSTEM: Cause(SERVICE, "Default of the service"),
    LabelSource.CONTAINER_MATCH: Cause(SERVICE, "Value of the earlier version"),
}
BY_PEOPLE = Cause(SERVICE, "Changed in Procore")
ELSEWHERE = {BY_PEOPLE, *BY_SOURCE.values()}  # not by whoever runs this process
CellEdit = tuple[Cause, int, str, str, str]  # document, field id, text before, text after
Origin = tuple[str, str, int | None, str]  # register, sheet, row, SHA-256 of the register
ReadBack = tuple[
    int, str, float, str, str, str
]  # document, field ("" for the whole), at, result, intended, found


def cause_of(cell: Cell) -> Cause:
    """Return who set a cell that the service reports."""
    return BY_SOURCE.get(cell.source, BY_PEOPLE)


@cache
def account() -> str:
    """Return the name of the account of the operating system, "" if it has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # ImportError: on Windows
        return ""


def write_edits(db: sqlite3.Connection, edits: Iterable[CellEdit]) -> None:
    """Write changes of cells, with one action for all of one cause, all at one moment. A text that did not change is left out."""
    actions: dict[Cause, int] = {}
    rows, now = [], time.time()
    for cause, document, field, before, after in edits:
        if before == after:
            continue
        if cause not in actions:
            facts = (now, cause.author, cause.action, "" if cause in ELSEWHERE else account())
            query = "INSERT INTO action (at, author, label, account) VALUES (?, ?, ?, ?)"
            actions[cause] = int(db.execute(query, facts).lastrowid or 0)
        rows.append((actions[cause], document, field, before, after))
    db.executemany("INSERT INTO change VALUES (?, ?, ?, ?, ?)", rows)


class ChangeLog:
    """Reads and writes the records of one journal."""

    def __init__(self, file: Connection) -> None:
        self._file = file

    # -- changes of cells
    def changes(self) -> tuple[list[int], list[int], list[str], list[str], list[str]]:
        """Return the changes of cells in order, as columns: action, document, field id, text before and after."""
        columns: tuple[list[Any], ...] = ([], [], [], [], [])
        same: dict[str, str] = {}  # thousands of rows have "Drawing"
        with self._file.reading() as db:
            for row in db.execute("SELECT action, document, field, before, after FROM change ORDER BY rowid"):
                for column, value in zip(columns, row, strict=True):
                    column.append(same.setdefault(value, value) if isinstance(value, str) else value)
        return columns  # type: ignore[return-value]

    def changes_of(self, document: int) -> list[tuple[float, str, str, str, str, str]]:
        """Return the changes of one document in order: (at, author, action, field id, text before, text after)."""
        query = """SELECT at, author, label, field, before, after FROM change JOIN action ON action.id = change.action
                   WHERE document = ? ORDER BY change.rowid"""
        with self._file.reading() as db:
            return db.execute(query, (document,)).fetchall()

    def actions(self) -> dict[int, tuple[float, str, str, str]]:
        """Return the actions by id: at, author, action, account of the operating system."""
        with self._file.reading() as db:
            return {id_: tuple(facts) for id_, *facts in db.execute("SELECT * FROM action ORDER BY id")}

    def decisions(self) -> list[tuple[float, str, str, int]]:
        """Return what was done to cells: (at, author, action, cells), in order; equal actions count as one."""
        query = """SELECT min(at), author, label, count(*) FROM change JOIN action ON action.id = change.action
                   GROUP BY author, label ORDER BY min(action.id)"""
        with self._file.reading() as db:
            return db.execute(query).fetchall()

    # -- origins
    def origins(self) -> dict[int, Origin]:
        """Return where documents come from."""
        with self._file.reading() as db:
            rows = db.execute("SELECT document, file, sheet, row, sha256 FROM origin")
            return {document: tuple(origin) for document, *origin in rows}

    def set_origins(self, origins: Iterable[tuple[int, Origin]]) -> None:
        """Store where documents come from, as last read."""
        with self._file.writing() as db:
            db.executemany(
                "INSERT OR REPLACE INTO origin VALUES (?, ?, ?, ?, ?)",
                [(document, *origin) for document, origin in origins],
            )

    # -- what was read back
    def readback(self) -> list[ReadBack]:
        """Return what was found when revisions were read back, by document and field."""
        with self._file.reading() as db:
            return db.execute("SELECT * FROM readback ORDER BY document, field").fetchall()

    def set_readback(self, results: Mapping[int, Iterable[tuple[str, str, str, str]]]) -> None:
        """Store what was found of documents that were read back now, instead of what was found before.

        `results`: (field, result, intended, found) by document; the field is "" if it is about the whole document.
        """
        now = time.time()
        with self._file.writing() as db:
            db.executemany("DELETE FROM readback WHERE document = ?", [(id_,) for id_ in results])
            rows = [(id_, field, now, *found) for id_, of in results.items() for field, *found in of]
            db.executemany("INSERT INTO readback VALUES (?, ?, ?, ?, ?, ?)", rows)

    # -- plans that were saved
    def plans(self) -> dict[str, float]:
        """Return the hashes of the plans that were saved, with the time."""
        with self._file.reading() as db:
            return dict(db.execute("SELECT hash, at FROM plan ORDER BY at"))

    def plan(self, hash_: str) -> bytes | None:
        """Return the content of a plan that was saved."""
        with self._file.reading() as db:
            row = db.execute("SELECT content FROM plan WHERE hash = ?", (hash_,)).fetchone()
        return None if row is None else row[0]

    def plan_of_file(self, sha256: str) -> str | None:
        """Return the hash of the plan that was saved as a file with these bytes."""
        with self._file.reading() as db:
            row = db.execute("SELECT hash FROM plan_file WHERE sha256 = ?", (sha256,)).fetchone()
        return None if row is None else row[0]

    def keep_plan(self, hash_: str, content: bytes, file_sha256: str) -> None:
        """Store a plan that was saved, and the hash of its file."""
        with self._file.writing() as db:
            db.execute("INSERT OR IGNORE INTO plan VALUES (?, ?, ?)", (hash_, time.time(), content))
            db.execute("INSERT OR REPLACE INTO plan_file VALUES (?, ?)", (file_sha256, hash_))
