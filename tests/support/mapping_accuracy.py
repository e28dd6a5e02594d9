"""How many headings of other people's registers get the right field without help."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pdm_nb.registers.mapping import ColumnProposal, Confidence, propose

from .register_fields import FIELDS

HEADINGS = Path(__file__).parents[1] / "data" / "headings.json"


@dataclass(frozen=True)
class Mapped:
    """A heading, the fields that are right for it (the first is the best), and what was proposed."""

    source: str
    language: str
    held_out: bool
    right: tuple[str | None, ...]
    proposal: ColumnProposal

    @property
    def is_right(self) -> bool:
        return self.proposal.field in self.right

    @property
    def is_best(self) -> bool:
        return self.proposal.field == self.right[0]

    @property
    def is_sure(self) -> bool:
        return self.proposal.field is not None and self.proposal.confidence is Confidence.SURE


def mapped_headings() -> list[Mapped]:
    """Map the columns of each register at once, by their headings alone."""
    sources = json.loads(HEADINGS.read_text("utf-8"))["sources"]
    return [one for source in sources for one in _mapped(source)]


def _mapped(source: dict) -> Iterator[Mapped]:  # type: ignore[type-arg]
    headings = source["headings"]
    proposals = propose({one["heading"]: () for one in headings}, FIELDS)
    for one, proposal in zip(headings, proposals, strict=True):
        right = (one["field"], *one.get("also", ()))
        yield Mapped(source["source"], source["language"], source["held_out"], right, proposal)


def share(of: list[bool]) -> float:
    return sum(of) / len(of)
