"""Searches the values of a field while somebody types: by code and label, best first. Pure.

The grid does the same in JavaScript for short lists (`frontend/src/edit/value_search.js`);
`tests/vectors/value_search.json` tests both.

Every typed word must be contained in the code or the label, in any order. The matches are ranked:

    0, 1  the code is the text: character by character, or without case and accents
    2, 3  the label is the text, likewise
    4     the code or a word of the label is the same number: 1 finds 01 before 10
    5     the code starts with the text
    6     the label starts with the text
    7     every typed word starts a word
    8     every typed word is contained somewhere
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...model import Value
from .normalize import plain

NUMBER = re.compile(r"[0-9]+")


def search(values: Iterable[Value], typed: str) -> list[Value]:
    """Return the values that match a typed text, best first; equally good ones in the given order."""
    query = Query(typed)
    ranked = [(query.rank(value.own_code, value.label), value) for value in values]
    found = [(rank, value) for rank, value in ranked if rank is not None]
    return [value for _, value in sorted(found, key=lambda pair: pair[0])]


class Query:
    """A typed text, prepared to be compared with many values."""

    def __init__(self, typed: str) -> None:
        self.typed, self.text = " ".join(typed.split()), plain(typed)
        self.words = self.text.split()
        self.is_number = NUMBER.fullmatch(self.text) is not None
        self.starts = [re.compile(rf"(?<![^\W_]){re.escape(word)}") for word in self.words]

    def rank(self, code: str, label: str) -> int | None:
        """Return how well a value matches: 0 is best, None is no match."""
        if not self.words:
            return 0
        own, name = plain(code), plain(label)
        both = f"{own} {name}"
        is_same_number = self.is_number and any(map(self._is_same_number, (own, *name.split())))
        is_contained = all(word in both for word in self.words)
        if not (is_contained or is_same_number):
            return None
        tests = (
            self.typed == code,
            self.text == own,
            self.typed == label,
            self.text == name,
            is_same_number,
            own.startswith(self.text),
            name.startswith(self.text),
            all(start.search(both) for start in self.starts),
            is_contained,
        )
        return tests.index(True)

    def _is_same_number(self, text: str) -> bool:
        return NUMBER.fullmatch(text) is not None and text.lstrip("0") == self.text.lstrip("0")
