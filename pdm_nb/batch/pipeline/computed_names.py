"""Names that the service puts together, where the list of fields does not show it (B33).

Then it is seen only with an upload, whose `name` has the variant `computed`, or when the service refuses a name. Names
that the template filled in are then not sent, and removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ...model import FILE_NAME, Cell, Upload

NAME, VARIANT = "name", "computed"


@dataclass(frozen=True)
class ComputedNames:
    """What a run asks of the batch's table about names, and what it reports to it."""

    field: str = ""  # id of the field `name`, "" if there is none that can be set
    may_be: Callable[[int], bool] = lambda id_: (
        False
    )  # whether the service may put a document's name together
    learn: Callable[[], None] = lambda: None  # it does

    def see(self, upload: Upload) -> None:
        """Report to the table if the service put together the upload's name."""
        if self.field and any(value.name == NAME and value.variant == VARIANT for value in upload.fields):
            self.learn()

    def filled(self, id_: int, cells: Iterable[tuple[str, Cell]]) -> bool:
        """Return True if a document's cells hold a name from the template that the service may refuse."""
        return self.may_be(id_) and any(
            field == self.field and cell.source == FILE_NAME for field, cell in cells
        )
