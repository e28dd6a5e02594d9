"""Reads the parts of responses and checks their types. Malformed parts raise one of `MALFORMED`. Pure.

What the parts mean is known to `decode` (configuration and files) and `decode_documents` (uploads and revisions).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from ...errors import ServerError
from ...model import Value
from .json_text import shown
from .spelling import Json, kind, plain, snake

T = TypeVar("T")

MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError)


def data(body: Any) -> Any:
    """Return the payload: v2 wraps it in `data`, v1 does not (B10)."""
    return body["data"] if isinstance(body, dict) and "data" in body else body


def rows(body: Any) -> list[Any]:
    """Return the rows of a page of a list.

    Raises
    ------
    TypeError
        If the body contains no list: that is not an empty list.
    """
    found = data(body)
    if not isinstance(found, list):
        raise TypeError(f"a list was expected, not {kind(found)}")
    return found


@contextmanager
def reading(operation: str) -> Iterator[None]:
    """Turn the exception of a malformed response into the error of its call.

    Raises
    ------
    ServerError
        As for a response that is not JSON (B15): it is unknown whether the call was carried out.
    """
    try:
        yield
    except MALFORMED as error:
        raise ServerError(
            f"Unexpected response format from {operation}: {why(error)}",
            reason="ANSWER_SHAPE",
        ) from None


def why(error: Exception) -> str:
    """Return what is wrong with a malformed response, as a clause."""
    text = shown(str(error), 200)
    return f"{text} is missing" if isinstance(error, KeyError) else text or "a value is malformed"


class ShapeReader(Generic[T]):
    """Reads the rows of a list. A malformed row is None, and `faults` gets a sentence about it."""

    def __init__(self, operation: str, read: Callable[[Any], T]) -> None:
        self.operation, self._read = operation, read
        self.faults: dict[str, None] = {}  # each sentence once, in order

    def __call__(self, row: Any) -> T | None:
        try:
            return self._read(row)
        except MALFORMED as error:
            id_ = row.get("id") if isinstance(row, dict) else None
            which = f"Row {shown(str(id_), 60)!r}" if isinstance(id_, str | int) else "A row"
            listed = snake(self.operation).partition("_")[2].replace("_", " ")
            self.faults[f"{which} in the list of {listed} is malformed and was skipped: {why(error)}."] = None
            return None

    def readable(self, rows: Sequence[T | None]) -> list[T]:
        """Return the rows that could be read.

        Raises
        ------
        ServerError
            If there are rows and none could be read: then the list has another format than documented.
        """
        found = [row for row in rows if row is not None]
        if rows and not found:
            with reading(self.operation):
                raise ValueError(next(iter(self.faults)))
        return found


# -- parts of a response
def text(given: Any) -> str:
    """Return a scalar as text, "" for null. Raises `TypeError` for a list or an object."""
    if isinstance(given, str):
        return given
    if given is None:
        return ""
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int | float):
        return str(given)
    raise TypeError(f"text was expected, not {kind(given)}")


def needed(row: Json, name: str) -> str:
    """Return a required property as text. Raises `KeyError` if it is missing, null or empty."""
    found = text(row.get(name))
    if not found:
        raise KeyError(name)
    return found


def id_of(row: Any) -> str:
    """Return a row of a list of ids, which are texts; also if the service returns whole rows instead."""
    if not isinstance(row, dict | str):
        raise ValueError(f"{row!r} is not an id")
    return needed(row, "id") if isinstance(row, dict) else needed({"id": row}, "id")


def url_in(found: Any) -> str:
    """Return the URL in a response whose keys are not documented (B64). Raises `ValueError` without one."""
    given = found.values() if isinstance(found, dict) else [found]
    url = next((one for one in given if isinstance(one, str) and one.startswith(("https://", "http://"))), "")
    if not url:
        raise ValueError("it contains no URL of the file")
    return url


def items(given: Any) -> list[Any]:
    """Return a list in a response; empty for null and a missing one."""
    if given is None:
        return []
    if not isinstance(given, list):
        raise TypeError(f"a list was expected, not {kind(given)}")
    return given


def object_(given: Any) -> Json:
    """Return an object in a response; empty for null and a missing one."""
    return {} if given is None else plain(given)


def value(row: Any) -> Value:
    """Return an entry of a list of values, or the value of a field. A scalar becomes a value with a label only."""
    if not isinstance(row, dict):
        return Value("", "", label(row))
    row = plain(row)
    code = text(row.get("code"))
    return Value(
        id=text(row.get("id")),
        code=code if code.strip("_") else "",  # B29: "" and "__" identify nothing
        label=label(row.get("label")),
        active=row.get("active") is not False,
        tags=tuple(map(text, items(row.get("tags")))),
    )


def label_of(one: Any) -> str:
    """Return the label of a value, or of a scalar in place of one."""
    if not isinstance(one, dict):
        return label(one)
    return label(one["label"] if "label" in one else plain(one).get("label"))


def label(given: Any) -> str:
    """Return the label of a value for people; its JSON if it is not text, as in a field of an unknown type (B20)."""
    if isinstance(given, str):
        return given
    return json.dumps(given, ensure_ascii=False) if isinstance(given, dict | list) else text(given)
