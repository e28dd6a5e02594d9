"""Reads the decisions in a crosswalk, or a table of clusters, that people filled in. Pure.

Nothing is taken from a table with a mistake: all mistakes are named together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
from rapidfuzz import process

from ...errors import InputError
from ...rules.values.lookup import Lookup
from ...rules.values.text import quoted
from .crosswalk import EMPTY, checked

NEEDED = ("field", "value", "use")
LEAVE_EMPTY = "-"  # in the column `use`
SHOWN = 8  # mistakes that a message has
Name = tuple[str, str]  # field, value


@dataclass(frozen=True, slots=True)
class FilledIn:
    """What a table decides: what each value becomes, and the values whose cell in `use` is empty."""

    uses: Mapping[str, Mapping[str, str]]
    undecided: Collection[Name]


def read_filled_in(
    frame: pd.DataFrame,
    known: Mapping[str, Collection[str]],
    lookups: Mapping[str, Lookup],
    field_name: Callable[[str], str],
    what: str = "The table",
) -> FilledIn:
    """Return the decisions of a table with the columns field, value and use.

    Parameters
    ----------
    frame : DataFrame
        The table; its index has the row numbers that messages name.
    known : mapping
        Name of a field -> the values that can be decided.
    lookups : mapping
        Name of a field -> its list.
    field_name : callable
        Returns the name of a field by its name or label; raises `InputError` for an unknown one.
    what : str
        Names the table in messages.

    Raises
    ------
    InputError
        For a missing column, or with all rows that cannot be used.
    """
    if missing := [name for name in NEEDED if name not in frame.columns]:
        raise InputError(
            f"{what} has no column {missing[0]!r}. It needs the columns field, value and use; register.crosswalk has them."
        )
    uses: dict[str, dict[str, str]] = {}
    rows: dict[Name, object] = {}
    undecided: dict[Name, None] = {}
    mistakes: list[str] = []
    for row, name, value, use in _rows(frame):
        try:
            field = field_name(name)
            key = field, _known(field, value, known.get(field, ()), names_similar=len(mistakes) < SHOWN)
            if not use:
                undecided[key] = None
                continue
            new = _use(*key, use, lookups.get(field))
        except InputError as error:
            mistakes.append(f"row {row}: {error}")
            continue
        before = uses.setdefault(field, {}).setdefault(key[1], new)
        if before != new:
            mistakes.append(
                f"rows {rows[key]} and {row}: {quoted(value)} ({field}) becomes {quoted(before)} and {quoted(new)}. Keep one."
            )
        rows.setdefault(key, row)
    if mistakes:
        raise InputError(_named(what, mistakes))
    return FilledIn(uses, [key for key in undecided if key[1] not in uses.get(key[0], {})])


def _rows(frame: pd.DataFrame) -> Iterator[tuple[object, str, str, str]]:
    """Yield the row, field, value and use of each row that has a value."""
    texts = frame[list(NEEDED)].astype("string").fillna("")
    for row, (name, value, use) in zip(frame.index, texts.to_numpy(), strict=True):
        if value.strip() or use.strip():
            yield row, name.strip(), value, use.strip()


def _known(field: str, value: str, values: Collection[str], *, names_similar: bool) -> str:
    """Return a value as the register has it; spaces and line breaks may differ."""
    if value in values:
        return value
    plain = _plain(value)
    same = [one for one in values if _plain(one) == plain]
    if len(same) == 1:
        return same[0]
    near = (
        [one for one, _, _ in process.extract(value, values, limit=3, score_cutoff=60)]
        if names_similar
        else []
    )
    similar = f" (similar: {', '.join(map(quoted, near))})" if near else ""
    raise InputError(
        f"the register has no value {quoted(value)} for {field!r}{similar}. Correct it, or remove the row."
    )


@lru_cache(100_000)
def _plain(text: str) -> str:
    return " ".join(text.split())


def _use(field: str, value: str, use: str, lookup: Lookup | None) -> str:
    if use == LEAVE_EMPTY:
        return EMPTY
    return checked(value, use, lookup) if lookup else use


def _named(what: str, mistakes: list[str]) -> str:
    if len(mistakes) == 1:
        return f"{what}, {mistakes[0]}"
    more = f"\n  … and {len(mistakes) - SHOWN} more" if len(mistakes) > SHOWN else ""
    lines = "\n".join(f"  {one[0].upper()}{one[1:]}" for one in mistakes[:SHOWN])
    return f"{what} has {len(mistakes)} mistakes. Nothing was changed:\n{lines}{more}"
