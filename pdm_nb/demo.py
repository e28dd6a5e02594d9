"""The whole workflow against the simulator, as an analyst would do it: `pdm-nb demo`.

Sample documents and a register with errors are written to a folder. The errors are found and fixed; machine learning
reads the drawings; what it cannot read is taken from the register; then all documents are submitted.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from .batch.batch import Batch
from .connect import connect
from .errors import SettingsError
from .model import Field, FieldType, Severity

# Columns of the register that are used from the start; the others are left to machine learning.
GIVEN = ["File name", "Status", "Discipline", "Originator", "Volume", "Level", "Spec Section"]
FALLBACK = {"revision": "P01", "status": "S2"}


@dataclass
class Demo:
    """A demo that is ready to run: a batch of sample documents, and the register row of each."""

    batch: Batch
    folder: Path
    register: dict[int, dict[str, Any]]
    say: Callable[[str], object]

    def run(self, wait: Callable[[Any], Any]) -> None:
        """Check, fix, upload, wait for machine learning, fill in, submit. `wait` waits for a `Run`."""
        batch = self.batch
        self._check("Before the upload")
        named = batch.apply_fixes(
            "PDM323"
        )  # a name that contains the revision would make each revision another document
        fixed = batch.apply_fixes()
        self.say(
            f"  fixed {len(named)} names and {len(fixed)} other cells automatically, {self._fill('PDM10')} by hand"
        )
        wait(batch.upload())
        wait(batch.watch())
        self._check("After machine learning")
        self.say(f"  cells filled in from the register: {self._fill('PDM101')}")
        wait(batch.submit())

    def _check(self, when: str) -> None:
        found = self.batch.check()
        counts = Counter(zip(found["severity"], found["code"], strict=True))
        listed = ", ".join(
            f"{count} × {code} ({severity})" for (severity, code), count in sorted(counts.items())
        )
        self.say(f"{when}, the check finds: {listed or 'nothing'}")

    def _fill(self, code: str) -> int:
        """Set the cells with these errors: from the register, else as a person would. Return their number."""
        count = 0
        for finding in self.batch.findings():
            if finding.severity is Severity.ERROR and finding.code.startswith(code) and finding.field:
                self._set(finding.document, finding.field)
                count += 1
        return count

    def _set(self, id_: int, name: str) -> None:
        value = self.register.get(id_, {}).get(name)
        if value is not None and not self.batch.set(id_, name, value).findings:
            return
        field = self.batch.view.project.configuration.field(name)
        self.batch.set(id_, name, self._by_hand(id_, field))

    def _by_hand(self, id_: int, field: Field) -> Any:
        document = self.batch.view.document(id_)
        if field.name in FALLBACK:
            return FALLBACK[field.name]
        if field.type.is_lookup:
            return self.batch.view.choices(field.name)[0].id
        if field.type is FieldType.TIMESTAMP:
            return pd.Timestamp(document.mtime_ns, unit="ns", tz="UTC").date()
        return f"{id_ + 1:04d}" if field.name == "number" else Path(document.name).stem


def prepare(
    folder: Path, *, documents: int, seed: int, ml_seconds: float, say: Callable[[str], object]
) -> Demo:
    """Start the simulator, write the documents, sign in and create the batch."""
    connection = connect("sim", seed=seed, ml_seconds=ml_seconds)
    project = connection.project("Riverside Tower")
    say(f"Signed in: {project!r}")
    samples = importlib.import_module("pdm_nb.sim.samples")
    try:
        written = samples.write_samples(folder / "documents", documents, seed)
    except OSError as error:
        raise SettingsError(
            f"The sample documents cannot be written to {folder} ({error.strerror}). Use another folder."
        ) from None
    register = samples.write_register(folder / "documents", written, folder / "register.csv")
    say(f"Wrote {len(written)} sample documents to {folder / 'documents'}, and {register.name}")
    table = project.register(register, folder=folder / "documents")
    batch = project.batch(table.table[GIVEN], folder=folder / "documents", journal=folder / "demo.sqlite")
    by_path = {document.path: document.id for document in batch.view.documents}
    return Demo(
        batch, folder, {by_path[str(row.path.absolute())]: dict(row.values) for row in table.rows()}, say
    )
