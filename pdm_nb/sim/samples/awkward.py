"""Documents that cause problems in real migrations, written for a set of samples: `write_awkward`.

This module decides what is written and how the files are named. Each document has a `Sample` like all others, whose
`awkward` names the problem. `damaged` creates the damaged PDFs.
"""

from __future__ import annotations

import random
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import damaged
from .firms import Firm
from .sample_set import Design, Sample, SampleSet, at_issue

# The problem by the value of `Sample.awkward`. At least one document of each kind is written.
AWKWARD = {
    "revisions": "several revisions of one sheet: older ones in folders, or the revision in the file name",
    "duplicate": "a file and a copy of it with another name",
    "wrong-code": "a file name with a code that is not in the list of the naming standard",
    "separator": "a file name that follows the standard, but with _ between the codes",
    "lower-case": "a file name that follows the standard, but in lower case",
    "combining": "a file name whose umlauts are written as letters with combining marks",
    "right-to-left": "a file name in Arabic",
    "cjk": "a file name in Chinese characters",
    "emoji": "a file name with emoji, some of several code points",
    "long-name": "a file name of 255 bytes, the maximum of common file systems",
    "large": "a valid PDF above 100 MiB, sparse on disk",
    "empty": "an empty file",
    "scanned": "a PDF that is one image without text",
    "encrypted": "a PDF with a password",
    "truncated": "a PDF that is cut off in the middle",
    "not-pdf": "a file of another type with the suffix .pdf",
    "many-pages": "a PDF of 500 pages",
    "crowded": "a sheet with tens of thousands of characters",
}
PASSWORD = "sample"  # of the encrypted PDF
UNREADABLE = frozenset({"number", "title", "revision", "date"})
PAGES, LARGE, LONGEST = 500, 101 << 20, 255


def write_awkward(sample_set: SampleSet) -> list[Sample]:
    """Write at least one document of each of `AWKWARD` to the set's folder."""
    samples = [*_revisions(sample_set), *_duplicates(sample_set)]
    for kind, stem in _STEMS.items():
        design, rng = _design(sample_set, kind)
        path = sample_set.unused_path(stem(design.sample), ".pdf")
        samples.append(sample_set.draw(_at(design, path, kind), rng))
    samples += [write(sample_set, kind) for kind, write in _WRITERS.items()]
    return samples


def _design(
    sample_set: SampleSet, kind: str, firm: Firm | None = None, min_issues: int = 1
) -> tuple[Design, random.Random]:
    """A drawing with a complete title block, named by the standard, and the random generator to draw it with."""
    rng = sample_set.random_for(f"awkward {kind}")
    design = sample_set.design(rng, firm, min_issues)
    sample_set.files.discard(design.sample.path.name.casefold())  # this name is not used
    path = sample_set.folder / f"{design.sample.name}.pdf"  # unused, since the number is new
    return _at(at_issue(design, len(design.issues), path), path, kind), rng


def _at(design: Design, path: Path, kind: str) -> Design:
    return replace(design, sample=replace(design.sample, path=path, awkward=kind))


def _revisions(sample_set: SampleSet) -> Iterator[Sample]:
    """Write two sheets: one with older revisions in folders, the other with file names that end in the revision."""
    for way in ("folders", "names"):
        design, rng = _design(sample_set, f"revisions {way}", firm=sample_set.revising_firm, min_issues=4)
        state = rng.getstate()
        for count in range(1, len(design.issues) + 1):
            revision = design.issues[count - 1][0]
            path = design.sample.path
            if way == "names":
                path = path.with_name(f"{path.stem}_{revision}.pdf")
            elif count < len(design.issues):
                path = path.parent / "superseded" / revision / path.name
            path.parent.mkdir(parents=True, exist_ok=True)
            rng.setstate(state)  # so that the middle of the sheet stays the same
            yield sample_set.draw(_at(at_issue(design, count, path), path, "revisions"), rng)


def _duplicates(sample_set: SampleSet) -> list[Sample]:
    design, rng = _design(sample_set, "duplicate")
    first = sample_set.draw(design, rng)
    copy = first.path.with_name(f"Copy of {first.path.name}")
    shutil.copyfile(first.path, copy)
    return [first, replace(first, path=copy)]


# --- names


def _wrong_code(sample: Sample) -> str:
    parts = sample.name.split("-")
    wrong = len(parts) // 3  # the volume, or the discipline
    parts[wrong] = "J" * len(parts[wrong])
    return "-".join(parts)


def _long(sample: Sample) -> str:
    """A name of the maximum number of bytes; it has fewer characters, since an ä takes two bytes."""
    stem, limit = f"{sample.name} ", LONGEST - len(".pdf")
    while len(f"{stem}{_LONG}".encode()) <= limit:
        stem += _LONG
    return stem + "x" * (limit - len(stem.encode()))


_LONG = "Änderungen für die Prüfung, "
_STEMS: dict[str, Callable[[Sample], str]] = {
    "wrong-code": _wrong_code,
    "separator": lambda sample: sample.name.replace("-", "_"),
    "lower-case": lambda sample: sample.name.lower(),
    "combining": lambda sample: unicodedata.normalize("NFD", f"{sample.number} Geschoßübersicht Café"),
    "right-to-left": lambda sample: f"مخطط الطابق الأرضي {sample.number}",
    "cjk": lambda sample: f"一层平面图 {sample.number} 修订版",
    "emoji": lambda sample: f"🏗️ {sample.number} 👷🏽‍♀️ final ✅",
    "long-name": _long,
}


# --- contents


def _drawn(sample_set: SampleSet, kind: str, **canvas: Any) -> Sample:
    design, rng = _design(sample_set, kind)
    if kind == "crowded":
        design = replace(design, body="crowd")
    return sample_set.draw(design, rng, **canvas)


def _large(sample_set: SampleSet, kind: str) -> Sample:
    sample = _drawn(sample_set, kind)
    damaged.pad(sample.path, LARGE)
    return sample


def _encrypted(sample_set: SampleSet, kind: str) -> Sample:
    return _drawn(sample_set, kind, encrypt=damaged.encryption(PASSWORD))


def _scanned(sample_set: SampleSet, kind: str) -> Sample:
    sample = _drawn(sample_set, kind)
    damaged.scan(sample.path, sample_set.random_for(kind))
    return sample


def _illegible(sample_set: SampleSet, kind: str) -> Sample:
    """A file that cannot be read; its metadata is that of the original."""
    sample = _drawn(sample_set, kind)
    damaged.spoil(sample.path, kind)
    return replace(sample, missing=UNREADABLE)


def _many_pages(sample_set: SampleSet, kind: str) -> Sample:
    return replace(sample_set.paper("specification", sample_set.random_for(kind), pages=PAGES), awkward=kind)


_WRITERS: dict[str, Callable[[SampleSet, str], Sample]] = {
    "large": _large,
    "empty": _illegible,
    "scanned": _scanned,
    "encrypted": _encrypted,
    "truncated": _illegible,
    "not-pdf": _illegible,
    "many-pages": _many_pages,
    "crowded": _drawn,
}
