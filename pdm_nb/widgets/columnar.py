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


def shared(cells: Cells) -> tuple[list[Any], dict[int, dict[str, int | None]]]:
    """Marks by row and column as places in a list of the different ones; None stays where nothing is to be said."""
    different: list[Any] = []
    places: dict[int, int] = {}  # by identity: what is alike is one object (`mark`)

    def place(content: Any) -> int | None:
        if content is None:
            return None
        if id(content) not in places:
            places[id(content)] = len(different)
            different.append(content)
        return places[id(content)]

    coded = {row: {key: place(content) for key, content in of.items()} for row, of in cells.items()}
    return different, coded


def _column(values: list[Any]) -> dict[str, Any]:
    texts: dict[int, tuple[str]] = {}  # of what is no text, by identity

    def key(value: Any) -> tuple[str]:
        """What tells a value from others, 1 from True and from "1"."""
        if id(value) not in texts:
            texts[id(value)] = (json.dumps(value),)
        return texts[id(value)]

    codes: dict[Any, int] = {}
    coded = [codes.setdefault(value if type(value) is str else key(value), len(codes)) for value in values]
    if len(codes) > len(values) // 2:
        return {"plain": values}
    return {"dictionary": [one if type(one) is str else json.loads(one[0]) for one in codes], "codes": coded}


def _dump(message: object) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
