"""What a source contains: the files of folders, patterns and lists, what was left out, and what could not be read."""

from __future__ import annotations

import difflib
import glob
import logging
import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import InputError
from ..rules.values.text import quantity
from .containment import Folder
from .excluded import REGISTER, folder_to_leave_out, reason_to_leave_out
from .match_pattern import matching_paths
from .platform_errors import os_reason

Place = str | os.PathLike[str]
SHOWN = 3  # problems that are named


@dataclass(slots=True)
class FoundFiles:
    """The files of a source.

    Attributes
    ----------
    files : list of Path
        The files, in the order of their paths; those of a list in its order.
    left_out : Counter
        Kind -> number of files that are no documents, such as ".bak" and "journal".
    problems : list of str
        Folders and links that could not be read, a sentence each.
    outside : dict
        Files that are links to outside of the folder -> why. They are not in `files`, unless they were allowed.
    """

    files: list[Path] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    outside: dict[Path, str] = field(default_factory=dict)

    @property
    def notices(self) -> list[str]:
        """What to show: one sentence about files that were left out, and one about problems."""
        return list(self.notice_levels)

    @property
    def notice_levels(self) -> dict[str, int]:
        """The notices, each with its level of logging: problems are warnings."""
        found = {}
        if count := self.left_out.total():
            ranked = sorted(self.left_out.items(), key=lambda one: (-one[1], one[0]))
            kinds = ", ".join(f"{number:,} {kind}" for kind, number in ranked)
            found[f"{quantity(count, 'file', 'was', 'were')} left out: {kinds}."] = logging.INFO
        problems = [
            *self.problems,
            *(f"{reason}. Allow it by name to send it" for reason in self.outside.values()),
        ]
        if problems:
            more = f" {len(problems) - SHOWN:,} more were not read." if len(problems) > SHOWN else ""
            found[f"{'. '.join(problems[:SHOWN])}.{more}"] = logging.WARNING
        return found


def find_files(
    source: Place | Sequence[Place], *, exclude: Iterable[Place] = (), allow: Collection[str] = ()
) -> FoundFiles:
    """Return the files of a folder and its subfolders, of a pattern, or of a list of files, folders and patterns.

    Parameters
    ----------
    source : path or sequence of path
        "~" is the home folder. A folder whose name contains brackets is found by its name, also within a pattern.
    exclude : iterable of path
        Files that are no documents, such as the register.
    allow : collection of str
        Links that lead out of the folder, and are to be followed, as they are written or as absolute paths.

    Returns
    -------
    FoundFiles
        The files, and what was left out.

    Raises
    ------
    InputError
        If the source does not exist, or contains no files.
    """
    work = _Search({os.path.abspath(os.path.expanduser(path)) for path in exclude}, set(allow))
    if isinstance(source, str | os.PathLike):
        work.add(source)
        if not work.found.files:
            raise InputError(_nothing_in(source, work.found))
    else:
        for place in source:
            work.add_listed(place)
    return work.found


