"""Keeps the store's records in an SQLite file, so that a simulator continues where an earlier one stopped.

Each record is one row of JSON: the file holds plain data, and none of it is ever executed. Every `write` is one
transaction that the operating system has received before `write` returns, so that a response that was sent survives
a crash of the process. `records.py` defines the records; `store.py` decides when they are written.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from . import records

FILE_NAME = "simulator.sqlite"
FORMAT = "2"  # changes when this release cannot read the records of earlier ones
KINDS: dict[str, type[Any]] = {
    name: kind
    for name, kind in vars(records).items()
    if isinstance(kind, type) and is_dataclass(kind) and any(f.name == "key" for f in fields(kind))
}
TABLES = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS record (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, key)
);
"""
# A changed record keeps its number, so that the order of the records stays the same.
PUT = """
INSERT INTO record (kind, key, body) VALUES (?, ?, ?)
ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body
"""


class Persistence:
    """Read and write the file in a data folder.

    One simulator at a time can open the folder. The class is not thread-safe: callers hold the store's lock.

    Parameters
    ----------
    folder : path
        The data folder; created if it does not exist.
    identity : mapping of str to str
        What the folder is bound to: seed and scenario.

    Raises
    ------
    ValueError
        If the folder is bound to another seed or scenario, cannot be read, or is in use.
    """

    def __init__(self, folder: Path, identity: Mapping[str, str]) -> None:
        self._folder = folder
        path = folder / FILE_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # it holds tokens
        except OSError as error:
            raise ValueError(
                f"cannot use the data folder {folder} ({error.strerror}): use another folder"
            ) from None
        self._database = sqlite3.connect(path, timeout=0.0, isolation_level=None, check_same_thread=False)
        try:
            self._open({"format": FORMAT, **identity})
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise ValueError(_read_error(folder, error)) from None
        except ValueError:
            self._database.close()
            raise

    def _open(self, identity: dict[str, str]) -> None:
        # Exclusive, so that a second simulator cannot open the folder. Not synchronous: the file stays intact when
        # the process dies at any time; only a power failure could damage it.
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=OFF"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(TABLES)
        with self._transaction():
            saved = self.metadata()
            if saved and (differing := [name for name in identity if saved.get(name) != identity[name]]):
                raise ValueError(_identity_error(self._folder, saved, identity, differing[0]))
            if not saved:
                self._save_metadata(identity)

    def metadata(self) -> dict[str, str]:
        """Return the texts that are saved in addition to the records."""
        return dict(self._database.execute("SELECT name, text FROM about"))

    def save_metadata(self, **texts: str) -> None:
        """Save texts in addition to the records, replacing earlier ones of the same name."""
        with self._transaction():
            self._save_metadata(texts)

    def _save_metadata(self, texts: Mapping[str, str]) -> None:
        self._database.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", texts.items())

    def load(self) -> Iterator[Any]:
        """Yield all records in the order in which they were first written; ValueError if one cannot be read."""
        try:
            for kind, body in self._database.execute("SELECT kind, body FROM record ORDER BY number"):
                yield decode(KINDS[kind], body)
        except (sqlite3.DatabaseError, ValueError, KeyError, TypeError) as error:
            raise ValueError(_read_error(self._folder, error)) from None

    def write(self, changed: Iterable[Any]) -> None:
        """Save these records, replacing older ones with the same key; all of them or none."""
        rows = []
        for record in changed:
            kind = type(record).__name__
            if KINDS.get(kind) is not type(record):
                raise TypeError(f"cannot save {kind}: it is not a record of records.py")
            rows.append((kind, record.key, encode(record)))
        with self._transaction():
            self._database.executemany(PUT, rows)

    def _transaction(self) -> _Transaction:
        return _Transaction(self._database)

    def close(self) -> None:
        self._database.close()


class _Transaction:
    """A transaction that takes the lock of the database at its start."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def __enter__(self) -> None:
        self.database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.database.execute("COMMIT")
        elif self.database.in_transaction:  # a full disk has already ended it
            self.database.execute("ROLLBACK")


def read_metadata(folder: Path) -> dict[str, str]:
    """Return the metadata of a data folder; empty if the folder has none or it cannot be read."""
    path = folder / FILE_NAME
    if not path.is_file():
        return {}
    with (
        contextlib.suppress(sqlite3.DatabaseError),
        contextlib.closing(sqlite3.connect(path, timeout=0.0)) as database,
    ):
        return dict(database.execute("SELECT name, text FROM about"))
    return {}


def _identity_error(folder: Path, saved: Mapping[str, str], wanted: Mapping[str, str], name: str) -> str:
    if name == "format":
        return (
            f"the data folder {folder} was written by another release of the simulator: "
            "use another folder, or delete this one"
        )
    if " " in saved.get(name, "") and saved[name].split()[0] == wanted[name].split()[0]:
        return (
            f"the data folder {folder} was created with an earlier version of the scenario {wanted[name].split()[0]}: "
            "use another folder, or restore the scenario file"
        )
    return (
        f"the data folder {folder} was created with {name} {saved.get(name)}, not {wanted[name]}: "
        f"use another folder, or {name} {saved.get(name)}"
    )


def _read_error(folder: Path, error: Exception) -> str:
    if "locked" in str(error):
        return (
            f"the data folder {folder} is in use by another simulator: stop that one, or use another folder"
        )
    return (
        f"cannot read {folder / FILE_NAME} as the state of a simulator ({error}): "
        "use another folder, or delete that file to start over"
    )


def encode(record: Any) -> str:
    """Return a record as JSON; attributes with their default value are left out."""
    return json.dumps(record, default=_to_dict, separators=(",", ":"))


def decode(kind: type[Any], text: str) -> Any:
    """Return the record that `encode` turned into this text."""
    hint: Any = kind
    return _decoder(hint)(json.loads(text))


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((f.name, _default(f)) for f in fields(kind))


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _to_dict(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    kind: Any = type(value)
    items = ((name, default, getattr(value, name)) for name, default in _defaults(kind))
    return {name: item for name, default, item in items if item != default}


@cache
def _decoder(hint: Any) -> Callable[[Any], Any]:
    """Return the function that turns JSON into what a type hint describes."""
    origin, inner = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return _record_decoder(hint)
    if origin in (Union, UnionType):
        return _optional(next(hint for hint in inner if hint is not type(None)))
    if origin is tuple and inner[-1] is Ellipsis:
        decode_item = _decoder(inner[0])
        return lambda items: tuple(map(decode_item, items))
    if origin is tuple:
        decoders = tuple(map(_decoder, inner))
        return lambda items: tuple(decode(item) for decode, item in zip(decoders, items, strict=True))
    if origin is not None:  # a mapping whose keys are a few names: interned to save memory
        value = _decoder(inner[1])
        return lambda items: {sys.intern(name): value(item) for name, item in items.items()}
    return lambda item: item


def _optional(hint: Any) -> Callable[[Any], Any]:
    decode_value = _decoder(hint)
    return lambda item: None if item is None else decode_value(item)


def _record_decoder(kind: Any) -> Callable[[Any], Any]:
    decoders = {name: _decoder(hint) for name, hint in get_type_hints(kind).items()}
    return lambda items: kind(**{name: decoders[name](item) for name, item in items.items()})
