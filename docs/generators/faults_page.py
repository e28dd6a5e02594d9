"""Writes docs/reference/faults.md: what each kind of hostile response does to each operation, as the tests measure it.

`python -m tests.support.hostile.outcomes` measures and stores the outcomes, and tests/attack/test_fault_table.py repeats it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pdm_nb.api.limits import response_limits as limits  # noqa: E402
from pdm_nb.batch.journal import validation  # noqa: E402
from tests.support.hostile.faults import KINDS  # noqa: E402
from tests.support.hostile.outcomes import LEGEND, STORED  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "faults.md"
HEAD = """# Faults

What happens if the service, storage or a gateway responds in a way that nobody expects. Each cell is measured: a server
gives every call of the operation that response, and the test compares the outcome. A list that the package reads in
several ways has a cell for each: `(ids)` and `(explore)` are those of `project.revisions()`. This page is written by
`docs/generators/faults_page.py`.

A document whose call fails is put on hold or fails, with the sentence of the error, and the run continues. Only what
concerns all documents ends a run: no connection, 502 to 504, a permission, the rate limit. The same call then continues
where it was.

## Limits

"""


def page() -> str:
    """Return the text of the page."""
    return f"{HEAD}{_limits()}\n## Outcomes\n\n{_legend()}\n## Table\n\n{_table()}"


def _limits() -> str:
    rows = (
        ("a response, decoded or not", f"{limits.BYTES >> 20} MiB; {limits.WIDE_BYTES >> 20} MiB with characters outside ASCII"),
        ("time of a response in all", f"{limits.SECONDS:g} s"),
        ("encodings", ", ".join(sorted(limits.ENCODINGS - {""}))),
        ("levels of JSON", f"{limits.JSON_DEPTH:,}"),
        ("brackets, colons and commas of JSON", f"{limits.JSON_TOKENS:,}"),
        ("characters of a message that is shown and stored", f"{limits.MESSAGE:,}"),
        ("`Retry-After`", f"{limits.WAIT / 86_400:g} days; more is malformed"),
        ("pages, rows of a list", f"{limits.PAGES:,}, {limits.ROWS:,}"),
        ("all pages of a list that is kept as a whole", f"{limits.LIST_BYTES >> 20} MiB"),
        ("a response of storage", f"{limits.STORAGE_BYTES >> 10} KiB are read"),
        ("time of a part, or of a file that is downloaded", "300 s, and its size at 16 KiB/s"),
        ("a file that is downloaded", f"the size that the service reports, else {limits.FILE_BYTES / 1e12:.0f} TB"),
        ("`Retry-After` of storage", f"{limits.STORAGE_WAIT:g} s; more puts the document on hold"),
        ("a journal", f"{validation.MOST_BYTES >> 30} GiB, {validation.MOST_DOCUMENTS:,} documents"),
    )  # fmt: skip
    return "| what | limit |\n|---|---|\n" + "".join(f"| {what} | {limit} |\n" for what, limit in rows)


def _legend() -> str:
    return "| outcome | meaning |\n|---|---|\n" + "".join(
        f"| {name} | {text} |\n" for name, text in LEGEND.items()
    )


def _table() -> str:
    """Return the kinds as rows. Operations with the same outcomes share a column."""
    table = json.loads(STORED.read_text("utf-8"))
    columns: dict[tuple[str, ...], list[str]] = {}
    for operation, row in table.items():
        columns.setdefault(tuple(row[kind.name] for kind in KINDS), []).append(operation)
    head = "| response | " + " | ".join(", ".join(names) for names in columns.values()) + " |\n"
    rows = [
        f"| {kind.title} | " + " | ".join(cells[number] for cells in columns) + " |\n"
        for number, kind in enumerate(KINDS)
    ]
    return head + "|---" * (len(columns) + 1) + "|\n" + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
