"""What a presentation plays with: a new simulator, sample documents and a register, in a folder that it removes again."""

from __future__ import annotations

import importlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pdm_nb

from ...errors import SettingsError

DOCUMENTS, SEED = 60, 7
ML_SECONDS = 20.0  # so that people can watch the states change


class Stage:
    """The service, files and folder of one performance.

    Parameters
    ----------
    ml_seconds : float
        How long machine learning takes at most.
    """

    def __init__(self, ml_seconds: float = ML_SECONDS) -> None:
        self.ml_seconds = ml_seconds
        self._folder: Path | None = None
        self._service: Any = None
        self.samples: list[Any] = []

    @property
    def folder(self) -> Path:
        """The folder with the files."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="riverside-tower-"))
            try:
                samples = importlib.import_module("pdm_nb.sim.samples")  # of the extra `demo`
            except ImportError as error:
                raise SettingsError(
                    f'The presentation needs {error.name}. Install it with: python -m pip install "pdm_nb[demo]"'
                ) from None
            self.samples = samples.write_samples(self._folder / "documents", DOCUMENTS, SEED)
            samples.write_master_register(self.documents, self.samples, self.register)
        return self._folder

    @property
    def documents(self) -> Path:
        """The folder of the documents."""
        return self.folder / "documents"

    @property
    def register(self) -> Path:
        """The contractor's register."""
        return self.folder / "register.xlsx"

    @property
    def service(self) -> Any:
        """The sign-in at a simulator of its own, in which nothing has happened yet."""
        if self._service is None:
            self._service = pdm_nb.connect("sim", seed=SEED, ml_seconds=self.ml_seconds)
        return self._service

    def clear(self, journal: str | os.PathLike[str] | None) -> None:
        """Remove the folder and the journal, and forget the simulator."""
        if journal is not None:
            for suffix in ("", "-wal", "-shm", ".lock"):
                Path(f"{os.fspath(journal)}{suffix}").unlink(missing_ok=True)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder, self._service = None, None
