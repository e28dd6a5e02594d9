"""Lists of what is on hold: written for whoever knows the right values, and read when they come back."""

from .returned_list import HeldList, ReturnedCells
from .write_held_list import write_held_list

__all__ = ["HeldList", "ReturnedCells", "write_held_list"]
