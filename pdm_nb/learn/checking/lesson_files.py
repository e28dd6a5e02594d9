"""Files of the lessons: drawings and papers that machine learning can read, under names that a lesson needs."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import SettingsError

SEED = 7
COUNT = 40


def write_documents(folder: Path, names: Mapping[str, str]) -> None:
    """Copy sample documents into a folder.

    Parameters
    ----------
    folder : path
        A new folder.
    names : mapping of str to str
        The name of each file, and the name of the sample document that it is a copy of.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pdm-nb-course-") as temporary:
        samples = {Path(one.path).name: Path(one.path) for one in _write_samples(Path(temporary) / "samples")}
        for name, sample in names.items():
            shutil.copyfile(samples[sample], folder / name)
            _make_different(folder / name)


def _make_different(path: Path) -> None:
    """Add the name to the content, so that two copies of a sample are not the same document."""
    if path.suffix == ".docx":
        with zipfile.ZipFile(path, "a") as archive:
            archive.comment = path.name.encode()
    else:
        with path.open("ab") as file:
            file.write(f"\n% {path.name}\n".encode())


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write a register."""
    lines = [",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows]
    path.write_text("\n".join([*lines, ""]), "utf-8")


def _write_samples(folder: Path) -> Sequence[Any]:
    try:
        from ...sim import write_samples
    except ImportError as error:
        raise SettingsError(
            f'The course needs {error.name}. Install it with: python -m pip install "pdm_nb[demo]"'
        ) from None
    return write_samples(folder, count=COUNT, seed=SEED)
