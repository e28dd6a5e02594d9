"""The decisions about a register: what it was opened with, and what its user decided since.

A decision changes the profile, and what depends on it is forgotten; it is computed again when it is needed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import pandas as pd

from ..errors import InputError
from ..model import Field
from ..rules.values.lookup import Lookup
from .forms import FormOrigin, checked_form, files_of_form
from .mapping import CellProblemKind, Join, Split
from .mapping.aliases import FILE
from .matching import Matching, MatchKind, NameDifference, RowKey
from .matching.matches import check_differences
from .matching.shared_files import check_policy, row_label
from .profiles import Profile
from .profiles.profile import check_orders
from .register_content import content_of
from .register_files import FileDecisions, RegisterFolder, decided, match, open_proposals
from .register_options import (
    HeaderRow,
    SheetName,
    check_column,
    field_name,
    fitted_profile,
    opened_profile,
    release,
    table_by,
    with_columns,
)
from .register_questions import RegisterQuestion, questions
from .register_stages import RegisterStages
from .sources import fingerprint

MakeBatch = Callable[[Any, Any, str | None], Any]


class RegisterDecisions:
    """What was decided about a register, and the methods that decide more: each returns the register.

    Parameters
    ----------
    source : path or DataFrame
        The spreadsheet, or a table.
    fields : sequence of Field
        The fields of the project that can be set.
    lookups : mapping
        Name of a field -> its list.
    sheet, header, skip, folder, columns, profile, policy, template, suffixes, allow, revisions
        As in `Project.register`.
    make : callable, optional
        Makes the batch of a register, a journal and a name template.
    origin : FormOrigin, optional
        The project, for forms that were written for it.
    """

    def __init__(
        self,
        source: str | os.PathLike[str] | pd.DataFrame,
        fields: Sequence[Field],
        lookups: Mapping[str, Lookup],
        *,
        sheet: SheetName | None = None,
        header: HeaderRow | None = None,
        skip: Collection[int] = (),
        folder: str | os.PathLike[str] | None = None,
        columns: Mapping[str, str | None] | None = None,
        profile: Profile | str | os.PathLike[str] | None = None,
        policy: str | None = None,
        template: str | None = None,
        suffixes: str | Collection[str] = (),
        allow: Collection[str] = (),
        revisions: str | Sequence[str] = (),
        make: MakeBatch | None = None,
        origin: FormOrigin = FormOrigin(),  # noqa: B008 - it never changes
    ) -> None:
        self.source = source if isinstance(source, pd.DataFrame) else Path(source).expanduser()
        self.name = "the table" if isinstance(self.source, pd.DataFrame) else self.source.name
        self._place = Path(folder).expanduser() if folder is not None else None
        self._make = make
        given = opened_profile(
            profile,
            sheet=sheet,
            header=header,
            skip=skip,
            policy=policy,
            template=template,
            suffixes=suffixes,
            revisions=revisions,
        )
        self._sha256 = fingerprint(self.source)
        content = content_of(table_by(given, self.source))
        self._form = checked_form(self.name, content.table, fields, lookups, origin)
        self._place = self._place or files_of_form(content.table, self.source)
        given, self._profile_notices = fitted_profile(given, list(content.columns), fields, lookups)
        mapping = with_columns(given.mapping, columns or {}, list(content.columns), fields)
        self._stages = RegisterStages(content, fields, lookups, replace(given, mapping=mapping))
        self._files = replace(FileDecisions.of(given), allowed=tuple(allow))
        if content.is_own_output and not self._files.confirmed:
            self._files = replace(self._files, confirmed=(NameDifference.FOLDER.value,))

    # -- files
    @cached_property
    def _folder(self) -> RegisterFolder:
        own = () if isinstance(self.source, pd.DataFrame) else (self.source,)
        root = self._place or (own[0].parent if own else Path())
        return RegisterFolder.read(Path(os.path.abspath(root)), own, self._files.allowed)

    @cached_property
    def _undecided(self) -> Matching | None:
        """The matches before any decision; None if neither files, nor numbers, nor links are known."""
        links = self._stages.links
        if not links and not {FILE, "number"} & set(self._stages.mapping.targets):
            return None
        return match(self._stages.rows, self._folder, self._files, links)

    @cached_property
    def _matching(self) -> Matching | None:
        return decided(self._undecided, self._files) if self._undecided else None

    @property
    def _matched(self) -> Matching:
        if self._matching is None:
            raise InputError(self.questions[-1])
        return self._matching

    @property
    def questions(self) -> list[str]:
        """What has to be decided before `batch()`, one sentence each, with the call that decides it.

        Examples
        --------
        >>> [text.partition(".")[0] for text in register.questions]
        ["3 dates in 'Date issued' can be read in several ways", "1 row matches a file that differs in case, such as row 3, 'A-102 P02': a-102"]
        """
        return [str(question) for question in self._open_questions]

    @property
    def _open_questions(self) -> list[RegisterQuestion]:
        """The questions as objects: text, code, and the calls that decide them."""
        found = questions(self._stages, self._matching, self._folder, self._files)
        asked = self._form.questions(self._stages.profile.mapping.named) if self._form else []
        return [*map(RegisterQuestion.of, asked), *found]

    # -- decisions
    def map(self, column: str, field: str | None) -> Self:
        """Set the field of a column: its name or label, "file" for the column with the files, None to leave it out.

        Examples
        --------
        >>> register.map("Remarks", None).columns.query("column == 'Remarks'")["confidence"].tolist()
        ['decided']
        """
        names = list(self._stages.content.columns)
        mapping = self._stages.profile.mapping
        return self._decide(
            "mapping", mapping=with_columns(mapping, {column: field}, names, self._stages.fields)
        )

    def split(
        self, column: str, fields: Sequence[str | None], separator: str = "", pattern: str = ""
    ) -> Self:
        """Split a column such as "S2 - For information" into several fields, None for a part that is not used.

        Give the `separator` between the parts, or a regular expression with a group for each part.

        Examples
        --------
        >>> register.split("Remarks", ["type", None], " / ").columns["field"].tolist()[-1]
        'type'
        """
        names = tuple(name and field_name(name, self._stages.fields) for name in fields)
        new = Split(check_column(column, list(self._stages.content.columns)), names, separator, pattern)
        free = release(self._stages.profile.mapping, [column], filter(None, names))
        return self._decide("mapping", mapping=replace(free, splits=(*free.splits, new)))

    def join(self, field: str, columns: Sequence[str], separator: str = " ") -> Self:
        """Join several columns, such as "Title 1" and "Title 2", into one field.

        Examples
        --------
        >>> register.join("description", ["Drawing title", "Remarks"], " - ").columns["field"].tolist()[-1]
        'description'
        """
        known = list(self._stages.content.columns)
        new = Join(
            field_name(field, self._stages.fields),
            tuple(check_column(one, known) for one in columns),
            separator,
        )
        free = release(self._stages.profile.mapping, new.columns, [new.field])
        return self._decide("mapping", mapping=replace(free, joins=(*free.joins, new)))

    def constant(self, field: str, value: str) -> Self:
        """Set a field that no column has to the same value in all rows.

        Examples
        --------
        >>> _ = register.constant("type", "Drawing").date_order("Date issued", "DMY").confirm()
        >>> [row.values["type"] for row in register.rows()]
        ['Drawing', 'Drawing']
        """
        name = field_name(field, self._stages.fields)
        free = release(self._stages.profile.mapping, (), [name])
        return self._decide("mapping", mapping=replace(free, constants={**free.constants, name: value}))

    def date_order(self, column: str, order: str) -> Self:
        """Set the order of day, month and year in a column: "DMY", "MDY" or "YMD".

        Examples
        --------
        >>> len(register.date_order("Date issued", "DMY").questions)
        1
        """
        check_orders({column: order})
        if check_column(column, list(self._stages.content.columns)) not in self._stages.date_orders:
            raise InputError(f"Column {column!r} is not mapped to a field of dates. Map it first.")
        return self._decide("columns", dates={**self._stages.profile.dates, column: order})

    def clean(self, *kinds: str) -> Self:
        """Use the proposals of `problems` of these kinds: "prefix" (Rev-00 becomes 00), "placeholder" (becomes empty).

        Examples
        --------
        >>> register.problems[["kind", "value", "proposal"]].to_numpy().tolist()
        [['prefix', 'Rev-P02', 'P02']]
        >>> register.clean("prefix").revision_order()["last"].tolist()
        ['P02']
        """
        known = [kind.value for kind in CellProblemKind]
        if unknown := [kind for kind in kinds if kind not in known]:
            raise InputError(f"Unknown kind {unknown[0]!r}. Use {', '.join(known)}.")
        cleaned = sorted(self._stages.cleaned | set(kinds))
        return self._decide("columns", rows={**self._stages.profile.rows, "clean": cleaned})

    def confirm(self, *what: str) -> Self:
        """Take proposed files: by differences that do not matter, such as "suffix", or by the kind of the match.

        Without arguments, all proposals are taken.

        Examples
        --------
        >>> register.confirm("case").files["applied"].tolist()
        [True, True]
        """
        waiting = open_proposals(self._matched, self._files)
        kinds = {kind.value for kind in MatchKind}
        new = set(check_differences(text for text in what if text not in kinds))
        new |= {
            difference
            for one in waiting
            if not what or one.kind.value in what
            for difference in one.differences
        }
        return self._decide_files(confirmed=_names({*self._files.confirmed, *new}))

    def reject(self, *differences: str) -> Self:
        """Leave rows without a file if the proposed one differs in one of these.

        Examples
        --------
        >>> len(register.reject("case").questions)
        1
        """
        new = check_differences(differences)
        return self._decide_files(rejected=_names({*self._files.rejected, *new}))

    def assign(self, row: RowKey, file: str | None) -> Self:
        """Set the file of a row, relative to the folder; None for a row without a file.

        Examples
        --------
        >>> register.assign(4, "A-104.pdf").files.query("row == 4")["kind"].tolist()
        ['assigned']
        """
        matching = self._matched
        if row not in matching.rows:
            raise InputError(f"Row {row_label(row)} is not in the register. Use one of its row numbers.")
        if file is not None and file not in matching.files:
            raise InputError(f"{file} is not in the folder {self._folder.root}. Use one of its files.")
        return self._decide_files(assigned={**self._files.assigned, matching.text_of(row): file or ""})

    def use_policy(self, policy: str) -> Self:
        """Set what several rows of one file become: "first" takes the first row, "join" joins the values.

        Examples
        --------
        >>> _ = register.assign(3, "A-101.pdf")
        >>> sum("use_policy" in text for text in register.questions)
        1
        >>> sum("use_policy" in text for text in register.use_policy("join").questions)
        0
        """
        return self._decide_files(policy=check_policy(policy))

    def allow(self, *files: str) -> Self:
        """Allow files outside of the folder to be sent, as `questions` names them.

        Examples
        --------
        >>> register = register.allow("../archive/A-103.pdf")
        """
        self.__dict__.pop("_folder", None)
        self.__dict__.pop("_undecided", None)
        return self._decide_files(allowed=(*self._files.allowed, *files))

    def _decide(self, stage: str, **changes: Any) -> Self:
        """Change the profile, and forget what depends on it; a change that is not possible leaves all as it was."""
        before = self._stages.profile
        self._stages.change(replace(before, **changes), stage)
        for name in ("_undecided", "_matching"):
            self.__dict__.pop(name, None)
        try:
            self._stages.crosswalk  # noqa: B018 - computed now, so that a wrong answer is reported by its call
        except InputError:
            self._stages.change(before, stage)
            raise
        return self

    def _decide_files(self, **changes: Any) -> Self:
        self._files = replace(self._files, **changes)
        self.__dict__.pop("_matching", None)
        return self


def _names(differences: Collection[str]) -> tuple[str, ...]:
    """The names of differences as plain texts, as a profile has them."""
    return tuple(sorted(map(str, differences)))
