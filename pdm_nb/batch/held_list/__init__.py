"""Lists of what is on hold: written for whoever knows the right values, and read when they come back."""

from .returned_list import HeldList
from .write_held_list import KIND as ON_HOLD
from .write_held_list import write_held_list

__all__ = ["ON_HOLD", "HeldList", "write_held_list"]
