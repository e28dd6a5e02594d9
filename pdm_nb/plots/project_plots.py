"""`project.plot`: what is filled in, how the project grew, and what fills the fields. One call each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from ..errors import InputError
from ..model import Field
from ..rules.requirements import required_fields
from ..rules.values.text import quantity
from ..runs.loop import run
from . import charts, plot_data
from .picture import Picture, check_installed
from .plot_data import EMPTY, OTHER

if TYPE_CHECKING:
    from ..batch.batch import Batch
    from ..explore.project_explorer import ProjectExplorer

GROUPS, STATUSES, FIELDS = 14, 8, 30  # categories, more of which become "other", and rows of a picture


class ProjectPlots:
    """Pictures of a project. Each can be displayed, saved as .png, .svg or .html, and read as a table or as text."""

    def __init__(self, project: ProjectExplorer) -> None:
        self._project = project

    def completeness(self, by: str = "discipline") -> Picture:
        """Draw how many documents have each field, by discipline or by another field.

        The current version of each document counts. Fields that a rule requires come first, then those that any document
        has; at most 30 are drawn. With many groups, the smaller ones are "other".

        Parameters
        ----------
        by : str
            The field that documents are grouped by, such as "type".

        Returns
        -------
        Picture
            A heat map.

        Raises
        ------
        InputError
            For an unknown field, or without the extra `plots`.

        Examples
        --------
        >>> project.plot.completeness("type").save("completeness.png").name
        'completeness.png'
        """
        check_installed()
        item = self._project.configuration.field(by)
        if item.is_multiple:
            raise InputError(
                f"{item.label} may have several values. Group by a field with one value, such as type."
            )
        table = self._documents(latest=True)
        shown = self._shown(table)
        values = plot_data.completeness(table, item.name, shown[:FIELDS], GROUPS)
        title = f"Fields of {quantity(len(table), 'document')} that are filled in, by {item.label}"
        text = f"{_least_complete(values)}{_left_out(values, item.label, len(shown) - FIELDS)}"
        return Picture(title, text, values, lambda: charts.heat_map(values, item.label))

    def timeline(self) -> Picture:
        """Draw how many documents there were, and how many revisions were added in each month, by status.

        Returns
        -------
        Picture
            Two charts over one time axis. Click a status in the legend to highlight it.

        Raises
        ------
        InputError
            Without the extra `plots`.

        Examples
        --------
        >>> project.plot.timeline().table.columns.tolist()
        ['month', 'status', 'revisions', 'documents']
        """
        check_installed()
        table = self._documents(latest=False)
        values = plot_data.timeline(table, STATUSES)
        title = f"Documents and revisions of {self._project.name} by status"
        return Picture(title, _growth(values, len(table)), values, lambda: charts.months(values))

    def sources(self, batch: Batch | None = None) -> Picture:
        """Draw what fills the fields of uploads, and how sure machine learning is.

        The service reports this for uploads that are not submitted yet, not for revisions (B39). For a batch, it is what the
        batch recorded, also of submitted documents.

        Parameters
        ----------
        batch : Batch, optional
            The documents; if not given, all uploads that this account can see.

        Returns
        -------
        Picture
            A bar for each field, next to the mean confidence of machine learning.

        Raises
        ------
        InputError
            Without the extra `plots`.

        Examples
        --------
        >>> project.plot.sources(batch).table.columns.tolist()
        ['field', 'source', 'cells', 'share', 'sure']
        """
        check_installed()
        cells = list(self._of_batch(batch) if batch is not None else self._of_uploads())
        values = plot_data.sources(cells)
        values = values[~values["field"].isin(_unused(values))].reset_index(drop=True)
        found = list(dict.fromkeys(values["source"]))
        order = [one for one in (*plot_data.SOURCES.values(), *found) if one in found and one != EMPTY]
        order = [*dict.fromkeys(order), *([EMPTY] if EMPTY in found else [])]
        title = "What fills the fields, and how sure machine learning is"
        return Picture(title, _about_sources(values), values, lambda: charts.shares(values, order))

    # -- values
    def _documents(self, *, latest: bool) -> pd.DataFrame:
        table = self._project.revisions(latest=latest)
        return pd.DataFrame(table[(table["availability"] == "visible") & (table["content"] != "placeholder")])

    def _shown(self, table: pd.DataFrame) -> list[Field]:
        """Return the fields of a heat map: those that are required, then others that are in use."""
        known = self._project.configuration
        required = {id_ for rule in known.requirements for id_ in required_fields(rule)}
        used = [
            item
            for item in known.shown
            if item.id in required or (item.name in table and plot_data.is_filled(table[item.name]).any())
        ]
        return sorted(used, key=lambda item: item.id not in required)

    def _of_uploads(self) -> Iterator[tuple[str, str, float | None]]:
        project = self._project
        shown = {item.id: item.label for item in project.configuration.shown}
        for upload in run(project.client.list_document_uploads(project.scope)):
            found = {value.field_id: value for value in upload.fields}
            for id_, label in shown.items():
                value = found.get(id_)
                filled = value is not None and bool(value.text)
                yield (label, value.source, value.confidence) if value and filled else (label, "", None)

    @staticmethod
    def _of_batch(batch: Batch) -> Iterator[tuple[str, str, float | None]]:
        view = batch.view
        for document in view.documents:
            shown = view.shown(document.id)
            for item in view.columns:
                cell = shown.get(item.name)
                yield (
                    (item.label, cell.origin, cell.confidence)
                    if cell and cell.text
                    else (item.label, "", None)
                )


def _unused(values: pd.DataFrame) -> set[str]:
    """Return fields that no document has."""
    filled = set(values.loc[values["source"] != EMPTY, "field"])
    return set(values["field"]) - filled


def _least_complete(values: pd.DataFrame) -> str:
    if values.empty:
        return "There are no documents."
    total = values.groupby("field", sort=False)[["filled", "documents"]].sum()
    share = (100 * total["filled"] / total["documents"]).round(0).sort_values()
    least = ", ".join(f"{name} {int(number)} %" for name, number in share.head(5).items())
    return f"The more yellow a cell, the more documents have the field. Least complete: {least}."


def _left_out(values: pd.DataFrame, by: str, fields: int) -> str:
    """Return what the picture does not show, as sentences."""
    groups = f' The smaller groups of {by} are "{OTHER}".' if (values["group"] == OTHER).any() else ""
    if fields <= 0:
        return groups
    are = "field is" if fields == 1 else "fields are"
    return f"{groups} {fields} more {are} not drawn."


def _growth(values: pd.DataFrame, revisions: int) -> str:
    if values.empty:
        return "There are no revisions."
    last = values[values["month"] == values["month"].max()].sort_values("documents", ascending=False)
    listed = ", ".join(f"{row.status} {row.documents}" for row in last.head(5).itertuples())
    start, end = (f"{moment:%B %Y}" for moment in (values["month"].min(), values["month"].max()))
    more = f' Statuses with few revisions are "{OTHER}".' if (values["status"] == OTHER).any() else ""
    return (
        f"{quantity(revisions, 'revision')} of {quantity(int(last['documents'].sum()), 'document')} from {start} to {end}. "
        f"Documents by status at the end: {listed}.{more}"
    )


def _about_sources(values: pd.DataFrame) -> str:
    if values.empty:
        return "There are no uploads, so nothing is known. The service does not report it for revisions."
    total = values.groupby("source")["cells"].sum().sort_values(ascending=False)
    whole = int(total.sum())
    listed = ", ".join(f"{name} {round(100 * int(number) / whole)} %" for name, number in total.items())
    sure = values["sure"].dropna()
    mean = (
        f" Machine learning is {sure.min():.0f} to {sure.max():.0f} % sure on average, by field."
        if len(sure)
        else ""
    )
    return f"Of all cells: {listed}.{mean}"
