"""Requests that no HTTP library would send: truncated requests, unusual bytes, numbers and names, ids of other projects.

Each gets an error in the form of the contract, or is accepted if it is only unusual; never a 500, and other callers are
served in the meantime. Bytes that are not HTTP are rejected by the underlying server, in plain text (B15: a gateway).
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from jsonschema import Draft202012Validator

from pdm_nb.sim.world.records import StoredFile, Upload
from tests.support.contract.contract_checks import contract, error_schema
from tests.support.contract.response_checks import no_complaints
from tests.support.simulator.seeded import BYTES, Service, seeded_service

DIGITS = b"9" * 10_000
DEEP = 100_000


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """One connection a request, byte by byte as it is told."""

    def __init__(self, service: Service) -> None:
        self.service = service
        parts = urlsplit(service.sim.url)
        self.address = (str(parts.hostname), int(parts.port or 0))

    def send(self, raw: bytes, closing: bool = False) -> Answer | None:
        """Exactly these bytes; None where the connection was closed without an answer. `closing`: no more will come."""
        with socket.create_connection(self.address, timeout=20) as wire:
            with suppress(OSError):  # refused, and the connection closed, before all of it was read
                wire.sendall(raw)
                if closing:
                    wire.shutdown(socket.SHUT_WR)
            received = bytearray()
            with suppress(ConnectionError):
                while block := wire.recv(65536):
                    received += block
        return _answer(bytes(received)) if received else None

    def head(self, method: bytes, path: bytes, *more: bytes) -> bytes:
        """The head of a request that the service would let in."""
        lines = [
            method + b" " + path + b" HTTP/1.1",
            b"Host: 127.0.0.1",
            b"Connection: close",
            b"Authorization: Bearer " + self.service.token.encode(),
            b"Procore-Company-Id: " + str(self.service.company).encode(),
            *more,
        ]
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def post(
        self, path: str, body: bytes, method: bytes = b"POST", kind: bytes = b"application/json"
    ) -> Answer:
        """A request with this body, whole."""
        length = b"Content-Length: %d" % len(body)
        answer = self.send(self.head(method, path.encode(), b"Content-Type: " + kind, length) + body)
        assert answer is not None
        return answer

    def get(self, path: bytes, *more: bytes, method: bytes = b"GET") -> Answer:
        answer = self.send(self.head(method, path, *more))
        assert answer is not None
        return answer


def _answer(raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(status.split()[1]), headers, body)


def refused(answer: Answer, *statuses: int, path: str = "/rest/v2.0") -> Any:
    """The answer's error, if it is one of these and of the contract's shape."""
    assert answer.status in statuses, answer
    told = json.loads(answer.body)
    Draft202012Validator({"components": contract()["components"], **error_schema(path)}).validate(told)
    return told


def refused_somehow(answer: Answer, *statuses: int, path: str = "/rest/v2.0") -> None:
    """As `refused`; or as no HTTP, by the server beneath."""
    if answer.headers["content-type"] == "application/json":
        refused(answer, *statuses, path=path)
    else:
        assert (answer.status, answer.body) == (400, b"Invalid HTTP request received.")


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with no_complaints(), seeded_service() as service:
        yield service


@pytest.fixture
def wire(service: Service) -> Iterator[Wire]:
    """A wire; and another caller all the while, who must be served."""
    with another_caller(service):
        yield Wire(service)


@contextmanager
def another_caller(service: Service) -> Iterator[None]:
    ended, statuses = threading.Event(), []

    def ask() -> None:
        with httpx2.Client(base_url=service.sim.url, headers=service.headers, timeout=20) as client:
            while not ended.is_set() or not statuses:
                statuses.append(client.get("/rest/v1.0/me").status_code)
                ended.wait(0.02)

    caller = threading.Thread(target=ask)
    caller.start()
    try:
        yield
    finally:
        ended.set()
        caller.join(60)
    assert not caller.is_alive()
    assert set(statuses) == {200}


@pytest.mark.parametrize(
    "torn",
    [
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnine\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost a\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"GET  / \r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"\r\n" * 50_000,
    ],
    ids=lambda torn: torn[:12].decode("latin-1").strip() + f"-{len(torn)}",
)
def test_bytes_that_are_not_http_are_rejected(wire: Wire, torn: bytes) -> None:
    answer = wire.send(torn, closing=True)
    assert answer is None or 400 <= answer.status < 500


@pytest.mark.parametrize("path", ["document_uploads", "files", "/oauth/token", "/oauth/revoke"])
def test_a_body_that_never_comes_whole(wire: Wire, service: Service, path: str) -> None:
    place = {"document_uploads": service.dm("document_uploads"), "files": service.files}.get(path, path)
    for more in (b"Content-Length: 100", b"Transfer-Encoding: chunked"):
        head = wire.head(b"POST", place.encode(), b"Content-Type: application/json", more)
        answer = wire.send(head + b'{"uploads"', closing=True)
        assert answer is None or 400 <= answer.status < 500


def test_a_body_cut_short_by_its_length(wire: Wire, service: Service) -> None:
    body = b'{"uploads": [{"file_name": "a", "mime_type": "b"}]}'
    head = wire.head(b"POST", service.dm("document_uploads").encode(), b"Content-Length: 20")
    refused(wire.send(head + body), 400)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"\xff\xfe",
        b'\xef\xbb\xbf{"uploads": []}',
        b'{"uploads": NaN}',
        b'{"uploads": [{"file_name": "a", "mime_type": "b", "x": Infinity}]}',
        b'{"uploads": ' + DIGITS + b"}",
        b'{"uploads": [{"file_name": "a", "mime_type": "b", "x": 1e' + DIGITS + b"}]}",
        b"[" * DEEP + b"]" * DEEP,
        b'{"uploads":' * DEEP,
        b'{"uploads": [{"file_name": "\\ud800", "mime_type": "b"}]}',
        b'{"uploads": [{"file_name": "\xed\xa0\x80", "mime_type": "b"}]}',
        b'{"uploads": [{"file_name": "a\x00", "mime_type": "b"}]}',
        '{"uploads": [{"file_name": "a", "mime_type": "b"}]}'.encode("utf-16"),
        b'{"uploads": [], "uploads": {}}',
        b'{"uploads": [{"file_name": "a", "file_name": 5, "mime_type": "b"}]}',
    ],
    ids=lambda body: body[:24].decode("latin-1") + f"-{len(body)}",
)
def test_a_body_that_is_not_valid_json(wire: Wire, service: Service, body: bytes) -> None:
    for path, method in (
        (service.dm("document_uploads"), b"POST"),
        (service.dm("document_uploads"), b"PATCH"),
        (service.dm("document_revisions", "2.1"), b"POST"),
        (service.dm("document_uploads/selected_uploads", "2.2"), b"POST"),
        (service.files, b"POST"),
    ):
        refused(wire.post(path, body, method), 400)
    oauth = wire.post("/oauth/token", body)
    assert oauth.status == 400
    assert isinstance(json.loads(oauth.body)["error"], str)


@pytest.mark.parametrize(
    "name", ["a\0.pdf", "../../etc/passwd", "/etc/passwd", "..", "%2e%2e%2f", "C:\\a", "😀\r\nX: y"]
)
def test_an_odd_name_is_a_name(wire: Wire, service: Service, name: str) -> None:
    """It is kept as it is, and leads nowhere: neither on the disk nor in a header."""
    made = wire.post(
        service.dm("document_uploads"), _json(uploads=[{"file_name": name, "mime_type": "text/plain"}])
    )
    assert made.status == 201, made
    [upload] = [row["id"] for row in json.loads(made.body)["data"]]
    file = service.announce(BYTES, file_name=name).json()["data"]
    assert file["file_name"] == name
    etag = service.put(file["segments"][0], BYTES).headers["ETag"].strip('"')
    service.data("PATCH", f"{service.files}/{file['upload_id']}", {"part_etags": [etag]})
    service.update(upload, file_upload_id=file["upload_id"], upload_status="COMPLETED")
    shown = service.show(upload)
    assert service.labels(shown, "original_filename") == [name]
    found = service.wire.get(shown["download_url"], headers=service.headers)
    stored = service.wire.get(found.headers["Location"])
    assert (found.status_code, stored.status_code, stored.content) == (302, 200, BYTES)
    assert "X" not in stored.headers
    assert stored.headers["Content-Disposition"].count("\n") == 0


def _json(**told: Any) -> bytes:
    return json.dumps(told).encode()


ODD = [
    b"..%2F..%2Fetc",
    b"%2e%2e",
    b"..",
    b"%00",
    b"a%2Fb",
    b"%2F",
    b"%ff%fe",
    b"%ED%A0%80",
    b"%",
    b"%zz",
    b"\xc3\xa4",
    b"0" * 26,
    b"x" * 5000,
    DIGITS,
]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[:12].decode("latin-1"))
def test_an_odd_id_names_nothing(wire: Wire, service: Service, odd: bytes) -> None:
    base = service.dm("document_uploads", "2.1").encode()
    for path in (
        base + b"/" + odd,
        service.dm("fields").encode() + b"/" + odd + b"/values",
        service.files.encode() + b"/" + odd,
        base.replace(str(service.project.id).encode(), odd),
        base.replace(str(service.company).encode(), odd),
        service.dm("document_revisions").encode() + b"/" + odd + b"/download",
    ):
        answer = wire.get(path)
        refused_somehow(answer, 400, 403, 404, 405)
    for path in (b"/storage/" + odd, b"/storage/" + odd + b"/0", b"/storage/x/" + odd):
        for method in (b"GET", b"PUT"):
            assert (
                400 <= wire.get(path + b"?expires=" + odd + b"&signature=" + odd, method=method).status < 500
            )


@pytest.mark.parametrize(
    "odd", [*ODD, b"1e5", b"0x10", b" 5", b"-1", b"1.0", b"%D9%A3", b"[]"], ids=lambda odd: repr(odd[:12])
)
def test_an_unusual_number_is_not_a_number(wire: Wire, service: Service, odd: bytes) -> None:
    if b" " in odd:
        odd = odd.replace(b" ", b"+")
    for name in (b"page", b"per_page"):
        refused_somehow(wire.get(service.dm("fields").encode() + b"?" + name + b"=" + odd), 400)
    for path in ("/rest/v1.0/projects?company_id=", "/rest/v1.0/settings/permissions?project_id="):
        refused_somehow(wire.get(path.encode() + odd), 400, 403, 404, path=path)
    if odd != b"0" * 26 and not odd.isdigit():
        refused_somehow(wire.get(service.files.encode() + b"/x?url_expires_in=" + odd), 400)


@pytest.mark.parametrize("odd", ["Ж", "ü", "\x7f", "٣", "9" * 10_000, "1, 2", "-1", "+5", "0x1"])
def test_an_odd_header_is_refused(wire: Wire, service: Service, odd: str) -> None:
    path = service.dm("fields").encode()
    for name in (b"Procore-Company-Id", b"Authorization"):
        plain = [
            line for line in wire.head(b"GET", path).split(b"\r\n") if not line.startswith(name) and line
        ]
        answer = wire.send(b"\r\n".join([*plain, name + b": " + odd.encode()]) + b"\r\n\r\n")
        assert answer is not None
        refused_somehow(answer, 400, 401, 403)
    for kind in (odd, f"application/json; charset={odd}", f"multipart/form-data; boundary={odd}"):
        answer = wire.post("/oauth/token", b"x", kind=kind.encode())
        assert answer.status == 400


def test_ids_of_another_project_are_not_there(wire: Wire, service: Service) -> None:
    other = service.in_other_project()
    waiting, elsewhere = other.stored(), other.completed("elsewhere.txt", "text/plain")
    for path in (service.dm(f"document_uploads/{elsewhere}", "2.1"), f"{service.files}/{waiting}"):
        refused(wire.get(path.encode()), 404)
    refused(wire.get(service.dm(f"document_uploads/{elsewhere}/download").encode()), 404)
    refused(wire.post(f"{service.files}/{waiting}", _json(part_etags=["x"]), b"PATCH"), 404)
    ids = wire.post(service.dm("document_uploads/selected_uploads", "2.2"), _json(ids=[elsewhere]))
    assert json.loads(ids.body) == {"data": []}
    body = _json(uploads=[{"id": elsewhere, "upload_latest_event_id": service.event(elsewhere)}])
    refused(wire.post(service.dm("document_revisions", "2.1"), body), 422)
    untouched = {
        kind: service.sim._core.store.get(kind, key)
        for kind, key in ((Upload, elsewhere), (StoredFile, waiting))
    }
    item = {"id": elsewhere, "file_locked": True}
    changed = wire.post(service.dm("document_uploads"), _json(update_params=[item]), b"PATCH")
    assert json.loads(changed.body) == {"data": {"success": [], "failed": []}}  # B26
    item = {"id": service.uploads[9], "file_upload_id": waiting, "upload_status": "COMPLETED"}
    linked = wire.post(service.dm("document_uploads"), _json(update_params=[item]), b"PATCH")
    assert [one["id"] for one in json.loads(linked.body)["data"]["failed"]] == [service.uploads[9]]
    assert untouched == {
        kind: service.sim._core.store.get(kind, record.key) for kind, record in untouched.items()
    }
    foreign = [{"id": other.project.by_name["status"].id, "values": []}]
    refused(
        wire.post(
            service.dm("document_uploads"),
            _json(update_params=[{"id": service.uploads[9], "fields": foreign}]),
            b"PATCH",
        ),
        400,
    )
    refused(wire.get(service.dm(f"fields/{foreign[0]['id']}/values").encode()), 400, 404)
