"""A store's records in an SQLite file, so that a simulator goes on where an earlier one stopped.

One row a record, as JSON: a file holds plain data, and nothing in it is ever run. Every `write` is one transaction,
handed to the operating system before it returns: what was answered survives the end of the process, at any instant.
What the records mean is `records.py`'s; when they are written is `store.py`'s.
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
FORMAT = "2"  # another one where the records of an earlier release cannot be read as they are
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
# A changed record keeps its number, and with it its place in the order.
PUT = """
INSERT INTO record (kind, key, body) VALUES (?, ?, ?)
ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body
"""


class Persistence:
    """The file in a data folder. One simulator at a time may have it; not safe for threads without the store's lock.

    Parameters
    ----------
    folder : path
        The data folder; made where it is missing.
    about : mapping of str to str
        What the folder belongs to, as seed and scenario. ValueError where it belongs to something else, cannot be
        read, or is in use.
    """

    def __init__(self, folder: Path, about: Mapping[str, str]) -> None:
        self._folder = folder
        path = folder / FILE_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # it holds tokens
        except OSError as error:
            raise ValueError(
                f"the data folder {folder} cannot be used ({error.strerror}): give another one"
            ) from None
        self._database = sqlite3.connect(path, timeout=0.0, isolation_level=None, check_same_thread=False)
        try:
            self._open({"format": FORMAT, **about})
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise ValueError(_why(folder, error)) from None
        except ValueError:
            self._database.close()
            raise

    def _open(self, about: dict[str, str]) -> None:
        # Exclusive: a second simulator on the folder is refused. Not synchronous: a process may die at any
        # instant, and the file is whole; only a machine that loses its power could lose it.
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=OFF"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(TABLES)
        with self._transaction():
            kept = self.about()
            if kept and (wrong := [name for name in about if kept.get(name) != about[name]]):
                raise ValueError(_other(self._folder, kept, about, wrong[0]))
            if not kept:
                self._remember(about)

    def about(self) -> dict[str, str]:
        """What is remembered beside the records."""
        return dict(self._database.execute("SELECT name, text FROM about"))

    def remember(self, **about: str) -> None:
        with self._transaction():
            self._remember(about)

    def _remember(self, about: Mapping[str, str]) -> None:
        self._database.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", about.items())

    def load(self) -> Iterator[Any]:
        """All records, in the order they were first written. ValueError where one cannot be read."""
        try:
            for kind, body in self._database.execute("SELECT kind, body FROM record ORDER BY number"):
                yield decode(KINDS[kind], body)
        except (sqlite3.DatabaseError, ValueError, KeyError, TypeError) as error:
            raise ValueError(_why(self._folder, error)) from None

    def write(self, changed: Iterable[Any]) -> None:
        """Keep these records in the place of older ones, all or none."""
        rows = []
        for record in changed:
            kind = type(record).__name__
            if KINDS.get(kind) is not type(record):
                raise TypeError(f"{kind} is no record of records.py, so it cannot be kept")
            rows.append((kind, record.key, encode(record)))
        with self._transaction():
            self._database.executemany(PUT, rows)

    def _transaction(self) -> _Transaction:
        return _Transaction(self._database)

    def close(self) -> None:
        self._database.close()


class _Transaction:
    """All of it or nothing, the database's lock taken at once."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def __enter__(self) -> None:
        self.database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.database.execute("COMMIT")
        elif self.database.in_transaction:  # a full disk has ended it already
            self.database.execute("ROLLBACK")


def about_of(folder: Path) -> dict[str, str]:
    """What a data folder is about, as far as that can be read; empty where nothing is kept there yet."""
    path = folder / FILE_NAME
    if not path.is_file():
        return {}
    with (
        contextlib.suppress(sqlite3.DatabaseError),
        contextlib.closing(sqlite3.connect(path, timeout=0.0)) as database,
    ):
        return dict(database.execute("SELECT name, text FROM about"))
    return {}


def _other(folder: Path, kept: Mapping[str, str], about: Mapping[str, str], name: str) -> str:
    if name == "format":
        return (
            f"the data folder {folder} was written by another release of the simulator: "
            "give another folder, or delete this one"
        )
    if " " in kept.get(name, "") and kept[name].split()[0] == about[name].split()[0]:
        return (
            f"the data folder {folder} holds a simulator of the scenario {about[name].split()[0]} as its file was before: "
            "give another folder, or the file as it was"
        )
    return (
        f"the data folder {folder} holds a simulator of {name} {kept.get(name)}, not {about[name]}: "
        f"give another folder, or {name} {kept.get(name)}"
    )


def _why(folder: Path, error: Exception) -> str:
    if "locked" in str(error):
        return (
            f"the data folder {folder} is in use by another simulator: stop that one, or give another folder"
        )
    return (
        f"{folder / FILE_NAME} cannot be read as the state of a simulator ({error}): "
        "give another folder, or delete that file to begin anew"
    )


def encode(record: Any) -> str:
    """A record as JSON; what has its default is left out."""
    return json.dumps(record, default=_plain, separators=(",", ":"))


def decode(kind: type[Any], text: str) -> Any:
    """The record that `encode` made this of."""
    hint: Any = kind
    return _decoder(hint)(json.loads(text))


@cache
def _shape(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((f.name, _default(f)) for f in fields(kind))


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _plain(thing: Any) -> dict[str, Any]:
    if isinstance(thing, Mapping):
        return dict(thing)
    kind: Any = type(thing)
    held = ((name, default, getattr(thing, name)) for name, default in _shape(kind))
    return {name: value for name, default, value in held if value != default}


@cache
def _decoder(hint: Any) -> Callable[[Any], Any]:
    """Makes of JSON what a type hint asks for: the other way of `encode`."""
    origin, inner = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return _record_decoder(hint)
    if origin in (Union, UnionType):
        return _optional(next(one for one in inner if one is not type(None)))
    if origin is tuple and inner[-1] is Ellipsis:
        one = _decoder(inner[0])
        return lambda items: tuple(map(one, items))
    if origin is tuple:
        every = tuple(map(_decoder, inner))
        return lambda items: tuple(make(item) for make, item in zip(every, items, strict=True))
    if origin is not None:  # a mapping by names, which are few: kept once each
        value = _decoder(inner[1])
        return lambda items: {sys.intern(name): value(item) for name, item in items.items()}
    return lambda item: item


def _optional(hint: Any) -> Callable[[Any], Any]:
    make = _decoder(hint)
    return lambda item: None if item is None else make(item)


def _record_decoder(kind: Any) -> Callable[[Any], Any]:
    makers = {name: _decoder(hint) for name, hint in get_type_hints(kind).items()}
    return lambda held: kind(**{name: makers[name](item) for name, item in held.items()})
