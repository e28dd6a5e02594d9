"""Keeps the tables of large registers, so that an unchanged one is not parsed again."""

from .table_cache import cached_table

__all__ = ["cached_table"]
