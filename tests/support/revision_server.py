"""A server of many revisions for benchmarks: `python -m tests.support.revision_server 100000 45` prints its address.

It serves only what a look at revisions needs, as bytes that are put together from prepared ones, so that a client waits
for it as little as possible. The simulator has the rules; this has the size.
"""

from __future__ import annotations

import json
import random
import sys
import zlib
from collections.abc import Sequence
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

FIXED = (
    ("type", "lov_entry"), ("status", "lov_entry"), ("name", "string"), ("revision", "string"), ("number", "string"),
    ("description", "rich_text"), ("date_authored", "timestamp"), ("discipline", "lov_entry"), ("authored_by", "reference"),
    ("original_filename", "string"), ("format", "lov_entry"), ("file_size", "string"), ("created_at", "timestamp"),
    ("updated_at", "timestamp"), ("uploaded_at", "timestamp"), ("uploaded_by", "reference"), ("version", "string"),
    ("item_content", "lov_entry"),
)  # fmt: skip
KINDS = ("string", "lov_entry", "numeric", "timestamp", "lov_entries", "reference")
START = "2026-01-01T00:00:00.000Z"
CHANGED = "2099-01-01T00:00:00.000Z"


def fields(width: int) -> list[tuple[str, str]]:
    """Name and type of each field."""
    more = [(f"custom_field_{n}", KINDS[n % len(KINDS)]) for n in range(max(0, width - len(FIXED)))]
    return [*FIXED, *more][:width]


def key(number: int) -> str:
    return f"01K{number:023}"


@cache
def frame_of(name: str, type_: str) -> tuple[bytes, bytes]:
    """What is before and after the values of a field."""
    label = name.replace("_", " ").title()
    head = {"id": f"01F{zlib.crc32(name.encode()):023}", "name": name, "type": type_}
    tail = {"label": label, "description": f"What the {label.lower()} is"}
    return json.dumps(head)[:-1].encode() + b',"values":', b"," + json.dumps(tail)[1:].encode()


def text(label: str) -> bytes:
    return json.dumps({"label": label}).encode()


@cache
def listed(name: str, number: int) -> bytes:
    """A value of a list. Its id is that of no other value, of any list."""
    value = {
        "id": f"01V{zlib.crc32(name.encode()):012}{number:011}",
        "code": f"C{number}",
        "label": f"{name} {number}",
        "active": True,
        "tags": [],
    }
    return json.dumps(value).encode()


@cache
def person(number: int) -> bytes:
    return json.dumps({"id": str(8_800_000 + number), "code": "", "label": f"Example User {number}"}).encode()


def values(number: int, name: str, type_: str, rng: random.Random, changed: bool) -> bytes:
    """The values of one field of one revision; one in ten is empty."""
    own = {
        "name": f"Document {number:06}", "revision": "P01", "number": f"A-{number:06}", "version": "1",
        "description": "changed" if changed else f"Plan of part {number} of the building", "created_at": START,
        "updated_at": CHANGED if changed else START, "uploaded_at": START, "file_size": str(400_000 + number),
        "original_filename": f"A-{number:06}.pdf",
    }  # fmt: skip
    if name in own:
        return b"[" + text(own[name]) + b"]"
    if name == "item_content":
        return b'[{"id":"Document","label":"Document"}]'
    if name == "format":
        return b'[{"id":"01F","code":"application/pdf","label":"PDF","active":true,"tags":[]}]'
    if rng.random() < 0.1:
        return b"[]"
    if type_ == "reference":
        return b"[" + person(rng.randrange(50)) + b"]"
    if type_.startswith("lov"):
        several = rng.randrange(1, 4) if type_ == "lov_entries" else 1
        return b"[" + b",".join(listed(name, rng.randrange(300)) for _ in range(several)) + b"]"
    if type_ == "timestamp":
        return b"[" + text(f"2026-03-{rng.randrange(1, 29):02}T00:00:00Z") + b"]"
    return b"[" + text(str(rng.randrange(10_000))) + b"]"


