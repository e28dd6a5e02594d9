"""Writes forms (spreadsheets that people fill in), and checks what came back."""

from .check_form import FormCheck, FormOrigin, checked_form, files_of_form
from .write_form import write_form

__all__ = ["FormCheck", "FormOrigin", "checked_form", "files_of_form", "write_form"]
