"""What a table shows of a document's metadata: the kind of each column, the entries of lists, the marks of cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ...model import Field, FieldType, Finding, Shown, Value
from .column import mark
from .wire_format import Entry, Matches

FILE = "file"  # the column of the file name; it also has the findings about the whole document
STATE = "state"


def findings_by_cell(
    findings: Iterable[Finding], shown: Iterable[str]
) -> dict[int, dict[str, list[Finding]]]:
    """Findings by document and column; those of columns that are not shown go to the file name."""
    columns = set(shown)
    cells: dict[int, dict[str, list[Finding]]] = {}
    for finding in findings:
        key = finding.field if finding.field in columns else FILE
        cells.setdefault(finding.document, {}).setdefault(str(key), []).append(finding)
    return cells


def cell_mark(
    shown: Shown | None, findings: Iterable[Finding] = (), *, required: bool = False, locked: str = ""
) -> dict[str, Any]:
    """The mark of a metadata cell: source, suggestion, findings, and whether it is required or locked."""
    if shown is None:
        return mark(findings, required=required, locked=locked)
    return mark(
        findings,
        source=shown.origin,
        confidence=shown.confidence,
        suggestion=shown.suggestion,
        likelihood=shown.likelihood,
        required=required,
        locked=locked,
    )


def column_kind(field: Field, has_list: bool) -> str:
    """The kind of column that edits a field."""
    if has_list:
        return "multiselect" if field.is_multiple else "select"
    kinds = {
        FieldType.RICH_TEXT: "long",
        FieldType.NUMERIC: "number",
        FieldType.TIMESTAMP: "timestamp",
    }
    return kinds.get(field.type, "text")


def list_entries(values: Iterable[Value], among: Iterable[Value] | None = None) -> list[Entry]:
    """Active values as entries, where each text identifies one value of the list (`among`: the whole list).

    The text is the label. If several values have the same label, it is the code, or label and id if it has no code (B29);
    the entry then has the label too, which is what people search.
    """
    active = [value for value in values if value.active]
    seen = Counter(value.label for value in (active if among is None else among) if value.active)
    return [
        (value.label, value.own_code)
        if seen[value.label] == 1
        else (value.own_code or f"{value.label} ({value.id})", value.own_code, None, value.label)
        for value in active
    ]


def matching(entry: Entry, others: Mapping[str, Matches]) -> Entry:
    """Return an entry with the values of another column that it matches, by its text or code."""
    text, code = entry[:2]
    matches = others.get(text) or others.get(code)
    if not matches:
        return entry
    return (text, code, matches, entry[3]) if len(entry) == 4 else (text, code, matches)
