"""Writes forms (spreadsheets that people fill in), and checks what came back."""

from .check_form import FormCheck, FormOrigin, checked_form, files_of_form
from .form_columns import columns_of, fingerprint
from .instructions import instructions, written_at
from .write_form import write_form

__all__ = [
    "FormCheck",
    "FormOrigin",
    "checked_form",
    "columns_of",
    "files_of_form",
    "fingerprint",
    "instructions",
    "write_form",
    "written_at",
]
