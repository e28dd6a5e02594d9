"""`Matching`: which row has which file, what is proposed, and what is left over on both sides.

It is not changed: confirming, assigning and allowing return another one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from ... import frames
from ...errors import InputError
from ..reading.sheets.garbage_collection import no_garbage_collection
from .added_text import copied_name
from .matches import Match, MatchKind, NameDifference, RowKey, Rows, check_differences, text_in
from .naming_template import NamingTemplate
from .shared_files import FILE, Policy, SharedFile, check_policy, combined, row_label

OF_OTHERS = (
    "A file without a revision matches, and other rows have the same number. Assign it to one of them."
)
ROW = {"row": frames.WHOLE, "issue": frames.TEXT}
MATCH = ROW | {
    "text": frames.TEXT, "file": frames.TEXT, "kind": frames.TEXT, "differences": frames.TEXT, "certainty": frames.REAL,
}  # fmt: skip


@dataclass(slots=True)  # as `Match`
class MatchedFile:
    """A future document: its file, the rows that are about it, and their values, by field."""

    file: str
    rows: tuple[RowKey, ...]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Matching:
    """Rows and files.

    Attributes
    ----------
    rows : mapping
        Row number -> field -> text.
    files : mapping
        Path -> size in bytes.
    matches : mapping
        Row number -> its match: exact ones, and proposals.
    unclear : mapping
        Row number -> the files that it may be for; the user assigns one of them.
    template : NamingTemplate or None
        The template that was given, or learned from the file names.
    policy : {"refuse", "first", "join"}
        What several rows of one file become.
    confirmed : frozenset of NameDifference
        Differences that do not matter: proposals that differ in nothing else are applied.
    allowed : frozenset of str
        Files outside the folder that may be sent.
    """

    rows: Rows
    files: Mapping[str, int]
    matches: Mapping[RowKey, Match]
    unclear: Mapping[RowKey, tuple[str, ...]] = field(default_factory=dict)
    template: NamingTemplate | None = None
    policy: Policy = "refuse"
    confirmed: frozenset[NameDifference] = frozenset()
    allowed: frozenset[str] = frozenset()

    # -- decisions of the user
    def confirm(self, *differences: str) -> Matching:
        """Confirm all proposals of a kind.

        Parameters
        ----------
        *differences : str
            What does not matter, such as "suffix" and "case"; all if not given.

        Returns
        -------
        Matching
            With the proposals applied that differ in nothing else.

        Raises
        ------
        InputError
            For an unknown difference.
        """
        confirmed = check_differences(differences) or frozenset(NameDifference)
        return replace(self, confirmed=self.confirmed | confirmed)

    def assign(self, files: Mapping[RowKey, str | None]) -> Matching:
        """Set the files of rows: of unclear ones, or instead of what was proposed.

        Parameters
        ----------
        files : mapping
            Row number -> path, None for a row that has no file.

        Returns
        -------
        Matching
            With these matches applied.

        Raises
        ------
        InputError
            For an unknown row or file.
        """
        matches = dict(self.matches)
        for row, file in files.items():
            if row not in self.rows:
                raise InputError(f"Row {row_label(row)} is not in the register. Use one of its row numbers.")
            if file is None:
                matches.pop(row, None)
            elif file in self.files:
                matches[row] = Match(row, file, MatchKind.ASSIGNED)
            else:
                raise InputError(f"{file} is not in the list of files. Use one of its paths.")
        return replace(
            self, matches=matches, unclear={r: f for r, f in self.unclear.items() if r not in files}
        )

    def use_policy(self, policy: str) -> Matching:
        """Set what several rows of one file become: "refuse" (none is applied), "first" or "join"."""
        return replace(self, policy=check_policy(policy))

    def allow(self, *files: str) -> Matching:
        """Allow files outside of the folder to be sent, by the names that `outside()` lists."""
        return replace(self, allowed=self.allowed | set(files))

    # -- results
    @cached_property
    def applied(self) -> dict[RowKey, Match]:
        """Matches that are exact, confirmed or assigned, by row; also if the policy refuses their file."""
        return {
            row: match
            for row in self.rows
            if (match := self.matches.get(row))
            and match.differences <= self.confirmed
            and (not match.outside or match.file in self.allowed)
        }

    @cached_property
    def shared(self) -> list[SharedFile]:
        """Files that several rows have, with the values in which these differ."""
        return [SharedFile.of(file, rows, self.rows) for file, rows in self._by_file.items() if len(rows) > 1]

    @cached_property
    def _by_file(self) -> dict[str, list[RowKey]]:
        found: dict[str, list[RowKey]] = defaultdict(list)
        for row, match in self.applied.items():
            found[match.file].append(row)
        return dict(found)

    def documents(self) -> list[MatchedFile]:
        """Return the future documents, in the order of the rows; without files that the policy refuses."""
        with no_garbage_collection():
            return self._documents()

    def _documents(self) -> list[MatchedFile]:
        found = []
        for file, rows in self._by_file.items():
            if len(rows) == 1:
                found.append(MatchedFile(file, tuple(rows), self.rows[rows[0]]))
            elif self.policy != "refuse":
                values = combined([self.rows[row] for row in rows], self.policy)
                found.append(MatchedFile(file, tuple(rows), values))
        return found

    # -- reports
    def proposals(self) -> pd.DataFrame:
        """List matches that are not applied until they are confirmed, surest first.

        Returns
        -------
        DataFrame
            One row per match: row (Int64), issue, text (what the row has), file, kind, differences (string), certainty
            (Float64).
        """
        waiting = [
            match for row, match in self.matches.items() if row not in self.applied and not match.outside
        ]
        waiting.sort(key=lambda match: -match.certainty)
        return frames.frame(MATCH, map(self._listed, waiting))

    def all_matches(self) -> pd.DataFrame:
        """List all matches, in the columns of `proposals` and with applied (boolean)."""
        rows = [(*self._listed(one), row in self.applied) for row, one in self.matches.items()]
        return frames.frame(MATCH | {"applied": frames.FLAG}, rows)

    def _listed(self, one: Match) -> tuple[Any, ...]:
        differences = ", ".join(sorted(one.differences))
        return *_key(one.row), self.text_of(one.row), one.file, one.kind.value, differences, one.certainty

    def kinds(self) -> pd.DataFrame:
        """Count proposals of each kind, so that all of a kind can be confirmed at once.

        Returns
        -------
        DataFrame
            One row per kind: kind, differences (string), count (Int64), certainty (Float64), example (string).
        """
        listed = self.proposals()
        rows = [
            (kind, differences, len(group), group["certainty"].iloc[0], f"{group['text'].iloc[0]} -> {group['file'].iloc[0]}")
            for (kind, differences), group in listed.groupby(["kind", "differences"], sort=False)
        ]  # fmt: skip
        columns = {
            "kind": frames.TEXT,
            "differences": frames.TEXT,
            "count": frames.WHOLE,
            "certainty": frames.REAL,
        }
        return frames.frame(columns | {"example": frames.TEXT}, rows)

    @cached_property
    def unused_files(self) -> list[str]:
        """The files that no row has."""
        return [file for file in self.files if file not in self._by_file]

    def files_without_row(self) -> pd.DataFrame:
        """List files that no row has.

        Returns
        -------
        DataFrame
            One row per file: file (string), size (Int64), proposed (boolean: a row may be confirmed for it), why (string).
        """
        proposed = {match.file: row for row, match in self.matches.items() if row not in self.applied}
        unclear: dict[str, RowKey] = {}
        for row, files in self.unclear.items():
            unclear |= dict.fromkeys(files, row)
        return frames.frame(
            {"file": frames.TEXT, "size": frames.WHOLE, "proposed": frames.FLAG, "why": frames.TEXT},
            [
                (file, self.files[file], file in proposed, self._why_left(file, proposed, unclear))
                for file in self.unused_files
            ],
        )

    def _why_left(self, file: str, proposed: Mapping[str, RowKey], unclear: Mapping[str, RowKey]) -> str:
        folder, _, name = file.rpartition("/")
        original = copied_name(name)
        if file in proposed:
            return f"It is proposed for row {row_label(proposed[file])}."
        if file in unclear:
            return f"It is one of the files that row {row_label(unclear[file])} may be for."
        if original and (path := f"{folder}/{original}".lstrip("/")) in self.files:
            return f"By its name, it is a copy of {path}."
        return "No row has it."

    def rows_without_file(self) -> pd.DataFrame:
        """List rows that have no file yet.

        Returns
        -------
        DataFrame
            One row per row of the register: row (Int64), issue, text, candidates, why (string).
        """
        found = []
        for row in self.rows:
            if row not in self.applied:
                found.append(
                    (*_key(row), self.text_of(row), "; ".join(self._candidates(row)), self._why(row))
                )
        columns = ROW | {"text": frames.TEXT, "candidates": frames.TEXT, "why": frames.TEXT}
        return frames.frame(columns, found)

    def shared_files(self) -> pd.DataFrame:
        """List files that several rows have.

        Returns
        -------
        DataFrame
            One row per file: file, rows (string), count (Int64), listed (boolean: the rows name it alike), differing,
            message (string).
        """
        columns = {"file": frames.TEXT, "rows": frames.TEXT, "count": frames.WHOLE, "listed": frames.FLAG}
        return frames.frame(
            columns | {"differing": frames.TEXT, "message": frames.TEXT},
            [
                (
                    s.file,
                    ", ".join(map(row_label, s.rows)),
                    len(s.rows),
                    s.is_listed,
                    ", ".join(s.differing),
                    s.message,
                )
                for s in self.shared
            ],
        )

    def outside(self) -> pd.DataFrame:
        """List matches whose files are outside the folder: row (Int64), issue, file, why (string), allowed (boolean)."""
        found = [match for match in self.matches.values() if match.outside]
        columns = ROW | {"file": frames.TEXT, "why": frames.TEXT, "allowed": frames.FLAG}
        return frames.frame(
            columns, [(*_key(m.row), m.file, m.outside, m.file in self.allowed) for m in found]
        )

    def text_of(self, row: RowKey) -> str:
        """Return what a row has for its file: the file column, else number and revision."""
        values = self.rows[row]
        number = " ".join(filter(None, (text_in(values, "number"), text_in(values, "revision"))))
        return text_in(values, FILE) or number

    def _candidates(self, row: RowKey) -> Iterable[str]:
        return (self.matches[row].file,) if row in self.matches else self.unclear.get(row, ())

    def _why(self, row: RowKey) -> str:
        match = self.matches.get(row)
        if match is not None and match.outside:
            return f"{match.outside}. Allow it by name to send it."
        if match is not None:
            return f"Differs in {', '.join(sorted(match.differences))}. Confirm it if it is the file."
        if count := len(self.unclear.get(row, ())):
            return f"{count} files match. Assign one of them." if count > 1 else OF_OTHERS
        return "No file matches." if self.text_of(row) else "The row has neither a file nor a number."


def _key(row: RowKey) -> tuple[int, str | None]:
    return row if isinstance(row, tuple) else (row, None)
