"""Parses what configures a simulator (options, faults, scenario files) from JSON types into dataclasses.

Types are not converted: a string is not accepted as a number. An error is one sentence that names the place.
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
    """Make `read` refuse unknown names and wrong types for this dataclass; a decorator."""
    return with_config(ConfigDict(extra="forbid", strict=True))(kind)


def read(kind: type[T], config: Any, what: str) -> T:
    """Build an object of a dataclass from JSON types; ValueError explains what is wrong with `what`."""
    if not isinstance(config, Mapping):
        raise ValueError(f"{what} must be an object, not {_short(config)}")
    try:
        parsed: T = _adapter(cast(Any, kind)).validate_json(json.dumps(config))
        return parsed
    except (TypeError, RecursionError):
        raise ValueError(f"{what} cannot be written as JSON") from None
    except ValidationError as error:
        raise ValueError(_message(kind, error, what)) from None


def _message(kind: Any, error: ValidationError, what: str) -> str:
    """The first error, as a sentence."""
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    match first["type"]:
        case "value_error":
            message = str(first["ctx"]["error"])
            return f"{place}: {message}" if place else message
        case "unexpected_keyword_argument":
            known = (
                ", ".join(one.name for one in fields(kind)) if is_dataclass(kind) and "." not in place else ""
            )
            return f"unknown name '{place}' in {what}" + (f". Use {known}" if known else "")
        case "missing":
            return f"{place} is missing in {what}"
    if first["type"] == "string_type" and isinstance(first["input"], int | float):
        return f"{place} must be a string: put {first['input']!r} in quotes"
    return f"{place}: {first['msg'][0].lower()}{first['msg'][1:]}, not {_short(first['input'])}"


def _short(thing: Any) -> str:
    text = repr(thing)
    return text if len(text) <= 60 else f"{text[:57]}…"
