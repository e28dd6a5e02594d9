"""Looks into PDFs in a separate process: `preview_pdfs`.

A malformed PDF may crash PDFium, hang it or use all memory. Only the process `worker` is affected: it is ended after a
time limit, and the next PDF is read by a new one.
"""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..rules.pdf_content import PdfContent, TextRun

WORKER = (sys.executable, "-P", str(Path(__file__).with_name("worker.py")))  # -P: no modules of that folder
SECONDS = 20.0  # for one PDF
CRASHED = "reading it crashed or needed too much memory"
NO_CONSOLE = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows


def is_installed() -> bool:
    """Return True if PDFium, from the extra `preview`, is installed."""
    return importlib.util.find_spec("pypdfium2") is not None


def preview_pdfs(
    paths: Iterable[str], *, seconds: float = SECONDS, command: Sequence[str] = WORKER
) -> Iterator[PdfContent]:
    """Yield what is inside each PDF, in the order of the paths.

    Parameters
    ----------
    paths : iterable of str
        The files.
    seconds : float
        The time limit for one PDF.
    command : sequence of str
        The program that opens the PDFs, with the protocol of `worker`.
    """
    worker: PreviewWorker | None = None
    try:
        for path in paths:
            worker = worker or PreviewWorker(command)
            found = worker.exchange(path, seconds)
            if found.fault in (CRASHED, _too_slow(seconds)):
                worker.stop()
                worker = None
            yield found
    finally:
        if worker is not None:
            worker.stop()


class PreviewWorker:
    """A process that opens PDFs, one at a time."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=NO_CONSOLE,
        )
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._receive, daemon=True).start()

    def exchange(self, path: str, seconds: float) -> PdfContent:
        """Return what is inside a PDF, or why it is not known."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(os.path.abspath(path)).encode() + b"\n")
            self._process.stdin.flush()
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            return PdfContent(fault=_too_slow(seconds))
        except OSError:  # the process has ended
            return PdfContent(fault=CRASHED)
        return _content(json.loads(line)) if line.endswith(b"\n") else PdfContent(fault=CRASHED)

    def stop(self) -> None:
        """End the process, also while it reads."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            try:
                stream.close()
            except OSError:  # a request that nobody read
                continue

    def _receive(self) -> None:
        """Queue the lines of the output; an empty one at its end."""
        assert self._process.stdout is not None
        try:
            for line in self._process.stdout:
                self._lines.put(line)
        except ValueError:  # `stop` closed it
            pass
        self._lines.put(b"")


def _too_slow(seconds: float) -> str:
    return f"reading it took longer than {seconds:g} seconds"


def _content(found: dict[str, Any]) -> PdfContent:
    runs = tuple(TextRun(*run) for run in found.pop("text", ()))
    return PdfContent(**found, text=runs)
