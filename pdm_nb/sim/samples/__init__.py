"""A believable set of construction documents in a folder, and the truth about each: `write_samples`.

Two sets there are, by the standard that a project's names follow: `sample_iso` and `sample_us` decide what the
documents say; `sample_sheets`, `sample_us_sheets` and `sample_papers` draw them; `sample_awkward` adds documents with
something wrong, `sample_register` somebody's spreadsheet about them. The same seed gives the same files, byte for byte.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from .awkward import AWKWARD, write_awkward
from .base import Sample, SampleSet
from .iso19650 import IsoSet
from .register import write_register
from .us_ncs import UsSet

__all__ = ["AWKWARD", "STANDARDS", "Sample", "kinds", "summary", "write_register", "write_samples"]

# A standard's name is also that of the simulator's scenario whose project has the lists and the naming standard.
STANDARDS: dict[str, type[SampleSet]] = {made.standard: made for made in (IsoSet, UsSet)}


def write_samples(
    folder: str | Path,
    count: int = 25,
    seed: int = 7,
    *,
    standard: str = "iso19650",
    awkward: bool = False,
) -> list[Sample]:
    """Write `count` documents to `folder` (made where it is missing) and tell the truth about each.

    About 60 % drawings, 15 % specifications and 5 % other PDFs; the rest are DWG, IFC, image and Office files.
    From 15 documents on there is at least one of each kind. `standard` is iso19650 or us-ncs. With `awkward`, what
    real migrations stumble over comes on top of `count`: at least one of each in `AWKWARD`. ValueError for a count
    below one and for an unknown standard.
    """
    if count < 1:
        raise ValueError(f"count is {count}: ask for at least one sample document")
    if standard not in STANDARDS:
        raise ValueError(f"standard is {standard!r}: the samples follow {' or '.join(STANDARDS)}")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    maker = STANDARDS[standard](folder, seed)
    samples = [maker.make(kind, index) for index, kind in enumerate(_shares(count, random.Random(seed)))]
    return [*samples, *write_awkward(maker)] if awkward else samples


def kinds(samples: list[Sample]) -> dict[str, int]:
    """How many there are of each kind; awkward ones by what is wrong with them."""
    return dict(sorted(Counter(sample.awkward or sample.kind for sample in samples).items()))


def summary(samples: list[Sample]) -> str:
    """The same as a sentence has it."""
    usual = kinds([sample for sample in samples if not sample.awkward])
    awkward = kinds([sample for sample in samples if sample.awkward])
    parts = [", ".join(f"{count} {kind}" for kind, count in found.items()) for found in (usual, awkward)]
    return "; awkward: ".join(filter(None, parts))


def _shares(count: int, rng: random.Random) -> list[str]:
    least = 1 if count >= 15 else 0
    specifications = max(least, round(count * 0.15))
    others = max(least, round(count * 0.05))
    rest = max(5 * least, round(count * 0.2))
    placeholders = ["dwg", "ifc", "image", "docx", "xlsx"] * (rest // 5 + 1)
    kinds = ["specification"] * specifications + ["other"] * others + placeholders[:rest]
    kinds = ["drawing"] * (count - len(kinds)) + kinds
    rng.shuffle(kinds)
    return kinds
