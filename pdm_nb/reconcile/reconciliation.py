"""`Reconciliation`: how a register or a folder compares with a project, as a frame, a summary and a file."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from .. import frames
from ..frames import TEXT, WHOLE
from ..plots import charts
from ..plots.picture import Picture
from ..reports import Report, ReportTable
from .compare_documents import DIFFERENT, MISSING, NEWER, OLDER, PRESENT, SURPLUS, UNCLEAR, ReconciledDocument

COLUMNS = {
    "state": TEXT, "name": TEXT, "place": TEXT, "file": TEXT, "expected_revision": TEXT, "revision": TEXT,
    "version": WHOLE, "id": TEXT, "container_id": TEXT, "found_by": TEXT, "differences": TEXT, "note": TEXT,
}  # fmt: skip
DIFFERENCES = {"name": TEXT, "place": TEXT, "id": TEXT, "field": TEXT, "expected": TEXT, "project": TEXT}
SUFFIXES = (".xlsx", ".html", ".csv")
MEANINGS = {
    PRESENT: "in the project as expected",
    DIFFERENT: "in the project with other values",
    OLDER: "the project has an older revision",
    NEWER: "the project has a newer revision",
    MISSING: "not in the project",
    UNCLEAR: "several documents fit",
    SURPLUS: "in the project only",
}


class Reconciliation:
    """How a register or a folder compares with a project. `project.reconcile()` returns it.

    Attributes
    ----------
    table : DataFrame
        One row per expected document, then those that only the project has: state ("present", "different", "older",
        "newer", "missing", "unclear" or "surplus"), name, place (in the register), file, expected_revision, revision
        (string), version (Int64), id, container_id, found_by, differences (names of fields), note (string).
    differences : DataFrame
        One row per field that differs: name, place, id, field, expected, project (string).
    notes : list of str
        What could not be compared, and how fresh the comparison is, one sentence each.
    """

    def __init__(
        self, project: str, source: str, documents: Sequence[ReconciledDocument], notes: list[str]
    ) -> None:
        self.project, self.source, self.notes = project, source, notes
        self.table = frames.frame(COLUMNS, map(_row, documents))
        self.differences = frames.frame(DIFFERENCES, _differences(documents))

    @property
    def counts(self) -> dict[str, int]:
        """The number of documents in each state."""
        found = Counter(self.table["state"])
        return {state: found[state] for state in MEANINGS}

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the table, the differences and the summary as a file: .xlsx, .html or .csv.

        Parameters
        ----------
        path : str or path
            The file; its suffix is its kind.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            For another suffix, or a file that cannot be written.

        Examples
        --------
        >>> import pandas as pd
        >>> project.reconcile(pd.DataFrame({"Name": ["A-101"]})).save("reconciled.xlsx").name
        'reconciled.xlsx'
        """
        lines = [("Project", self.project), ("Compared with", self.source)]
        lines += [(state, f"{count:,} ({MEANINGS[state]})") for state, count in self.counts.items()]
        lines += [("Note", note) for note in self.notes]
        facts = frames.frame({"fact": TEXT, "value": TEXT}, lines)
        return Report(f"{self.source} against {self.project}", facts, self._tables).save(path, SUFFIXES)

    def plot(self) -> Picture:
        """Draw how many documents are in each state (extra `plots`).

        Returns
        -------
        Picture
            A bar for each state.

        Examples
        --------
        >>> import pandas as pd
        >>> project.reconcile(pd.DataFrame({"Name": ["A-101"]})).plot().save("reconciled.png").name
        'reconciled.png'
        """
        counts = [(state, count) for state, count in self.counts.items() if count]
        values = frames.frame({"state": TEXT, "documents": WHOLE}, counts)
        text = ", ".join(f"{count:,} {state}" for state, count in counts) or "There are no documents."
        title = f"{self.source} against {self.project}"
        return Picture(title, text, values, lambda: charts.bars(values, "state", "documents", "Documents"))

    def _tables(self) -> Iterator[ReportTable]:
        yield ReportTable("Documents", self.table, "One row for each document.", 1000)
        yield ReportTable("Differences", self.differences, "One row for each field that differs.", 1000)

    def __repr__(self) -> str:
        lines = [f"{self.source} against {self.project}"]
        lines += [f"  {count:,} {state}: {MEANINGS[state]}" for state, count in self.counts.items() if count]
        if len(lines) == 1:
            lines.append("  Both are empty.")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{count:,}</td><td>{state}</td><td>{MEANINGS[state]}</td></tr>"
            for state, count in self.counts.items()
            if count
        )
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return (
            f"<p><b>{escape(self.source)} against {escape(self.project)}</b></p><table>{rows}</table>{notes}"
        )


def _row(one: ReconciledDocument) -> tuple[object, ...]:
    expected, version = one.expected, one.version
    note = one.note
    if one.found_by == "number" and not note:
        note = "Found by its number: the name is another one."
    return (
        one.state, (version.name if version and version.name else expected.label if expected else None) or None,
        (expected.place if expected else None) or None,
        (expected.file_name if expected else version.file_name if version else None) or None,
        (expected.revision if expected else None) or None, (version.revision if version else None) or None,
        version.number if version else None, version.id if version else None, one.container or None,
        one.found_by or None, ", ".join(field for field, *_ in one.differences) or None, note or None,
    )  # fmt: skip


def _differences(documents: Sequence[ReconciledDocument]) -> Iterator[tuple[object, ...]]:
    for one in documents:
        if not one.differences or one.version is None or one.expected is None:
            continue
        for field, expected, found in one.differences:
            place = one.expected.place or one.expected.file_name
            yield one.version.name, place, one.version.id, field, expected, found
