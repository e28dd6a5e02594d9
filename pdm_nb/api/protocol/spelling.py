"""Property names in one spelling: snake case. Some sources use camel case or capitals for the same names (B34, B37, B78)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

Json = Mapping[str, Any]
WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@lru_cache(4096)
def snake(key: str) -> str:
    """Return a property name in snake case: `matchCriteria` is `match_criteria`, `type_ML` is `type_ml`."""
    return WORD.sub("_", key).lower()


def plain(row: Any) -> Json:
    """Return an object with its property names in snake case.

    If a name is present in two spellings, the snake case one is used unless it is null.

    Raises
    ------
    TypeError
        If `row` is not an object.
    """
    if not isinstance(row, dict):
        raise TypeError(f"an object was expected, not {kind(row)}")
    if all(map(str.islower, row)):  # as nearly all are
        return row
    found: dict[str, Any] = {}
    for key, given in row.items():
        name = snake(key)
        if name not in found or found[name] is None or (name == key and given is not None):
            found[name] = given
    return found


def kind(given: Any) -> str:
    """Return the type of a JSON value in words."""
    if given is None:
        return "null"
    if isinstance(given, bool):
        return "true or false"
    if isinstance(given, str):
        return "text"
    if isinstance(given, int | float):
        return "a number"
    return "a list" if isinstance(given, list) else "an object"
