"""The documents that real migrations stumble over, made for a set of samples: `write_awkward`.

Decides what there is and how it is called; the truth about each is a `Sample` like any other's, with `awkward`
saying what is wrong. How the stranger PDFs come about is `sample_strange`'s.
"""

from __future__ import annotations

import random
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import damaged as strange
from .base import Design, Sample, SampleSet, reissued
from .firms import Firm

# What is wrong, by the name that `Sample.awkward` has. At least one document of each is written.
AWKWARD = {
    "revisions": "several revisions of one sheet, the older ones in folders, or the revision in the file's name",
    "duplicate": "a file and its copy under another name",
    "wrong-code": "a file name with one code that the naming standard's list does not have",
    "separator": "a file name by the standard, but with _ between the codes",
    "lower-case": "a file name by the standard, but in small letters",
    "combining": "a file name whose umlauts are letters with combining marks",
    "right-to-left": "a file name in Arabic",
    "cjk": "a file name in Chinese characters",
    "emoji": "a file name with emoji, some of several code points",
    "long-name": "a file name of 255 bytes, the most that file systems take",
    "large": "a valid PDF above 100 MiB, sparse on disk",
    "empty": "a file of zero bytes",
    "scanned": "a PDF that is one picture and has no text",
    "encrypted": "a PDF that asks for a password",
    "truncated": "a PDF that ends in the middle",
    "not-pdf": "something else called .pdf",
    "many-pages": "a PDF of 500 pages",
    "crowded": "a sheet with tens of thousands of characters",
}
PASSWORD = "sample"  # opens the encrypted one
UNREADABLE = frozenset({"number", "title", "revision", "date"})
PAGES, LARGE, LONGEST = 500, 101 << 20, 255


def write_awkward(maker: SampleSet) -> list[Sample]:
    """Write at least one document of each of `AWKWARD` to the set's folder."""
    samples = [*_revisions(maker), *_duplicates(maker)]
    for kind, stem in _STEMS.items():
        design, rng = _design(maker, kind)
        path = maker.free(stem(design.sample), ".pdf")
        samples.append(maker.draw(_at(design, path, kind), rng))
    samples += [write(maker, kind) for kind, write in _WRITERS.items()]
    return samples


def _design(
    maker: SampleSet, kind: str, firm: Firm | None = None, least: int = 1
) -> tuple[Design, random.Random]:
    """A drawing whose title block lacks nothing, called as the standard has it, and the chance to draw it with."""
    rng = maker.chance(f"awkward {kind}")
    design = maker.design(rng, firm, least)
    maker.files.discard(design.sample.path.name.casefold())  # it is not called so
    path = maker.folder / f"{design.sample.name}.pdf"  # free, since its number is new
    return _at(reissued(design, len(design.issues), path), path, kind), rng


def _at(design: Design, path: Path, kind: str) -> Design:
    return replace(design, sample=replace(design.sample, path=path, awkward=kind))


def _revisions(maker: SampleSet) -> Iterator[Sample]:
    """Two sheets: of one, older revisions are in folders under the same name; of the other, names end in the revision."""
    for way in ("folders", "names"):
        design, rng = _design(maker, f"revisions {way}", firm=maker.reviser, least=4)
        state = rng.getstate()
        for count in range(1, len(design.issues) + 1):
            revision = design.issues[count - 1][0]
            path = design.sample.path
            if way == "names":
                path = path.with_name(f"{path.stem}_{revision}.pdf")
            elif count < len(design.issues):
                path = path.parent / "superseded" / revision / path.name
            path.parent.mkdir(parents=True, exist_ok=True)
            rng.setstate(state)  # the same drawing in the middle
            yield maker.draw(_at(reissued(design, count, path), path, "revisions"), rng)


def _duplicates(maker: SampleSet) -> list[Sample]:
    design, rng = _design(maker, "duplicate")
    first = maker.draw(design, rng)
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
    """As many bytes as there may be, fewer characters, since an ä takes two."""
    stem, room = f"{sample.name} ", LONGEST - len(".pdf")
    while len(f"{stem}{_LONG}".encode()) <= room:
        stem += _LONG
    return stem + "x" * (room - len(stem.encode()))


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


def _drawn(maker: SampleSet, kind: str, **canvas: Any) -> Sample:
    design, rng = _design(maker, kind)
    if kind == "crowded":
        design = replace(design, body="crowd")
    return maker.draw(design, rng, **canvas)


def _large(maker: SampleSet, kind: str) -> Sample:
    sample = _drawn(maker, kind)
    strange.pad(sample.path, LARGE)
    return sample


def _encrypted(maker: SampleSet, kind: str) -> Sample:
    return _drawn(maker, kind, encrypt=strange.encryption(PASSWORD))


def _scanned(maker: SampleSet, kind: str) -> Sample:
    sample = _drawn(maker, kind)
    strange.scan(sample.path, maker.chance(kind))
    return sample


def _illegible(maker: SampleSet, kind: str) -> Sample:
    """What nobody can read any more: the truth is what the file once was."""
    sample = _drawn(maker, kind)
    strange.spoil(sample.path, kind)
    return replace(sample, missing=UNREADABLE)


def _many_pages(maker: SampleSet, kind: str) -> Sample:
    return replace(maker.paper("specification", maker.chance(kind), pages=PAGES), awkward=kind)


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
