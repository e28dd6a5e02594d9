"""The main job from end to end against the simulator, as an analyst would do it: `pdm-nb demo`.

Sample documents and somebody else's register are written to a folder; what the register says wrongly is found
and mended; machine learning reads the drawings; what it could not read comes from the register; then all are
submitted.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from . import registers
from .batch.batch import Batch
from .connect import connect
from .errors import SettingsError
from .model import Field, FieldType, Severity

# Columns of the register that are given beforehand; the others are left to machine learning.
GIVEN = ["File name", "Status", "Discipline", "Originator", "Volume", "Level", "Spec Section"]
FALLBACK = {"revision": "P01", "status": "S2"}


@dataclass
class Demo:
    """A demo that is ready to run: a batch over sample documents, and what the register says of each."""

    batch: Batch
    folder: Path
    register: dict[int, dict[str, Any]]
    say: Callable[[str], object]

    def run(self, wait: Callable[[Any], Any]) -> None:
        """Check, mend, upload, watch, fill in, submit. `wait` waits for a `Run`, and may show its progress."""
        batch = self.batch
        self._check("Before the upload")
        named = batch.mend("PDM323")  # names that hold a revision would be other documents with each revision
        fixed = batch.mend()
        self.say(
            f"  fixed {len(named)} names and {len(fixed)} other cells as the check proposed, {self._fill('PDM10')} by hand"
        )
        wait(batch.upload())
        wait(batch.watch())
        self._check("After machine learning")
        self.say(f"  filled in {self._fill('PDM101')} cells from the register")
        wait(batch.submit())

    def _check(self, when: str) -> None:
        found = self.batch.check()
        counts = Counter(zip(found["severity"], found["code"], strict=True))
        told = ", ".join(
            f"{count} × {code} ({severity})" for (severity, code), count in sorted(counts.items())
        )
        self.say(f"{when}, check() finds: {told or 'nothing'}")

    def _fill(self, code: str) -> int:
        """Set the cells that errors of this kind name: as the register says, else as a person would."""
        count = 0
        for finding in self.batch.findings():
            if finding.severity is Severity.ERROR and finding.code.startswith(code) and finding.field:
                self._set(finding.document, finding.field)
                count += 1
        return count

    def _set(self, id_: int, name: str) -> None:
        told = self.register.get(id_, {}).get(name)
        if told is not None and not self.batch.set(id_, name, told):
            return
        field = self.batch.sheet.configuration.field(name)
        self.batch.set(id_, name, self._by_hand(id_, field))

    def _by_hand(self, id_: int, field: Field) -> Any:
        document = self.batch.document(id_)
        if field.name in FALLBACK:
            return FALLBACK[field.name]
        if field.type.is_lookup:
            return self.batch.choices(field.name)[0].id
        if field.type is FieldType.TIMESTAMP:
            return pd.Timestamp(document.mtime_ns, unit="ns", tz="UTC").date()
        return f"{id_ + 1:04d}" if field.name == "number" else Path(document.name).stem


def prepare(
    folder: Path, *, documents: int, seed: int, ml_seconds: float, say: Callable[[str], object]
) -> Demo:
    """Start the simulator, write the documents, sign in and make the batch."""
    connection = connect("sim", seed=seed, ml_seconds=ml_seconds)
    project = connection.project("Riverside Tower")
    say(f"Signed in: {project!r}")
    samples = importlib.import_module("pdm_nb.sim.samples")
    try:
        written = samples.write_samples(folder / "documents", documents, seed)
    except OSError as error:
        raise SettingsError(f"The sample documents cannot be written to {folder}: {error.strerror}") from None
    register = samples.write_register(folder / "documents", written, folder / "register.csv")
    say(f"Wrote {len(written)} sample documents to {folder / 'documents'}, and {register.name}")
    table = registers.load(register)
    batch = project.batch(table[GIVEN], folder=folder / "documents", journal=folder / "demo.sqlite")
    rows = registers.read(table, project.configuration.settable, folder=folder / "documents")
    by_path = {document.path: document.id for document in batch.documents}
    return Demo(batch, folder, {by_path[str(row.path.absolute())]: dict(row.values) for row in rows}, say)
