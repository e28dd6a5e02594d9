"""Rows as one columnar message: what a table sends to the browser when it loads. Pure.

A column whose values repeat travels as a dictionary and codes into it, which makes a table of metadata about a
tenth of its size. Unpacked by `frontend/src/data.js`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

Entry = tuple[str, str] | tuple[str, str, Sequence[str]]
"""The text a cell gets, the code people know it by, and the values of another column that it goes with."""

LONG = 500  # values; more of them are searched in Python

Cells = Mapping[int, Mapping[str, Any]]
"""Cell contents by row id and column key."""


def encode(keys: Sequence[str], values: Cells, marks: Cells, seq: int) -> bytes:
    """The rows of `values`, in order, with their marks, as bytes of JSON; `seq` is the number of this state."""
    ids, rows = list(values), list(values.values())
    said = [marks.get(row, {}) for row in ids]
    marked = {key for cells in said for key in cells}
    message = {
        "seq": seq,
        "ids": ids,
        "values": {key: _column([cells.get(key) for cells in rows]) for key in keys},
        "marks": {key: _column([cells.get(key) for cells in said]) for key in keys if key in marked},
    }
    return _dump(message)


def encode_choices(choices: Mapping[str, Sequence[Entry]]) -> bytes:
    """Lists of values by name. Of a list longer than `LONG` only the length is sent: the browser asks for its values."""
    return _dump(
        {
            key: [list(entry) for entry in entries] if len(entries) <= LONG else {"count": len(entries)}
            for key, entries in choices.items()
        }
    )


def _column(values: list[Any]) -> dict[str, Any]:
    codes: dict[Any, int] = {}
    coded = [codes.setdefault(value if type(value) is str else _key(value), len(codes)) for value in values]
    if len(codes) > len(values) // 2:
        return {"plain": values}
    return {"dictionary": [key if type(key) is str else json.loads(key[0]) for key in codes], "codes": coded}


def _key(value: Any) -> tuple[str]:
    """What tells a value from others, 1 from True and from "1"."""
    return ("null",) if value is None else (json.dumps(value),)


def _dump(message: object) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
