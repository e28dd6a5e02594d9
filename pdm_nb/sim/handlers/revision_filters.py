"""Filters and sort order of the lists of revisions (B62)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from ..documents import naming
from ..documents.call import Call
from ..documents.containers import collection_of, is_latest
from ..documents.document_views import system_of
from ..documents.field_values import is_timestamp
from ..runtime.responses import invalid
from ..world.records import Revision, StoredFile

Filter = Callable[[Revision], bool]
Key = Callable[[Revision], Any]

REFUSED = ("recycled", "include_recycled")  # recycled revisions are only in the recycle bin
DATE_RANGES = ("updated_at", "created_at", "recycled_at")
SAVED_VIEWS = ("saved_view_id", "saved_view_ids")  # accepted, but without effect
ONLY_RECYCLED = ("recycled_at", "id")  # sort keys of the recycle bin only


class Descending:
    """A sort key in reverse order."""

    __slots__ = ("key",)

    def __init__(self, key: Any) -> None:
        self.key = key

    def __lt__(self, other: Descending) -> bool:
        return bool(other.key < self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Descending) and bool(self.key == other.key)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class RevisionQuery:
    """The parsed filters of a list. `ids` are the requested ids, None if the list is not filtered by id."""

    ids: frozenset[str] | None
    filters: tuple[Filter, ...]
    in_containers: bool
    placeholders: bool

    @classmethod
    def of(cls, call: Call) -> RevisionQuery:
        """Parse the query of a call; 400 for an invalid filter."""
        texts = _filter_texts(call)
        by_id = [texts.pop(name) for name in ("id", "ids") if name in texts]
        return cls(
            ids=frozenset(one for ids in by_id for one in ids) if by_id else None,
            filters=tuple(_filter(call, name, texts) for name in texts),
            in_containers=bool({"document_container_id", "document_container_ids"} & texts.keys()),
            placeholders=not call.query.get("exclude_placeholders", False),
        )

    def passes(self, revision: Revision) -> bool:
        """Return True for a revision that the list contains."""
        if self.ids is not None and revision.key not in self.ids:
            return False
        if revision.placeholder and not self.placeholders:
            return False
        return all(passes(revision) for passes in self.filters)


def _filter_texts(call: Call) -> dict[str, list[str]]:
    """The query's `filters[…]`: the alternatives of each filter, by its name."""
    found: dict[str, list[str]] = {}
    for parameter, text in call.request.query_params.multi_items():
        if not (match := re.fullmatch(r"filters\[([^\]]+)\](\[\])?", parameter)):
            continue
        name = match[1]
        if name in REFUSED:
            raise invalid(f"filters.{name} is not accepted: use recycled_revisions")
        found.setdefault(name, []).extend(_alternatives(name, text))
    return found


def _alternatives(name: str, text: str) -> list[str]:
    """The strings of a JSON array, or the text itself; `document_container_ids` must be an array."""
    try:
        parsed = json.loads(text) if text.startswith("[") else None
    except (ValueError, RecursionError):
        parsed = None
    if isinstance(parsed, list) and all(isinstance(one, str) for one in parsed):
        return parsed
    if name == "document_container_ids":
        raise invalid(f"filters.{name} must be a JSON array of strings")
    return [text]


def _filter(call: Call, name: str, texts: Mapping[str, Sequence[str]]) -> Filter:
    core, wanted = call.core, frozenset(texts[name])
    match name:
        case "document_container_id" | "document_container_ids":
            return lambda r: r.container_id in wanted
        case "document_collection_id":
            known = collection_of(call.project.id) in wanted
            return lambda r: known
        case "document_collection_index_type":
            if wanted != {"latest_revisions"}:
                raise invalid("filters.document_collection_index_type must be latest_revisions")
            return lambda r: is_latest(core, r)
        case "in_workflow":
            if not wanted <= {"true", "false"}:
                raise invalid("filters.in_workflow must be true or false")
            return lambda r: str(bool(r.workflow_id)).lower() in wanted
        case "file_format":
            formats = {text.lower() for text in wanted}
            return lambda r: _format(r) in formats
        case "recycled_by":
            return lambda r: str(r.recycled_by or "") in wanted
        case "recycled_reason":
            return lambda r: r.recycled_reason in wanted
    if name in SAVED_VIEWS:
        return lambda r: True
    if name in DATE_RANGES:
        return _within(name, texts[name])
    return _by_field(call, name, wanted)


