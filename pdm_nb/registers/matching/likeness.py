"""Proposes files for rows by likeness. A likeness never crosses a digit, nor a code.

How this works: a name is split into its code (digits, and words of up to three letters) and its longer words. Only names
with the same code are compared, so that Plan 1 never becomes Plan 2, and CW-A-100 never CW-S-100; leading zeros and
separators do not count. Among these, each word may have one letter that differs, a long one two. The codes are the index,
so no row is compared with all files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from ...rules.naming_standard import split_suffix
from .matches import CERTAINTY, NameDifference
from .name_keys import tokens

RUN = re.compile(r"\d+|[^\W\d_]+")
CODE = 3  # letters of a word that may be a code
LONG_WORD = 8  # letters of a word of which two may differ
MOST = 500  # names with the same code that are compared; there are more only if names hardly differ
WORDS = frozenset(("rev", "revision", "ver", "version"))  # that may be left out


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name as it is compared: its code without leading zeros, its code as it is, and its longer words."""

    code: str
    written: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> NameParts:
        """Return the parts of a name.

        Examples
        --------
        >>> NameParts.of("CW-A-0100 Ground floor")
        NameParts(code='cwa100', written='cwa0100', words=('ground', 'floor'))
        """
        runs = [run for token in tokens(text) if token not in WORDS for run in RUN.findall(token)]
        written = [run for run in runs if _is_code(run)]
        code = [run.lstrip("0") or "0" if run.isdecimal() else run for run in written]
        return cls(_joined(code), _joined(written), tuple(run for run in runs if not _is_code(run)))


def _joined(code: list[str]) -> str:
    """Return a code as one text, with its numbers apart: 1-23 is not 12-3."""
    return "".join(f"{run}." if run.isdecimal() else run for run in code).rstrip(".")


def _is_code(run: str) -> bool:
    return run.isdecimal() or len(run) <= CODE


def is_alike(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Return True if each word is, but for a letter, the other's; or if they differ only in where words are split."""
    if "".join(words) == "".join(others):
        return True
    return len(words) == len(others) and all(
        OSA.distance(one, other) <= (2 if min(len(one), len(other)) >= LONG_WORD else 1)
        for one, other in zip(words, others, strict=True)
    )


class LikenessIndex:
    """Files by the code of their names.

    Parameters
    ----------
    paths : iterable of str
        The files that no row has.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._files: dict[str, list[tuple[str, NameParts]]] = defaultdict(list)
        for path in paths:
            parts = NameParts.of(split_suffix(path.replace("\\", "/").rpartition("/")[2])[0])
            self._files[parts.code].append((path, parts))

    def find(self, text: str) -> list[tuple[str, NameDifference]]:
        """Return files whose names are like a text, each with how it differs; only the closest.

        Examples
        --------
        >>> LikenessIndex(["Plan 1.pdf", "Plan 2.pdf", "Grund floor 2.pdf"]).find("Ground floor 2")
        [('Grund floor 2.pdf', <NameDifference.SPELLING: 'spelling'>)]
        """
        parts = NameParts.of(text)
        if not parts.code and not parts.words:
            return []
        found = [
            (path, _difference(parts, own))
            for path, own in self._files.get(parts.code, [])[:MOST]
            if is_alike(parts.words, own.words)
        ]
        best = max((CERTAINTY[difference] for _, difference in found), default=0.0)
        return [one for one in found if CERTAINTY[one[1]] == best]


def _difference(parts: NameParts, own: NameParts) -> NameDifference:
    if "".join(parts.words) != "".join(own.words):
        return NameDifference.SPELLING
    return NameDifference.SEPARATORS if parts.written == own.written else NameDifference.ZEROS
