"""Tables without a browser's code: what stands in a saved notebook, on GitHub and in a PDF. Pure."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

WIDE = 8  # columns of a markdown table, which has no way to scroll


def as_html(labels: Sequence[str], rows: Iterable[Sequence[str]], rest: int) -> str:
    """A table whose texts are text, whatever they hold; `rest` is how many rows are not in it."""
    head = "".join(f"<th>{html.escape(label)}</th>" for label in labels)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in rows
    )
    more = f"<p>… and {rest:,} more rows</p>" if rest else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


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
