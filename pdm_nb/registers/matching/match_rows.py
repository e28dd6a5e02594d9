"""Matches the rows of a register with files. Reads no file.

How this works: each step takes the rows that have no match yet.

1. The text of the file column: by path, by name, in other spellings (`file_index`), with the mark of a copy or a revision
   added (`added_text`).
2. The naming template, if one is given: the fields of the row in its order.
3. Number and revision in the file name (`number_index`). If the number is within the names and no template is given,
   one is learned from these matches; matches that follow it are exact.
4. The hyperlinks of the rows (`links`): they find a file, confirm one, or contradict what the row shows.
5. Likeness, of the rows and files that are left (`likeness`).

A match that differs in anything is a proposal. Nothing is guessed: if several files match equally, the row is unclear.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...local_files import Folder
from ...rules.naming_standard import split_suffix
from .added_text import AddedTextIndex
from .file_index import FileIndex
from .learn_template import learn_template
from .likeness import LikenessIndex
from .links import linked_file
from .matches import Match, MatchKind, NameDifference, RowKey, Rows, certainty, is_formal, text_in
from .matching import Matching
from .name_keys import file_key, parts_of, tokens
from .naming_template import NamingTemplate
from .number_index import NumberIndex, find, without_revision
from .shared_files import FILE, check_policy

Results = Iterable[tuple[str, MatchKind, frozenset[NameDifference]]]
EXAMPLES = 3  # from which a template is learned
# A template contains neither the suffix nor the folder.
OF_TEMPLATE = frozenset((NameDifference.SUFFIX, NameDifference.FOLDER))


def match_rows(
    rows: Rows,
    files: Mapping[str, int],
    *,
    root: str | os.PathLike[str] | None = None,
    template: str = "",
    suffixes: Collection[str] = (),
    policy: str = "refuse",
    confirmed: Collection[str] = (),
    allow: Collection[str] = (),
    links: Mapping[RowKey, str] | None = None,
) -> Matching:
    """Match the rows of a register with files.

    Parameters
    ----------
    rows : mapping
        Row number -> field -> text. The fields "file", "number" and "revision" are used, and those of the template.
    files : mapping
        Path -> size in bytes. Paths are relative to `root`, with slashes.
    root : path, optional
        The folder of the files. If given, files and rows that lead outside of it are reported.
    template : str, optional
        The naming template of the files, without suffix, such as "{number}-{title}-{status}-{revision}". If not given,
        one is learned if the file names show it.
    suffixes : collection of str, optional
        Match only files with these suffixes, such as (".pdf",), if drawings lie next to their PDFs.
    policy : {"refuse", "first", "join"}
        What several rows of one file become.
    confirmed : collection of str, optional
        Differences that do not matter, such as "suffix"; see `Matching.confirm`.
    allow : collection of str, optional
        Files outside of the folder that may be sent, as the rows name them.
    links : mapping, optional
        Row number -> the target of its hyperlink.

    Returns
    -------
    Matching
        What matches, what is proposed, and what is left.

    Examples
    --------
    >>> matching = match_rows({2: {"number": "A-100", "revision": "B"}}, {"A-100 Rev A.pdf": 9, "A-100 Rev B.pdf": 9})
    >>> matching.applied[2].file, matching.files_without_row()["file"].tolist()
    ('A-100 Rev B.pdf', ['A-100 Rev A.pdf'])
    """
    wanted = {suffix.casefold() for suffix in suffixes}
    usable = [path for path in files if not wanted or path.casefold().endswith(tuple(wanted))]
    given = NamingTemplate.parse(template) if template else None
    work = _Work(rows, usable, root)
    work.by_file_column()
    work.by_added_text()
    if given:
        work.by_template(given)
    work.by_number()
    learned = None if given else work.learned_template()
    if learned:
        work.by_template(learned, again=True)
    work.by_link(links or {})
    work.by_likeness()
    matching = Matching(
        rows,
        files,
        work.ordered(),
        work.unclear,
        given or learned,
        check_policy(policy),
        allowed=frozenset(allow),
    )
    return matching.confirm(*confirmed) if confirmed else matching


class _Work:
    """The matches of one call, as they are found."""

    def __init__(self, rows: Rows, files: list[str], root: str | os.PathLike[str] | None) -> None:
        self.rows, self.files = rows, files
        self.index = FileIndex(files)
        self.folder = Folder(root)
        self.matches: dict[RowKey, Match] = {}
        self.unclear: dict[RowKey, tuple[str, ...]] = {}

    def ordered(self) -> dict[RowKey, Match]:
        """Return the matches in the order of the rows."""
        return {row: self.matches[row] for row in self.rows if row in self.matches}

    def _record(self, row: RowKey, found: Results) -> None:
        """Record the match of a row, or that it is unclear; of several files, those that differ least count."""
        found = list(found)
        if len(found) > 1:
            best = max(certainty(differences) for _, _, differences in found)
            found = [one for one in found if certainty(one[2]) == best]
        if len(found) == 1:
            file, kind, differences = found[0]
            self.unclear.pop(row, None)
            self.matches[row] = Match(row, file, kind, differences, self.folder.reason(file))
        elif found:
            self.unclear[row] = tuple(file for file, _, _ in found)

    def _open(self) -> dict[RowKey, Mapping[str, Any]]:
        return {row: values for row, values in self.rows.items() if row not in self.matches}

    def _unused(self) -> list[str]:
        """Return files that no row has exactly."""
        used = {match.file for match in self.matches.values() if match.is_exact}
        return [path for path in self.files if path not in used]

    # -- the steps
    def by_file_column(self) -> None:
        for row, values in self.rows.items():
            if not (text := text_in(values, FILE)):
                continue
            found = self.index.find(self.folder.relative(text))
            is_exact = len(found) == 1 and not found[0][1]
            if not is_exact and self.folder.reason(text.replace("\\", "/")):
                place = self.folder.contained(text)
                if place.outside and (place.exists or not found):
                    self.matches[row] = Match(row, text, MatchKind.PATH, outside=place.reason)
                    continue
            self._record(row, ((file, MatchKind.PATH, how) for file, how in found))

    def by_added_text(self) -> None:
        texts = {row: text for row, values in self._open().items() if (text := text_in(values, FILE))}
        index = AddedTextIndex(self._unused()) if texts else None
        for row, text in texts.items():
            if index and row not in self.unclear:
                found = index.find(text, text_in(self.rows[row], "revision"))
                self._record(row, ((file, MatchKind.PATH, how) for file, how in found))

    def by_template(self, template: NamingTemplate, *, again: bool = False) -> None:
        """Match rows whose fields make the name of a file; `again`: also those that have a proposal by their number."""
        for row, values in self.rows.items():
            match = self.matches.get(row)
            if match and (not again or match.is_exact or match.kind is MatchKind.PATH):
                continue
            for name in template.render(values):
                found = self.index.find(name)
                if found:
                    self._record(row, ((file, MatchKind.TEMPLATE, how - OF_TEMPLATE) for file, how in found))
                    break

    def by_number(self) -> None:
        numbers = {
            row: (number, tuple(tokens(number)))
            for row, values in self._open().items()
            if (number := text_in(values, "number"))
        }
        counts = Counter(key for _, key in numbers.values())
        index = NumberIndex(numbers.values(), self._unused() if numbers else ())
        for row, (_, key) in numbers.items():
            values = self.rows[row]
            files, shares = index.files_of(key), counts[key] > 1
            found = find(files, text_in(values, "revision"), shares=shares)
            if shares and not found and (without := without_revision(files)):
                self.unclear[row] = tuple(file.path for file in without)  # it may be that of another row
            if found and text_in(values, FILE):
                found = [(file, kind, how | {NameDifference.OTHER_NAME}) for file, kind, how in found]
            self._record(row, found)

    def learned_template(self) -> NamingTemplate | None:
        """Return the template that names with the number inside follow, if they follow one."""
        pairs = [
            (self.rows[row], parts_of(match.file)[-1])
            for row, match in self.matches.items()
            if NameDifference.INSIDE in match.differences
        ]
        return learn_template(pairs) if len(pairs) >= EXAMPLES else None

    def by_link(self, links: Mapping[RowKey, str]) -> None:
        for row, target in links.items():
            found = linked_file(self.index, target)
            before = self.matches.get(row)
            if found is None or (before and before.outside):
                continue
            file, how = found
            name = parts_of(text_in(self.rows[row], FILE))[-1:]
            # A text such as "Open" is no name.
            is_named = bool(name) and bool(split_suffix(name[0])[1])
            if before is None:
                is_other = is_named and file_key(name[0]) != file_key(parts_of(file)[-1])
                how |= {NameDifference.LINK} if is_other else set()
                self._record(row, [(file, MatchKind.LINK, how)])
                continue
            left = before.differences if is_named else before.differences - {NameDifference.OTHER_NAME}
            if before.file != file:
                kept = before if is_formal(left) else Match(row, file, MatchKind.LINK, how)
                self.matches[row] = replace(kept, differences=kept.differences | {NameDifference.LINK})
            elif is_formal(left):
                self.matches[row] = replace(before, differences=frozenset())

    def by_likeness(self) -> None:
        rows = {row: values for row, values in self._open().items() if row not in self.unclear}
        used = {match.file for match in self.matches.values()}
        index = LikenessIndex(path for path in self.files if path not in used) if rows else None
        for row, values in rows.items():
            for text in _texts(values):
                if found := index.find(text) if index else []:
                    self._record(row, ((file, MatchKind.SIMILAR, frozenset((how,))) for file, how in found))
                    break


def _texts(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts of a row that the name of its file may be like."""
    if text := text_in(values, FILE):
        yield split_suffix(parts_of(text)[-1])[0] if parts_of(text) else text
        return
    number, title, revision = (text_in(values, field) for field in ("number", "description", "revision"))
    if number:
        for parts in ((number, revision), (number,), (number, title, revision), (number, title)):
            yield " ".join(filter(None, parts))
