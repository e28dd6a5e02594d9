"""Forms: spreadsheets of ours that people fill in and return. Their parts, and the mark by which they are recognized."""

from .form import CODES, FILE, INFO, INSTRUCTIONS, KEY, REGISTER, Choice, Form, FormColumn, FormKey, FormRow
from .form_mark import MARK, FormMark, mark_rows, marked

__all__ = [
    "CODES",
    "FILE",
    "INFO",
    "INSTRUCTIONS",
    "KEY",
    "MARK",
    "REGISTER",
    "Choice",
    "Form",
    "FormColumn",
    "FormKey",
    "FormMark",
    "FormRow",
    "mark_rows",
    "marked",
]
