"""A relay to a simulator that gives hostile responses to selected operations, over plain sockets on 127.0.0.1.

Everything else is passed on. URLs of the simulator in its responses are replaced by those of the relay, so that bytes for
storage come here as well.
"""

from __future__ import annotations

import http.client
import re
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

OPERATIONS = (
    ("getToken", "POST", r"/oauth/token$"),
    ("revokeToken", "POST", r"/oauth/revoke$"),
    ("showMe", "GET", r"/me$"),
    ("listCompanies", "GET", r"/v1\.0/companies$"),
    ("listProjects", "GET", r"/v1\.0/projects$"),
    ("showPermissions", "GET", r"/permissions$"),
    ("listProjectUsers", "GET", r"/users$"),
    ("listUploadRequirements", "GET", r"/upload_requirements$"),
    ("listFields", "GET", r"/fields$"),
    ("listFieldValues", "GET", r"/values$"),
    ("createDocumentUploads", "POST", r"/document_uploads$"),
    ("updateDocumentUploads", "PATCH", r"/document_uploads$"),
    ("listDocumentUploads", "GET", r"/document_uploads$"),
    ("showDocumentUpload", "GET", r"/document_uploads/[^/]+$"),
    ("listSelectedUploads", "POST", r"/document_uploads/selected_uploads$"),
    ("createDocumentRevisions", "POST", r"/document_revisions$"),
    ("listRevisions", "GET", r"/document_revisions$"),
    ("listSelectedRevisions", "POST", r"/selected_revisions$"),
    ("listRecycledRevisions", "GET", r"/recycled_revisions$"),
    ("downloadRevision", "GET", r"/document_revisions/[^/]+/download$"),
    ("downloadRecycledRevision", "GET", r"/recycled_revisions/[^/]+/download$"),
    ("createUpload", "POST", r"/uploads$"),
    ("showUpload", "GET", r"/uploads/[^/]+$"),
    ("completeUpload", "PATCH", r"/uploads/[^/]+$"),
    ("putSegment", "PUT", r""),
    ("getFile", "GET", r"/storage/.+$"),
)
NAMES = tuple(name for name, *_ in OPERATIONS)


def operation_of(method: str, target: str) -> str:
    """The operation that a request is one of, "" for any other."""
    path = target.partition("?")[0]
    found = (name for name, verb, end in OPERATIONS if verb == method and re.search(end, path))
    return next(found, "")


@dataclass
class Exchange:
    """One request, and the socket that its response goes to."""

    sock: socket.socket
    relay: HostileServer
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        return operation_of(self.method, self.target)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def respond(self, status: int, body: bytes = b"", *lines: str) -> None:
        """Send a whole response; `lines` are more headers."""
        head = [f"HTTP/1.1 {status} Hostile", f"Content-Length: {len(body)}", *lines, "", ""]
        self.send("\r\n".join(head).encode("latin-1", "replace") + body)

    def upstream(self) -> tuple[int, dict[str, str], bytes]:
        """What the simulator responds to this request."""
        there = urlsplit(self.relay.upstream)
        connection = http.client.HTTPConnection(there.hostname or "", there.port, timeout=60)
        with suppress(OSError):
            connection.connect()
        try:
            sent = {
                k: v for k, v in self.headers.items() if k.lower() not in ("accept-encoding", "connection")
            }
            if self.method == "PUT":
                sent["Host"] = there.netloc
            connection.request(self.method, self.target, self.body, sent)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        dropped = ("content-length", "transfer-encoding", "connection")
        headers = {k: v for k, v in response.getheaders() if k.lower() not in dropped}
        return response.status, headers, body.replace(self.relay.upstream.encode(), self.relay.url.encode())


Fault = Callable[[Exchange], object]  # gives the response; the connection is closed if it returns True


@dataclass
class HostileServer:
    """Relays to `upstream`. `strike` replaces the responses to an operation."""

    upstream: str
    requests: list[Exchange] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._strikes: dict[str, tuple[Fault, Callable[[Exchange], bool]]] = {}
        self._left: dict[str, int] = {}
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def strike(
        self,
        operation: str,
        fault: Fault,
        times: int = 1_000_000,
        only: Callable[[Exchange], bool] = lambda exchange: True,
    ) -> None:
        """Give this response to the next calls of an operation, or to those of them that `only` selects."""
        with self._lock:
            self._strikes[operation], self._left[operation] = (fault, only), times

    def heal(self) -> None:
        with self._lock:
            self._strikes.clear()

    def stop(self) -> None:
        self.stopping.set()
        self._listening.close()

    def __enter__(self) -> HostileServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self._listening.accept()
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._connection, args=(peer,), daemon=True).start()

    def _connection(self, peer: socket.socket) -> None:
        with suppress(OSError, ValueError, http.client.HTTPException), peer, peer.makefile("rb") as stream:
            while (exchange := self._read(peer, stream)) is not None:
                if self._give(exchange):
                    break

    def _read(self, peer: socket.socket, stream: Any) -> Exchange | None:
        first = stream.readline(65536)
        if not first:
            return None
        method, target, _ = first.decode("latin-1").split(" ", 2)
        headers = {}
        while line := stream.readline(65536).decode("latin-1").rstrip("\r\n"):
            name, _, text = line.partition(":")
            headers[name] = text.strip()
        length = next((int(text) for name, text in headers.items() if name.lower() == "content-length"), 0)
        return Exchange(peer, self, method, target, headers, stream.read(length))

    def _give(self, exchange: Exchange) -> bool:
        operation = exchange.operation
        with self._lock:
            self.calls[operation] += 1
            fault, only = self._strikes.get(operation, (None, lambda _: True))
            if fault is not None and (self._left[operation] <= 0 or not only(exchange)):
                fault = None
            if fault is not None:
                self._left[operation] -= 1
                self.requests.append(exchange)
        if fault is not None:
            return bool(fault(exchange))
        status, headers, body = exchange.upstream()
        exchange.respond(status, body, *(f"{name}: {text}" for name, text in headers.items()))
        return False


def reset(sock: socket.socket) -> None:
    """Close a connection the hard way."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
