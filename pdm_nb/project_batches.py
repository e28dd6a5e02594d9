"""`ProjectBatches`: the methods of `Project` that open registers and batches."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast

import pandas as pd

from . import frames, registers
from .batch import open_batch
from .batch.backend import ProjectBackend
from .batch.batch import Batch
from .errors import InputError
from .registers.forms import FormOrigin, fingerprint
from .registers.profiles import Profile
from .templates import template_of


class ProjectBatches(ProjectBackend, Protocol):
    """Opens registers and batches of a project."""

    def register(
        self,
        source: str | os.PathLike[str] | pd.DataFrame,
        *,
        sheet: str | Sequence[str] | None = None,
        header: int | tuple[int, int] | None = None,
        skip: Collection[int] = (),
        folder: str | os.PathLike[str] | None = None,
        columns: Mapping[str, str | None] | None = None,
        profile: Profile | str | os.PathLike[str] | None = None,
        policy: str | None = None,
        template: str | None = None,
        suffixes: str | Collection[str] = (),
        allow: Collection[str] = (),
        revisions: str | Sequence[str] = (),
    ) -> registers.Register:
        """Open a register: show how its table, columns, values and files are understood, and what is open.

        Parameters
        ----------
        source : path or DataFrame
            A spreadsheet, a CSV or Parquet file, or a table.
        sheet, header, skip : optional
            The name of the sheet, or of several to join; the row of the headings, or the first and last of them; rows to
            leave out. If not given, the table is found.
        folder : path, optional
            The folder of the files. If not given, that of the register; for a DataFrame, the current folder.
        columns : mapping, optional
            Column -> field, "file" for the column with the files, None to leave it out. Other columns are proposed.
        profile : path, optional
            The decisions that `Register.save_profile` wrote for a register of the same kind.
        policy : {"refuse", "first", "join"}, optional
            What several rows of one file become. If not given, it is asked.
        template : str, optional
            The order of fields in file names, such as "{project}-{number}-{title}-{revision}".
        suffixes : str or collection of str, optional
            Match only files with these suffixes, such as ".pdf", if drawings lie next to their PDFs.
        allow : collection of str
            Files outside of the folder that may be sent, as the register names them.
        revisions : str or sequence of str
            Examples of revisions, oldest first, such as "A < B < 0 < 1", if letters and numbers occur; see
            `BatchView.revision_order`.

        Returns
        -------
        Register
            Displayed as a summary; `questions` are answered by its methods, and `batch()` makes the batch.

        Raises
        ------
        InputError
            For a file that is no register, or an unknown sheet, column or field.

        Examples
        --------
        >>> import pandas as pd
        >>> table = pd.DataFrame({"PDF": ["A-101", "A-102"], "Disc.": ["Arch", "Mech."], "Rev": ["P01", "P02"]})
        >>> for name in table["PDF"]:
        ...     _ = Path(f"{name}.pdf").write_bytes(b"%PDF-1.7 ...")
        >>> register = project.register(table)
        >>> register.questions
        ["2 rows match files that differ in suffix, such as row 2, 'A-101': A-101.pdf. register.confirm('suffix') takes them, register.reject('suffix') does not."]
        >>> batch = register.confirm("suffix").batch("register.sqlite")
        >>> batch.frame[["file", "discipline", "revision"]].to_numpy().tolist()
        [['A-101.pdf', 'Architect', 'P01'], ['A-102.pdf', 'Mechanical engineer', 'P02']]
        >>> batch.close()
        """
        known = self.configuration
        return registers.Register(
            source, known.settable, known.lookups_by_name, sheet=sheet, header=header, skip=skip, folder=folder,
            columns=columns, profile=profile, policy=policy, template=template, suffixes=suffixes, allow=allow,
            revisions=revisions,
            make=partial(open_batch.batch_of_register, self),
            origin=FormOrigin(self.id, self.name, fingerprint(known)),
        )  # fmt: skip

    def batches(self, folder: str | os.PathLike[str] | None = None) -> pd.DataFrame:
        """List the batches of the project: those whose journals are in a folder, and those that are open here.

        Parameters
        ----------
        folder : path, optional
            The folder of the journals; `pdm_nb-journals` if not given.

        Returns
        -------
        DataFrame
            One row per batch, the newest first: name, journal (string), documents, submitted (Int64), changed (UTC),
            in_use ("this kernel", "another kernel" or "": string). Of a batch that another kernel has open, the project
            and the figures are not known.

        Examples
        --------
        >>> project.batches().columns.tolist()
        ['name', 'journal', 'documents', 'submitted', 'changed', 'in_use']
        """
        found = open_batch.known_batches(self, Path(folder or open_batch.FOLDER))
        columns = {
            "name": frames.TEXT, "journal": frames.TEXT, "documents": frames.WHOLE, "submitted": frames.WHOLE,
            "changed": frames.MOMENT, "in_use": frames.TEXT,
        }  # fmt: skip
        rows = [
            (one.path.stem, str(one.path), one.documents, one.submitted, _moment(one.changed), one.in_use)
            for one in found
        ]
        return frames.frame(columns, rows)

    def template(self, path: str | os.PathLike[str], *, files: registers.Source | None = None) -> Path:
        """Write a spreadsheet that somebody fills in: a row per file, with lists, codes and instructions.

        What the file name, the naming standard and documents of the project show is filled in. The headings of required
        fields are colored, and their notes have the rule. `project.batch(path)` reads it back without a question.

        Parameters
        ----------
        path : str or path
            The file; its suffix is .xlsx.
        files : str, path or list, optional
            A folder, a pattern, or a list of files. If not given, the rows are empty.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            For another suffix, files that do not exist, or a file that exists already or cannot be written.

        Examples
        --------
        >>> Path("drawings").mkdir()
        >>> _ = Path("drawings/A-101_P01.pdf").write_bytes(b"%PDF-1.7 ...")
        >>> path = project.template("register.xlsx", files="drawings/")
        >>> project.register(path).table[["File", "Name", "Revision"]].to_numpy().tolist()
        [['A-101_P01.pdf', 'A-101', 'P01']]
        """
        return template_of(self, path, files)

    def batch(
        self,
        source: registers.Source | None = None,
        *,
        journal: str | os.PathLike[str] | None = None,
        name_template: str | None = None,
        revisions: str | Sequence[str] = (),
        **options: Any,
    ) -> Batch:
        """Create a batch from files or a register, or open an earlier one.

        Parameters
        ----------
        source : str, path, list or DataFrame, optional
            A folder, a pattern, a list of files, or a register.
        journal : path, optional
            The SQLite file that stores the batch. If not given, one in the folder `pdm_nb-journals`, named after the
            source and the project. If it exists, the batch continues with it: known files keep their state, new ones are
            added, and values of the register that changed are set.
        name_template : str, optional
            The template that fills in missing names of documents, such as "{stem}" or "{number}" (B33). If not given, that
            of the journal, else one that fits the files.
        revisions : str or sequence of str
            Examples of revisions, oldest first, such as "A < B < 0 < 1"; see `BatchView.revision_order`. If not given, the order
            of the journal is kept, else the usual one.
        **options
            Of a register, as in `register`: `sheet`, `header`, `skip`, `folder`, `columns`, `profile`, `policy`,
            `template`, `suffixes`, `allow`.

        Returns
        -------
        Batch
            The same object if the journal is open already.

        Raises
        ------
        InputError
            For a source that does not exist, an unknown column, or a register with open questions: all are listed.
        JournalError
            For a journal of another project, or one that is open elsewhere.
        """
        if source is None and journal is None:
            raise InputError("Give a folder, files or a register, or journal=… to continue an earlier batch.")
        if journal is not None and Path(journal).is_file():
            # First: the journal may have the configuration.
            open_batch.open_batch(self, Path(journal).absolute())
        if source is not None and registers.is_register(source, self.configuration.settable):
            register = self.register(cast(Any, source), revisions=revisions, **options)
            return cast(Batch, register.batch(journal, name_template))
        return open_batch.batch_of_files(self, source, journal, name_template, revisions, options)


def _moment(seconds: float) -> str:
    return str(pd.Timestamp(seconds, unit="s", tz="UTC").isoformat())
