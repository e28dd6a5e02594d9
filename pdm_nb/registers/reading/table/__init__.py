"""Finds the table in a workbook: its sheet, its headings, and which rows are not documents."""

from .find_table import find_table
from .register_table import ExcludedRow, RegisterTable, TableCandidate

__all__ = ["ExcludedRow", "RegisterTable", "TableCandidate", "find_table"]
