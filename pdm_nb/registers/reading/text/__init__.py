"""Reads .csv, .tsv and .txt: encoding, separator and quotes are detected, then parsed strictly."""

from .separated import read_separated

__all__ = ["read_separated"]
