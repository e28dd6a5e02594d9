"""Registers: spreadsheets about files, and other sources of files, as rows."""

from .register import Register
from .register_storage import name_template, notice_levels, reopened, stored
from .sources import RegisterRow, Source, check_some_exist, is_register, read_files

__all__ = [
    "Register",
    "RegisterRow",
    "Source",
    "check_some_exist",
    "is_register",
    "name_template",
    "notice_levels",
    "read_files",
    "reopened",
    "stored",
]
