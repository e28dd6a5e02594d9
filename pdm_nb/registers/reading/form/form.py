"""A form: the columns, lists and rows of a spreadsheet that somebody fills in. Pure; `write_form` writes it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ....rules.values.invisible import visible

REGISTER, CODES, INSTRUCTIONS = "Register", "Codes", "Instructions"  # the sheets
FILE = "File"  # the heading of the column with the files
KEY = "Row key (do not change)"  # the heading of a hidden column that recognizes the rows
INFO = ("In the project", "Why")  # headings of columns that inform, and are not read back
MIDNIGHT = (" 00:00:00", "T00:00:00", "T00:00:00Z", "T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a list: the text that a cell has, its code and its label."""

    text: str
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column of a form.

    Attributes
    ----------
    heading, field : str
        Its heading, and the name of the field; "file" for the files, "" for a column that is not read back.
    kind : {"text", "list", "several", "number", "date"}
        What its cells have; "several" values of a list are separated by semicolons.
    required : {"always", "sometimes", ""}
        Whether it must be filled in.
    when, help : str
        The sentence about that, and what to fill in.
    choices : tuple of Choice
        The values of its list.
    """

    heading: str
    field: str
    kind: str = "text"
    required: str = ""
    when: str = ""
    help: str = ""
    choices: tuple[Choice, ...] = ()
    width: float = 18


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row: what recognizes it, its texts by heading, and the remarks about its cells by heading."""

    id: str
    texts: Mapping[str, str]
    remarks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """What is written: `facts` are stored in the file, `instructions` are lines of (heading, text)."""

    kind: str
    facts: Mapping[str, str]
    columns: Sequence[FormColumn]
    rows: Sequence[FormRow]
    instructions: Sequence[tuple[str, str]]
    ready: int = 0  # empty rows below that are ready to be filled in
    compares_empty: bool = False  # whether columns without a text are recognized again too

    @property
    def compared(self) -> list[str]:
        """The headings whose cells are recognized again: of columns that are read back."""
        filled = {heading for row in self.rows for heading in row.texts}
        return [
            one.heading
            for one in self.columns
            if one.field not in ("", "file") and (self.compares_empty or one.heading in filled)
        ]


def plain(text: str | None) -> str:
    """Return a text as it is compared: what people see of it, with single spaces, and a date without midnight."""
    found = " ".join(visible(text or "").split())
    for midnight in MIDNIGHT:
        found = found.removesuffix(midnight)
    return found


@lru_cache(65_536)
def cell_digest(text: str | None) -> str:
    """Return four digits that differ for nearly all other texts; "0000" for an empty cell.

    Examples
    --------
    >>> cell_digest("P01") == cell_digest(" P01 "), cell_digest("P01") == cell_digest("P02"), cell_digest(None)
    (True, False, '0000')
    """
    found = plain(text)
    return f"{zlib.crc32(found.encode(errors='replace')) % 0xFFFF + 1:04x}" if found else "0000"


def file_digest(text: str | None) -> str:
    """Return eight digits that differ for nearly all other files."""
    return f"{zlib.crc32(plain(text).encode(errors='replace')):08x}"


def row_key(id_: str, file: str | None, texts: Iterable[str | None]) -> str:
    """Return the key of a row: its id, the digest of its file, and those of the cells that are compared."""
    return f"{id_}:{file_digest(file)}:{''.join(map(cell_digest, texts))}"


@dataclass(frozen=True, slots=True)
class FormKey:
    """A key that was read."""

    id: str
    file: str
    cells: tuple[str, ...]

    @classmethod
    def parse(cls, text: str | None) -> FormKey | None:
        """Return the key of a cell, None if it is empty or was changed."""
        id_, file, cells = (*(text or "").strip().split(":"), "", "", "")[:3]
        if not id_ or len(file) != 8 or len(cells) % 4:
            return None
        return cls(id_, file, tuple(cells[place : place + 4] for place in range(0, len(cells), 4)))
