"""Rows of a register and their files: which belong together, how sure that is, and what is left over on both sides."""

from .learn_template import learn_template
from .match_rows import match_rows
from .matches import Match, MatchKind, NameDifference, RowKey
from .matching import MatchedFile, Matching
from .naming_template import NamingTemplate
from .shared_files import SharedFile, combined, differing_values

__all__ = [
    "Match",
    "MatchKind",
    "MatchedFile",
    "Matching",
    "NameDifference",
    "NamingTemplate",
    "RowKey",
    "SharedFile",
    "combined",
    "differing_values",
    "learn_template",
    "match_rows",
]
