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
from .mapping import Profile, dumps, write_profile
from .reading.form import KEY
from .register_decisions import RegisterDecisions
from .register_files import evident_name_template, rows_of
from .register_frames import columns_frame, problems_frame
from .register_notices import notices, row_notices
from .register_options import relative
from .register_summary import as_html, as_text, numbered
from .sources import RegisterRow


class Register(RegisterDecisions):
    """A register: its table, the fields of its columns, the values of its rows, and their files.

    `project.register(source)` opens one. What it understood is in the attributes; the methods that decide a question
    return the register.
    """

    @property
    def options(self) -> dict[str, Any] | None:
        """What `stored` needs to open the register again, as JSON; None for a DataFrame."""
        if isinstance(self.source, pd.DataFrame):
            return None
        return {
            "source": os.path.abspath(self.source),
            "folder": os.path.abspath(self._place) if self._place else None,
            "profile": dumps(self.profile),
            "allow": list(self._files.allowed),
            "assigned": dict(self._files.assigned),
        }

    # -- what was read
    @property
    def fields(self) -> list[Field]:
        """The fields of the project that columns can be mapped to."""
        return list(self._stages.fields)

    @property
    def folder(self) -> Path:
        """The folder of the files."""
        return self._folder.root

    @property
    def sheets(self) -> list[str]:
        """The sheets that have a table: those that were read first, then the others."""
        table = self._stages.content.table
        return list(dict.fromkeys([*table.sheets, *(one.sheet for one in table.candidates)]))

    @property
    def table_place(self) -> tuple[tuple[str, ...], str]:
        """Where the table is: its sheets, and the rows of its headings, such as "3" or "3 and 4"."""
        table = self._stages.content.table
        return tuple(table.sheets), " and ".join(map(str, table.header))

    @property
    def table(self) -> pd.DataFrame:
        """The rows under their headings as shown text; the index has the row numbers of the spreadsheet."""
        return self._stages.content.table.frame.drop(columns=KEY, errors="ignore")

    @property
    def columns(self) -> pd.DataFrame:
        """The columns and what they become.

        One row per column: column, field (missing if it is not used), confidence ("decided", "sure", "likely",
        "unsure"), reasons, samples (string).
        """
        return columns_frame(self._stages)

    @property
    def crosswalk(self) -> pd.DataFrame:
        """The values that are not in the lists of the project, each once; see `Crosswalk.to_frame`.

        One row per value: field, value, count (Int64), rows, use (what it becomes), candidate, code, kind (string),
        score (Float64), others (string).
        """
        return self._stages.crosswalk.to_frame()

    @property
    def problems(self) -> pd.DataFrame:
        """Cells that are not what they look like, placeholders, and rows that are not documents.

        One row per problem: row (Int64), column, field, value, kind, message, proposal (string).
        """
        return problems_frame(self._stages)

    @property
    def notices(self) -> list[str]:
        """What was assumed, left out and matched, one sentence each."""
        return list(self.notice_levels)

    @property
    def notice_levels(self) -> dict[str, int]:
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
        """
        return self._matched.all_matches()

    @property
    def files_without_row(self) -> pd.DataFrame:
        """Files that no row has: file (string), size (Int64), proposed (boolean)."""
        return self._matched.files_without_row()

    @property
    def rows_without_file(self) -> pd.DataFrame:
        """Rows that have no file yet: row (Int64), issue, text, candidates, why (string)."""
        return self._matched.rows_without_file()

    @property
    def shared_files(self) -> pd.DataFrame:
        """Files that several rows have: file, rows (string), count (Int64), listed (boolean), differing, message."""
        return self._matched.shared_files()

    # -- results
    @property
    def profile(self) -> Profile:
        """All that was decided, or settled by the register, to open the next one of its kind."""
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
        >>> import sys, pandas as pd
        >>> table = pd.DataFrame({"Dwg No": ["A-101"], "Rev": ["P01"], "Checker": ["AB"]})
        >>> _ = project.register(table).save_profile("acme.toml")
        >>> "left_out" in Path("acme.toml").read_text()
        True
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

    @property
    def name_template(self) -> str | None:
        """The name template that makes the revisions of one number versions of one document; None if it is not clear."""
        return evident_name_template(self._matching) if self._matching else None

    def rows(self) -> list[RegisterRow]:
        """Return the future documents: file, values, and the place in the register.

        Raises
        ------
        InputError
            If questions are open; it lists all of them.
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
        """
        if self._make is None:
            raise InputError("This register was opened without a project. Use project.register(…).")
        return self._make(self, journal, name_template)

    def __repr__(self) -> str:
        return as_text(self.name, self._stages, self._matching, self.questions)

    def _repr_html_(self) -> str:
        return as_html(self.name, self._stages, self._matching, self.questions)
