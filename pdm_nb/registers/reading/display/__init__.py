"""How a spreadsheet shows a value: number formats, dates, and text with invisible characters."""

from .cells import CellFormat, text_cell
from .numbers import general_text

__all__ = ["CellFormat", "general_text", "text_cell"]
