"""The drop zone of the step Import: files from the browser become a folder next to the notebook."""

from __future__ import annotations

import os
from typing import Any

from ....errors import PdmError
from ...application.application import ApplicationPart
from ...application.run_board import size_text
from ...application.texts import SELECT_PROJECT
from .importing import is_register
from .received_files import FOLDER, MOST_BYTES, ReceivedFiles


class Receiving(ApplicationPart):
    """Receives files piece by piece, and reads their folder when all are there."""

    actions = ("begin", "add", "finish", "cancel", "read")

    def __init__(self, bench: Any) -> None:
        self.bench = bench
        self._files = ReceivedFiles()
        self.refresh()

    def refresh(self) -> None:
        """Show where files go, and how large they may be."""
        self.bench.show_page(
            receiving={"folder": FOLDER, "limit": size_text(MOST_BYTES), "most_bytes": MOST_BYTES}
        )

    def begin(self, file: str, size: int) -> str:
        """Begin a file; return its key."""
        if self.bench.project is None:
            raise PdmError(SELECT_PROJECT)
        return self._files.begin(file, int(size))

    def add(self, key: str, offset: int, data: bytes = b"") -> int:
        """Write a piece; return how many bytes of the file have arrived."""
        return self._files.add(key, int(offset), data)

    def finish(self, key: str) -> str:
        """A file is complete; return its path."""
        return str(self._files.finish(key))

    def cancel(self, key: str) -> None:
        """Remove what has arrived of a file."""
        self._files.cancel(key)

    def read(self) -> None:
        """Show the folder of the files that have arrived, or the only register among them."""
        folder = self._files.folder
        if folder is None or not self._files.files:
            return
        entries = [one.path for one in os.scandir(folder) if not one.name.startswith(".")]
        registers = [one for one in entries if is_register(one)]
        self.bench.importing.look(registers[0] if len(registers) == 1 else f"{folder}{os.sep}")

    def forget(self) -> None:
        """The files were imported, or another project was opened: the next ones get a new folder."""
        self._files.close()
