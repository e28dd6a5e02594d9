"""What people changed in a spreadsheet of a batch that comes back."""

from .corrected_cells import CELLS, CHANGED, EDITED, EMPTIED, NOT_IN_BATCH, ReturnedCells, about_locked
from .corrected_register import CorrectedRegister

__all__ = [
    "CELLS",
    "CHANGED",
    "EDITED",
    "EMPTIED",
    "NOT_IN_BATCH",
    "CorrectedRegister",
    "ReturnedCells",
    "about_locked",
]
