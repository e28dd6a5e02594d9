"""What the grid does to many cells, by code: fill, find and replace, search values; and where a cell is from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import InputError, PdmError
from ..model import FILE_NAME, Cell, Field, Finding, LabelSource, Shown, Value
from ..runs.loop import run
from .batch_files import BatchFiles, log
from .journal.cells import OURS, REGISTER, SAID
from .table import naming_report
from .table.row_selection import Rows
from .table.series import continue_series

REGISTERED = "REGISTER"  # a source beside those of `LabelSource`: a register's word, as it was read
LAYOUT = "grid layout"


class Editing(BatchFiles):
    """The part of a `Batch` that edits as a spreadsheet does. Each is one action, that `undo()` takes back."""

    def fill(self, rows: Rows, field: str, *, series: bool = False) -> list[Finding]:
        """Put what the first of `rows` holds into the others.

        `series`: go on with what the first two hold instead (2, 4; 2026-01-01, 2026-01-08; A-001, A-002). Raises
        `InputError` where they are no series. Answers the findings in these cells, as `set` does.
        """
        item = self.sheet.configuration.field(field)
        ids = self.sheet.select(rows)
        known = [self.journal.cell(id_, item.id).text for id_ in ids[: 2 if series else 1]]
        texts = continue_series(known, len(ids) - len(known)) if series else known * (len(ids) - 1)
        if texts is None:
            raise InputError(f"{' and '.join(map(repr, known))} are no series of numbers, dates or names.")
        cells = zip(ids[len(known) :], texts, strict=True)
        label = f"{item.label} {'goes on' if series else 'filled'}, {len(texts):,} documents"
        return self.sheet.put(((id_, item.name, text) for id_, text in cells), label)

    def replace(
        self,
        text: str,
        by: str,
        rows: Rows = None,
        fields: Iterable[str] | str | None = None,
        *,
        case: bool = False,
        whole: bool = False,
    ) -> list[Finding]:
        """Put `by` for `text` wherever it stands in the cells of `rows` and `fields` (None: all).

        `case`: only where capitals agree; `whole`: only where it is all that a cell holds. `text` is taken as it is, it
        is no pattern. Answers the findings in the cells that changed.
        """
        if not text and not whole:
            raise InputError(
                "replace() needs a text to look for; replace('', …, whole=True) finds empty cells."
            )
        known = self.sheet.configuration
        names = [fields] if isinstance(fields, str) else fields
        items = known.shown if names is None else [known.field(name) for name in names]
        wanted = re.compile(re.escape(text), 0 if case else re.IGNORECASE)
        cells = []
        for id_ in self.sheet.select(rows):
            for item in items:
                held = self.journal.cell(id_, item.id).text
                found = wanted.fullmatch(held) if whole else wanted.search(held)
                new = wanted.sub(lambda _: by, held, count=1 if whole else 0) if found else held
                if new != held:
                    cells.append((id_, item.name, new))
        return self.sheet.put(cells, f"{text!r} replaced by {by!r}, {len(cells):,} cells")

    def code(self) -> str:
        """What was done in the grid and by code since the batch was opened, as lines of code that do it again."""
        return naming_report.code(self.sheet)

    # -- what a grid asks
    def shown(self, id_: int) -> dict[str, Shown]:
        """The cells of a document that hold something, or that something was proposed for, by the field's name.

        The name is the one that the document will have (B33), also before the service has told one.
        """
        known = self.sheet.configuration
        fields, said = known.fields, self.journal.layer(SAID, id_)
        held = self.journal.cells_of(id_)
        registered, ours = self.journal.layer(REGISTER, id_), self.journal.layer(OURS, id_)
        found = {}
        for field_id in held.keys() | said.keys():
            if (item := fields.get(field_id)) is not None:
                cell = held.get(field_id, Cell())
                origin = self._origin(item, cell, registered.get(field_id), ours.get(field_id))
                other = self.sheet.suggestion(item, said[field_id], cell) if field_id in said else ""
                found[item.name] = Shown(cell.text, origin, cell.confidence, other)
        if known.computed is not None:
            found[known.computed.name] = Shown(self.sheet.name_of(id_))
        return found

    def _origin(self, item: Field, cell: Cell, registered: Cell | None, mine: Cell | None) -> str:
        empty_by_hand = not cell.text and cell.source == LabelSource.MANUAL
        if cell.source in ("", LabelSource.NONE) or empty_by_hand:
            return ""
        by_hand = cell.source == LabelSource.MANUAL
        if by_hand and mine is not None and mine.source == FILE_NAME and mine.text == cell.text:
            return FILE_NAME  # which the service cannot know
        if by_hand and registered is not None and self.sheet.same_value(item, registered.text, cell):
            return REGISTERED
        return cell.source

    def search(self, field: str, keyword: str) -> list[Value]:
        """Active values of a field that have every word of `keyword` in code or label.

        The service is asked as well (B21), so that a value is found that was added since the batch was opened; that
        value then counts here, too.
        """
        item = self.sheet.configuration.field(field)
        if item.id not in self.sheet.configuration.lookups:
            return []
        if keyword and not item.is_user:
            self._learn(item.id, keyword)
        words = keyword.casefold().split()
        values = self.sheet.choices(field)
        return [
            value for value in values if all(w in f"{value.code} {value.label}".casefold() for w in words)
        ]

    def _learn(self, field_id: str, keyword: str) -> None:
        client, scope = self.project.service.client, self.project.scope
        try:
            found = run(client.list_field_values(scope, field_id, keyword=keyword))
        except PdmError as error:  # what is known already can be chosen all the same
            log.info("The service could not search values: %s", error)
            return
        self.sheet.configuration.learn(field_id, found)

    @property
    def layout(self) -> list[Mapping[str, Any]]:
        """How the columns of the grid stand, as it was left; kept in the journal."""
        return list(json.loads(self.journal.meta.get(LAYOUT, "[]")))

    @layout.setter
    def layout(self, columns: Iterable[Mapping[str, Any]]) -> None:
        self.journal.set_meta(LAYOUT, json.dumps(list(columns)))
