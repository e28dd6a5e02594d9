"""Looks into PDFs in a separate process: `inspect_pdfs`."""

from __future__ import annotations

import os
import queue
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..rules.pdf_content import PdfContent, TextRun
from .worker_process import ENDED, WORKER, WorkerProcess

SECONDS = 20.0  # for one PDF
CRASHED = "reading it crashed or needed too much memory"


def inspect_pdfs(
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
        The program that opens the PDFs, with the protocol of `preview_worker`.
    """
    worker: WorkerProcess | None = None
    try:
        for path in paths:
            worker = worker or WorkerProcess(command)
            found = _inspect(worker, path, seconds)
            if found.fault in (CRASHED, _too_slow(seconds)):
                worker.stop()
                worker = None
            yield found
    finally:
        if worker is not None:
            worker.stop()


def _inspect(worker: WorkerProcess, path: str, seconds: float) -> PdfContent:
    """What is inside a PDF, or why it is not known."""
    worker.request({"do": "inspect", "path": os.path.abspath(path)})
    try:
        reply = worker.replies.get(timeout=seconds)
    except queue.Empty:
        return PdfContent(fault=_too_slow(seconds))
    return PdfContent(fault=CRASHED) if reply is ENDED else _content(reply.head["found"])


def _too_slow(seconds: float) -> str:
    return f"reading it took longer than {seconds:g} seconds"


def _content(found: dict[str, Any]) -> PdfContent:
    runs = tuple(TextRun(*run) for run in found.pop("text", ()))
    return PdfContent(**found, text=runs)
