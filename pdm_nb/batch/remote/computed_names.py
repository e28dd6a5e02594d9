"""Detects names that the service computes although the list of fields does not show it (B33).

It is then seen only with an upload, whose `name` has the variant `computed`, or if the service refuses a name. Names
that the template filled in are then removed and not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ...model import FILE_NAME, Cell, Upload

NAME, VARIANT = "name", "computed"


def _never(id_: int) -> bool:
    return False


def _ignore() -> None:
    """Do nothing."""


@dataclass(frozen=True)
class ComputedNames:
    """What a run asks the table of a batch about names, and what it reports to it."""

    field: str = ""  # id of the field `name`, "" if there is none that can be set
    may_be: Callable[[int], bool] = _never  # whether the service may compute the name of a document
    learn: Callable[[], None] = _ignore  # called when it does

    def observe(self, upload: Upload) -> None:
        """Report to the table if the service computed the name of an upload."""
        if self.field and any(value.name == NAME and value.variant == VARIANT for value in upload.fields):
            self.learn()

    def is_from_template(self, id_: int, cells: Iterable[tuple[str, Cell]]) -> bool:
        """Return True if a document's cells have a name from the template that the service may refuse."""
        return self.may_be(id_) and any(
            field == self.field and cell.source == FILE_NAME for field, cell in cells
        )
