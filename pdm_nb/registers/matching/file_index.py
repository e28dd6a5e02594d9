"""Finds files by the text of a file column: by path, by name with or without suffix, in other spellings.

How this works: each file has four keys (`name_keys`): its path and its name, both with and without suffix. A text is
looked up in this order; the first key with files decides. If it has several files, those that differ least are left. If
there are still several, nothing is guessed: the caller reports them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property

from ...rules.naming_standard import split_suffix
from .matches import NameDifference, certainty
from .name_keys import differences_of, file_key, name_key, parts_of

Found = tuple[str, frozenset[NameDifference]]


class FileIndex:
    """Files by the keys of their paths and names.

    Parameters
    ----------
    paths : iterable of str
        The paths, with slashes, relative to the folder of the register.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = list(paths)
        self._exact = set(self.paths)

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        return self._indexed(file_key)

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        return self._indexed(lambda name: name_key(split_suffix(name)[0]))

    def _indexed(self, key: Callable[[str], str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for path in self.paths:
            found[key(path.replace("\\", "/").rpartition("/")[2])].append(path)
        return found

    def find(self, text: str) -> list[Found]:
        """Return the files that a text means, each with how it differs: one if it is clear, several if it is not.

        Examples
        --------
        >>> index = FileIndex(["PID-300.pdf", "area 2/PID-304.pdf"])
        >>> [(path, sorted(map(str, differences))) for path, differences in index.find("area 2\\\\pid-304")]
        [('area 2/PID-304.pdf', ['case', 'slashes', 'suffix'])]
        """
        if text in self._exact:
            return [(text, frozenset())]
        parts = parts_of(text)
        if not parts:
            return []
        for paths, given in self._candidates(parts[-1]):
            if paths:
                return _closest([(path, _differences(text, parts, path, given)) for path in paths], parts)
        return []

    def _candidates(self, name: str) -> Iterable[tuple[list[str], NameDifference | None]]:
        """Yield the files of a name by its keys, and what the key leaves out."""
        yield self._by_name.get(file_key(name), []), None
        yield self._by_stem.get(name_key(name), []), NameDifference.SUFFIX
        stem, suffix = split_suffix(name)
        if suffix:
            yield self._by_stem.get(name_key(stem), []), NameDifference.OTHER_SUFFIX


def _differences(
    text: str, parts: list[str], path: str, given: NameDifference | None
) -> frozenset[NameDifference]:
    """Return how a text differs from a path whose name has the same key."""
    own = parts_of(path)
    found = _name_differences(parts[-1], own[-1], given)
    if [name_key(part) for part in parts[:-1]] != [name_key(part) for part in own[:-1]]:
        found.add(NameDifference.FOLDER)
    else:
        for mine, its in zip(parts[:-1], own[:-1], strict=True):
            found |= differences_of(mine, its)
    if ("\\" in text) != ("\\" in path):
        found.add(NameDifference.SLASHES)
    return frozenset(found)


def _name_differences(name: str, own: str, given: NameDifference | None) -> set[NameDifference]:
    if given is NameDifference.SUFFIX:
        return {given} | differences_of(name, split_suffix(own)[0])
    (stem, suffix), (own_stem, own_suffix) = split_suffix(name.rstrip(". ")), split_suffix(own.rstrip(". "))
    found = differences_of(stem, own_stem)
    if given:
        return found | {given}
    if suffix != own_suffix:
        found.add(NameDifference.CASE)
    if (name[-1:] in (".", " ")) != (own[-1:] in (".", " ")):
        found.add(NameDifference.TRAILING)
    return found


def _closest(found: list[Found], parts: list[str]) -> list[Found]:
    """Return those that differ least; if only the folder differs, those that have most of the given folders."""
    if len(found) == 1:
        return found
    ranked = [
        (certainty(differences), _shared(path, parts), path, differences) for path, differences in found
    ]
    best = max(rank[:2] for rank in ranked)
    return [(path, differences) for sure, shared, path, differences in ranked if (sure, shared) == best]


def _shared(path: str, parts: list[str]) -> int:
    """How many folders, counted from the name upwards, a path has in common with a text."""
    count = 0
    for mine, its in zip(parts[-2::-1], parts_of(path)[-2::-1], strict=False):
        if name_key(mine) != name_key(its):
            break
        count += 1
    return count
