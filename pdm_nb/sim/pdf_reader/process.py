"""PDFs read in a process of their own: `ReadingProcess`, the simulator's side of `reading_worker`.

A stranger's PDF may hang PDFium, crash it, or take all memory. Here that costs the one document: the process is
killed and the next PDF gets another one. Which PDFs are read, and in which order, is `reading_queue`'s to decide.
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
SECONDS = 20.0  # for one PDF, and the start of the process with it
LONGEST_ANSWER = 1 << 20
LONGEST_VALUE = 1000  # of a title; longer ones are a page that was mistaken for a cell
# A priority below the server's, and no console: Windows has both at a process's start only.
FLAGS = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)


class ReadingProcess:
    """Reads PDFs, one at a time, in a process that is started by the first.

    Parameters
    ----------
    command : sequence of str, optional
        What to run in the place of `reading_worker`; speaks as it does.
    seconds : float
        How long one PDF may take, in real seconds.
    """

    def __init__(self, command: Sequence[str] | None = None, seconds: float = SECONDS) -> None:
        # -P: the folder of the script is not searched for modules, it has an `http` for one.
        self._command = list(command or (sys.executable, "-P", str(WORKER)))
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, parts: Sequence[Path]) -> PdfReading | None:
        """What a PDF says, given the files that make it up; None where it cannot be read."""
        asked = json.dumps([os.path.abspath(part) for part in parts]).encode() + b"\n"
        try:
            process = self._started()
        except OSError as error:
            log.warning("the process that reads PDFs does not start: %s", error)
            return None
        answer = self._ask(process, asked)
        if not answer.endswith(b"\n"):
            self.rest()
            log.info("a PDF took too long to read, or ended the process that read it")
            return None
        told = json.loads(answer)
        if "failed" in told:
            log.info("a PDF could not be read: %s", told["failed"])
            return None
        return _reading(told["reading"])

    def rest(self) -> None:
        """End the process, from any thread and also while it reads; the next PDF starts another."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                with suppress(OSError):  # what was not sent has nobody to go to
                    if stream is not None:
                        stream.close()

    def _started(self) -> subprocess.Popen[bytes]:
        """The process, if it is alive, or another."""
        process = self._process
        if process is not None and process.poll() is None:
            return process
        self.rest()
        with self._lock:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # An interrupt that is meant for the kernel is not meant for it. No session of its own: Linux may
                # weigh that against all of this one, whatever the priority.
                process_group=0,
                creationflags=FLAGS,
            )
            return self._process

    def _ask(self, process: subprocess.Popen[bytes], asked: bytes) -> bytes:
        """The answer's line; cut short or empty where the process ended instead, by itself or overdue."""
        assert process.stdin is not None
        assert process.stdout is not None
        overdue = threading.Timer(self._seconds, self.rest)
        overdue.daemon = True
        overdue.start()
        try:
            process.stdin.write(asked)
            process.stdin.flush()
            return process.stdout.readline(LONGEST_ANSWER)
        except (OSError, ValueError):  # it ended before it was asked, or `rest` closed the pipes
            return b""
        finally:
            overdue.cancel()
            overdue.join()  # so that it never kills what reads the next PDF


def _reading(told: dict[str, Any]) -> PdfReading:
    # Imported here, so that PDFium is loaded by the first PDF and not by every start.
    from .reader import Guess, PdfReading

    sound = {name: guess for name, guess in told.items() if guess and _is_sound(**guess)}
    return PdfReading(**{name: Guess(**guess) for name, guess in sound.items()})


def _is_sound(value: str, confidence: float, **_: Any) -> bool:
    """False for what no title block says; a page of an absurd size may make a confidence no number."""
    return len(value) <= LONGEST_VALUE and math.isfinite(confidence) and 0 <= confidence <= 1
