"""The paths that match a pattern with `*`, `?`, `[…]` and `**`. Unlike `glob`, it ends where links form loops.

`**` matches folders of any depth and follows no link to a folder: what is in it has a path of its own, or leads out. Names
that begin with a dot match only what begins with a dot as well.
"""

from __future__ import annotations

import fnmatch
import glob
import os
from collections.abc import Callable, Iterator, Sequence

from ..rules.values.text import nfc

ANY_DEPTH = "**"


def matching_paths(
    base: str, pattern: str, report: Callable[[OSError], object], follow: Callable[[str], bool]
) -> Iterator[str]:
    """Yield the paths below a folder that match a pattern, each once.

    Parameters
    ----------
    base : str
        The folder; "" for the current one.
    pattern : str
        The pattern, relative to it.
    report : callable
        Called with the error for each folder that cannot be read.
    follow : callable
        Called with the path of a link to a folder that `**` comes to; returns True to follow it.
    """
    seen = set[str]()
    parts = [part for part in pattern.split(os.sep) if part]
    for path in _matches(base, parts, report, follow):
        if path not in seen:
            seen.add(path)
            yield path


def _matches(
    place: str, parts: Sequence[str], report: Callable[[OSError], object], follow: Callable[[str], bool]
) -> Iterator[str]:
    if not parts:
        yield place
        return
    first, rest = parts[0], parts[1:]
    if not glob.has_magic(first):
        path = os.path.join(place, first)
        if os.path.lexists(path):
            yield from _matches(path, rest, report, follow)
        return
    if first == ANY_DEPTH and rest:
        yield from _matches(place, rest, report, follow)
    for entry in _entries(place, report):
        path = os.path.join(place, entry.name)
        if first == ANY_DEPTH:
            if _is_hidden(entry.name, first):
                continue
            if not rest:
                yield path
            if _is_folder(entry) and (not entry.is_symlink() or follow(path)):
                yield from _matches(path, parts, report, follow)
        elif (
            fnmatch.fnmatch(nfc(entry.name), nfc(first))
            and not _is_hidden(entry.name, first)
            and (not rest or _is_folder(entry))
        ):
            yield from _matches(path, rest, report, follow)


def _entries(place: str, report: Callable[[OSError], object]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(place or ".") as entries:
            return list(entries)
    except NotADirectoryError:
        return []
    except OSError as error:
        report(error)
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # such as a loop of links


def _is_hidden(name: str, pattern: str) -> bool:
    return name.startswith(".") and not pattern.startswith(".")
