"""The process that reads PDFs for the simulator: each input line is a request in JSON, each output line a response.

`process` runs this file as a script, applies the time limit, and starts another process after a crash, so that this
script does not need to survive a malformed PDF. It limits memory and priority, and ends when its input ends, even while
it reads a PDF, since then nobody waits for the response.
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

MEMORY = 1 << 30  # address space in bytes, if the system supports such a limit
NICENESS = 10


def join_parts(parts: Sequence[Path]) -> bytes | Path:
    """Return a file that is stored in parts, as `read_pdf` expects it: a single part as its path."""
    if len(parts) == 1:
        return parts[0]
    return b"".join(part.read_bytes() for part in parts)


def main() -> None:
    responses = _private_output()
    _limit_resources()
    read_pdf = _load()
    for line in _requests(sys.stdin.buffer):
        responses.write(json.dumps(_respond(read_pdf, line)).encode() + b"\n")
        responses.flush()


def _respond(read_pdf: Callable[[bytes | Path], PdfReading], line: bytes) -> dict[str, object]:
    try:
        return {"reading": asdict(read_pdf(join_parts([Path(part) for part in json.loads(line)])))}
    except MemoryError:
        raise  # ends this process; the next PDF is read by a new one
    except Exception as error:  # noqa: BLE001 - a malformed PDF can raise anything
        return {"failed": type(error).__name__}


def _private_output() -> BinaryIO:
    """The stream of the responses; anything that a library prints goes to stderr, not into a response."""
    responses = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return responses


def _limit_resources() -> None:
    """Lower the priority, so that the server comes first, and limit the memory that a PDF can use."""
    if sys.platform == "win32":
        return  # the priority is set at the start; there is no such limit for memory
    import resource

    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, ValueError):  # not supported everywhere, and not possible above an existing limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _load() -> Callable[[bytes | Path], PdfReading]:
    """Import `read_pdf` without running the packages around it, which would make the start twenty times slower."""
    here = Path(__file__).parent
    for name, folder in (("pdm_nb", here.parents[1]), ("pdm_nb.sim", here.parent)):
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    from pdm_nb.sim.pdf_reader.reader import read_pdf  # not relative: this file is run as a script

    return read_pdf


def _requests(stream: BinaryIO) -> Iterable[bytes]:
    """Yield the lines of the input; end the process as soon as the input ends."""
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
