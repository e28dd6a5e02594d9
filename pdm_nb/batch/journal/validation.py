"""Checks the content of a journal before it is used: a journal may be damaged, or made by somebody else.

SQLite stores any type in any column, and a file can have views and triggers that run with each write. All of it is checked
by queries, in a few milliseconds for thousands of documents. What is wrong is named by table, row and column.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ...errors import JournalError
from ...local_files import AllowedFiles
from .states import Event, State

MOST_BYTES = 4 << 30  # of the file
MOST_DOCUMENTS = 500_000
MOST_TEXT = 1 << 20  # characters of a cell or message
MOST_META = 64 << 20  # characters of the configuration, the largest entry
LATEST = 9e9  # Unix seconds, in the year 2255
LAYERS = ("analyst", "service", "suggestion", "register")


def _text(column: str, most: int = MOST_TEXT) -> str:
    return f"typeof({column}) = 'text' AND length({column}) <= {most}"


def _optional(column: str) -> str:
    return f"{column} IS NULL OR {_text(column, 4096)}"


def _whole(column: str) -> str:
    return f"typeof({column}) = 'integer' AND {column} >= 0"


def _time(column: str) -> str:
    return f"typeof({column}) IN ('real', 'integer') AND {column} BETWEEN 0 AND {LATEST}"


def _one_of(column: str, names: Iterator[str] | tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(str(name)) for name in names)})"


def _path(column: str) -> str:
    return f"{_text(column, 32_768)} AND instr({column}, char(0)) = 0"


KNOWN_DOCUMENT = "document IN (SELECT id FROM document)"
# Table -> column -> the condition that each row fulfils.
ROWS: dict[str, dict[str, str]] = {
    "document": {
        "id": _whole("id"), "path": _path("path"), "name": _path("name"), "size": _whole("size"),
        "mime_type": _text("mime_type", 1024), "state": _one_of("state", tuple(State)), "sent": _whole("sent"),
        **{name: _optional(name) for name in ("upload_id", "event_id", "file_upload_id", "revision_id", "version", "sha256", "container_id")},
        **{name: _text(name) for name in ("ml", "scraping", "reason", "message")},
        "mtime_ns": "typeof(mtime_ns) = 'integer'", "inode": "typeof(inode) = 'integer'",
        "follows": "follows IS NULL OR (follows < id AND follows IN (SELECT id FROM document))",
    },
    "cell": {
        "document": KNOWN_DOCUMENT, "field": _text("field", 4096), "layer": _one_of("layer", LAYERS),
        "text": _text("text"), "value": f"value IS NULL OR {_text('value')}", "source": _text("source", 1024),
        "confidence": "confidence IS NULL OR (typeof(confidence) IN ('real', 'integer') AND abs(confidence) < 1e9)",
        "sent": "sent IN (0, 1)",
    },
    "part": {
        "document": KNOWN_DOCUMENT, "number": f"{_whole('number')} AND number < 10000", "size": _whole("size"),
        "sha256": _text("sha256", 128), "etag": _optional("etag"),
    },
    "event": {
        "at": _time("at"), "document": _whole("document"), "event": _one_of("event", tuple(Event)),
        "state": _one_of("state", tuple(State)), "reason": _text("reason"),
    },
    "origin": {
        "document": _whole("document"), "file": _text("file", 32_768), "sheet": _text("sheet", 1024),
        "row": "row IS NULL OR typeof(row) = 'integer'", "sha256": _text("sha256", 128),
    },
    "action": {"id": _whole("id"), "at": _time("at"), **{name: _text(name) for name in ("author", "label", "account")}},
    "change": {
        "action": _whole("action"), "document": _whole("document"), "field": _text("field", 4096),
        "before": _text("before"), "after": _text("after"),
    },
    "readback": {
        "document": _whole("document"), "field": _text("field", 4096), "at": _time("at"),
        **{name: _text(name) for name in ("result", "intended", "found")},
    },
    "plan": {"hash": _text("hash", 128), "at": _time("at"), "content": "typeof(content) = 'blob'"},
    "plan_file": {"sha256": _text("sha256", 128), "hash": _text("hash", 128)},
    "left_out": {"path": _path("path"), "at": _time("at")},
    "meta": {"key": _text("key", 1024), "value": _text("value", MOST_META)},
}  # fmt: skip


def _is_cached(found: Any) -> bool:
    return isinstance(found, dict) and all(
        isinstance(one, list)
        and len(one) == 2
        and isinstance(one[0], int | float)
        and isinstance(one[1], list)
        for one in found.values()
    )


def _is_order(found: Any) -> bool:
    return isinstance(found, list) and all(
        isinstance(group, list) and all(isinstance(one, list) and len(one) == 4 for one in group)
        for group in found
    )


def _are_kept(found: Any) -> bool:
    return isinstance(found, list) and all(
        isinstance(one, list) and [type(part) for part in one] == [int, str, str] for one in found
    )


# Entries of `meta` that are JSON -> whether the JSON is what it should be.
JSON: dict[str, Callable[[Any], bool]] = {
    "fields": lambda found: isinstance(found, dict) and all(isinstance(name, str) for name in found.values()),
    "configuration": _is_cached,
    "source": lambda found: (
        found is None or (isinstance(found, dict) and isinstance(found.get("source"), str))
    ),
    "allowed_files": lambda found: isinstance(found, dict) and bool(AllowedFiles.parse(json.dumps(found))),
    "grid layout": lambda found: isinstance(found, list),
    "order of versions": _is_order,
    "kept values": _are_kept,
}


def check_schema(db: sqlite3.Connection, file: Path) -> None:
    """Raise `JournalError` for a file that is too large, or has views, triggers or virtual tables."""
    if file.stat().st_size > MOST_BYTES:
        raise JournalError(
            f"{file} is larger than {MOST_BYTES >> 30} GiB, so it is not read. Use another journal."
        )
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    query = (
        "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger') OR sql LIKE 'CREATE VIRTUAL%'"
    )
    found = db.execute(query).fetchone()
    if found is not None:
        kind = found[0] if found[0] in ("view", "trigger") else "virtual table"
        raise JournalError(
            f"{file} has a {kind}, which journals of pdm_nb do not have. It was changed by another program: use a copy "
            "from before that."
        )


def check_content(db: sqlite3.Connection, file: Path) -> None:
    """Raise `JournalError` for rows that pdm_nb does not write. The tables are those of the present version."""
    (count,) = db.execute("SELECT count(*) FROM document").fetchone()
    if count > MOST_DOCUMENTS:
        raise JournalError(
            f"{file} has {count:,} documents, more than {MOST_DOCUMENTS:,}. Use several journals."
        )
    for table, columns in ROWS.items():
        condition = " AND ".join(f"coalesce({one}, 0)" for one in (f"({rule})" for rule in columns.values()))
        if db.execute(f"SELECT 1 FROM {table} WHERE NOT ({condition}) LIMIT 1").fetchone() is not None:
            raise damaged(file, _place(db, table, columns))
    meta = dict(db.execute("SELECT key, value FROM meta"))
    for key, check in JSON.items():
        if key in meta and not _is_json(meta[key], check):
            raise damaged(file, f"the entry {key!r}")


def damaged(file: Path, where: str) -> JournalError:
    return JournalError(
        f"{file} is damaged or was changed by another program: {where} is not as pdm_nb writes it. Use a copy of the "
        "journal, or start a new one."
    )


def _place(db: sqlite3.Connection, table: str, columns: Mapping[str, str]) -> str:
    """Return which column of a table is wrong; the queries are slow, and only needed for the message."""
    for column, rule in columns.items():
        if (
            db.execute(f"SELECT 1 FROM {table} WHERE NOT coalesce(({rule}), 0) LIMIT 1").fetchone()
            is not None
        ):
            return f"the column {column!r} of the table {table!r}"
    return f"the table {table!r}"


def _is_json(text: str, check: Callable[[Any], bool]) -> bool:
    try:
        return check(json.loads(text))
    except (ValueError, RecursionError):
        return False