def revision(number: int, width: int, changed: bool = False) -> bytes:
    rng = random.Random(number)
    parts = []
    for name, type_ in fields(width):
        head, tail = frame_of(name, type_)
        parts.append(head + values(number, name, type_, rng, changed) + tail)
    facts = {
        "id": key(number), "document_container_id": f"01C{number:023}", "position_within_container": "aaa....",
        "file_locked": False, "download_url": f"https://example.invalid/{key(number)}/download",
        "latest_event_id": f"01E{number:023}", "index_updated_at": START, "latest_document_collection_ids": ["01KPKGYA0089"],
        "upload_id": f"01U{number:023}", "recycled": False, "document_placeholder_id": None, "match_type": None,
        "standalone_upload_id": None, "permissions": {"allowed_actions": ["view", "download"]}, "integrations": {},
    }  # fmt: skip
    return json.dumps(facts)[:-1].encode() + b',"fields":[' + b",".join(parts) + b"]}"


def page(numbers: Sequence[int], width: int, changed: frozenset[int] = frozenset()) -> bytes:
    """A page of revisions, as the service sends it."""
    return b'{"data":[' + b",".join(revision(n, width, n in changed) for n in numbers) + b"]}"


class Revisions(BaseHTTPRequestHandler):
    """The requests of one client. `count`, `width`, `changed` and `recycled` are those of the project."""

    protocol_version = "HTTP/1.1"
    count = width = 0
    changed: frozenset[int] = frozenset()
    recycled: frozenset[int] = frozenset()

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: found[0] for name, found in parse_qs(url.query).items()}
        if url.path.endswith("/document_revisions"):
            self._list(query)
        elif url.path.endswith("/recycled_revisions"):
            first, size = int(query["page"]) - 1, int(query["per_page"])
            found = sorted(self.recycled)[first * size : (first + 1) * size]
            self._send(page(found, self.width), total=len(self.recycled))
        else:
            self._send(json.dumps(self._fact(url.path)).encode(), total=1)

    def _list(self, query: dict[str, str]) -> None:
        numbers: Sequence[int] = range(self.count - 1, -1, -1)
        if "filters[updated_at]" in query:
            numbers = sorted(self.changed)
        numbers = [n for n in numbers if n not in self.recycled] if self.recycled else numbers
        first, size = int(query["page"]) - 1, int(query["per_page"])
        some = numbers[first * size : (first + 1) * size]
        self._send(json.dumps({"data": [key(n) for n in some]}).encode(), total=len(numbers))

    def _fact(self, path: str) -> Any:
        last = path.rpartition("/")[2]
        if last == "me":
            return {"id": 1, "name": "Benchmark"}
        if last == "companies":
            return [{"id": 1, "name": "Benchmark"}]
        if last == "projects":
            return [{"id": 2, "name": "Large", "active": True}]
        return {"data": []}

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        kind = type(self)
        if self.path.startswith("/oauth"):
            token = {
                "access_token": "t",
                "token_type": "bearer",
                "expires_in": 5400,
                "created_at": 4_000_000_000,
            }
            self._send(json.dumps(token).encode())
        elif self.path.startswith("/_internal"):
            count = int(self.path.rpartition("=")[2])
            if "change" in self.path:
                kind.changed = frozenset(range(0, count * 3, 3))
            else:
                kind.changed, kind.recycled = frozenset(), frozenset(range(1, count * 3, 3))
            self._send(b"{}")
        else:
            numbers = [int(id_[3:]) for id_ in json.loads(body)["ids"]]
            found = [n for n in numbers if n not in self.recycled]
            self._send(page(found, self.width, self.changed), total=len(found))

    def _send(self, body: bytes, total: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if total is not None:
            self.send_header("Total", str(total))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def main() -> None:
    Revisions.count, Revisions.width = int(sys.argv[1]), int(sys.argv[2])
    with ThreadingHTTPServer(("127.0.0.1", 0), Revisions) as server:
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
