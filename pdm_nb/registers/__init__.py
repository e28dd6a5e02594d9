"""Registers: spreadsheets about files, and sources of files, as rows."""

from .rows import SPREADSHEETS, RegisterRow, Source, check_some_exist, load, map_columns, read

__all__ = ["SPREADSHEETS", "RegisterRow", "Source", "check_some_exist", "load", "map_columns", "read"]
