"""What the workbench reads from a batch, and nothing else needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from .. import frames
from ..document_preview import PageImage, shared_preview
from ..errors import InputError, PdmError
from ..model import FILE_NAME, Cell, Document, Field, Finding, LabelSource, Shown, Value
from ..rules import checks
from ..rules.checks.duplicates import DUPLICATES
from ..rules.checks.versions import VERSIONS
from ..runs.loop import run
from ..runs.run import Run
from .backend import ProjectBackend
from .batch_core import BatchCore, log
from .checking import RevisionOrder, Suggestions
from .journal.cells import ANALYST, REGISTER, SUGGESTION
from .journal.states import EDITABLE

REGISTERED = "REGISTER"  # a source in addition to those of `LabelSource`: a value as the register has it
LAYOUT = "grid layout"


class BatchView(RevisionOrder, Suggestions):
    """Columns, cells, values and the layout of a batch, as they are shown."""

    def __init__(self, core: BatchCore) -> None:
        self._core = core

    @property
    def run(self) -> Run[pd.DataFrame] | None:
        """The current or last run; None before the first one."""
        return self._core.run

    @property
    def project(self) -> ProjectBackend:
        """The project that the documents are uploaded to."""
        return self._core.project

    @property
    def journal_path(self) -> Path:
        """The file of the journal."""
        return self._core.journal.path

    @property
    def documents(self) -> list[Document]:
        """All documents, with their state, in the order in which they were added."""
        return list(self._core.journal.documents.values())

    @property
    def editable(self) -> list[int]:
        """The ids of the documents whose fields can be set."""
        return [document.id for document in self.documents if document.state in EDITABLE]

    @property
    def api_calls(self) -> int:
        """The number of API calls of the sign-in so far."""
        return self._core.project.client.calls.total()

    @property
    def storage_puts(self) -> int:
        """The number of file parts that the sign-in has sent to storage so far."""
        return self._core.project.client.storage_puts

    def document(self, id_: int) -> Document:
        """Return one document.

        Parameters
        ----------
        id_ : int
            Its number: the index of `frame`.

        Returns
        -------
        Document
            With its file, state, ids and message.

        Raises
        ------
        InputError
            If there is no such document.
        """
        return self._core.journal.documents[self._core.table.select(id_)[0]]

    def cell(self, id_: int, field: str) -> Cell:
        """Return one cell: its text, the values that are sent, and its source.

        Parameters
        ----------
        id_ : int
            The document.
        field : str
            The field: its name, label or id.

        Returns
        -------
        Cell
            What the analyst set and the service does not have yet, else what the service has.

        Raises
        ------
        InputError
            If there is no such document or field.
        """
        return self._core.journal.cell(self.document(id_).id, self._core.table.configuration.field(field).id)

    def page_image(self, row: int | str, page: int = 0, *, title_block: bool = False) -> PageImage:
        """Draw a page of a document, or its title block. In a notebook it is displayed as a picture.

        Needs the extra `preview`. The file is opened in a separate process.

        Parameters
        ----------
        row : int or str
            The document, or its file name.
        page : int
            The page, from 0.
        title_block : bool
            Whether to draw the title block, enlarged, instead of the whole page.

        Returns
        -------
        PageImage
            With a `fault`, if the file cannot be shown.

        Examples
        --------
        >>> print(batch.view.page_image("notes.txt").fault)
        notes.txt (TXT, 5 bytes, changed ...) has no preview: only PDF, PNG, JPEG and TIFF files have one. ...
        """
        path = self._core.journal.documents[self._core.table.select(row)[0]].path
        preview = shared_preview()
        return (preview.title_block if title_block else preview.page)(
            path, page, width_px=1200, view=""
        ).wait()

    def related_findings(self) -> list[Finding]:
        """Return the findings that compare a document with others: duplicates and versions.

        Returns
        -------
        list of Finding
            In the order of the documents.
        """
        codes = {code for check in (*DUPLICATES, *VERSIONS) for code in check.codes}
        return [one for one in self._core.table.evaluator.findings() if one.code in codes]

    @property
    def not_compared(self) -> str:
        """What could not be compared when existing documents were last fetched; "" if everything was."""
        existing = self._core.table.evaluator.existing
        return "" if existing.is_complete else existing.unread or "existing documents were not fetched"

    def set_goal(self, until: str) -> None:
        """Set how far `resume()` continues by default: 'upload', 'watch' or 'submit'."""
        self._core.journal.set_meta("until", until)

    # -- names of documents
    @property
    def name_template(self) -> str:
        """The template that fills in missing names of documents, such as "{stem}" or "{number}" (B33)."""
        return self._core.table.names.template

    def set_name_template(self, template: str) -> pd.DataFrame:
        """Set the template that fills in missing names, if `name` is a field that can be set (B33).

        Name and format decide which document a revision becomes a version of (B40). Names that a register or the analyst
        set stay, and so do those of uploaded documents. The template is stored with the batch.

        Parameters
        ----------
        template : str
            Text with fields in braces: "{stem}" is the file name without its extension, "{number}" the field of that
            name, "{number} {description}" two fields. A document with an empty one of them gets no name.

        Returns
        -------
        DataFrame
            Index document (int64); columns file, name (string): the documents named by the template.

        Raises
        ------
        InputError
            For a field that the project does not have, or if the service computes names itself.

        Examples
        --------
        >>> batch.view.set_name_template("{stem}").name.tolist()
        ['A-101', 'A-102', 'notes']
        """
        self._core.check_idle()
        table = self._core.table
        if why := table.configuration.why_not_set("name"):
            raise InputError(why)
        ids = table.names.set(template)
        rows = [(self._core.journal.documents[id_].name, table.evaluator.text(id_, "name")) for id_ in ids]
        named = frames.frame({"file": frames.TEXT, "name": frames.TEXT}, rows)
        named.index = pd.Index(ids, name="document", dtype="int64")
        return named

    def named_by_template(self) -> str:
        """Return how many documents are named by the template, as a sentence with an example; "" if none (B33)."""
        return self._core.table.names.summary()

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
        cells, suggestions, fields = journal.cells_of(id_), journal.layer(SUGGESTION, id_), known.fields
        registered, analyst = journal.layer(REGISTER, id_), journal.layer(ANALYST, id_)
        found = {}
        for field_id in cells.keys() | suggestions.keys():
            if (item := fields.get(field_id)) is not None:
                cell = cells.get(field_id, Cell())
                origin = self._origin(item, cell, registered.get(field_id), analyst.get(field_id))
                suggested = suggestions.get(field_id)
                is_open = suggested and not self._core.table.kept.has(id_, field_id, suggested)
                other = self._core.table.suggestion(item, suggested, cell) if suggested and is_open else ""
                likelihood = suggested.confidence if suggested and other else None
                found[item.name] = Shown(cell.text, origin, cell.confidence, other, likelihood)
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
