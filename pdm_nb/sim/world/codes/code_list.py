"""A code list: `Code` is one entry, `parse_codes` reads a list that is written as a table.

In such a table each line holds one entry: the code, then its label. A `-` in front of the code marks an entry that
the project no longer uses.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...runtime.parse_config import strict

SEPARATOR = "-"  # between the codes of a document's name


@strict
@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a list of values: the code that file names contain, and the label that people read."""

    code: str
    label: str
    active: bool = True


def parse_codes(text: str, words_in_code: int = 1) -> tuple[Code, ...]:
    """Read lines of `CODE Label`; the code consists of the first `words_in_code` words of the line."""
    codes = []
    for line in filter(None, map(str.strip, text.splitlines())):
        words = line.removeprefix("-").split()
        code, label = " ".join(words[:words_in_code]), " ".join(words[words_in_code:])
        codes.append(Code(code, label, not line.startswith("-")))
    return tuple(codes)
