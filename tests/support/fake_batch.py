"""A batch without files and service, for tests of panels: it has only what panels may use of a real batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from difflib import get_close_matches
from itertools import count
from typing import Any

import pandas as pd

from pdm_nb.errors import InputError
from pdm_nb.model import Cell, Document, Field, FieldType, Finding, Severity, Shown, Value
from pdm_nb.rules.explain import Explanation, RequiredField
from pdm_nb.rules.values.value_search import search
from pdm_nb.runs.run import Run

DISCIPLINES = [("AR", "Architectural"), ("ST", "Structural"), ("EL", "Electrical"), ("ME", "Mechanical")]
LISTS = {
    "type": [Value("t1", "DR", "Drawing"), Value("t2", "SP", "Specification"), Value("t3", "OT", "Other")],
    "status": [
        Value("s1", "WIP", "Work in progress"),
        Value("s2", "APP", "Approved"),
        Value("s3", "OLD", "Old", False),
    ],
    "discipline": [
        Value(f"d{n}", f"{code}{n:02}", f"{label} {n:02}") for n in range(40) for code, label in DISCIPLINES
    ],
    "zones": [Value(f"z{n}", f"Z{n}", f"Zone {n}") for n in range(1, 9)],
}
FIELDS = [
    Field("f1", "type", "Type", FieldType.LOV_ENTRY),
    Field("f2", "status", "Status", FieldType.LOV_ENTRY),
    Field("f3", "number", "Number", FieldType.STRING),
    Field("f4", "revision", "Revision", FieldType.STRING),
    Field("f5", "discipline", "Discipline", FieldType.LOV_ENTRY),
    Field("f6", "description", "Description", FieldType.RICH_TEXT),
    Field("f7", "date_authored", "Date authored", FieldType.TIMESTAMP),
    Field("f8", "scale", "Scale", FieldType.NUMERIC),
    Field("f9", "zones", "Zones", FieldType.LOV_ENTRIES),
]
READONLY = [
    Field("f0", "name", "Name", FieldType.STRING, variant="computed"),
    Field("f10", "approval", "Approval", FieldType.STRING, readonly=True),
]

_numbers = count(1)


class FakeBatch:
    def __init__(self, documents: int = 25) -> None:
        self.columns, self.readonly_columns = list(FIELDS), READONLY
        self.lists = dict(LISTS)
        self.rows = {
            id_: Document(id_, f"/drawings/A-{id_:03}.pdf", f"A-{id_:03}.pdf", 1000 * id_, "application/pdf")
            for id_ in range(1, documents + 1)
        }
        self.cells = {
            id_: {"number": Cell(f"A-{id_:03}", (f"A-{id_:03}",), "FILENAME_SCRAPING")} for id_ in self.rows
        }
        self.dismissed: list[tuple[int, str]] = []
        self.suggestions: dict[tuple[int, str], str] = {}
        self.watchers: list[Callable[[frozenset[int]], object]] = []
        self.run: Any = None
        self.sets: list[tuple[int, str, str]] = []
        self.submits = 0
        self.done: list[Any] = []
        self.undone: list[Any] = []
        self.labels: list[str] = []
        self.layout: list[Any] = []
        self.reports: list[str] = []
        self.journal_path = f"fake-{next(_numbers)}.journal"

    @property
    def view(self) -> FakeBatch:
        """What panels read is here as well."""
        return self

    @property
    def documents(self) -> list[Document]:
        return list(self.rows.values())

    def document(self, id_: int) -> Document:
        return self.rows[id_]

    def cell(self, id_: int, name: str) -> Cell:
        return self.cells[id_].get(name, Cell())

    def choices(self, name: str) -> list[Value]:
        return self.lists.get(name, [])

    def search(self, name: str, text: str) -> list[Value]:
        return search(self.choices(name), text)

    def shown(self, id_: int) -> dict[str, Shown]:
        names = {*self.cells[id_], *(name for row, name in self.suggestions if row == id_)}
        named = Shown(self.rows[id_].name.removesuffix(".pdf"))
        return {name: self._shown(id_, name) for name in names} | {"name": named}

    @property
    def titles(self) -> dict[str, str]:
        return {"PDM102": "Value not in the list", "PDM900": "A description is missing"}

    @property
    def shape(self) -> tuple[Any, ...]:
        return (
            tuple(self.columns),
            {name: tuple(values) for name, values in self.lists.items()},
            tuple(self.rows),
        )

    def why_not_set(self, name: str) -> str:
        return {
            "name": "The service takes Name from the file name.",
            "approval": "Approval is read-only.",
        }.get(name, "")

    def _shown(self, id_: int, name: str) -> Shown:
        cell = self.cell(id_, name)
        suggested = "" if (id_, name) in self.dismissed else self.suggestion(id_, name)
        return Shown(cell.text, cell.source, cell.confidence, suggested)

    def keep(self, cells: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
        found = [one for one in cells if one in self.suggestions and one not in self.dismissed]
        self.dismissed += found
        return found

    def open_again(self, cells: Iterable[tuple[int, str]] | None = None) -> list[tuple[int, str]]:
        found = list(self.dismissed if cells is None else cells)
        self.dismissed = [one for one in self.dismissed if one not in found]
        return found

    @property
    def kept(self) -> int:
        return len(self.dismissed)

    def required(self, _: int) -> frozenset[str]:
        return frozenset({"type", "status", "revision"})

    def suggestion(self, id_: int, name: str) -> str:
        return self.suggestions.get((id_, name), "")

    def findings(self, ids: Iterable[int] | None = None) -> list[Finding]:
        found = []
        for id_ in self.rows if ids is None else ids:
            for name, cell in self.cells[id_].items():
                if cell.values is None:
                    text = f"{cell.text!r} is not in the {name} list"
                    near = get_close_matches(cell.text, [value.label for value in LISTS[name]], 1)
                    fix = f"Similar: {near[0]}" if near else "Select a value from the list"
                    found.append(Finding("PDM102", Severity.ERROR, id_, name, text, fix, *near))
            if not self.cell(id_, "description").text:
                text = "The description is empty"
                found.append(Finding("PDM900", Severity.WARNING, id_, "description", text, "Enter one"))
        return found

    def check(self) -> pd.DataFrame:
        rows = [(finding.document, str(finding.severity), finding.message) for finding in self.findings()]
        return pd.DataFrame(rows, columns=["document", "severity", "message"])

    def apply_fixes(self, code: str | None = None) -> pd.DataFrame:
        """Apply the proposals of all findings of a code, or of all errors."""
        found = [one for one in self.findings() if one.proposal is not None and code in (None, one.code)]
        return self.set_cells((one.document, str(one.field), str(one.proposal)) for one in found)

    def exclude(self, rows: list[int]) -> list[int]:
        """Take documents out."""
        self.remove(*rows)
        return rows

    def retry(self, rows: list[int] | None = None) -> list[int]:
        """Restart documents."""
        again = [id_ for id_ in rows or self.rows if self.rows[id_].state in ("held", "failed", "gone")]
        for id_ in again:
            self.change(id_, state="planned", message="", reason="")
        return again

    def plan(self) -> FakePlan:
        """What a submit would do: ready documents become new, the first one a new version."""
        return FakePlan(self.documents)

    def report(self, path: str, on_hold: bool = False) -> str:
        """Remember that a report was asked for."""
        self.reports.append(path)
        return path

    def explain(self, row: int) -> Explanation:
        """The rule of a document."""
        required = (RequiredField("type", "Type", "this rule", self.cell(row, "type").text),)
        why = "type is Drawing"
        return Explanation(self.rows[row].name, "r1", "type is Drawing", why, (), required)

    def parse_names(self, rows: list[int]) -> pd.DataFrame:
        """What the file names say: the number, and a code of no type."""
        found = [
            (one, name, *rest)
            for one in rows
            for name, *rest in (("number", "A-1", "recognised", "A-1"), ("type", "XX", "unknown code", ""))
        ]
        return pd.DataFrame(found, columns=["document", "field", "segment", "fit", "value"])

    @property
    def evidence(self) -> FakeBatch:
        """What proves a batch is here as well."""
        return self

    def sources(self, row: int) -> pd.DataFrame:
        """The values that each source has."""
        said = [
            (name, "machine learning" if cell.source == "ML" else "analyst", cell.text, cell.confidence)
            for name, cell in self.cells[row].items()
        ]
        return pd.DataFrame(said, columns=["field", "source", "text", "confidence"]).astype(
            {"confidence": "Float64"}
        )

    def history(self, row: int) -> pd.DataFrame:
        """What happened to a document."""
        at = pd.to_datetime(["2026-03-12T10:00Z", "2026-03-12T10:05Z"])
        facts = {"what": ["state", "change"], "text": ["uploaded", "set"], "field": ["", "number"]}
        facts |= {"before": ["", "A-1"], "after": ["", "A-2"], "author": ["", "analyst"]}
        return pd.DataFrame({"at": at, **facts})

    def set(self, row: int, name: str, text: str) -> pd.DataFrame:
        return self.set_cells([(row, name, text)])

    def set_cells(self, cells: Iterable[tuple[int, str, str]], label: str = "") -> pd.DataFrame:
        cells = list(cells)
        if any(text == "forbidden" for _, _, text in cells):
            raise InputError("This word is not allowed. Enter another one.")
        before = [(row, name, self.cell(row, name).text) for row, name, _ in cells]
        self.done.append((before, cells))
        self.undone.clear()
        self.labels.append(label)
        self.sets += cells
        return self._write(cells)

    def _write(self, cells: list[tuple[int, str, str]]) -> pd.DataFrame:
        for row, name, text in cells:
            self.cells[row][name] = Cell(text, self._resolved(name, text), "MANUAL" if text else "")
        self.tell(*(row for row, _, _ in cells))
        return pd.DataFrame([(row, name) for row, name, _ in cells], columns=["document", "field"])

    def parse_dates(self, field: str, *, order: str) -> pd.DataFrame:
        """Read texts such as 03/04/2026."""
        parts = {row: self.cell(row, field).text.split("/") for row in self.rows}
        read = {row: dict(zip(order, part, strict=True)) for row, part in parts.items() if len(part) == 3}
        cells = [(row, field, f"{of['Y']}-{of['M']}-{of['D']}") for row, of in read.items()]
        if cells:
            self.set_cells(cells)
        return pd.DataFrame([(row, field) for row, *_ in cells], columns=["document", "field"])

    def undo(self) -> pd.DataFrame:
        if not self.done:
            return self._write([])
        self.undone.append(self.done.pop())
        return self._write(self.undone[-1][0])

    def redo(self) -> pd.DataFrame:
        if not self.undone:
            return self._write([])
        self.done.append(self.undone.pop())
        return self._write(self.done[-1][1])

    def actions(self) -> pd.DataFrame:
        return pd.DataFrame({"undone": [False] * len(self.done) + [True] * len(self.undone)}, dtype=bool)

    def to_code(self) -> str:
        return "".join(f"batch.set_cells({cells!r})\n" for _, cells in self.done)

    def _resolved(self, name: str, text: str) -> tuple[str, ...] | None:
        if name not in LISTS:
            return (text,)
        known = {key: value.id for value in LISTS[name] for key in (value.code, value.label)}
        ids = [known.get(part.strip()) for part in text.split(";") if part.strip()]
        return None if None in ids else tuple(id_ for id_ in ids if id_)

    # -- what a service would do
    def ml_says(self, id_: int, name: str, text: str, confidence: float) -> None:
        self.cells[id_][name] = Cell(text, (text,), "ML", confidence)
        self.tell(id_)

    def add(self, *ids: int) -> None:
        self.rows |= {id_: Document(id_, f"/drawings/N-{id_}.pdf", f"N-{id_}.pdf", 7, "") for id_ in ids}
        self.cells |= {id_: {} for id_ in ids}
        self.tell(*ids)

    def remove(self, *ids: int) -> None:
        for id_ in ids:
            del self.rows[id_], self.cells[id_]
        self.tell(*ids)

    def change(self, id_: int, **facts: Any) -> None:
        self.rows[id_] = replace(self.rows[id_], **facts)
        self.tell(id_)

    def tell(self, *ids: int) -> None:
        for watcher in list(self.watchers):
            watcher(frozenset(ids))

    def watch_changes(self, watcher: Callable[[frozenset[int]], object]) -> Callable[[], None]:
        self.watchers.append(watcher)
        return lambda: self.watchers.remove(watcher)

    def upload(self) -> Any:
        return self._begin("upload", "settled")

    def watch(self, rows: list[int] | None = None) -> Any:
        for id_ in rows or ():
            self.change(id_, state="completed", reason="", message="")
        return self._begin("watch", "settled")

    def submit(self, **options: Any) -> Any:
        self.submits += 1
        self.options = options
        return self._begin("submit", "submitted")

    def _begin(self, name: str, state: str) -> Any:
        async def work(run: Any) -> None:
            for done, id_ in enumerate(self.rows, start=1):
                self.change(id_, state=state, sent=self.rows[id_].size)
                run.report(documents_done=done, documents_total=len(self.rows))

        self.run = Run(name, work)
        return self.run


class FakePlan:
    """A plan of the ready documents."""

    def __init__(self, documents: list[Document]) -> None:
        ready = [one for one in documents if one.state == "settled"]
        self.hash = f"plan of {[(one.id, one.state) for one in documents]}"
        rows = [
            (one.id, one.name, "new version" if one is ready[0] else "new", one.name[:-4]) for one in ready
        ]
        rows += [(one.id, one.name, "on hold", "") for one in documents if one.state == "held"]
        self.documents = pd.DataFrame(rows, columns=["document", "file", "what", "name"])
        self.documents["version"] = [2 if what == "new version" else None for what in self.documents["what"]]
        self.documents["why"] = "Type is empty"

    @property
    def counts(self) -> dict[str, int]:
        return {str(what): int(count) for what, count in self.documents["what"].value_counts().items()}
