"""Static tables, without a widget: for saved notebooks, GitHub and PDFs.

If the kernel of a widget has ended, JupyterLab shows an error instead of its other formats. So a table is displayed twice: as
a static table, and as a widget, which hides the static one while it is shown (`frontend/src/grid/table.js`).
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from IPython.display import display

MOST_COLUMNS = 8  # of a markdown table, which cannot scroll


def show(static: Mapping[str, str], bundle: Any) -> None:
    """Display the static table, if there is one, and then the widget."""
    if static:
        display(dict(static), raw=True)
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    display(data, metadata=metadata, raw=True)


def as_html(labels: Sequence[str], rows: Iterable[Sequence[str]], rest: int, name: str) -> str:
    """A table as safe HTML; `rest` is the number of rows that are not in it, `name` identifies its widget."""
    head = "".join(f"<th>{html.escape(label)}</th>" for label in labels)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in rows
    )
    more = f"<p>… and {_more(rest, 'row')}</p>" if rest else ""
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
    return f'<div data-pdm-table="{html.escape(name)}">{table}</div>'


def as_markdown(labels: Sequence[str], rows: Iterable[Sequence[str]], rest: int) -> str:
    """The first columns as a markdown table, which nbconvert puts into a PDF."""
    lines = [_line(labels), _line(["---"] * len(labels), plain=True), *map(_line, rows)]
    more = [_more(rest, "row")] if rest else []
    more += [_more(len(labels) - MOST_COLUMNS, "column")] if len(labels) > MOST_COLUMNS else []
    return "\n".join(lines) + (f"\n\n… and {', '.join(more)}\n" if more else "\n")


def _more(number: int, noun: str) -> str:
    return f"{number:,} more {noun}{'' if number == 1 else 's'}"


def _line(texts: Sequence[str], plain: bool = False) -> str:
    return f"| {' | '.join(text if plain else _literal(text) for text in texts[:MOST_COLUMNS])} |"


def _literal(text: str) -> str:
    """Escape a text for a markdown cell."""
    escaped = html.escape(" ".join(text.split()), quote=False)
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()#+!|~$" else sign for sign in escaped)
