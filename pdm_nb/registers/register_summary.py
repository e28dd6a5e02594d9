"""A register in a few lines: what was read, mapped and matched, and what is open. As text and as HTML. Pure."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator, Sequence

from ..rules.values.text import quantity
from .matching import Matching
from .register_stages import RegisterStages

SHOWN = 8  # columns, questions and rows that a summary names


def lines(stages: RegisterStages, matching: Matching | None) -> Iterator[tuple[str, str]]:
    """Yield what a summary has, as (heading, sentence)."""
    table = stages.content.table
    rows = " and ".join(map(str, table.header)) or "none"
    sheets = ", ".join(map(repr, table.sheets))
    yield "Table", f"sheet {sheets}, headings in row {rows}, {quantity(len(stages.content.keys), 'row')}"
    named = stages.mapping.named
    used = [column for column in named if stages.mapping.columns.get(column, "") is not None]
    left = [column for column in stages.content.columns if column not in used]
    yield "Columns", f"{len(used)} mapped" + (f"; {len(left)} not used: {_list(left)}" if left else "")
    entries = stages.crosswalk.entries
    if entries:
        open_ = stages.crosswalk.open
        yield (
            "Values",
            f"{len(entries) - len(open_)} decided or known by another word, {len(open_)} to decide",
        )
    if matching:
        kinds = Counter(
            match.kind.value if match.is_exact else f"{match.kind.value}, confirmed"
            for match in matching.applied.values()
        )
        by = ", ".join(f"{number:,} by {kind}" for kind, number in kinds.most_common())
        proposed = {one.file for row, one in matching.matches.items() if row not in matching.applied}
        waiting = len(matching.matches) - len(matching.applied)
        without = sum(file not in proposed for file in matching.unused_files)
        yield (
            "Files",
            f"{quantity(len(matching.applied), 'row', 'has', 'have')} a file ({by or 'none'})"
            f"{f'; {waiting:,} to be confirmed' if waiting else ''}; {quantity(without, 'file')} without a row",
        )


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def as_text(name: str, stages: RegisterStages, matching: Matching | None, questions: Sequence[str]) -> str:
    """Return the summary as text."""
    found = [f"Register {name}", *(f"  {heading}: {text}" for heading, text in lines(stages, matching))]
    if not questions:
        return "\n".join([*found, "  No open questions: register.batch() makes the batch"])
    return "\n".join([*found, "  Open questions:", *numbered(questions)])


def numbered(questions: Sequence[str]) -> list[str]:
    """Return questions with their numbers, as lines."""
    more = [f"  … and {len(questions) - SHOWN} more"] if len(questions) > SHOWN else []
    return [f"  {number}. {text}" for number, text in enumerate(questions[:SHOWN], 1)] + more


def as_html(name: str, stages: RegisterStages, matching: Matching | None, questions: Sequence[str]) -> str:
    """Return the summary as HTML; all texts are escaped."""
    cells = "".join(
        f"<tr><th>{html.escape(heading)}</th><td>{html.escape(text)}</td></tr>"
        for heading, text in lines(stages, matching)
    )
    items = "".join(f"<li>{html.escape(text)}</li>" for text in questions)
    asked = f"<p>Open questions:</p><ol>{items}</ol>" if items else "<p>No open questions.</p>"
    return f"<div><b>Register {html.escape(name)}</b><table>{cells}</table>{asked}</div>"
