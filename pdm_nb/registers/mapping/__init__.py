"""Maps the columns and values of a register to the fields and lists of a project.

`propose` finds the field of each column, `apply` carries out a `ColumnMapping`, and `build_crosswalk` matches values to
the lists of the project.
"""

from .candidates import ValueCandidate, ValueMatch
from .cell_checks import CellProblem, CellProblemKind, check_cells
from .clusters import SpellingCluster, find_clusters, merged
from .crosswalk import Crosswalk, CrosswalkEntry, build_crosswalk
from .date_order import ColumnDateOrder, find_date_order, read_date
from .filled_in import FilledIn, read_filled_in
from .issue_matrix import IssueColumn, IssueMatrix, find_issue_matrix, melt
from .operations import ColumnMapping, Join, MappedTable, Split, apply, check_mapping
from .proposals import ColumnProposal, Confidence, propose

__all__ = [
    "CellProblem",
    "CellProblemKind",
    "ColumnDateOrder",
    "ColumnMapping",
    "ColumnProposal",
    "Confidence",
    "Crosswalk",
    "CrosswalkEntry",
    "FilledIn",
    "IssueColumn",
    "IssueMatrix",
    "Join",
    "MappedTable",
    "SpellingCluster",
    "Split",
    "ValueCandidate",
    "ValueMatch",
    "apply",
    "build_crosswalk",
    "check_cells",
    "check_mapping",
    "find_clusters",
    "find_date_order",
    "find_issue_matrix",
    "melt",
    "merged",
    "propose",
    "read_date",
    "read_filled_in",
]
