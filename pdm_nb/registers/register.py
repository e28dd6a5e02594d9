"""`Register`: a spreadsheet about documents, what was understood of it, and what has to be decided before it is a batch.

How this works: `reading` finds the table, `RegisterStages` maps columns and values, `RegisterFolder` and `Matching` find
the files. `RegisterDecisions` has the decisions of the user. Nothing is sent or written.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from ..errors import InputError
from ..model import Field
from ..rules.values.text import quantity
from .profiles import Profile, dumps, write_profile
from .reading.form import KEY
from .register_files import rows_of
from .register_frames import columns_frame, problems_frame
from .register_notices import notices, row_notices
from .register_options import relative
from .register_questions import RegisterQuestion, questions_of_values
from .register_summary import as_html, as_text, numbered
from .register_values import RegisterValues
from .sources import ExpectedRow, RegisterRow


class Register(RegisterValues):
    """A register: its table, the fields of its columns, the values of its rows, and their files.

    `project.register(source)` opens one. What it understood is in the attributes; the methods that decide a question
    return the register.
    """

    # -- what was read
    @property
    def table(self) -> pd.DataFrame:
        """The rows under their headings as shown text; the index has the row numbers of the spreadsheet.

        Examples
        --------
        >>> register.table.loc[4, ["Drawing No", "Rev"]].tolist()
        ['A-103', 'Rev-P02']
        """
        return self._stages.content.table.frame.drop(columns=KEY, errors="ignore")

    @property
    def columns(self) -> pd.DataFrame:
        """The columns and what they become.

        One row per column: column, field (missing if it is not used), confidence ("decided", "sure", "likely",
        "unsure"), reasons, samples (string).

        Examples
        --------
        >>> register.columns[["column", "field", "confidence"]].head(3).to_numpy().tolist()
        [['Drawing No', 'number', 'sure'], ['Drawing title', 'description', 'sure'], ['Status', 'status', 'likely']]
        """
        return columns_frame(self._stages)

    @property
    def problems(self) -> pd.DataFrame:
        """Cells that are not what they look like, placeholders, and rows that are not documents.

        One row per problem: row (Int64), column, field, value, kind, message, proposal (string).

        Examples
        --------
        >>> register.problems[["row", "column", "value", "proposal"]].to_numpy().tolist()
        [[4, 'Rev', 'Rev-P02', 'P02']]
        """
        return problems_frame(self._stages)

    @property
    def notices(self) -> list[str]:
        """What was assumed, left out and matched, one sentence each.

        Examples
        --------
        >>> register.notices[0]
        'register.csv has 6 columns, separated by comma.'
        """
        return list(self._levels)

    @property
    def _levels(self) -> dict[str, int]:
        """The notices, each with its level of logging: only what asks for attention is a warning."""
        own = [*self._profile_notices, *(self._form.notices if self._form else ())]
        found = dict.fromkeys(own, logging.WARNING)
        found |= notices(self._stages, isinstance(self.source, pd.DataFrame))
        found |= self._folder.notices
        return found | dict(row_notices(self._matching, self._stages.links) if self._matching else ())

    @property
    def files(self) -> pd.DataFrame:
        """The rows and their files: those that are applied, and proposals that wait for `confirm`.

        One row per match: row (Int64), issue, text (what the row has), file, kind, differences (string), certainty
        (Float64), applied (boolean).

        Examples
        --------
        >>> register.files[["row", "file", "differences", "applied"]].to_numpy().tolist()
        [[2, 'A-101.pdf', '', True], [3, 'a-102.pdf', 'case', False]]
        """
        return self._matched.all_matches()

    @property
    def files_without_row(self) -> pd.DataFrame:
        """Files that no row has: file (string), size (Int64), proposed (boolean), why (string).

        Examples
        --------
        >>> register.files_without_row[["file", "why"]].to_numpy().tolist()
        [['A-104.pdf', 'No row has it.'], ['a-102.pdf', 'It is proposed for row 3.']]
        """
        return self._matched.files_without_row()

    @property
    def rows_without_file(self) -> pd.DataFrame:
        """Rows that have no file yet: row (Int64), issue, text, candidates, why (string).

        Examples
        --------
        >>> register.rows_without_file[["row", "candidates"]].to_numpy().tolist()
        [[3, 'a-102.pdf'], [4, '']]
        """
        return self._matched.rows_without_file()

    @property
    def shared_files(self) -> pd.DataFrame:
        """Files that several rows have: file, rows (string), count (Int64), listed (boolean), differing, message.

        Examples
        --------
        >>> register.assign(3, "A-101.pdf").shared_files[["file", "rows"]].to_numpy().tolist()
        [['A-101.pdf', '2, 3']]
        """
        return self._matched.shared_files()

    # -- results
    @property
    def profile(self) -> Profile:
        """All that was decided, or settled by the register, to open the next one of its kind.

        Examples
        --------
        >>> register.date_order("Date issued", "DMY").profile.dates
        {'Date issued': 'DMY'}
        """
        stages = self._stages
        orders = {name: order for name in stages.date_orders if (order := stages.order_of(name))}
        decided_ = stages.profile.with_crosswalk(stages.crosswalk)
        return replace(decided_, mapping=stages.mapping, dates=orders, files=self._files.stored)

    def save_profile(self, path: str | os.PathLike[str] | TextIO) -> Register:
        """Write what was decided as TOML; `profile=` opens the next register of this kind with it.

        Columns that are not used are left out there too. Files that were assigned or allowed by name are not in it. The
        register and the folder of its files are noted for `pdm-nb migrate`, relative to the profile.

        Parameters
        ----------
        path : path or text file
            Where to write.

        Returns
        -------
        Register
            The same one.

        Examples
        --------
        >>> register = register.date_order("Date issued", "DMY").confirm().save_profile("acme.toml")
        >>> project.register("register.csv", folder="issued", profile="acme.toml").questions
        []
        """
        mapping = self._stages.mapping
        left = dict.fromkeys(column for column in self._stages.content.columns if column not in mapping.named)
        profile = replace(self.profile, mapping=replace(mapping, columns={**mapping.columns, **left}))
        if isinstance(path, str | os.PathLike):
            found = replace(profile, name=profile.name or Path(path).stem)
            write_profile(self._with_places(found, Path(path).parent), path)
        else:
            path.write(dumps(self._with_places(profile, Path.cwd())))
        return self

    def _with_places(self, profile: Profile, root: Path) -> Profile:
        """Return a profile that names the register and the folder of the files, relative to its own folder `root`."""
        if isinstance(self.source, pd.DataFrame):
            return profile
        found = {"register": self.source} | ({"folder": self._place} if self._place else {})
        places = {name: relative(place, root) for name, place in found.items()}
        return replace(profile, migration={**profile.migration, **places})

    def rows(self) -> list[RegisterRow]:
        """Return the future documents: file, values, and the place in the register.

        Raises
        ------
        InputError
            If questions are open; it lists all of them.

        Examples
        --------
        >>> [row.path.name for row in register.date_order("Date issued", "DMY").confirm().rows()]
        ['A-101.pdf', 'a-102.pdf']
        """
        if found := self.questions:
            raise InputError(self._asked(found))
        content = self._stages.content
        places = {key: content.place(place) for place, key in enumerate(content.keys)}
        origins = content.origins(self.name, self._sha256)
        return rows_of(self._matched, self._folder, places, origins, self._stages.changed_texts())

    def _asked(self, found: Sequence[str]) -> str:
        """Return a message with all open questions."""
        table = isinstance(self.source, pd.DataFrame)
        opened = "project.register(table)" if table else f"project.register({str(self.source)!r})"
        count = quantity(len(found), "open question")
        asked = "\n".join(numbered(found))
        return (
            f"{self.name} has {count}:\n{asked}\nregister = {opened} shows them, and its methods decide them."
        )

    def batch(self, journal: str | os.PathLike[str] | None = None, name_template: str | None = None) -> Any:
        """Create the batch, or continue it; see `Project.batch`.

        Parameters
        ----------
        journal : path, optional
            The file that stores the batch.
        name_template : str, optional
            The template that fills in missing names of documents.

        Returns
        -------
        Batch
            With a document for each file of the register.

        Raises
        ------
        InputError
            If questions are open; it lists all of them.

        Examples
        --------
        >>> batch = register.date_order("Date issued", "DMY").confirm().batch("register.sqlite")
        >>> batch.frame["date_authored"].tolist()
        ['2026-04-03', '2026-04-05']
        >>> batch.close()
        """
        if self._make is None:
            raise InputError("This register was opened without a project. Use project.register(…).")
        return self._make(self, journal, name_template)

    def __repr__(self) -> str:
        return as_text(self.name, self._stages, self._matching, self.questions)

    def _repr_html_(self) -> str:
        return as_html(self.name, self._stages, self._matching, self.questions)


class RegisterView:
    """What other parts of the package read from a register: fields, places, questions, and the documents that it lists."""

    def __init__(self, register: Register) -> None:
        self._register = register

    @property
    def fields(self) -> list[Field]:
        """The fields of the project that columns can be mapped to."""
        return list(self._register._stages.fields)

    @property
    def folder(self) -> Path:
        """The folder of the files."""
        return self._register._folder.root

    @property
    def sheets(self) -> list[str]:
        """The sheets that have a table: those that were read first, then the others."""
        table = self._register._stages.content.table
        return list(dict.fromkeys([*table.sheets, *(one.sheet for one in table.candidates)]))

    @property
    def sheet(self) -> list[str]:
        """The sheets that were read."""
        return list(self._register._stages.content.table.sheets)

    @property
    def header(self) -> str:
        """The rows of the headings, such as "3" or "3 and 4"."""
        return " and ".join(map(str, self._register._stages.content.table.header))

    @property
    def questions(self) -> list[RegisterQuestion]:
        """The open questions: text, code, and the calls that decide them."""
        return self._register._open_questions

    def expected(self, *, files: bool = False) -> list[ExpectedRow]:
        """Return the documents that the register lists, whether or not their files are there.

        With `files`, the rows have the files that were found for them.

        Raises
        ------
        InputError
            If it is not known which documents are meant, or if questions about the values are open.
        """
        register = self._register
        stages, matching = register._stages, register._matching if files else None
        if found := questions_of_values(stages):
            raise InputError(register._asked([str(one) for one in found]))
        applied = matching.applied if matching else {}
        replaced = any(entry.use for entry in stages.crosswalk.entries)
        texts = stages.changed_texts() if replaced else {}
        rows = stages.rows
        return [
            ExpectedRow(
                place,
                rows[key],
                texts.get(key, {}),
                register._folder.path(applied[key].file) if key in applied else None,
            )
            for place, key in zip(stages.content.places(), stages.content.keys, strict=True)
        ]
