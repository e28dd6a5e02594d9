"""What the grid and the panels read from a batch, and nothing else needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..errors import PdmError
from ..model import FILE_NAME, Cell, Field, LabelSource, Shown, Value
from ..rules import checks
from ..runs.loop import run
from .batch_core import BatchCore, log
from .journal.cells import ANALYST, REGISTER, SUGGESTION

REGISTERED = "REGISTER"  # a source in addition to those of `LabelSource`: a value as the register has it
LAYOUT = "grid layout"


class BatchView:
    """Columns, cells, values and the layout of a batch, as they are shown."""

    def __init__(self, core: BatchCore) -> None:
        self._core = core

    # -- columns
    @property
    def columns(self) -> list[Field]:
        """Fields that can be set: of the naming standard first, then the required ones, then the others."""
        return self._core.table.configuration.shown

    @property
    def readonly_columns(self) -> list[Field]:
        """Fields that are shown and cannot be set: the computed name (B33), then the readonly ones (B20)."""
        return self._core.table.configuration.readonly

    @property
    def titles(self) -> dict[str, str]:
        """Titles of findings by code, such as {"PDM101": "Required field is empty"}; custom checks too."""
        return checks.titles()

    @property
    def shape(self) -> tuple[Any, ...]:
        """A value that changes if documents are added or removed, or the configuration of the project changes."""
        documents = self._core.journal.documents
        return self._core.table.configuration, len(documents), next(reversed(documents), 0)

    @property
    def layout(self) -> list[Mapping[str, Any]]:
        """The layout of the grid's columns; it is stored in the journal."""
        return list(json.loads(self._core.journal.meta.get(LAYOUT, "[]")))

    @layout.setter
    def layout(self, columns: Iterable[Mapping[str, Any]]) -> None:
        self._core.journal.set_meta(LAYOUT, json.dumps(list(columns)))

    def why_not_set(self, field: str) -> str:
        """Return why a field cannot be set, as a sentence; "" if it can (B20, B33).

        Parameters
        ----------
        field : str
            Its name, label or id.

        Returns
        -------
        str
            The reason, or "".
        """
        return self._core.table.configuration.why_not_set(field)

    # -- cells
    def shown(self, id_: int) -> dict[str, Shown]:
        """Return the cells of a document that have a text or a suggestion.

        The name is the one that the document will have (B33), also before the service reports one.

        Parameters
        ----------
        id_ : int
            The document.

        Returns
        -------
        dict of str to Shown
            Cells by the name of their field.
        """
        journal, known = self._core.journal, self._core.table.configuration
        fields, suggestions = known.fields, journal.layer(SUGGESTION, id_)
        cells = journal.cells_of(id_)
        registered, analyst = journal.layer(REGISTER, id_), journal.layer(ANALYST, id_)
        found = {}
        for field_id in cells.keys() | suggestions.keys():
            if (item := fields.get(field_id)) is not None:
                cell = cells.get(field_id, Cell())
                origin = self._origin(item, cell, registered.get(field_id), analyst.get(field_id))
                suggested = suggestions.get(field_id)
                other = self._core.table.suggestion(item, suggested, cell) if suggested else ""
                found[item.name] = Shown(cell.text, origin, cell.confidence, other)
        if known.computed is not None:
            found[known.computed.name] = Shown(self._core.table.evaluator.name_of(id_))
        return found

    def _origin(self, item: Field, cell: Cell, registered: Cell | None, analyst: Cell | None) -> str:
        was_cleared = not cell.text and cell.source == LabelSource.MANUAL
        if cell.source in ("", LabelSource.NONE) or was_cleared:
            return ""
        is_manual = cell.source == LabelSource.MANUAL
        if is_manual and analyst is not None and analyst.source == FILE_NAME and analyst.text == cell.text:
            return FILE_NAME  # which the service cannot know
        if is_manual and registered and self._core.table.same_value(item, registered.text, cell):
            return REGISTERED
        return cell.source

    def suggestion(self, id_: int, field: str) -> str:
        """Return what machine learning or the file name suggested for a cell (B37).

        Parameters
        ----------
        id_ : int
            The document.
        field : str
            The field: its name, label or id.

        Returns
        -------
        str
            The text, "" if there is no suggestion.
        """
        cell = self._core.journal.suggested_cell(id_, self._core.table.configuration.field(field).id)
        return cell.text if cell else ""

    def required(self, id_: int) -> frozenset[str]:
        """Return the names of the fields that a document requires with its present values (B17, B18).

        Parameters
        ----------
        id_ : int
            The document.

        Returns
        -------
        frozenset of str
            Names of fields.
        """
        return self._core.table.evaluator.required(id_)

    # -- values
    def choices(self, field: str) -> list[Value]:
        """Return the active values of a field, [] if it has no list.

        Parameters
        ----------
        field : str
            Its name, label or id.

        Returns
        -------
        list of Value
            In the order of the service.
        """
        return self._core.table.evaluator.choices(field)

    def search(self, field: str, keyword: str) -> list[Value]:
        """Return active values of a field that contain every word of a text in their code or label.

        The service is searched too (B21), so that a value is found that was added since the batch was opened. It can then
        be used in this batch.

        Parameters
        ----------
        field : str
            Its name, label or id.
        keyword : str
            Words in any order. Case and accents do not matter: "strasse muller" finds "Müller Straße".

        Returns
        -------
        list of Value
            Best first: the value with this code, with this label, those whose code, label, or words start with it, then
            the others. Equally good ones are in the order of the service. Empty if the field has no list.
        """
        configuration = self._core.table.configuration
        item = configuration.field(field)
        if item.id not in configuration.lookups:
            return []
        if keyword and not item.is_user:
            self._add_from_service(item.id, keyword)
        return configuration.lookups[item.id].search(keyword)

    def _add_from_service(self, field_id: str, keyword: str) -> None:
        project = self._core.project
        try:
            found = run(project.client.list_field_values(project.scope, field_id, keyword=keyword))
        except PdmError as error:  # known values can be selected all the same
            log.info("The service could not search values: %s", error)
            return
        self._core.table.configuration.learn(field_id, found)

    # -- changes
    def watch_changes(self, callback: Callable[[frozenset[int]], object]) -> Callable[[], None]:
        """Call a function after documents changed: often, and from any thread.

        Parameters
        ----------
        callback : callable
            It gets the ids of the documents.

        Returns
        -------
        callable
            A function that ends it.
        """
        return self._core.journal.on_change(callback)
