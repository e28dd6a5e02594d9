"""Finds cells that are not what they look like: placeholders such as "TBC", and characters that nobody sees. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ...rules.values.invisible import invisible_in, visible
from ...rules.values.lookup import Lookup
from ...rules.values.placeholders import is_placeholder, revision_without_prefix
from ...rules.values.text import quoted


class CellProblemKind(StrEnum):
    """What is wrong with a cell."""

    PLACEHOLDER = "placeholder"
    PREFIX = "prefix"
    INVISIBLE = "invisible characters"


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that is not what it looks like.

    Attributes
    ----------
    row : int
        The number of the row, as it was given.
    column : str
        The heading of the column.
    value : str
        The text of the cell.
    kind : CellProblemKind
        What is wrong.
    message : str
        What is wrong, and what to do.
    proposal : str or None
        The text that is offered instead, None if only people know.
    """

    row: int
    column: str
    value: str
    kind: CellProblemKind
    message: str
    proposal: str | None = None


def check_cells(
    table: Mapping[str, Sequence[str | None]],
    mapping: Mapping[str, str | None],
    lookups: Mapping[str, Lookup] | None = None,
    rows: Sequence[int] | None = None,
) -> list[CellProblem]:
    """Return the cells of mapped columns that are placeholders or have invisible characters, by row.

    Parameters
    ----------
    table : mapping
        Heading -> the text of each row.
    mapping : mapping
        Heading -> name of the field. Other columns are not checked.
    lookups : mapping, optional
        Name of a field -> its list. What is in the list is not a placeholder.
    rows : sequence of int, optional
        The number of each row in the spreadsheet; from 0 if not given.

    Examples
    --------
    >>> for one in check_cells({"Rev.": ["Rev-00", "P01\\u200b"]}, {"Rev.": "revision"}):
    ...     print(one.row, one.kind, one.proposal)
    0 prefix 00
    1 invisible characters P01
    """
    found: list[CellProblem] = []
    for column, name in mapping.items():
        if name is None or column not in table:
            continue
        lookup = (lookups or {}).get(name)
        problems = {
            text: found_
            for text in dict.fromkeys(table[column])
            if text and (found_ := _problems(column, text, name, lookup))
        }
        if problems:
            for place, text in enumerate(table[column]):
                row = rows[place] if rows else place
                found += [CellProblem(row, column, text or "", *one) for one in problems.get(text or "", ())]
    return sorted(found, key=lambda one: one.row)


Found = tuple[CellProblemKind, str, str | None]


def _problems(column: str, text: str, name: str, lookup: Lookup | None) -> list[Found]:
    found: list[Found] = []
    shown = visible(text)
    if shown != text and (unseen := invisible_in(text)):
        message = f"{quoted(shown)} in {column!r} has invisible characters ({unseen}). Remove them."
        found.append((CellProblemKind.INVISIBLE, message, shown))
    if is_placeholder(shown) and not (lookup and lookup.knows(shown)):
        message = f"{quoted(shown)} in {column!r} is a placeholder. Enter the {name.replace('_', ' ')}, or leave it empty."
        found.append((CellProblemKind.PLACEHOLDER, message, ""))
    elif name == "revision" and (revision := revision_without_prefix(shown)):
        message = f"{quoted(shown)} in {column!r} repeats that it is a revision. Use {revision!r}."
        found.append((CellProblemKind.PREFIX, message, revision))
    return found
