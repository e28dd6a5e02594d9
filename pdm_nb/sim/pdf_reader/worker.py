"""The process that reads PDFs for the simulator: a line of JSON in, what `reading` makes of the PDF as a line out.

Run as a script, by `reading_process`, which gives it the time that a PDF may take and starts another one where it
dies: here nothing is done to survive a PDF. It holds down what a PDF may take from the machine, and ends when its
input does, also in the midst of a PDF: whoever asked is gone.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from .reader import PdfReading

MEMORY = 1 << 30  # address space in bytes, where the system can limit it
NICENESS = 10


def whole(parts: Sequence[Path]) -> bytes | Path:
    """A file that is stored in parts, as `read_pdf` takes it: one part is read where it lies."""
    if len(parts) == 1:
        return parts[0]
    return b"".join(part.read_bytes() for part in parts)


def main() -> None:
    answers = _private_output()
    _restrain()
    read_pdf = _load()
    for line in _requests(sys.stdin.buffer):
        answers.write(json.dumps(_answer(read_pdf, line)).encode() + b"\n")
        answers.flush()


def _answer(read_pdf: Callable[[bytes | Path], PdfReading], line: bytes) -> dict[str, object]:
    try:
        return {"reading": asdict(read_pdf(whole([Path(part) for part in json.loads(line)])))}
    except MemoryError:
        raise  # the next PDF is read by a process that has some
    except Exception as error:  # noqa: BLE001 - a stranger's PDF
        return {"failed": type(error).__name__}


def _private_output() -> BinaryIO:
    """Where answers go; what a library prints goes elsewhere, and into no answer."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _restrain() -> None:
    """Come after the server, and let a bomb's damage be this process's own."""
    if sys.platform == "win32":
        return  # the priority was given at the start; memory has no such limit
    import resource

    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, ValueError):  # not on every system, and not above a limit that is set already
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _load() -> Callable[[bytes | Path], PdfReading]:
    """`read_pdf` without the packages around it: their imports would take the process twenty times as long to start."""
    here = Path(__file__).parent
    for name, folder in (("pdm_nb", here.parents[1]), ("pdm_nb.sim", here.parent)):
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    from pdm_nb.sim.pdf_reader.reader import read_pdf

    return read_pdf


def _requests(stream: BinaryIO) -> Iterable[bytes]:
    """The lines of the input, watched meanwhile: the process ends with it."""
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def watch() -> None:
        for line in stream:
            waiting.put(line)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    while True:
        yield waiting.get()


if __name__ == "__main__":
    main()
