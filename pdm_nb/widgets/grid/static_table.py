"""Tables without a browser's code: what stands in a saved notebook, on GitHub and in a PDF.

JupyterLab shows an error in place of a widget whose kernel is gone, and none of its other formats. So a table is
displayed twice: as a plain one, and as the widget, which hides the plain one while it lives (`frontend/src/table.js`).
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from IPython.display import display

WIDE = 8  # columns of a markdown table, which has no way to scroll


def show(static: Mapping[str, str], bundle: Any) -> None:
    """Display the plain table, where there is one, and then what a widget is displayed by."""
    if static:
        display(dict(static), raw=True)
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    display(data, metadata=metadata, raw=True)


def as_html(labels: Sequence[str], rows: Iterable[Sequence[str]], rest: int, name: str) -> str:
    """A table whose texts are text, whatever they hold; `rest` is how many rows are not in it, `name` its widget's."""
    head = "".join(f"<th>{html.escape(label)}</th>" for label in labels)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in rows
    )
    more = f"<p>… and {rest:,} more rows</p>" if rest else ""
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
    return f'<div data-pdm-table="{html.escape(name)}">{table}</div>'


def as_markdown(labels: Sequence[str], rows: Iterable[Sequence[str]], rest: int) -> str:
    """The same, its first columns alone: what nbconvert puts into a PDF."""
    lines = [_line(labels), _line(["---"] * len(labels), plain=True), *map(_line, rows)]
    more = [f"{rest:,} more rows"] if rest else []
    more += [f"{len(labels) - WIDE} more columns"] if len(labels) > WIDE else []
    return "\n".join(lines) + (f"\n\n… and {', '.join(more)}\n" if more else "\n")


def _line(texts: Sequence[str], plain: bool = False) -> str:
    return f"| {' | '.join(text if plain else _literal(text) for text in texts[:WIDE])} |"


def _literal(text: str) -> str:
    """Text that markdown takes as it is: no markup, no end of the cell or line."""
    escaped = html.escape(" ".join(text.split()), quote=False)
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()#+!|~$" else sign for sign in escaped)
