"""Finds files by the number and the revision that their names contain.

How this works: numbers and file names are split into words and numbers (`name_keys.tokens`). A file belongs to the
longest number whose tokens its name contains in one piece, at the start if there is one. Of the files of a number, a row
gets the one whose other tokens contain its revision: "CW-A-100 Rev A.pdf" is that of CW-A-100 in revision A, and not in
revision B.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ...rules.document_names import PLACES, revision_in
from ...rules.naming_standard import split_suffix
from ...rules.revision_rank import PREFIX, rank
from ...rules.values.placeholders import is_placeholder
from ...rules.values.text import nfc
from .added_text import copied_name
from .matches import MatchKind, NameDifference
from .name_keys import tokens

REVISION_WORDS = frozenset(("rev", "revision", "r", "issue", "version", "ver", "v", "rv", "index", "ind"))
AS_WRITTEN: frozenset[NameDifference] = frozenset()
CACHED = 10_000  # distinct revisions
Key = tuple[str, ...]  # the tokens of a number
Found = tuple[str, MatchKind, frozenset[NameDifference]]


@dataclass(slots=True)  # not frozen: there are as many as files
class NumberedFile:
    """A file whose name contains a number: what else its name has, before and after it, and how it is written."""

    path: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    differences: frozenset[NameDifference]

    @property
    def name(self) -> str:
        """The name without its folders."""
        return self.path.replace("\\", "/").rpartition("/")[2]

    def spelling_of(self, revision: str) -> frozenset[NameDifference] | None:
        """Return how the revision in the name differs from another one, None if it is not that revision."""
        wanted = _revision_tokens(revision)
        if not wanted:
            return None
        if wanted == self.after:  # the usual case
            return AS_WRITTEN
        for rest in (self.after, self.before):
            if any(_is_at(wanted, place, rest) for place in _places(wanted, rest)):
                return AS_WRITTEN
        own = rank(revision)
        if own is not None and any(rank(text) == own for text in self._likely_revisions()):
            return frozenset((NameDifference.REVISION_SPELLING,))
        return None

    def has_other_revision(self, revision: str) -> bool:
        """Return True if the name seems to have a revision of the same kind, but another one: A-101_B for C."""
        own = rank(revision)
        found = [rank(text) for text in self._likely_revisions()] if own else []
        return any(its and own and its[0] == own[0] and its != own for its in found)

    def _likely_revisions(self) -> Iterator[str]:
        for place, text in enumerate(self.after):
            if place and PLACES.search(self.after[place - 1]):
                continue  # "Level 01" is a part of a title
            if place in (0, len(self.after) - 1) or self.after[place - 1] in REVISION_WORDS:
                yield text


@lru_cache(CACHED)
def _revision_tokens(revision: str) -> Key:
    return tuple(tokens(PREFIX.sub("", revision.strip(), count=1)))


@lru_cache(CACHED)
def _is_code(wanted: Key) -> bool:
    """True for a revision of letters and digits, such as P02, which is hardly a part of a title."""
    return any(not text.isalpha() and not text.isdecimal() for text in wanted)


def _places(wanted: tuple[str, ...], rest: tuple[str, ...]) -> Iterator[int]:
    size = len(wanted)
    yield from (place for place in range(len(rest) - size + 1) if rest[place : place + size] == wanted)
    if size == 1:  # "RevA", "r02"
        joined = {word + wanted[0] for word in REVISION_WORDS}
        yield from (-place - 1 for place, text in enumerate(rest) if text in joined)


def _is_at(wanted: tuple[str, ...], place: int, rest: tuple[str, ...]) -> bool:
    """True if a text at a place is a revision there, and not a part of a title, such as the A of "Section A-A"."""
    if place < 0 or _is_code(wanted):
        return True  # its word is joined to it, or it is such as P02
    if place and PLACES.search(rest[place - 1]):
        return False  # "Level 01" is a part of a title
    return place in (0, len(rest) - len(wanted)) or rest[place - 1] in REVISION_WORDS


class NumberIndex:
    """The files of each number.

    Parameters
    ----------
    numbers : iterable of (str, tuple of str)
        The numbers of the rows, and their tokens.
    paths : iterable of str
        The files.
    """

    def __init__(self, numbers: Iterable[tuple[str, Key]], paths: Iterable[str]) -> None:
        self._texts: dict[Key, set[str]] = defaultdict(set)
        for number, key in numbers:
            if key:
                self._texts[key].add(number)
        self._lengths = sorted({len(key) for key in self._texts}, reverse=True)
        self._files: dict[Key, list[NumberedFile]] = defaultdict(list)
        for path in paths if self._texts else ():
            self._add(path)

    def _add(self, path: str) -> None:
        name = path.replace("\\", "/").rpartition("/")[2]
        original = copied_name(name)
        stem = split_suffix(original or name)[0]
        parts = tuple(tokens(stem))
        place, key = self._longest(parts)
        if key:
            found = _spelling(stem, self._texts[key])
            if place:
                found |= {NameDifference.INSIDE}
            if original:
                found |= {NameDifference.COPY}
            file = NumberedFile(path, parts[:place], parts[place + len(key) :], found)
            self._files[key].append(file)

    def _longest(self, parts: tuple[str, ...]) -> tuple[int, Key]:
        """Return where the number of a file name starts, and its tokens; () if it contains none of the numbers."""
        for place in range(len(parts)):
            for length in self._lengths:
                if (key := parts[place : place + length]) in self._texts:
                    return place, key
        return 0, ()

    def files_of(self, number: Key) -> list[NumberedFile]:
        """Return the files whose names contain the tokens of a number."""
        return self._files.get(number, [])


def _spelling(stem: str, texts: set[str]) -> frozenset[NameDifference]:
    """Return how the number in a file name is written, compared with the register."""
    for text in texts:
        if text in stem:
            return AS_WRITTEN
    composed = nfc(stem)
    others = [nfc(text) for text in texts]
    if any(text in composed for text in others):
        return frozenset((NameDifference.UNICODE,))
    folded = composed.casefold()
    if any(text.casefold() in folded for text in others):
        return frozenset((NameDifference.CASE,))
    return frozenset((NameDifference.SEPARATORS,))


@lru_cache(CACHED)
def has_revision(text: str) -> bool:
    """Return False for an empty revision or a placeholder, such as "-" and "TBC"."""
    text = text.strip()
    return bool(text) and not is_placeholder(text)


def find(files: list[NumberedFile], revision: str, *, shares: bool) -> list[Found]:
    """Return the files of one row among those of its number: one if it is clear, several if it is not.

    `shares`: other rows have the same number, so a file without a revision may be theirs.
    """
    if not has_revision(revision):
        exact = [] if shares and len(files) > 1 else files
        return [(file.path, MatchKind.NUMBER, file.differences) for file in exact]
    by_revision = [
        (
            file.path,
            MatchKind.NUMBER_AND_REVISION,
            file.differences | spelling if spelling else file.differences,
        )
        for file in files
        if (spelling := file.spelling_of(revision)) is not None
    ]
    if len(by_revision) == 1:
        return by_revision
    if by_revision:
        fewest = min(len(differences) for _, _, differences in by_revision)
        return [one for one in by_revision if len(one[2]) == fewest]
    if without := [file for file in without_revision(files) if not file.has_other_revision(revision)]:
        return [] if shares else [(file.path, MatchKind.NUMBER, file.differences) for file in without]
    if shares:
        return []
    return [(file.path, MatchKind.NUMBER, file.differences | {NameDifference.REVISION}) for file in files]


def without_revision(files: Iterable[NumberedFile]) -> list[NumberedFile]:
    """Return the files whose names contain no revision."""
    return [file for file in files if not revision_in(file.name)]
