"""Writes a table to a file and reads it back: numbers as arrays of NumPy, all else as JSON. Nothing in it is executed.

How this works: each distinct text is stored once, and the cells are numbers into these texts; so are the cells that are
not what they look like. Registers repeat most of their values, so a table is read back several times faster than parsed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from itertools import chain, islice
from typing import IO, Any, TypeVar

import numpy as np
import pandas as pd

from ..form import FormMark
from ..sheets.garbage_collection import no_garbage_collection
from ..sheets.workbook import Appearance, ReadingNotice, ShownCell, Stored
from ..table import ExcludedRow, RegisterTable, TableCandidate
from ..table.register_table import Reason

Arrays = dict[str, Any]
Made = TypeVar("Made")
# Stored values that JSON does not have, by the name of their type.
_READ: dict[str, Callable[[Any], Stored]] = {
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "timedelta": lambda parts: dt.timedelta(*parts),
}


def write_table(table: RegisterTable, file: IO[bytes]) -> None:
    """Write a table."""
    texts: dict[str | None, int] = {None: 0}
    codes = [_codes(table.frame[name], texts) for name in table.columns]
    cells, arrays = _cell_arrays(table)
    described = {
        "columns": table.columns, "sheets": table.sheets, "header": table.header, "letters": table.letters,
        "filled": [[name, sorted(places)] for name, places in table.filled.items()],
        "links": [[name, list(links.items())] for name, links in table.links.items()],
        "side": table.side, "above": list(table.above.items()), "excluded": [asdict(one) for one in table.excluded],
        "candidates": [asdict(one) for one in table.candidates], "is_ambiguous": table.is_ambiguous,
        "form": asdict(table.form) if table.form else None,
        "notices": [asdict(one) for one in table.notices], "texts": list(texts), "shown": cells,
        "cells": [[name, len(odd)] for name, odd in table.cells.items()],
    }  # fmt: skip
    rows = len(table.frame)
    arrays |= {
        "codes": np.stack(codes) if codes else np.zeros((0, rows), "<i4"),
        "numbers": table.frame.index.to_numpy(),
        "sheet": np.fromiter(map(table.sheets.index, table.sheet_of_row), "<i4", rows),
        "described": np.frombuffer(json.dumps(described).encode(), "u1"),
    }
    np.savez(file, allow_pickle=False, **arrays)


def _codes(column: pd.Series[Any], texts: dict[str | None, int]) -> Any:
    """Return the number of the text of each cell; new texts are added to `texts`."""
    places, distinct = pd.factorize(column)
    numbers = [texts.setdefault(text, len(texts)) for text in distinct]
    return np.array([*numbers, 0], "<i4")[places]  # an empty cell has place -1, the last


def _cell_arrays(table: RegisterTable) -> tuple[list[Any], Arrays]:
    """Return the distinct cells, and the position and number of each cell in the order of the columns."""
    cells = list(chain.from_iterable(odd.values() for odd in table.cells.values()))
    # By identity, which is faster: the reader makes one cell for equal values.
    ids = list(map(id, cells))
    numbers, distinct = pd.factorize(np.array(ids, "<i8"))
    by_id = dict(zip(ids, cells, strict=True))
    found = [by_id[one] for one in distinct.tolist()]
    places = np.fromiter(chain.from_iterable(table.cells.values()), "<i4", len(cells))
    described = [[cell.shown, *_stored(cell.stored), cell.appearance] for cell in found]
    return described, {"places": places, "cells": numbers.astype("<i4")}


def _stored(value: Stored) -> tuple[str, Any]:
    """Return the kind of a value, and the value as JSON."""
    if isinstance(value, dt.timedelta):
        return "timedelta", (value.days, value.seconds, value.microseconds)
    if isinstance(value, dt.date | dt.time):
        return type(value).__name__, value.isoformat()
    return "", value


def read_table(file: IO[bytes]) -> RegisterTable:
    """Read a table back. A damaged file raises one of several exceptions."""
    with np.load(file, allow_pickle=False) as stored, no_garbage_collection():
        arrays = {name: stored[name] for name in stored.files}
        found = json.loads(arrays["described"].tobytes())
        frame = pd.DataFrame(
            np.array(found["texts"], dtype=object)[arrays["codes"]].T,
            index=pd.Index(arrays["numbers"], dtype="int64", name="row"),
            columns=found["columns"],
            dtype=object,
        )
        sheets = tuple(found["sheets"])
        return RegisterTable(
            frame,
            sheets,
            [sheets[place] for place in arrays["sheet"].tolist()],
            tuple(found["header"]),
            found["letters"],
            cells=_cells(found, arrays),
            filled={name: set(places) for name, places in found["filled"]},
            links={name: dict(links) for name, links in found["links"]},
            side=tuple(found["side"]),
            above=dict(found["above"]),
            excluded=tuple(
                ExcludedRow(**{**one, "reason": Reason(one["reason"])}) for one in found["excluded"]
            ),
            candidates=tuple(_with_tuples(TableCandidate, found["candidates"])),
            is_ambiguous=found["is_ambiguous"],
            notices=tuple(_with_tuples(ReadingNotice, found["notices"])),
            form=FormMark(**found["form"] | {"compared": tuple(found["form"]["compared"])})
            if found["form"]
            else None,
        )


def _cells(found: dict[str, Any], arrays: Arrays) -> dict[str, dict[int, ShownCell]]:
    shown = np.empty(len(found["shown"]), dtype=object)
    for place, (text, kind, value, appearance) in enumerate(found["shown"]):
        shown[place] = ShownCell(text, _READ[kind](value) if kind else value, Appearance(appearance))
    pairs = zip(arrays["places"].tolist(), shown[arrays["cells"]].tolist(), strict=True)
    return {name: dict(islice(pairs, count)) for name, count in found["cells"]}


def _with_tuples(kind: Callable[..., Made], rows: Iterable[dict[str, Any]]) -> Iterable[Made]:
    """Make objects of JSON, whose lists were tuples."""
    return (
        kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()})
        for row in rows
    )
