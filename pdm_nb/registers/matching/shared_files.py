"""Several rows for one file: what the user wants of them, and in which values they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ...errors import InputError
from .matches import RowKey, Rows, text_in

Policy = Literal["refuse", "first", "join"]
POLICIES = ("refuse", "first", "join")
FILE = "file"
JOINT = ", "  # between values that differ


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file that several rows have.

    Attributes
    ----------
    file : str
        The path.
    rows : tuple
        The numbers of the rows.
    differing : mapping
        Field -> its different values, in the order of the rows; fields whose values are equal are not in it.
    is_listed : bool
        True if the rows name the file alike. False if their texts differ, so that one of the matches may be wrong.
    """

    file: str
    rows: tuple[RowKey, ...]
    differing: Mapping[str, tuple[str, ...]]
    is_listed: bool

    @classmethod
    def of(cls, file: str, rows: Sequence[RowKey], values: Rows) -> SharedFile:
        """Return what several rows of a file have in common."""
        texts = {text_in(values[row], FILE) for row in rows}
        return cls(
            file,
            tuple(rows),
            differing_values([values[row] for row in rows]),
            texts != {""} and len(texts) == 1,
        )

    @property
    def message(self) -> str:
        """What is wrong, as a sentence."""
        named = ", ".join(map(row_label, self.rows))
        if not self.differing:
            return f"Rows {named} are for {self.file} and have the same values."
        values = "; ".join(f"{field}: {' / '.join(texts)}" for field, texts in self.differing.items())
        return f"Rows {named} are for {self.file} and differ in {values}."


def row_label(row: RowKey) -> str:
    """Return the number of a row for people; with the column of an issue, if it has one."""
    return f"{row[0]} ({row[1]})" if isinstance(row, tuple) else str(row)


def differing_values(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return the fields that have several values, with these; empty ones are not values."""
    found = {}
    for field in dict.fromkeys(field for row in rows for field in row if field != FILE):
        texts = tuple(dict.fromkeys(text for row in rows if (text := text_in(row, field))))
        if len(texts) > 1:
            found[field] = texts
    return found


def combined(rows: Sequence[Mapping[str, Any]], policy: Policy) -> dict[str, Any]:
    """Return the values of a document that several rows are for.

    Parameters
    ----------
    rows : sequence of mapping
        The fields of each row.
    policy : {"first", "join"}
        "first" takes those of the first row; "join" joins values that differ with commas.

    Examples
    --------
    >>> combined([{"number": "L-1", "revision": "0"}, {"number": "L-2", "revision": "0"}], "join")
    {'number': 'L-1, L-2', 'revision': '0'}
    """
    if policy == "first":
        return dict(rows[0])
    values: dict[str, Any] = {}
    for row in rows:
        for field, value in row.items():
            if text_in(row, field) and field not in values:
                values[field] = value
    return values | {field: JOINT.join(texts) for field, texts in differing_values(rows).items()}


def check_policy(policy: str) -> Policy:
    """Return a policy. Raises `InputError` if it is unknown."""
    if policy not in POLICIES:
        raise InputError(
            f"Unknown policy {policy!r} for several rows of one file. Use refuse, first or join."
        )
    return policy  # type: ignore[return-value]