def _within(name: str, texts: Sequence[str]) -> Filter:
    """`<start>...<end>`, both required; the start is included, the end is not."""
    start, dots, end = texts[0].partition("...")
    if len(texts) > 1 or not dots or not is_timestamp(start) or not is_timestamp(end):
        raise invalid(f"filters.{name} must be <start>...<end>, both in ISO 8601, UTC")
    first, last = (datetime.fromisoformat(text).timestamp() for text in (start, end))
    at = attrgetter(name)
    return lambda r: at(r) is not None and first <= at(r) < last


def _by_field(call: Call, name: str, wanted: frozenset[str]) -> Filter:
    """A filter by a field's value: its id, or the literal."""
    project = call.project
    field = project.by_name.get(name)
    if field is None and name in project.system_by_name:
        return lambda r: any(
            text in wanted for value in system_of(call, r).get(name, []) for text in _texts(value)
        )
    if field is None:
        raise invalid(f"filters.{name[:80]} names no field of this project")
    if field.is_computed:
        return lambda r: naming.document_name(project, r.entries, r.file_name) in wanted
    return lambda r: not wanted.isdisjoint(naming.values_of(r.entries, field))


def _texts(value: dict[str, Any]) -> Iterator[str]:
    """The texts that select a value: its id, code and label."""
    yield from (text for text in value.values() if isinstance(text, str))


def order(call: Call, query: RevisionQuery, recycled: bool) -> tuple[str, Key]:
    """Return the name of a list's order and its sort key; `name` and `created_at` are the last criteria (B62)."""
    wanted = [one for one in call.query.get("sort", "").split(",") if one]
    keys = [_directed(call, one, recycled) for one in wanted]
    if not keys and query.in_containers:
        wanted = ["containers"]
        keys = [lambda r: Descending(r.container_id), lambda r: Descending(r.position)]
    if not keys and recycled:
        wanted = ["newest"]
        keys = [lambda r: Descending(r.recycled_at), lambda r: Descending(r.key)]
    project = call.project

    def key(r: Revision) -> Any:
        name = naming.document_name(project, r.entries, r.file_name)
        return (*(one(r) for one in keys), name, Descending(r.key))

    return ",".join(wanted) or "name", key


def _directed(call: Call, wanted: str, recycled: bool) -> Key:
    key = _key(call, wanted.removeprefix("-"), recycled)
    return (lambda r: Descending(key(r))) if wanted.startswith("-") else key


def _key(call: Call, wanted: str, recycled: bool) -> Key:
    files = call.core.store
    known: dict[str, Key] = {
        "created_at": attrgetter("key"),
        "uploaded_at": attrgetter("completed_at"),
        "file_size": lambda r: getattr(files.get(StoredFile, r.file_id), "size", 0),
        "file_format": _format,
        "recycled_at": attrgetter("recycled_at"),
        "id": attrgetter("key"),
    }
    if wanted in known and (recycled or wanted not in ONLY_RECYCLED):
        return known[wanted]
    if system := call.project.system_by_id.get(wanted):
        return lambda r: _sortable(system_of(call, r).get(system.name, []))
    field = call.project.by_id.get(wanted)
    if field is None:
        names = ", ".join(one for one in known if recycled or one not in ONLY_RECYCLED)
        raise invalid(f"sort {wanted[:80]!r} is not one of {names}, a field id")
    return naming.sorted_by(field)


def _sortable(values: list[dict[str, Any]]) -> tuple[float, str]:
    """The sort key of a system field: numbers sort as numbers, other values as texts."""
    text = str(values[0]["label"]) if values else ""
    return (float(text), "") if text.isdecimal() else (0.0, text)


def _format(revision: Revision) -> str:
    return revision.file_name.rpartition(".")[2].lower()
