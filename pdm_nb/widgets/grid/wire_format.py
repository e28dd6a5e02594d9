"""Rows as one columnar message: what a table sends to the browser when it loads. Pure.

A column whose values repeat travels as a dictionary and codes into it, which makes a table of metadata about a tenth of
its size. The message is the length of its head (four bytes), the head (JSON), and the codes of all columns, unsigned
integers of one, two or four bytes; all of them little-endian. Unpacked by `frontend/src/data.js`.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

Entry = tuple[str, str] | tuple[str, str, Sequence[str]]
"""The text a cell gets, the code people know it by, and the values of another column that it goes with."""

LONG = 500  # values; more of them are searched in Python

Cells = Mapping[int, Mapping[str, Any]]
"""Cell contents by row id and column key."""


def encode(keys: Sequence[str], values: Cells, marks: Cells, seq: int) -> bytes:
    """The rows of `values`, in order, with their marks; `seq` is the number of this state."""
    ids, rows = list(values), list(values.values())
    said = [marks.get(row, {}) for row in ids]
    marked = {key for cells in said for key in cells}
    codes = bytearray()
    head = _dump(
        {
            "seq": seq,
            "ids": ids,
            "values": {key: _column(_at(rows, key), codes) for key in keys},
            "marks": {key: _column(_at(said, key), codes) for key in keys if key in marked},
        }
    )
    return b"".join((len(head).to_bytes(4, "little"), head, codes))


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


def _at(rows: Sequence[Mapping[str, Any]], key: str) -> list[Any]:
    try:
        return list(map(itemgetter(key), rows))
    except KeyError:  # not every row has it
        return [cells.get(key) for cells in rows]


def _column(values: list[Any], codes: bytearray) -> dict[str, Any]:
    """A column of the head; its codes are put behind those of the columns before it."""
    told = values if set(map(type, values)) == {str} else _told_apart(values)
    different = dict.fromkeys(told)
    if len(different) > len(values) // 2:
        return {"plain": values}
    places = {one: place for place, one in enumerate(different)}
    width = "B" if len(places) <= 1 << 8 else "H" if len(places) <= 1 << 16 else "I"
    own = array(width, map(places.__getitem__, told))
    if sys.byteorder == "big":
        own.byteswap()
    offset = len(codes)
    codes += own.tobytes()
    dictionary = [one if type(one) is str else json.loads(one[0]) for one in places]
    return {"dictionary": dictionary, "bytes": own.itemsize, "offset": offset}


def _told_apart(values: list[Any]) -> list[Any]:
    """The same with a stand-in for each value that is no text: 1 is neither True nor "1"."""
    texts: dict[int, tuple[str]] = {}  # by identity

    def key(value: Any) -> tuple[str]:
        if id(value) not in texts:
            texts[id(value)] = (json.dumps(value),)
        return texts[id(value)]

    return [value if type(value) is str else key(value) for value in values]


def _dump(message: object) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
