"""Finds files whose names are the text of a row with something added: the mark of a copy, or a revision.

"A-101.pdf" is "A-101 (1).pdf", "A-101 - Copy.pdf" or "Copy of A-101.pdf" after somebody copied or downloaded it twice, and
"A-101_rev2.pdf" or "A-101-P02.pdf" after somebody added the revision. A number alone, as in "A-101-2.pdf", is the next
sheet, unless it is the revision of the row.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from ...rules.naming_standard import split_suffix
from ...rules.revision_rank import rank
from .matches import NameDifference
from .name_keys import differences_of, name_key

COPY_WORD = r"(?:copy|copie|copia|kopie)"
COPY_AFTER = re.compile(rf"\s*\(\d{{1,2}}\)|\s*[-_ ]\s*{COPY_WORD}(?:\s*\(?\d{{1,2}}\)?)?", re.IGNORECASE)
COPY_BEFORE = re.compile(rf"{COPY_WORD}\s+(?:of|de|von)\s+|kopie\s+", re.IGNORECASE)
ADDED = re.compile(r"[\s_.-]*[\[(]?\s*([^\[\]()]+?)\s*[\])]?")
MARKED = re.compile(r"(?:revision|rev|version|ver|v|r)[ ._-]*[a-z0-9]{1,3}(?:\.\d{1,2})?|[pc]\d{1,3}(?:\.\d{1,3})?", re.IGNORECASE)  # fmt: skip
SHORT = re.compile(r"^(?:v|r)[ ._-]*(?=\d)", re.IGNORECASE)  # "v2", "r02"
SEPARATORS = " (-_.["  # that an addition begins with
MOST = 200  # longer names of one text that are compared; there are more only if it is hardly a name
Found = tuple[str, frozenset[NameDifference]]


def copied_name(name: str) -> str:
    """Return the name that a copy was made of, "" for a name without such a mark.

    Examples
    --------
    >>> copied_name("A-101 (1).pdf"), copied_name("Copy of A-101.pdf"), copied_name("A-101.pdf")
    ('A-101.pdf', 'A-101.pdf', '')
    """
    if "(" not in name and "op" not in name.casefold():  # the usual case: it has neither a number nor a word
        return ""
    stem, suffix = split_suffix(name)
    if before := COPY_BEFORE.match(stem):
        return stem[before.end() :] + suffix
    return next(
        (stem[: found.start()] + suffix for found in COPY_AFTER.finditer(stem) if found.start() and found.end() == len(stem)),
        "",
    )  # fmt: skip


class AddedTextIndex:
    """Files by the keys of their names, in order, so that the longer names of a text are next to it.

    Parameters
    ----------
    paths : iterable of str
        The files that no row has.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        names = ((path.replace("\\", "/").rpartition("/")[2], path) for path in paths)
        stems = [(*split_suffix(name), path) for name, path in names]
        self._sorted = sorted((name_key(stem), suffix.casefold(), stem, path) for stem, suffix, path in stems)
        self._copies: dict[str, list[tuple[str, str, str]]] = {}
        for stem, suffix, path in stems:
            if before := COPY_BEFORE.match(stem):
                original = stem[before.end() :]
                self._copies.setdefault(name_key(original), []).append((suffix.casefold(), original, path))

    def find(self, text: str, revision: str) -> list[Found]:
        """Return the files whose names are a text with something added, each with how it differs.

        Examples
        --------
        >>> index = AddedTextIndex(["A-101_rev1.pdf", "A-101_rev2.pdf", "A-101-3.pdf", "A-1012.pdf"])
        >>> [(path, sorted(map(str, how))) for path, how in index.find("A-101.pdf", "2")]
        [('A-101_rev1.pdf', ['revision']), ('A-101_rev2.pdf', ['added revision'])]
        """
        folder, _, name = text.replace("\\", "/").rpartition("/")
        stem, suffix = split_suffix(name)
        return [
            (path, frozenset((how, *differences_of(stem, own), *self._rest(suffix, given, folder, path))))
            for given, own, path, how in (*self._longer(stem, revision), *self._copied(stem))
            if not suffix or suffix.casefold() == given
        ]

    @staticmethod
    def _rest(suffix: str, given: str, folder: str, path: str) -> Iterator[NameDifference]:
        if given and not suffix:
            yield NameDifference.SUFFIX
        if folder and name_key(folder) != name_key(path.rpartition("/")[0]):
            yield NameDifference.FOLDER

    def _longer(self, stem: str, revision: str) -> Iterator[tuple[str, str, str, NameDifference]]:
        for start in (name_key(stem) + separator for separator in SEPARATORS if stem):
            first = bisect_left(self._sorted, (start,))
            for other, suffix, name, path in self._sorted[first : first + MOST]:
                if not other.startswith(start):
                    break
                if how := _difference(other[len(start) - 1 :], revision):
                    yield suffix, name[: len(stem)], path, how

    def _copied(self, stem: str) -> Iterator[tuple[str, str, str, NameDifference]]:
        for suffix, original, path in self._copies.get(name_key(stem), ()):
            yield suffix, original, path, NameDifference.COPY


def _difference(added: str, revision: str) -> NameDifference | None:
    """Return what was added to a name; None if it makes another name of it."""
    if COPY_AFTER.fullmatch(added):
        return NameDifference.COPY
    found = ADDED.fullmatch(added)
    if found is None or found.start(1) == 0:
        return None
    text = found[1]
    own, its = rank(revision), rank(SHORT.sub("", text) if SHORT.match(text) else text)
    if own is not None and own == its:
        return NameDifference.REVISION_ADDED
    if its is None or not MARKED.fullmatch(text):
        return None
    return NameDifference.REVISION if own is not None else NameDifference.REVISION_ADDED
