"""The parts that responses are made of, read with a check of their type. What is malformed raises (see `MALFORMED`).

Pure. What the parts mean is known to `decode` (configuration and files) and `documents` (uploads and revisions).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from ...errors import ServerError
from ...model import Value
from .spelling import Json, kind, plain, snake

T = TypeVar("T")

MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError)


def data(body: Any) -> Any:
    """The payload: v2 wraps it in `data`, v1 does not (B10)."""
    return body["data"] if isinstance(body, dict) and "data" in body else body


def rows(body: Any) -> list[Any]:
    """The rows of a page of a list.

    Raises
    ------
    TypeError
        If the body holds no list. That is not an empty list.
    """
    found = data(body)
    if not isinstance(found, list):
        raise TypeError(f"a list was expected, not {kind(found)}")
    return found


@contextmanager
def reading(operation: str) -> Iterator[None]:
    """Turn what a malformed response raises into the error of its call.

    Raises
    ------
    ServerError
        As for a response that is not JSON (B15): whether the work was done is unknown.
    """
    try:
        yield
    except MALFORMED as error:
        raise ServerError(
            f"The response of {operation} has another shape than is documented: {why(error)}",
            reason="ANSWER_SHAPE",
        ) from None


def why(error: Exception) -> str:
    """What is wrong with a malformed response, as a clause."""
    return f"{error} is missing" if isinstance(error, KeyError) else str(error) or "a value is malformed"


class ShapeReader(Generic[T]):
    """Reads the rows of a list one by one. A malformed row is None, and a sentence about it is in `faults`."""

    def __init__(self, operation: str, read: Callable[[Any], T]) -> None:
        self.operation, self._read = operation, read
        self.faults: dict[str, None] = {}  # each sentence once, in order

    def __call__(self, row: Any) -> T | None:
        try:
            return self._read(row)
        except MALFORMED as error:
            id_ = row.get("id") if isinstance(row, dict) else None
            which = f"Row {id_!r}" if isinstance(id_, str | int) else "A row"
            listed = snake(self.operation).partition("_")[2].replace("_", " ")
            self.faults[f"{which} of the list of {listed} is malformed and was left out: {why(error)}."] = (
                None
            )
            return None

    def readable(self, rows: Sequence[T | None]) -> list[T]:
        """The rows that could be read.

        Raises
        ------
        ServerError
            If there are rows and none could be read: then it is another list than is documented.
        """
        found = [row for row in rows if row is not None]
        if rows and not found:
            with reading(self.operation):
                raise ValueError(" ".join(self.faults))
        return found


# -- parts of a response
def text(given: Any) -> str:
    """A scalar as text, "" for null. Raises `TypeError` for a list or an object."""
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
    """A property that must be there, as text. Raises `KeyError` if it is missing, null or empty."""
    found = text(row.get(name))
    if not found:
        raise KeyError(name)
    return found


def items(given: Any) -> list[Any]:
    """A list within a response; null and a missing one are empty."""
    if given is None:
        return []
    if not isinstance(given, list):
        raise TypeError(f"a list was expected, not {kind(given)}")
    return given


def object_(given: Any) -> Json:
    """An object within a response; null and a missing one are empty."""
    return {} if given is None else plain(given)


def value(row: Any) -> Value:
    """An entry of a list of values, or the value of a field. A bare scalar is a value that has only a label."""
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
    """The label of a value, or of a bare scalar that stands for one."""
    if not isinstance(one, dict):
        return label(one)
    return label(one["label"] if "label" in one else plain(one).get("label"))


def label(given: Any) -> str:
    """What people read of a value; of one that is no text, as in a field of an unknown type (B20), its JSON."""
    if isinstance(given, str):
        return given
    return json.dumps(given, ensure_ascii=False) if isinstance(given, dict | list) else text(given)
