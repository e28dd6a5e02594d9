"""The content of a register by heading, with a row for each document: an issue matrix becomes rows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .mapping import IssueMatrix, find_issue_matrix, melt
from .matching import RowKey
from .matching.links import paths_of
from .reading import RegisterTable, ShownCell
from .reading.form import FILE, INFO, KEY
from .sources import Origin

OF_ISSUE = {"Revision of the issue": "revision", "Date of the issue": "date_authored"}
# What `batch.frame` and `batch.report` write next to the fields.
OWN_COLUMNS = frozenset(
    (
        "document", "state", "path", "size", "sha256", "register", "sheet", "row", "register_sha256", "upload_id",
        "revision_id", "container_id", "version", "uploaded_at", "submitted_at", "submitted_by", "read_back", "reason",
        "message",
    )
)  # fmt: skip
OWN_SUFFIX = " (field)"


@dataclass(frozen=True, slots=True)
class RegisterContent:
    """The columns of a register.

    Attributes
    ----------
    columns : dict
        Heading -> text or None of each row.
    keys : list of RowKey
        The name of each row: its number; with the sheet if there are several, with the issue if there was a matrix.
    positions : list of int
        The position of each row in the frame of `table`.
    matrix : IssueMatrix or None
        The columns of issues that became rows.
    table : RegisterTable
        What was read.
    """

    columns: dict[str, list[str | None]]
    keys: list[RowKey]
    positions: list[int]
    matrix: IssueMatrix | None
    table: RegisterTable

    @property
    def numbers(self) -> list[int]:
        """The row number of each row in its sheet."""
        return [key[0] if isinstance(key, tuple) else key for key in self.keys]

    @property
    def is_own_output(self) -> bool:
        """True for a table that `batch.frame` or `batch.report` wrote."""
        return {"document", "file", "state"} <= set(self.columns)

    def origins(self, name: str, sha256: str) -> dict[RowKey, Origin]:
        """Return the register, sheet and row of each row."""
        sheets, numbers = self.table.sheet_of_row, self.numbers
        return {
            key: (name, sheets[self.positions[place]], numbers[place], sha256)
            for place, key in enumerate(self.keys)
        }

    def odd_cells(self, column: str) -> Iterator[tuple[int, ShownCell]]:
        """Yield the place of each row, and its cell, for cells that are not what they look like."""
        if odd := self.table.cells.get(column):
            for place, position in enumerate(self.positions):
                if cell := odd.get(position):
                    yield place, cell

    def links(self, columns: Sequence[str]) -> dict[RowKey, str]:
        """Return the hyperlink of each row: of the first of these columns that has one, else of any.

        In an issue matrix, the links of a row are not those of one issue, so there are none.
        """
        found: dict[RowKey, str] = {}
        for column in dict.fromkeys((*columns, *self.table.links)) if self.matrix is None else ():
            for place, target in self.table.links.get(column, {}).items():
                if paths_of(target):
                    found.setdefault(self.keys[place], target)
        return found

    def place(self, place: int, column: str | None = None) -> str:
        """Return the name of a row or cell for messages."""
        return self.table.place(self.positions[place], column)

    def places(self) -> list[str]:
        """Return the names of all rows for messages."""
        if len(self.table.sheets) > 1:
            return [self.table.place(position) for position in self.positions]
        numbers = self.table.frame.index.tolist()
        return [f"row {numbers[position]}" for position in self.positions]


def content_of(table: RegisterTable) -> RegisterContent:
    """Return the content of a table that was read."""
    columns = {name: table.frame[name].tolist() for name in table.columns if name != KEY}
    numbers = table.frame.index.tolist()
    many = len(table.sheets) > 1
    keys: list[RowKey] = list(zip(numbers, table.sheet_of_row, strict=True)) if many else numbers
    is_form = KEY in table.columns or table.form is not None
    matrix = None if is_form else find_issue_matrix(columns, list(table.above.values()))
    if matrix is None:
        return RegisterContent(columns, keys, list(range(len(keys))), None, table)
    melted, places = melt(matrix, columns, *OF_ISSUE)
    named: list[RowKey] = [
        (numbers[row], f"{table.sheet_of_row[row]}, {issue}" if many else issue) for row, issue in places
    ]
    return RegisterContent(
        {name: list(texts) for name, texts in melted.items()},
        named,
        [row for row, _ in places],
        matrix,
        table,
    )


def own_columns(content: RegisterContent) -> dict[str, str | None]:
    """Return what the columns are that this package made, instead of people: those of issues, of frames and reports."""
    form = content.table.form
    if form is not None or KEY in content.table.columns:
        written = {heading: name or None for heading, name in form.fields.items()} if form else {FILE: "file"}
        return dict.fromkeys(INFO) | written
    if content.matrix:
        return dict(OF_ISSUE)
    if not content.is_own_output:
        return {}
    left_out = dict.fromkeys(name for name in content.columns if name in OWN_COLUMNS)
    return (
        {"file": "file"}
        | left_out
        | {name: name.removesuffix(OWN_SUFFIX) for name in content.columns if name.endswith(OWN_SUFFIX)}
    )
