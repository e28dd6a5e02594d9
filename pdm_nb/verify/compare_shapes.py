"""Compares responses with the contract's shapes, path by path. Only the structure of a response is kept.

How this works: the shapes are in `contract.json`, generated from the contract: the JSON types of each path, with `!`
if the property is required. What is found is described by type and length. Property names that are not in the
contract are masked, unless they consist of words that are common in APIs (`contract.is_api_name`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .packaged_contract import contract, is_api_name
from .response import Response

NEW, MISSING, OTHER_TYPE = "new", "missing", "other type"
MOST_KEYS = 60  # of one object: more are data, not properties
MOST = 200  # differences of one response
DEPTH = 20


@dataclass(frozen=True, order=True)
class Difference:
    """A difference between a service and the contract: `kind` is new, missing or other type."""

    operation: str
    path: str
    kind: str
    contract: str
    found: str
    count: int = 1  # places in the responses with the difference
    of: int = 1  # of all places


@dataclass
class _Tally:
    """The counts of one path: objects that could have it, and how often it differed, by kind and what was found."""

    places: int
    found: dict[tuple[str, str], int]


def compare(response: Response) -> list[Difference]:
    """Return the differences between a successful response and the contract; none for an unknown operation."""
    known = contract()
    if response.operation not in known["operations"] or not response.is_success:
        return []
    where, name = known["operations"][response.operation]
    wrong = _wrapper(response, where)
    if wrong is not None:
        return [wrong]
    shape = {path: _parse(types) for path, types in known["shapes"][name].items()}
    comparison = _Comparison(shape, known["enums"].get(name, {}))
    payload = response.data if where.startswith("data") else response.body
    for row in payload if where.endswith("[]") else [payload]:
        comparison.walk(row, "", 0)
    prefix = f"{where}." if where else ""
    return [
        Difference(response.operation, f"{prefix}{path}".rstrip("."), *details)
        for path, details in comparison.differences()
    ][:MOST]


def _wrapper(response: Response, where: str) -> Difference | None:
    """The difference of a response that is not wrapped as in the contract."""
    body = response.body
    if where.startswith("data") and not (isinstance(body, dict) and "data" in body):
        return Difference(response.operation, "data", MISSING, "object with data", describe(body))
    payload = response.data if where.startswith("data") else body
    expected = "array" if where.endswith("[]") else "object"
    if kind_of(payload) != expected:
        path = where.removesuffix("[]") or "(body)"
        return Difference(response.operation, path, OTHER_TYPE, expected, describe(payload))
    return None


class _Comparison:
    """Walks through values along a shape and counts the differences."""

    def __init__(self, shape: dict[str, tuple[frozenset[str], bool]], enums: dict[str, list[str]]) -> None:
        self.shape, self.enums = shape, enums
        self.required: dict[str, list[str]] = {}
        for path, (_, required) in shape.items():
            if required:
                self.required.setdefault(path.rpartition(".")[0], []).append(path)
        self.tallies: dict[str, _Tally] = {}

    def walk(self, value: Any, path: str, depth: int) -> None:
        if path not in self.shape:
            self._count(path, NEW, describe(value))
            return
        kinds, _ = self.shape[path]
        kind = kind_of(value)
        if not kinds or depth > DEPTH:  # the contract leaves it open
            return
        self._count(path)
        if kind not in kinds and not (kind == "integer" and "number" in kinds):
            self._count(path, OTHER_TYPE, describe(value), again=True)
        elif path in self.enums and value not in self.enums[path]:
            self._count(path, NEW, f"a value that is not in the list, {describe(value)}", again=True)
        elif kind == "object":
            self._object(value, path, depth)
        elif kind == "array":
            for item in value:
                self.walk(item, f"{path}[]", depth + 1)

    def _object(self, value: dict[str, Any], path: str, depth: int) -> None:
        for name in self.required.get(path, ()):
            if name.rpartition(".")[2] not in value:
                self._count(name)
                self._count(name, MISSING, "nothing", again=True)
        prefix = f"{path}." if path else ""
        masked = len(value) > MOST_KEYS
        for key, child in value.items():
            below = prefix + key
            if below not in self.shape or not key.isidentifier():  # "", or one like a path
                below = prefix + ("*" if f"{prefix}*" in self.shape else _name(key, masked))
            self.walk(child, below, depth + 1)

    def _count(self, path: str, kind: str = "", found: str = "", *, again: bool = False) -> None:
        tally = self.tallies.setdefault(path, _Tally(0, {}))
        tally.places += not again
        if kind:
            tally.found[kind, found] = tally.found.get((kind, found), 0) + 1

    def differences(self) -> Iterator[tuple[str, tuple[str, str, str, int, int]]]:
        """Yield the path, and kind, contract, found, count and places of each difference, with its lengths combined."""
        for path, tally in sorted(self.tallies.items()):
            by_kind: dict[str, dict[str, int]] = {}
            for (kind, found), count in tally.found.items():
                by_kind.setdefault(kind, {})[found] = count
            for kind, counts in by_kind.items():
                described = "; ".join(sorted(counts)[:3]) + ("; …" if len(counts) > 3 else "")
                yield path, (kind, self._expected(path), described, sum(counts.values()), tally.places)

    def _expected(self, path: str) -> str:
        if path not in self.shape:
            return "nothing"
        kinds, required = self.shape[path]
        listed = " in a list" if path in self.enums else ""
        return f"{' or '.join(sorted(kinds))}{listed}{', required' if required else ''}"


def _parse(types: str) -> tuple[frozenset[str], bool]:
    """The JSON types of a path, and whether it is required."""
    kinds = types.rstrip("!")
    return frozenset(kinds.split("|") if kinds else ()), types.endswith("!")


def _name(key: str, masked: bool) -> str:
    """A property's name, masked if it could be data."""
    return key if not masked and is_api_name(key) else f"<unknown key of {len(key)} characters>"


def kind_of(value: Any) -> str:
    """Return the JSON type of a value."""
    if value is None:
        return "null"
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}
    return names.get(type(value), "unknown")


def describe(value: Any) -> str:
    """Return the type and length of a value, but not its content."""
    kind = kind_of(value)
    if kind == "string":
        return f"string of {len(value)} characters"
    if kind in ("array", "object"):
        parts = "items" if kind == "array" else "properties"
        return f"{kind} of {len(value)} {parts}"
    return kind
