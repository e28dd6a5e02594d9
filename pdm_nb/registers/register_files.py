"""The files of a register: what its folder contains, which row each file belongs to, and what the user decided."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import InputError
from ..local_files import find_files
from .matching import Match, Matching, MatchKind, RowKey, match_rows
from .matching.matches import Rows
from .profiles import Profile
from .reading.sheets.garbage_collection import no_garbage_collection
from .sources import Origin, RegisterRow


@dataclass(frozen=True)
class RegisterFolder:
    """The files of a folder.

    Attributes
    ----------
    root : Path
        The folder.
    sizes : dict
        Path relative to the folder, with slashes -> size in bytes.
    notices : dict
        What was left out or could not be read -> level of logging.
    """

    root: Path
    sizes: Mapping[str, int] = field(default_factory=dict)
    notices: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Path, exclude: Iterable[Path], allow: Collection[str]) -> RegisterFolder:
        """Return the files of a folder and its subfolders, without the register."""
        if not root.is_dir():
            return cls(root)
        try:
            found = find_files(root, exclude=exclude, allow=allow)
        except InputError as error:  # it contains no files
            return cls(root, notices={str(error): logging.WARNING})
        base = os.path.join(root, "")
        names = [os.fspath(path).removeprefix(base).replace(os.sep, "/") for path in found.files]
        sizes = [_size(path) for path in found.files]
        return cls(root, dict(zip(names, sizes, strict=True)), found.notice_levels)

    def path(self, file: str) -> Path:
        """Return the path of a file as a match names it."""
        return Path(os.path.normpath(self.root / (file if file in self.sizes else file.replace("\\", "/"))))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


@dataclass(frozen=True)
class FileDecisions:
    """What the user decided about files.

    Attributes
    ----------
    policy, template : str
        As in `match_rows`.
    suffixes : tuple of str
        As in `match_rows`: only these files are matched.
    confirmed, rejected : tuple of str
        Differences that do not matter, and those whose rows get no file.
    allowed : tuple of str
        Files outside the folder that may be sent.
    assigned : dict
        Text of a row -> its file, "" for none. The text is kept, since row numbers change.
    """

    policy: str = "refuse"
    template: str = ""
    suffixes: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    assigned: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, profile: Profile) -> FileDecisions:
        """Return the decisions of a profile, which has none about single files."""
        given = profile.files
        lists = {
            name: tuple(map(str, texts))
            for name in ("confirmed", "rejected", "suffixes")
            if isinstance(texts := given.get(name), list | tuple)
        }
        texts = {name: str(given[name]) for name in ("policy", "template") if name in given}
        return cls(**texts, **lists)  # type: ignore[arg-type]

    @property
    def stored(self) -> dict[str, object]:
        """What a profile keeps."""
        lists = {name: list(getattr(self, name)) for name in ("suffixes", "confirmed", "rejected")}
        kept = {"template": self.template, **lists}
        return {"policy": self.policy} | {name: value for name, value in kept.items() if value}


def match(
    rows: Rows, folder: RegisterFolder, decisions: FileDecisions, links: Mapping[RowKey, str] | None = None
) -> Matching:
    """Return the matches of rows and files, before any decision except the template and the suffixes."""
    with no_garbage_collection():
        return match_rows(
            rows,
            folder.sizes,
            root=folder.root,
            template=decisions.template,
            suffixes=decisions.suffixes,
            links=links,
        )


def decided(matching: Matching, decisions: FileDecisions) -> Matching:
    """Return matches with what the user decided."""
    found = matching.use_policy(decisions.policy).allow(*decisions.allowed)
    if decisions.assigned:
        files = {
            row: decisions.assigned[text] or None
            for row in matching.rows
            if (text := matching.text_of(row)) in decisions.assigned
        }
        found = found.assign(
            {row: file for row, file in files.items() if file is None or file in matching.files}
        )
    return found.confirm(*decisions.confirmed) if decisions.confirmed else found


def open_proposals(matching: Matching, decisions: FileDecisions) -> list[Match]:
    """Return matches that wait for a confirmation."""
    rejected = set(decisions.rejected)
    return [
        one
        for row, one in matching.matches.items()
        if row not in matching.applied and not one.outside and not rejected & one.differences
    ]


def rows_of(
    matching: Matching,
    folder: RegisterFolder,
    places: Mapping[RowKey, str],
    origins: Mapping[RowKey, Origin],
    texts: Mapping[RowKey, Mapping[str, str]],
) -> list[RegisterRow]:
    """Return the future documents with their paths. `texts`: what the register has of values that were made of it."""
    return [
        RegisterRow(
            folder.path(one.file),
            {name: value for name, value in one.values.items() if name != "file"},
            places.get(one.rows[0], ""),
            origins.get(one.rows[0]),
            texts.get(one.rows[0], {}),
        )
        for one in matching.documents()
    ]


def evident_name_template(matching: Matching) -> str | None:
    """Return "{number}" if all files were found by number and revision, so that their names change with each revision."""
    kinds = {one.kind for one in matching.applied.values()}
    template = matching.template
    with_revision = {MatchKind.NUMBER_AND_REVISION} | (
        {MatchKind.TEMPLATE} if template and "revision" in template.fields else set()
    )
    by_number = kinds <= with_revision | {MatchKind.NUMBER} and bool(kinds & with_revision)
    return "{number}" if by_number else None
