"""Compare a response with the vendor's sample of it, path by path.

A path is written `data[].fields[name].values[].label`: rows of a list share one path, so that a path stands for all
rows that have it, but the fields that hold values are distinguished by their `name`. A field that the sample does not have, or
a value in a field that is empty in the sample, is compared with the sample's other fields of the same `type`.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "contract" / "samples"
KINDS = {dict: "object", list: "list", str: "text", bool: "true or false", int: "number", float: "number"}
Paths = Mapping[str, set[str]]


def sample(name: str) -> Any:
    """Return the sample response of a name, such as `list_fields`."""
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def sample_names() -> list[str]:
    """Return the names of all samples."""
    return sorted(path.stem for path in SAMPLES.glob("*.json"))


def paths(*bodies: Any) -> dict[str, set[str]]:
    """Return every path of the bodies with the kinds of what stands there, over all rows."""
    found: dict[str, set[str]] = defaultdict(set)
    for body in bodies:
        for path, kind in _walk(body, "", by_type=False):
            found[path].add(kind)
    return dict(found)


def differences(name: str, *bodies: Any) -> dict[str, str]:
    """Return what the bodies, together, have otherwise than the sample: `missing`, `new`, or another kind.

    Of an object that is missing or new only the object itself is listed, not what is below it.
    """
    wanted, served = paths(sample(name)), paths(*bodies)
    usual, given = _by_type([sample(name)]), _by_type(bodies)
    found = {path: "missing" for path in wanted if path not in served}
    for path, kinds in served.items():
        if path not in wanted:
            if not any(one in usual for one in given[path]):
                found[path] = "new"
        elif kinds - wanted[path]:
            more = ", ".join(sorted(kinds - wanted[path]))
            found[path] = f"{more} beside {', '.join(sorted(wanted[path]))}"
    return {path: what for path, what in found.items() if not _is_below(path, what, found)}


def _by_type(bodies: Iterable[Any]) -> dict[str, set[str]]:
    """Every path with the forms of it that name fields by their type, and each such form itself."""
    forms: dict[str, set[str]] = defaultdict(set)
    for body in bodies:
        named, typed = _walk(body, "", by_type=False), _walk(body, "", by_type=True)
        for (path, kind), (form, _) in zip(named, typed, strict=True):
            forms[path].add(f"{form}: {kind}")
            forms[f"{form}: {kind}"].add(path)
    return forms


def _walk(thing: Any, path: str, by_type: bool) -> Iterator[tuple[str, str]]:
    if path:
        yield path, KINDS.get(type(thing), "null")
    if isinstance(thing, dict):
        for key, value in thing.items():
            yield from _walk(value, f"{path}.{key}" if path else key, by_type)
    elif isinstance(thing, list):
        for row in thing:
            yield from _walk(row, f"{path}[{_key(row, by_type)}]", by_type)


def _key(row: Any, by_type: bool) -> str:
    if not isinstance(row, dict) or not {"name", "values"} <= set(row):
        return ""
    return f"any {row.get('type', 'field')}" if by_type else str(row["name"])


def _is_below(path: str, what: str, found: Mapping[str, str]) -> bool:
    """Return whether a path's parent is listed for the same reason."""
    steps = [match.start() for match in re.finditer(r"[.\[]", path)]
    return any(found.get(path[:end]) == what for end in steps)
