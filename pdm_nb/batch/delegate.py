"""Methods of `Batch` that a part of it implements: with the same signature and docstring."""

from __future__ import annotations

import functools
from collections.abc import Callable
from operator import attrgetter
from typing import Any, Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
Part = TypeVar("Part")


def delegate(part: str, method: Callable[Concatenate[Part, P], R]) -> Callable[Concatenate[Any, P], R]:
    """Return a method that calls `method` of the attribute `part`."""
    get = attrgetter(part)

    @functools.wraps(method)
    def call(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return method(get(self), *args, **kwargs)

    return call