class _Search:
    """One call of `find_files`."""

    def __init__(self, excluded: set[str], allowed: set[str]) -> None:
        self.found = FoundFiles()
        self._excluded = excluded
        self._allowed = allowed
        self._seen: set[str] = set()

    def add(self, source: Place) -> None:
        """Add a folder, a file or a pattern. Raises `InputError` if it does not exist."""
        path = Path(os.path.expanduser(source))
        if os.path.isdir(path):
            self._add_folder(path)
        elif os.path.exists(path):
            self._keep(path)
        elif glob.has_magic(os.fspath(path)):
            self._add_pattern(os.fspath(path))
        else:
            raise InputError(f"{source} does not exist{_hint(path)}.")

    def add_listed(self, place: Place) -> None:
        """Add an item of a list: a file that does not exist is kept, so that its document is reported."""
        path = Path(os.path.expanduser(place))
        if os.path.isdir(path) or (not os.path.exists(path) and glob.has_magic(os.fspath(path))):
            before = len(self.found.files)
            self.add(place)
            if len(self.found.files) == before:
                self.found.problems.append(f"{place} contains no files that are not listed already")
        else:
            self.found.files.append(path)
            self._seen.add(os.path.abspath(path))

    def _keep(self, path: Path) -> None:
        """Add a file once."""
        if (full := os.path.abspath(path)) not in self._seen:
            self._seen.add(full)
            self.found.files.append(path)

    # -- folders
    def _add_folder(self, root: Path) -> None:
        folder = Folder(root)
        for path in sorted(self._walk(root, folder), key=_by_parts):
            self._keep(path)

    def _walk(self, place: Path, folder: Folder) -> Iterator[Path]:
        try:
            entries = list(os.scandir(place))
        except OSError as error:
            self.found.problems.append(f"{place} cannot be read ({os_reason(error)})")
            return
        for entry in entries:
            path = place / entry.name
            if self._is_folder(entry):
                if kind := folder_to_leave_out(entry.name):
                    self.found.left_out[kind] += _count(path)
                elif not entry.is_symlink() or self._follows(path, folder):
                    yield from self._walk(path, folder)
            elif self._is_document(path, folder, entry):
                yield path

    @staticmethod
    def _is_folder(entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_dir()
        except OSError:
            return False  # such as a loop of links

    def _follows(self, path: Path, folder: Folder) -> bool:
        """Return True for a link to a folder that is to be read; otherwise report it."""
        place = folder.contained(os.path.abspath(path))
        if not place.outside:
            self.found.problems.append(f"{path} is a link to {place.path}, whose files are included already")
        elif not self._is_allowed(path):
            self.found.outside[path] = place.reason
        else:
            return not folder.is_loop(path)
        return False

    def _is_allowed(self, path: Path) -> bool:
        return bool({os.fspath(path), path.name, os.path.abspath(path)} & self._allowed)

    def _is_document(self, path: Path, folder: Folder | None, entry: os.DirEntry[str] | None = None) -> bool:
        """Return True for a file that is a document; count or report others. An `entry` spares calls to the disk."""
        is_link = (entry or path).is_symlink()
        if os.path.abspath(path) in self._excluded:
            self.found.left_out[REGISTER] += 1
        elif is_link and not os.path.exists(path):
            self.found.problems.append(f"{path} is a link to a file that does not exist")
        elif kind := reason_to_leave_out(path):
            self.found.left_out[kind] += 1
        elif os.path.isfile(path) if entry is None or is_link else entry.is_file():
            place = folder.contained(os.path.abspath(path)) if folder and is_link else None
            if place is None or not place.outside or self._is_allowed(path):
                return True
            self.found.outside[path] = place.reason
        else:
            self.found.problems.append(f"{path} is not a file")
        return False

    # -- patterns
    def _add_pattern(self, pattern: str) -> None:
        base, rest = _literal_base(pattern)
        folder = Folder(base)
        hidden = {part for part in Path(rest).parts if part.startswith(".")}

        def report(error: OSError) -> None:
            sentence = f"{error.filename} cannot be read ({os_reason(error)})"
            if sentence not in self.found.problems:
                self.found.problems.append(sentence)

        def follow(path: str) -> bool:
            return self._follows(Path(path), folder)

        for name in sorted(matching_paths(base, rest, report, follow)):
            path = Path(name)
            if (
                not os.path.isdir(path)
                and not self._is_in_left_out_folder(path, base)
                and not folder.is_loop(path.parent)
            ):
                if hidden and path.is_file() and path.name.startswith(".") and not path.name.startswith("._"):
                    self._keep(path)  # the pattern asks for it
                elif self._is_document(path, folder):
                    self._keep(path)

    def _is_in_left_out_folder(self, path: Path, base: str) -> bool:
        inner = path.relative_to(base).parts[:-1] if path.is_relative_to(base) else ()
        kind = next(
            (kind for part in inner if (kind := folder_to_leave_out(part)) and not part.startswith(".")), ""
        )
        if kind:
            self.found.left_out[kind] += 1
        return bool(kind)


def _by_parts(path: Path) -> list[str]:
    """The order of paths: folder by folder. Comparing the paths themselves takes several times as long."""
    return os.path.normcase(path).split(os.sep)


def _literal_base(pattern: str) -> tuple[str, str]:
    """Split a pattern into the folder that exists by its name, which may contain brackets, and the rest."""
    parts = Path(pattern).parts
    base = ""
    for number, part in enumerate(parts[:-1]):
        inner = os.path.join(base, part)
        if not os.path.isdir(inner):
            return base, os.path.join(*parts[number:])
        base = inner
    return base, parts[-1]


def _count(folder: Path) -> int:
    """Return how many files a folder contains that is left out."""
    return sum(len(files) for _, _, files in os.walk(folder))


def _nothing_in(source: Place, found: FoundFiles) -> str:
    what = "No file matches" if glob.has_magic(os.fspath(source)) and not os.path.isdir(source) else ""
    message = f"{what} {source}." if what else f"{source} contains no files."
    return " ".join([message, *found.notices])


def _hint(path: Path) -> str:
    try:
        names = [item.name for item in path.parent.iterdir()]
    except OSError:
        return f", nor does the folder {path.parent}"
    near = difflib.get_close_matches(path.name, names, n=2)
    return f". Similar: {', '.join(near)}" if near else f" in {path.parent.absolute()}"
