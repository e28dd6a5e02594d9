"""The responses of a verification, and helpers that read them whatever their shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Response:
    """One response. `headers` has lower-case names. `body` is the JSON, or None. `at` is in Unix seconds."""

    operation: str
    status: int
    body: Any = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    at: float = 0.0
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)  # of the request
    version: str = ""  # of the path

    @property
    def is_success(self) -> bool:
        """True if the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def data(self) -> Any:
        """The payload: v2 wraps it in `data`, v1 does not (B10)."""
        return self.body["data"] if isinstance(self.body, dict) and "data" in self.body else self.body

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of a list, or the one object, without malformed ones."""
        found = self.data if isinstance(self.data, list) else [self.data]
        return [row for row in found if isinstance(row, dict)] if self.is_success else []

    @property
    def count(self) -> int | None:
        """The number of rows on the page, None if it is not a list."""
        return len(self.data) if isinstance(self.data, list) and self.is_success else None


@dataclass(frozen=True)
class ObservedResponses:
    """All responses of one verification, in order, and the host of the API.

    `traffic` also has the responses to other calls of this process; only their headers are used.
    """

    responses: tuple[Response, ...]
    host: str = ""
    traffic: tuple[Response, ...] = ()

    def of(self, *operations: str) -> list[Response]:
        """Return the responses to these operations."""
        return [one for one in self.responses if one.operation in operations]

    def rows(self, *operations: str) -> list[dict[str, Any]]:
        """Return the rows in the responses to these operations."""
        return [row for one in self.of(*operations) for row in one.rows]

    @property
    def uploads(self) -> list[dict[str, Any]]:
        """The uploads in all responses."""
        return self.rows(
            "listDocumentUploads", "listSelectedUploads", "showDocumentUpload", "showDocumentUploadV20"
        )

    @property
    def revisions(self) -> list[dict[str, Any]]:
        """The revisions in all responses."""
        return self.rows("listRevisions", "listSelectedRevisions")

    def field_values(self, rows: list[dict[str, Any]], name: str) -> Iterator[dict[str, Any]]:
        """Yield the values that documents have in the field with this name."""
        for row in rows:
            yield from (one for one in fields_of(row) if one.get("name") == name)


def first(value: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the first object of a list, such as of a field's values; {} if there is none."""
    found = value.get(key)
    return found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}


def as_text(value: Any) -> str:
    """Return a string or number as text, "" for anything else."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list, without malformed elements."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def fields_of(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the field values of a document."""
    return objects(row.get("fields"))


def as_number(value: Any) -> int | None:
    """Return a value as a whole number, or None."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None
