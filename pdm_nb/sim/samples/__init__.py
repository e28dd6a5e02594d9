"""Writes a realistic set of construction documents and returns their correct metadata: `write_samples`.

There is one set per naming standard. `iso19650` and `us_ncs` decide what the documents say; `title_blocks`,
`title_blocks_us` and `office_files` write the files; `awkward` adds documents that cause problems, and `register` a
spreadsheet about the documents. The same seed gives the same files, byte for byte.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from .awkward import AWKWARD, write_awkward
from .iso19650 import IsoSet
from .master_register import write_master_register
from .register import write_register
from .sample_set import Sample, SampleSet
from .us_ncs import UsSet

__all__ = [
    "AWKWARD",
    "STANDARDS",
    "Sample",
    "kinds",
    "summary",
    "write_master_register",
    "write_register",
    "write_samples",
]

# The name of a standard is also the name of the scenario whose project has its lists and naming standard.
STANDARDS: dict[str, type[SampleSet]] = {sample_set.standard: sample_set for sample_set in (IsoSet, UsSet)}


def write_samples(
    folder: str | Path,
    count: int = 25,
    seed: int = 7,
    *,
    standard: str = "iso19650",
    awkward: bool = False,
) -> list[Sample]:
    """Write sample documents to a folder and return the correct metadata of each.

    About 60 % of the documents are drawings, 15 % specifications and 5 % other PDFs; the rest are DWG, IFC, image and
    Office files. With 15 or more documents, there is at least one of each kind.

    Parameters
    ----------
    folder : path
        Where to write; created if it does not exist.
    count : int
        The number of documents, at least 1.
    seed : int
        The same seed gives the same files.
    standard : str
        The naming standard: iso19650 or us-ncs.
    awkward : bool
        Whether to add documents that cause problems in real migrations: at least one for each key of `AWKWARD`, in
        addition to `count`.

    Returns
    -------
    list of Sample
        The metadata of each file.

    Raises
    ------
    ValueError
        If the count is less than 1 or the standard is unknown.

    Examples
    --------
    >>> from pdm_nb.sim.samples import write_samples
    >>> samples = write_samples(getfixture("tmp_path"), 3)
    >>> len(samples), all(sample.path.is_file() for sample in samples)
    (3, True)
    """
    if count < 1:
        raise ValueError(f"count is {count}: use 1 or more")
    if standard not in STANDARDS:
        raise ValueError(f"unknown standard {standard!r}: use {' or '.join(STANDARDS)}")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    sample_set = STANDARDS[standard](folder, seed)
    samples = [sample_set.make(kind, index) for index, kind in enumerate(_shares(count, random.Random(seed)))]
    return [*samples, *write_awkward(sample_set)] if awkward else samples


def kinds(samples: list[Sample]) -> dict[str, int]:
    """Return the number of samples per kind; awkward ones are counted by their problem."""
    return dict(sorted(Counter(sample.awkward or sample.kind for sample in samples).items()))


def summary(samples: list[Sample]) -> str:
    """Return the numbers per kind as one line of text."""
    usual = kinds([sample for sample in samples if not sample.awkward])
    awkward = kinds([sample for sample in samples if sample.awkward])
    parts = [", ".join(f"{count} {kind}" for kind, count in found.items()) for found in (usual, awkward)]
    return "; awkward: ".join(filter(None, parts))


def _shares(count: int, rng: random.Random) -> list[str]:
    minimum = 1 if count >= 15 else 0
    specifications = max(minimum, round(count * 0.15))
    others = max(minimum, round(count * 0.05))
    rest = max(5 * minimum, round(count * 0.2))
    placeholders = ["dwg", "ifc", "image", "docx", "xlsx"] * (rest // 5 + 1)
    kinds = ["specification"] * specifications + ["other"] * others + placeholders[:rest]
    kinds = ["drawing"] * (count - len(kinds)) + kinds
    rng.shuffle(kinds)
    return kinds
