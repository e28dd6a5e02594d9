"""Finds cells that are not what they look like: placeholders such as "TBC", and characters that nobody sees. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ...rules.values.lookup import Lookup
from ...rules.values.text import quoted

PLACEHOLDER = re.compile(
    r"[-–—_.?]+|n\.?\s*[/.]?\s*a\.?|t\.?b\.?[acdn]\.?|none|nil|null|unknown|not applicable|to be (confirmed|advised|defined)"
    r"|k\.?\s*a\.?|unbekannt|entf(ä|ae)llt|offen|sans objet|s\.?\s*o\.?|inconnu|no aplica|por definir|s/d|x{2,}|#n/a",
    re.IGNORECASE,
)
PREFIXED_REVISION = re.compile(
    r"(?:rev(?:ision|isión)?|révision|ind(?:ex|ice)|version|ver)[\s.:#_-]*(?:no\.?\s*)?([a-z]{0,3}\d[\d.]*|[a-z]{1,2})",
    re.IGNORECASE,
)
LONGEST = 16  # characters of a placeholder
SPACES = frozenset("\u00a0\u2007\u202f\u2009\u2002\u2003")  # look like a space
NAMES = {
    "\u00a0": "no-break space",
    "\u200b": "zero-width space",
    "\ufeff": "byte order mark",
    "\u00ad": "soft hyphen",
}


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
            text: _problems(column, text, name, lookup) for text in dict.fromkeys(table[column]) if text
        }
        if any(problems.values()):
            for place, text in enumerate(table[column]):
                row = rows[place] if rows else place
                found += [CellProblem(row, column, text or "", *one) for one in problems.get(text or "", ())]
    return sorted(found, key=lambda one: one.row)


Found = tuple[CellProblemKind, str, str | None]


def _problems(column: str, text: str, name: str, lookup: Lookup | None) -> list[Found]:
    found: list[Found] = []
    shown = visible(text)
    if shown != text and (unseen := _unseen(text)):
        message = f"{quoted(shown)} in {column!r} has invisible characters ({unseen}). Remove them."
        found.append((CellProblemKind.INVISIBLE, message, shown))
    if len(shown) <= LONGEST and PLACEHOLDER.fullmatch(shown) and not (lookup and lookup.knows(shown)):
        message = f"{quoted(shown)} in {column!r} is a placeholder. Enter the {name.replace('_', ' ')}, or leave it empty."
        found.append((CellProblemKind.PLACEHOLDER, message, ""))
    elif name == "revision" and (prefixed := PREFIXED_REVISION.fullmatch(shown)):
        message = f"{quoted(shown)} in {column!r} repeats that it is a revision. Use {prefixed[1]!r}."
        found.append((CellProblemKind.PREFIX, message, prefixed[1]))
    return found


def visible(text: str) -> str:
    """Return a text without characters that nobody sees, and with plain spaces."""
    if text.isascii() and text.isprintable():
        return text.strip()
    kept = (" " if char in SPACES else char for char in text if not _is_invisible(char))
    return "".join(kept).strip()


def _is_invisible(char: str) -> bool:
    """True for zero-width and control characters, except line breaks and tabs."""
    return unicodedata.category(char) in ("Cf", "Cc") and char not in "\n\r\t"


def _unseen(text: str) -> str:
    """The names of the characters of a text that nobody sees."""
    found = dict.fromkeys(char for char in text if char in SPACES or _is_invisible(char))
    return ", ".join(
        NAMES.get(char) or unicodedata.name(char, "").lower() or f"U+{ord(char):04X}" for char in found
    )
