"""Starts, asks and ends the process that opens documents: `preview_worker`. One request at a time.

A malformed file may crash PDFium, hang it or use all memory. Only this process is affected: who waits for it ends it, and
starts another one.
"""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

# Appended, so that nothing in this folder replaces a module of the standard library.
_START = "import sys; sys.path.append(sys.argv[1]); import runpy; runpy.run_module('preview_worker', run_name='__main__')"
WORKER = (sys.executable, "-P", "-c", _START, str(Path(__file__).parent))
NO_CONSOLE = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows
# The environment of the process: what Python and the system's loader need, and no secrets.
ENVIRONMENT = {
    "APPDATA", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PATH", "PYTHONHOME",
    "PYTHONPATH", "PYTHONUTF8", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "USERPROFILE", "VIRTUAL_ENV", "WINDIR",
}  # fmt: skip


class Reply(NamedTuple):
    """A reply of the process: what it found, and the bytes of an image."""

    head: Mapping[str, Any]
    data: bytes = b""


ENDED = Reply({"ended": True})  # instead of a reply, if the process has ended


def is_installed() -> bool:
    """Return True if PDFium and Pillow, from the extra `preview`, are installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("pypdfium2", "PIL"))


class WorkerProcess:
    """A process that opens documents. `replies` has what it sent, and `ENDED` last."""

    def __init__(
        self, command: Sequence[str] = WORKER, replies: queue.SimpleQueue[Reply] | None = None
    ) -> None:
        self.replies: queue.SimpleQueue[Reply] = replies or queue.SimpleQueue()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if name.upper() in ENVIRONMENT},
            creationflags=NO_CONSOLE,
        )
        self._number = 0
        threading.Thread(target=self._receive, name="pdm_nb preview replies", daemon=True).start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """True until the process has ended."""
        return self._process.poll() is None

    def request(self, message: Mapping[str, Any]) -> int:
        """Send a request and return its number, which its replies have too."""
        self._number += 1
        self._send({"id": self._number, **message})
        return self._number

    def cancel(self, number: int) -> None:
        """Cancel a request and those before it. A step that cannot be interrupted still ends first."""
        self._send({"cancel": number})

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):  # it has ended: the last reply reports that
            return

    def stop(self) -> None:
        """End the process, also while it works."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            try:
                stream.close()
            except OSError:  # a request that nobody read
                continue

    def _receive(self) -> None:
        """Queue the replies."""
        stream = self._process.stdout
        assert stream is not None
        try:
            while (line := stream.readline()).endswith(b"\n"):
                head = json.loads(line)
                data = stream.read(head.get("bytes", 0))
                if len(data) < head.get("bytes", 0):
                    break
                self.replies.put(Reply(head, data))
        except ValueError:  # `stop` closed it, or what it sent is no reply
            pass
        self.replies.put(ENDED)
