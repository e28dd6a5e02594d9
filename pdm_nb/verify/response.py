"""What was seen of one call: the common language of the modules of this package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Response:
    """One response. `headers` have lower-case names; `body` is the JSON, None if it is none; `at` Unix seconds."""

    operation: str
    status: int
    body: Any = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    at: float = 0.0
    asked: Mapping[str, Any] = field(default_factory=dict, repr=False)  # the parameters of the request
    version: str = ""  # of the path

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def data(self) -> Any:
        """The payload: v2 wraps it in `data`, v1 does not (B10)."""
        return self.body["data"] if isinstance(self.body, dict) and "data" in self.body else self.body

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of a list, or the one object; malformed ones are left out."""
        found = self.data if isinstance(self.data, list) else [self.data]
        return [row for row in found if isinstance(row, dict)] if self.is_success else []

    @property
    def count(self) -> int | None:
        """How many rows the page has; None if it is no list."""
        return len(self.data) if isinstance(self.data, list) and self.is_success else None


@dataclass(frozen=True)
class Seen:
    """All responses of one verification, in order, and the host of the API.

    `traffic` are those to other calls of this process too; only their headers are looked at.
    """

    responses: tuple[Response, ...]
    host: str = ""
    traffic: tuple[Response, ...] = ()

    def of(self, *operations: str) -> list[Response]:
        return [one for one in self.responses if one.operation in operations]

    def rows(self, *operations: str) -> list[dict[str, Any]]:
        return [row for one in self.of(*operations) for row in one.rows]

    @property
    def uploads(self) -> list[dict[str, Any]]:
        return self.rows(
            "listDocumentUploads", "listSelectedUploads", "showDocumentUpload", "showDocumentUploadV20"
        )

    @property
    def revisions(self) -> list[dict[str, Any]]:
        return self.rows("listRevisions", "listSelectedRevisions")

    def held(self, rows: list[dict[str, Any]], name: str) -> Iterator[dict[str, Any]]:
        """What documents hold in the field of this name."""
        for row in rows:
            yield from (one for one in fields_of(row) if one.get("name") == name)


def first(value: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The first of a field's values, or of another list; empty if there is none."""
    found = value.get(key)
    return found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}


def words(value: Any) -> str:
    """A value as text; "" if it is not plain."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def dicts(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; malformed elements are left out."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def fields_of(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a document holds in its fields."""
    return dicts(row.get("fields"))


def number(value: Any) -> int | None:
    """A whole number, None if it is none."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None
