"""Registers: spreadsheets about files, and other sources of files, as rows."""

from .register import Register
from .register_storage import (
    RegisterCells,
    cells_of,
    corrected,
    form_kind,
    name_template,
    notice_levels,
    reopened,
    stored,
)
from .sources import RegisterRow, Source, check_some_exist, is_register, read_files

__all__ = [
    "Register",
    "RegisterCells",
    "RegisterRow",
    "Source",
    "cells_of",
    "check_some_exist",
    "corrected",
    "form_kind",
    "is_register",
    "name_template",
    "notice_levels",
    "read_files",
    "reopened",
    "stored",
]
