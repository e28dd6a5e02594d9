"""Writes tables as one page that needs nothing else: no network, no script. It can be printed, for a signature.

Every text is escaped; a page has a policy that allows styles only, so that nothing in it can be loaded or run.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from .report_table import ReportTable

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
AT_ONCE = 20_000  # rows that become text at a time
STYLE = """
body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; color: #222; background: #fff; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; } caption { text-align: left; padding: .2rem 0; color: #555; }
th, td { border-bottom: 1px solid #ccc; padding: .2rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #f2f2f2; position: sticky; top: 0; } td.n { text-align: right; white-space: nowrap; }
code { font-family: ui-monospace, monospace; } .scroll { overflow-x: auto; }
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  body { margin: 0; font-size: 8pt; } .scroll { overflow: visible; } th { position: static; }
  thead { display: table-header-group; } tr { break-inside: avoid; } h2 { break-after: avoid; }
}
"""


def write_page(path: Path, title: str, facts: pd.DataFrame, tables: Iterable[ReportTable]) -> None:
    """Write a page with a title, facts, and tables."""
    with path.open("w", encoding="utf-8", errors="replace") as file:
        file.writelines(_page(title, facts, tables))


def _page(title: str, facts: pd.DataFrame, tables: Iterable[ReportTable]) -> Iterator[str]:
    name = html.escape(title)
    yield '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield f"<title>{name}</title><style>{STYLE}</style></head>\n<body><h1>{name}</h1>\n"
    yield from _table(facts, "")
    for table in tables:
        shown = table.frame if table.most is None else table.frame.head(table.most)
        left = len(table.frame) - len(shown)
        more = (
            f"The first {len(shown):,} of {len(table.frame):,} rows. Save it as .xlsx for all of them."
            if left
            else ""
        )
        yield f"<h2>{html.escape(table.name.capitalize())} ({len(table.frame):,})</h2>\n"
        yield from _table(shown, " ".join(filter(None, (table.note, more))))
    yield "</body></html>\n"


def _table(frame: pd.DataFrame, note: str) -> Iterator[str]:
    yield '<div class="scroll"><table>'
    yield f"<caption>{html.escape(note)}</caption>" if note else ""
    yield f"<thead><tr>{''.join(f'<th>{html.escape(str(name))}</th>' for name in frame.columns)}</tr></thead>\n<tbody>"
    for start in range(0, len(frame), AT_ONCE):
        some = frame.iloc[start : start + AT_ONCE]
        columns = [_cells(some.iloc[:, number]) for number in range(frame.shape[1])]
        for cells in zip(*columns, strict=True):
            yield f"<tr>{''.join(cells)}</tr>\n"
    yield "</tbody></table></div>\n"


def _cells(column: pd.Series[Any]) -> list[str]:
    """Return the cells of a column, escaped."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        texts = column.dt.strftime("%Y-%m-%d %H:%M:%S UTC").astype("object").where(column.notna(), "")
        return [f"<td>{text}</td>" for text in texts]
    start = '<td class="n">' if pd.api.types.is_numeric_dtype(column) else "<td>"
    known: dict[Any, str] = {}  # thousands of rows have "Drawing"
    found = []
    for value in column.astype("object").where(column.notna(), "").tolist():
        if value not in known:
            known[value] = f"{start}{html.escape(str(value))}</td>"
        found.append(known[value])
    return found
