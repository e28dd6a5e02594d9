"""The wire format: all rows of a table as one columnar message to the browser. Pure.

How this works: a column with repeated values is sent as a dictionary and codes into it, which makes a table of metadata
about ten times smaller. `frontend/src/edit/rows.js` unpacks the message:

    length of the head (4 bytes) | head (JSON) | codes of all columns (unsigned integers of 1, 2 or 4 bytes)

All integers are little-endian.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

Matches = Sequence[str] | None
Entry = tuple[str, str] | tuple[str, str, Matches] | tuple[str, str, Matches, str]
"""An entry of a list: its text and its code; optionally the values of another column that it matches, and its label."""

LONG = 500  # values; a longer list is searched in Python

Cells = Mapping[int, Mapping[str, Any]]
"""Cell contents by row id and column key."""


def encode(keys: Sequence[str], values: Cells, marks: Cells, seq: int) -> bytes:
    """Encode the rows of `values`, in order, with their marks; `seq` is the number of this state."""
    ids, rows = list(values), list(values.values())
    row_marks = [marks.get(row, {}) for row in ids]
    marked = {key for cells in row_marks for key in cells}
    codes = bytearray()
    head = _dump(
        {
            "seq": seq,
            "ids": ids,
            "values": {key: _column(_at(rows, key), codes) for key in keys},
            "marks": {key: _column(_at(row_marks, key), codes) for key in keys if key in marked},
        }
    )
    return b"".join((len(head).to_bytes(4, "little"), head, codes))


def encode_choices(choices: Mapping[str, Sequence[Entry]]) -> bytes:
    """Encode lists of values by name; of a list longer than `LONG` only the length, because Python searches it."""
    return _dump(
        {
            key: [list(entry) for entry in entries] if len(entries) <= LONG else {"count": len(entries)}
            for key, entries in choices.items()
        }
    )


def shared(cells: Cells) -> tuple[list[Any], dict[int, dict[str, int | None]]]:
    """Return the different marks, and the index of each cell's mark in them; None stays None."""
    different: list[Any] = []
    places: dict[int, int] = {}  # by identity: equal marks are one object (see `mark`)

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
    """The entry of a column in the head; its codes are appended to those of the columns before."""
    keys = values if set(map(type, values)) == {str} else _distinguishable(values)
    different = dict.fromkeys(keys)
    if len(different) > len(values) // 2:
        return {"plain": values}
    places = {one: place for place, one in enumerate(different)}
    width = "B" if len(places) <= 1 << 8 else "H" if len(places) <= 1 << 16 else "I"
    own = array(width, map(places.__getitem__, keys))
    if sys.byteorder == "big":
        own.byteswap()
    offset = len(codes)
    codes += own.tobytes()
    dictionary = [one if type(one) is str else json.loads(one[0]) for one in places]
    return {"dictionary": dictionary, "bytes": own.itemsize, "offset": offset}


def _distinguishable(values: list[Any]) -> list[Any]:
    """The same values, with a key in place of each one that is not a text: 1, True and "1" are different."""
    texts: dict[int, tuple[str]] = {}  # by identity

    def key(value: Any) -> tuple[str]:
        if id(value) not in texts:
            texts[id(value)] = (json.dumps(value),)
        return texts[id(value)]

    return [value if type(value) is str else key(value) for value in values]


def _dump(message: object) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
