"""Maps the columns of a register to the fields of a project."""

from .proposals import ColumnProposal, Confidence, propose

__all__ = ["ColumnProposal", "Confidence", "propose"]
