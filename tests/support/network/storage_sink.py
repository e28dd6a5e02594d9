"""A storage server that only counts bytes, with just enough of the API and of S3 in front: `python -m tests.support.network.storage_sink`.

Prints its URL and serves until stdin ends. Bodies of PUTs are dropped in the kernel where it can (MSG_TRUNC), so that
what is measured is the client. Of the API it answers what an upload asks for: a token, a company, a project without
fields, upload records, file uploads with the number of segments that was announced. `GET /counts` tells bytes, PUTs,
calls and the Unix time of the first PUT since `POST /reset`.
"""

from __future__ import annotations

import itertools
import json
import re
import socket
import sys
import threading
import time
from typing import Any

BLOCK = 4 << 20
DROP = getattr(socket, "MSG_TRUNC", 0) if sys.platform == "linux" else 0
ETAG = '"d41d8cd98f00b204e9800998ecf8427e"'


class Sink:
    """What all connections share."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.lock = threading.Lock()
        self.ids = itertools.count(1)
        self.files: dict[str, int] = {}  # file upload -> how many segments it has
        self.stored: dict[str, set[int]] = {}
        self.reset()

    def reset(self) -> None:
        self.counts: dict[str, Any] = {"bytes": 0, "puts": 0, "calls": 0, "first_put": None}

    def count(self, taken: int) -> None:
        with self.lock:
            self.counts["bytes"] += taken

    def begin_put(self) -> None:
        with self.lock:
            self.counts["puts"] += 1
            self.counts["first_put"] = self.counts["first_put"] or time.time()

    def serve(self) -> None:
        while True:
            peer, _ = self.listening.accept()
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=Connection(self, peer).run, daemon=True).start()


class Connection:
    """One connection's requests, one after the other."""

    def __init__(self, sink: Sink, peer: socket.socket) -> None:
        self.sink, self.peer = sink, peer
        self.waiting = b""
        self.buffer = bytearray(BLOCK)

    def run(self) -> None:
        try:
            while self._one():
                pass
        except OSError:
            pass
        finally:
            self.peer.close()

    def _one(self) -> bool:
        while b"\r\n\r\n" not in self.waiting:
            more = self.peer.recv(65536)
            if not more:
                return False
            self.waiting += more
        head, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        if headers.get("expect", "").lower() == "100-continue":
            self.peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if method == "PUT":
            self.sink.begin_put()
            self._drop(length)
            self._put(target)
            self._answer(200, b"", f"ETag: {ETAG}\r\n")
        else:
            body = self._read(length)
            self._answer(*self._called(method, target, body))
        return True

    def _drop(self, length: int) -> None:
        first = min(len(self.waiting), length)
        self.waiting = self.waiting[first:]
        left = length - first
        while left:
            taken = self.peer.recv_into(self.buffer, min(BLOCK, left), DROP)
            if not taken:
                raise ConnectionError
            self.sink.count(taken)
            left -= taken
        self.sink.count(first)

    def _read(self, length: int) -> bytes:
        while len(self.waiting) < length:
            more = self.peer.recv(1 << 20)
            if not more:
                raise ConnectionError
            self.waiting += more
        body, self.waiting = self.waiting[:length], self.waiting[length:]
        return body

    def _answer(self, status: int, body: bytes, more: str = "") -> None:
        head = f"HTTP/1.1 {status} OK\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        self.peer.sendall(head.encode() + body)

    def _put(self, target: str) -> None:
        if found := re.match(r"/storage/(\w+)/(\d+)", target):
            self.sink.stored.setdefault(found[1], set()).add(int(found[2]))

    def _called(self, method: str, target: str, body: bytes) -> tuple[int, bytes, str]:
        if target == "/counts":
            return 200, json.dumps(self.sink.counts).encode(), ""
        if target == "/reset":
            self.sink.reset()
            return 200, b"{}", ""
        if target.startswith("/bucket/"):
            return 200, _s3(target), "Content-Type: application/xml\r\n"
        self.sink.counts["calls"] += 1
        answer, more = self._api(
            method, target.partition("?")[0], json.loads(body) if body[:1] == b"{" else {}
        )
        return 200, json.dumps(answer).encode(), f"Content-Type: application/json\r\n{more}"

    def _api(self, method: str, path: str, body: Any) -> tuple[Any, str]:
        """Answer and headers of one call."""
        end = path.rsplit("/", 1)[-1]
        if end == "token":
            return {"access_token": "t", "token_type": "bearer", "expires_in": 5400}, ""
        if end == "me":
            return {"id": 1, "name": "Bench"}, ""
        if end in ("companies", "projects"):
            return [{"id": 7, "name": "Bench", "active": True}], "Total: 1\r\n"
        if end == "document_uploads" and method == "POST":
            return {"data": [{"id": f"U{next(self.sink.ids)}"} for _ in body["uploads"]]}, ""
        if end == "document_uploads" and method == "PATCH":
            done = [{"id": item["id"]} for item in body["update_params"]]
            return {"data": {"success": done, "failed": []}}, ""
        if end == "uploads":
            id_ = f"F{next(self.sink.ids)}"
            self.sink.files[id_] = len(body["segments"])
            return {"data": self._file(id_)}, ""
        if "/uploads/" in path:
            if method == "PATCH":
                return {
                    "data": {
                        "upload_id": end,
                        "status": "available" if all(body["part_etags"]) else "receiving",
                    }
                }, ""
            return {"data": self._file(end)}, ""
        return {"data": []}, "Total: 0\r\n"

    def _file(self, id_: str) -> dict[str, Any]:
        parts = [
            {
                "url": f"{self.sink.url}/storage/{id_}/{n}?sig=x",
                "headers": {"x-amz-key": "x"},
                "url_expires_at": 0,
            }
            for n in range(self.sink.files[id_])
        ]
        return {"upload_id": id_, "status": "ready", "segments": parts}


def _s3(target: str) -> bytes:
    """Beginning and end of a multipart upload."""
    name = "InitiateMultipartUploadResult" if target.endswith("?uploads") else "CompleteMultipartUploadResult"
    inner = "<Bucket>bucket</Bucket><Key>k</Key><UploadId>one</UploadId><ETag>e</ETag>"
    return f'<?xml version="1.0"?><{name}>{inner}</{name}>'.encode()


if __name__ == "__main__":
    sink = Sink()
    print(sink.url, flush=True)
    threading.Thread(target=sink.serve, daemon=True).start()
    sys.stdin.read()
