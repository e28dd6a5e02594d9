"""The decisions about the values of a register: its crosswalk, and different spellings of one text."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import astuple, replace
from pathlib import Path
from typing import Self

import pandas as pd

from .. import frames
from ..errors import InputError
from ..rules.revision_scheme import RevisionScheme
from ..rules.values.lookup import Lookup, Problem
from ..rules.values.text import quoted
from .mapping import SpellingCluster, find_clusters, read_filled_in
from .mapping.crosswalk import ACCEPTED
from .register_decisions import RegisterDecisions
from .register_options import field_name

CLUSTER = {
    "field": frames.TEXT, "cluster": frames.WHOLE, "value": frames.TEXT, "count": frames.WHOLE, "use": frames.TEXT,
}  # fmt: skip


class RegisterValues(RegisterDecisions):
    """What the values of a register become."""

    @property
    def crosswalk(self) -> pd.DataFrame:
        """The values that are not in the lists of the project, each once.

        One row per value: field, value, count (Int64), rows, use (what it becomes), candidate, code, kind (string),
        score (Float64), others (string). Fill in `use` and give it to `use_crosswalk`.

        Examples
        --------
        >>> register.crosswalk[["field", "value", "count", "use"]].to_numpy().tolist()
        [['status', 'Issued', 2, <NA>]]
        """
        return self._stages.crosswalk.to_frame()

    def accept(self, threshold: float = ACCEPTED) -> Self:
        """Use the best candidate of each value in `crosswalk` that has at least this score (0 to 100).

        Examples
        --------
        >>> register.accept(70).crosswalk["use"].isna().sum()
        np.int64(1)
        """
        accepted = self._stages.crosswalk.accept(threshold)
        return self._decide("mapped", crosswalk=self._stages.profile.with_crosswalk(accepted).crosswalk)

    def use(self, field: str, value: str, choice: str) -> Self:
        """Set what a value of the register becomes: a label or code of the list, "" to leave the cells empty.

        Examples
        --------
        >>> register.use("status", "Issued", "S2").crosswalk["use"].tolist()
        ['Suitable for information']
        """
        name = self._field(field)
        if name in self._stages.crosswalk.lookups:
            self._stages.crosswalk.confirm(name, value, choice)  # checks both
        return self._use({name: {value: choice}})

    def save_crosswalk(self, path: str | os.PathLike[str]) -> Self:
        """Write `crosswalk` as a spreadsheet (.xlsx, with a drop-down list for each field) or .csv, to be filled in.

        Examples
        --------
        >>> register = register.save_crosswalk("crosswalk.xlsx")
        """
        from .forms.crosswalk_sheet import write_crosswalk

        write_crosswalk(self.crosswalk, self._stages.lookups, Path(path).expanduser())
        return self

    def use_crosswalk(self, table: str | os.PathLike[str] | pd.DataFrame, *, take_back: bool = True) -> Self:
        """Use a crosswalk that was filled in, or clusters of spellings that were edited.

        In the column `use`, "-" leaves the cells of the register empty. An empty cell is not decided, and takes back a
        decision. Rows that were removed stay as they are.

        Parameters
        ----------
        table : path or DataFrame
            `crosswalk` or `clusters(field)`, or a spreadsheet or CSV file of it. Only the columns field, value and use count.
        take_back : bool
            If False, an empty cell leaves an earlier decision as it is.

        Raises
        ------
        InputError
            If something cannot be used: all mistakes are named, and nothing is changed.

        Examples
        --------
        >>> table = register.crosswalk
        >>> table.loc[table["value"] == "Issued", "use"] = "S2"
        >>> register.use_crosswalk(table).crosswalk["use"].tolist()
        ['Suitable for information']
        """
        from .forms.crosswalk_sheet import read_crosswalk

        frame, what = read_crosswalk(table)
        fields = self._stages.fields
        known = {name: self._known(name) for name in self._stages.mapped.values}
        found = read_filled_in(
            frame, known, self._stages.lookups, lambda name: field_name(name, fields), what
        )
        for name, values in found.uses.items():
            self._check_listed(name, values)
        return self._use(found.uses, found.undecided if take_back else ())

    def _check_listed(self, name: str, values: Mapping[str, str]) -> None:
        """Raise `InputError` if a value that is in the list of its field becomes another one."""
        lookup = self._stages.lookups.get(name)
        if lookup is None:
            return
        entries = {one.value for one in self._stages.crosswalk.entries if one.field == name}
        for value, use in values.items():
            if value not in entries and lookup.knows(value) and lookup.find(value) != lookup.find(use):
                raise InputError(
                    f"{quoted(value)} is in the {lookup.field.label} list, so it is used as it is. Remove its row, and "
                    "change the cells in the batch."
                )

    def _known(self, name: str) -> set[str]:
        """The values of a field that can be decided: those of the register, and those that were decided before."""
        profile = self._stages.profile.crosswalk.get(name, {})
        if lookup := self._stages.lookups.get(name):
            entries = {entry.value for entry in self._stages.crosswalk.entries if entry.field == name}
            return {*entries, *profile, *(text for text in self._texts(name) if lookup.knows(text))}
        return {*self._texts(name), *self._stages.mapped.values[name], *profile}

    def _texts(self, name: str) -> Collection[str]:
        """The values of a field before anything is decided about them."""
        return filter(None, self._stages.applied.values.get(name, ()))  # type: ignore[return-value]

    def _use(
        self, uses: Mapping[str, Mapping[str, str]], undecided: Collection[tuple[str, str]] = ()
    ) -> Self:
        """Decide values; texts that became one of them before follow."""
        new = {name: dict(values) for name, values in self._stages.profile.crosswalk.items()}
        for name, value in undecided:
            new.get(name, {}).pop(value, None)
        for name, values in uses.items():
            before = new.get(name, {})
            if name not in self._stages.lookups:
                before = {text: values.get(use, use) for text, use in before.items()}
            merged = before | dict(values)
            listed = name in self._stages.lookups
            new[name] = {text: use for text, use in merged.items() if listed or use != text}
        return self._decide("mapped", crosswalk={name: values for name, values in new.items() if values})

    def revision_order(self, *examples: str) -> pd.DataFrame:
        """Show which kinds of revisions the register has and in which order they become versions, or change that order.

        P01 comes before C01 everywhere, A before B, 1 before 2; whether letters come before numbers depends on the project.
        The order is saved in the profile, and the batch uses it: see `BatchView.revision_order`.

        Parameters
        ----------
        *examples : str
            Revisions, oldest first, with at least one of each kind: "A", "B", "0", "AB", or "A < B < 0 < AB". The present
            order is only shown if there are none; "usual" forgets what was set.

        Returns
        -------
        DataFrame
            One row per kind: kind (string), count of rows (Int64), first, last (string), order (Int64; missing if it is not
            known), known_by ("set", "usual", or empty; string).

        Raises
        ------
        InputError
            If the examples contradict each other.

        Examples
        --------
        >>> register.clean("prefix").revision_order()[["kind", "first", "last", "order"]].to_numpy().tolist()
        [['P', 'P01', 'P02', 1]]
        """
        if examples:
            scheme = RevisionScheme.of(() if examples == ("usual",) else examples)
            self._stages.profile = replace(self._stages.profile, revisions=scheme.examples)
        scheme = RevisionScheme.of(self._stages.profile.revisions)
        kinds = scheme.summary(self._stages.mapped.values.get("revision", ()))
        return frames.frame(frames.REVISION_KINDS, map(astuple, kinds))

    # -- spellings
    def clusters(self, field: str) -> pd.DataFrame:
        """Find different spellings of one text, such as "ACME Ltd." and "Acme ltd", by OpenRefine's key collision methods.

        Parameters
        ----------
        field : str
            The field: its name, its label or the heading of its column. Free text such as a title has clusters too.

        Returns
        -------
        DataFrame
            One row per spelling: field (string), cluster (Int64), value (string), count (Int64), use (string): the
            proposed spelling. That is the most frequent one, or the value of the list; missing if none is in the list.
            `merge` takes it as it is, `use_crosswalk` after it was edited.

        Examples
        --------
        >>> register.clusters("description")[["cluster", "value", "count", "use"]].to_numpy().tolist()
        [[1, 'Ground floor', 2, 'Ground floor'], [1, 'ground  FLOOR', 1, 'Ground floor']]
        """
        name = self._mapped_field(field)
        rows = [
            (name, number, value, count, self._proposed(name, one))
            for number, one in enumerate(self._clusters(name), 1)
            for value, count in one.spellings.items()
        ]
        return frames.frame(CLUSTER, rows)

    def merge(self, field: str, *clusters: int, use: str | None = None) -> Self:
        """Merge different spellings in one step: each becomes the one that `clusters(field)` proposes.

        Parameters
        ----------
        field : str
            The field: its name, its label or the heading of its column.
        *clusters : int
            The numbers of clusters; all if not given.
        use : str, optional
            Another spelling, for one cluster.

        Raises
        ------
        InputError
            For an unknown cluster, or one without a proposal.

        Examples
        --------
        >>> register.merge("description").clusters("description").empty
        True
        """
        table = self.clusters(field)
        known = table["cluster"].unique().tolist()
        if wrong := [number for number in clusters if number not in known]:
            raise InputError(
                f"Unknown cluster {wrong[0]} of {field!r}. register.clusters({field!r}) lists {len(known)}."
            )
        if use is not None and len(set(clusters or known)) != 1:
            raise InputError("use= is the spelling of one cluster. Give its number too.")
        table = table[table["cluster"].isin(clusters or known)]
        if use is not None:
            table = table.assign(use=use)
        if clusters and table["use"].isna().any():
            row = table[table["use"].isna()].iloc[0]
            raise InputError(
                f"{row['value']!r} and the others of cluster {row['cluster']} are not in the list. Set use= to one of its values."
            )
        return self.use_crosswalk(table.dropna(subset="use"))

    def _field(self, name: str) -> str:
        """The name of a field, by its name, its label or the heading of its column."""
        return self._stages.mapping.columns.get(name) or field_name(name, self._stages.fields)

    def _mapped_field(self, field: str) -> str:
        name = self._field(field)
        if name not in self._stages.mapped.values:
            raise InputError(f"No column has {name!r}. Map one first: register.map(column, {name!r}).")
        return name

    def _clusters(self, name: str) -> list[SpellingCluster]:
        """The clusters of a field that still have several spellings."""
        texts = self._stages.mapped.values[name]
        lookup = self._stages.lookups.get(name)
        found = find_clusters(texts)
        if lookup is None:
            return found
        decided = self._stages.crosswalk.decisions.get(name, {})
        is_open = [not all(text in decided or lookup.knows(text) for text in one.spellings) for one in found]
        return [one for one, wanted in zip(found, is_open, strict=True) if wanted]

    def _proposed(self, name: str, cluster: SpellingCluster) -> str | None:
        lookup = self._stages.lookups.get(name)
        if lookup is None:
            return cluster.best
        decided = self._stages.crosswalk.decisions.get(name, {})
        known = {decided.get(text) or _listed(text, lookup) for text in cluster.spellings} - {""}
        return known.pop() if len(known) == 1 else None


def _listed(text: str, lookup: Lookup) -> str:
    """Return the value of a list that a text is, "" if it is none."""
    found = lookup.find(text)
    return "" if isinstance(found, Problem) else lookup.name_of(found.id)
