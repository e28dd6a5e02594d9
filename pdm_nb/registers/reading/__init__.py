"""Reads a register as people see it, and finds its table.

    file ─► read_workbook ─► Workbook (sheets of shown text) ─► find_table ─► RegisterTable

`display` knows how spreadsheets show values, `xlsx` and `text` read their formats, `table` finds sheet, headings and rows,
`cache` keeps what was found.
What the columns mean, and which files the rows belong to, is decided elsewhere.
"""

from .cache import cached_table
from .read_workbook import SUFFIXES, read_workbook
from .sheets.workbook import Appearance, MergedRange, ReadingNotice, Sheet, ShownCell, Workbook
from .table import ExcludedRow, RegisterTable, TableCandidate, find_table

__all__ = [
    "SUFFIXES",
    "Appearance",
    "ExcludedRow",
    "MergedRange",
    "ReadingNotice",
    "RegisterTable",
    "Sheet",
    "ShownCell",
    "TableCandidate",
    "Workbook",
    "cached_table",
    "find_table",
    "read_workbook",
]
