"""Reads PDFs in a separate process: `ReadingProcess`, the simulator's side of `worker`.

A malformed PDF may hang PDFium, crash it, or use all memory. With a separate process only that document fails: the
process is killed, and the next PDF starts another one. `queue` decides which PDFs are read, and in which order.
"""

from __future__ import annotations

import json
import logging
import math
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .reader import PdfReading

log = logging.getLogger("pdm_nb.sim")
WORKER = Path(__file__).with_name("worker.py")
SECONDS = 20.0  # for one PDF, including the start of the process
MAX_RESPONSE = 1 << 20
MAX_VALUE = 1000  # characters; a longer title is a page that was mistaken for a cell
# The environment of the process: what Python and the system's loader need, and no secrets.
ENVIRONMENT = {
    "APPDATA", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PATH", "PYTHONHOME",
    "PYTHONPATH", "PYTHONUTF8", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "USERPROFILE", "VIRTUAL_ENV", "WINDIR",
}  # fmt: skip
# A lower priority than the server's, and no console: on Windows, both can only be set at the start of a process.
FLAGS = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)


class ReadingProcess:
    """Read PDFs, one at a time, in a process that the first PDF starts.

    Parameters
    ----------
    command : sequence of str, optional
        The command to run instead of `worker.py`; it must use the same protocol.
    seconds : float
        The time limit per PDF, in real seconds.
    """

    def __init__(self, command: Sequence[str] | None = None, seconds: float = SECONDS) -> None:
        # -P: do not search the folder of the script for modules: its `queue` would hide the standard one.
        self._command = list(command or (sys.executable, "-P", str(WORKER)))
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, parts: Sequence[Path]) -> PdfReading | None:
        """Read a PDF that is stored as these files, in order; return None if it cannot be read."""
        request = json.dumps([os.path.abspath(part) for part in parts]).encode() + b"\n"
        try:
            process = self._running_process()
        except OSError as error:
            log.warning("cannot start the process that reads PDFs: %s", error)
            return None
        response = self._exchange(process, request)
        if not response.endswith(b"\n"):
            self.stop()
            log.info("a PDF took too long to read, or the process that read it crashed")
            return None
        result = json.loads(response)
        if "failed" in result:
            log.info("a PDF could not be read: %s", result["failed"])
            return None
        return _reading(result["reading"])

    def stop(self) -> None:
        """End the process, also while it reads; may be called from any thread. The next PDF starts another process."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                with suppress(OSError):  # unsent data has no receiver
                    if stream is not None:
                        stream.close()

    def _running_process(self) -> subprocess.Popen[bytes]:
        """The process if it is running, otherwise a new one."""
        process = self._process
        if process is not None and process.poll() is None:
            return process
        self.stop()
        with self._lock:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: value for name, value in os.environ.items() if name.upper() in ENVIRONMENT},
                # A separate group, so that an interrupt of the kernel does not reach it. Not a separate session:
                # Linux may schedule sessions against each other, whatever the priority.
                process_group=0,
                creationflags=FLAGS,
            )
            return self._process

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes) -> bytes:
        """The line of the response; incomplete or empty if the process crashed or exceeded the time limit."""
        assert process.stdin is not None
        assert process.stdout is not None
        timeout = threading.Timer(self._seconds, self.stop)
        timeout.daemon = True
        timeout.start()
        try:
            process.stdin.write(request)
            process.stdin.flush()
            return process.stdout.readline(MAX_RESPONSE)
        except (OSError, ValueError):  # it ended before the request, or `stop` closed the pipes
            return b""
        finally:
            timeout.cancel()
            timeout.join()  # so that it never kills the process of the next PDF


def _reading(result: dict[str, Any]) -> PdfReading:
    # Imported here, so that PDFium is only loaded when a PDF is read.
    from .reader import Guess, PdfReading

    valid = {name: guess for name, guess in result.items() if guess and _is_valid(**guess)}
    return PdfReading(**{name: Guess(**guess) for name, guess in valid.items()})


def _is_valid(value: str, confidence: float, **_: Any) -> bool:
    """False for implausible values; an absurd page size may result in a confidence that is not a number."""
    return len(value) <= MAX_VALUE and math.isfinite(confidence) and 0 <= confidence <= 1
