"""Reads .xlsx and .xlsm as they are shown: values, number formats, merged cells, links, and what is hidden."""

from .package import read_xlsx

__all__ = ["read_xlsx"]
