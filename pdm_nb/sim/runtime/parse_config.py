"""Reads what a simulator is told – options, faults, scenario files, as JSON has them – into the classes they are meant for.

Types are not bent: a text is no number. What is wrong is one sentence that names the place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def strict(kind: type[T]) -> type[T]:
    """Have a dataclass refuse what it does not know when it is read: to be used where the class is made."""
    return with_config(ConfigDict(extra="forbid", strict=True))(kind)


def read(kind: type[T], told: Any, what: str) -> T:
    """An object of a dataclass, from JSON's types; ValueError that says what is wrong with `what`."""
    if not isinstance(told, Mapping):
        raise ValueError(f"{what} must be an object, not {_short(told)}")
    try:
        read: T = _adapter(cast(Any, kind)).validate_json(json.dumps(told))
        return read
    except (TypeError, RecursionError):
        raise ValueError(f"{what} holds what JSON does not have") from None
    except ValidationError as error:
        raise ValueError(_why(kind, error, what)) from None


def _why(kind: Any, error: ValidationError, what: str) -> str:
    """The first thing that is wrong, as a sentence."""
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    match first["type"]:
        case "value_error":
            told = str(first["ctx"]["error"])
            return f"{place}: {told}" if place else told
        case "unexpected_keyword_argument":
            known = (
                ", ".join(one.name for one in fields(kind)) if is_dataclass(kind) and "." not in place else ""
            )
            return f"{place} is no part of {what}" + (f"; there are {known}" if known else "")
        case "missing":
            return f"{place} is missing in {what}"
    if first["type"] == "string_type" and isinstance(first["input"], int | float):
        return f"{place} must be a text: write {first['input']!r} in quotes, as it is meant"
    return f"{place}: {first['msg'][0].lower()}{first['msg'][1:]}, not {_short(first['input'])}"


def _short(thing: Any) -> str:
    text = repr(thing)
    return text if len(text) <= 60 else f"{text[:57]}…"
