"""Transfer of bytes over real sockets: what is sent, how errors are reported, and that it can be stopped."""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import urllib3

from pdm_nb import errors
from pdm_nb.api.network import storage_connections
from pdm_nb.api.network.connection_settings import ConnectionSettings
from pdm_nb.api.network.storage_connections import BLOCK
from pdm_nb.api.protocol.storage_responses import StorageResponse
from pdm_nb.api.storage_transport import DirectTransport
from pdm_nb.model import Segment
from tests.support.network.socks_server import SocksServer
from tests.support.network.tls import secure


class Server(ThreadingHTTPServer):
    """Keeps what came, and answers what it is told to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.came: list[tuple[str, dict[str, str], bytes, Any]] = []
        self.answer: tuple[int, dict[str, str]] = (200, {"ETag": '"e-1"'})
        self.scheme = "http"

    def url(self, path: str = "/part?signature=s3cret") -> str:
        return f"{self.scheme}://localhost:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((self.path, dict(self.headers.items()), body, self.client_address))
        status, headers = self.server.answer
        self.send_response_only(status)
        for name, text in {"Content-Length": "0", **headers}.items():
            self.send_header(name, text)
        self.end_headers()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


def direct() -> DirectTransport:
    return DirectTransport(ConnectionSettings.of())


def put(url: str, content: Any = b"hello", headers: dict[str, str] | None = None) -> StorageResponse:
    body = BytesIO(content) if isinstance(content, bytes) else content
    return asyncio.run(direct().put(Segment(url, headers or {}), len(content), body))


def test_exactly_the_headers_of_the_part_and_its_length_are_sent(server: Server) -> None:  # B55
    opaque = {"x-amz-checksum-sha256": "abc=", "Content-Type": "application/pdf"}
    assert put(server.url(), b"x" * (2 * BLOCK + 1), opaque) == StorageResponse(200, "e-1")
    path, headers, body, _ = server.came[0]
    assert (path, len(body)) == ("/part?signature=s3cret", 2 * BLOCK + 1)
    host = {"Host": f"localhost:{server.server_port}"}
    assert headers == {"Content-Length": str(2 * BLOCK + 1)} | host | opaque


def test_a_length_that_came_with_the_part_is_not_doubled(server: Server) -> None:  # B55
    put(server.url(), b"hello", {"content-length": "5"})
    assert {name.lower() for name in server.came[0][1]} == {"host", "content-length"}


def test_connections_are_kept(server: Server) -> None:
    transport = direct()
    for _ in range(3):
        asyncio.run(transport.put(Segment(server.url(), {}), 5, BytesIO(b"hello")))
    assert len({peer for *_, peer in server.came}) == 1


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (403, {}, errors.InvalidError),  # B59
        (200, {}, errors.ServerError),  # B61: no ETag
        (302, {"ETag": '"e"', "Location": "/other"}, errors.InvalidError),  # not followed
        (503, {}, errors.ServerError),
    ],
)
def test_storage_errors_are_reported_by_kind(
    server: Server, status: int, headers: dict[str, str], kind: type[errors.ServiceError]
) -> None:
    server.answer = (status, headers)
    with pytest.raises(kind) as told:
        put(server.url()).accepted_etag()
    assert told.value.status == status
    assert len(server.came) == 1


@pytest.mark.parametrize(("etag", "plain"), [('"a-1"', "a-1"), ('W/"a"', "a"), ("a", "a")])
def test_an_etag_comes_without_quotes(server: Server, etag: str, plain: str) -> None:  # B55
    server.answer = (204, {"ETag": etag})
    assert put(server.url()).accepted_etag() == plain


def test_no_answer_names_the_host_and_no_secret() -> None:
    with pytest.raises(errors.ConnectionFailed, match="localhost:9 cannot be reached") as told:
        put("http://localhost:9/part?signature=s3cret")
    assert "s3cret" not in f"{told.value!r}{told.value.__context__!r}"[:200]


def test_a_server_that_says_nothing_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_connections, "TIMEOUT", urllib3.Timeout(connect=1, read=0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/part"
        with pytest.raises(errors.ConnectionFailed, match="did not answer in time"):
            put(url)


class Faulty(BytesIO):
    """A file whose disk fails in the middle."""

    def __len__(self) -> int:
        return 3 * BLOCK

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= BLOCK:
            raise OSError(5, "Input/output error")
        return super().read(size)


def test_a_file_error_is_not_a_network_error(server: Server) -> None:
    content = Faulty(b"x" * 3 * BLOCK)
    with pytest.raises(OSError, match="Input/output"):
        put(server.url(), content)
    assert content.closed
    assert put(server.url()).status == 200  # the broken connection is not used again


def test_a_put_that_stands_still_ends_when_it_is_cancelled() -> None:
    """Storage takes nothing more, so the socket waits: for a minute, if nobody ended it."""
    content = BytesIO(b"x" * 64 * BLOCK)
    with socket.create_server(("127.0.0.1", 0)) as stalled:
        url = f"http://127.0.0.1:{stalled.getsockname()[1]}/part"

        async def work() -> None:
            task = asyncio.create_task(direct().put(Segment(url, {}), 64 * BLOCK, content))
            await asyncio.sleep(0.3)
            task.cancel()
            await asyncio.wait([task])

        began = time.monotonic()
        asyncio.run(work())
        while not content.closed and time.monotonic() - began < 30:  # half of that minute
            time.sleep(0.01)
        assert content.closed


def test_certificates_are_verified(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as trusted:
        secure(server, tmp_path, trusted)
        assert put(server.url(), b"x" * (3 * BLOCK)).status == 200
    assert len(server.came[-1][2]) == 3 * BLOCK
    with pytest.raises(errors.ConnectionFailed, match="an authority that this computer does not trust"):
        put(server.url())


def test_the_proxy_of_the_environment_is_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://user:w%40rd@127.0.0.1:{server.server_port}")
    monkeypatch.setenv("no_proxy", "localhost")
    put("http://storage.test/part?signature=x")
    path, headers, _, _ = server.came[0]
    assert path == "http://storage.test/part?signature=x"
    assert headers["proxy-authorization"] == "Basic dXNlcjp3QHJk"
    put(server.url())
    assert server.came[1][0] == "/part?signature=s3cret"  # no_proxy


def test_tls_goes_through_a_socks_proxy(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure(server, tmp_path, monkeypatch)
    with SocksServer(("user", "w@rd")) as proxy:
        monkeypatch.setenv("all_proxy", f"socks5h://user:w%40rd@127.0.0.1:{proxy.port}")
        assert put(server.url(), b"x" * (3 * BLOCK)).status == 200
        assert proxy.asked == [("localhost", server.server_port)]
    assert len(server.came[-1][2]) == 3 * BLOCK


def test_a_put_through_a_socks_proxy_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    class Told(BytesIO):
        def close(self) -> None:
            closed.set()

    closed = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as stalled, SocksServer() as proxy:
        monkeypatch.setenv("all_proxy", f"socks5h://127.0.0.1:{proxy.port}")

        async def work() -> None:
            url = f"http://localhost:{stalled.getsockname()[1]}/part"
            task = asyncio.create_task(direct().put(Segment(url, {}), 1 << 28, Told(bytes(1 << 28))))
            peer, _ = await asyncio.to_thread(stalled.accept)
            await asyncio.to_thread(peer.recv, 1)  # it is on its way
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.to_thread(closed.wait)
            peer.close()

        asyncio.run(asyncio.wait_for(work(), 60))


def test_the_secret_of_a_url_is_not_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        put(server.url())
    assert "/part" in caplog.text
    assert "s3cret" not in caplog.text


def test_a_put_that_stands_still_holds_up_no_end_of_a_program() -> None:
    with socket.create_server(("127.0.0.1", 0)) as stalled:
        code = (
            "import asyncio, io, threading, time\n"
            "from pdm_nb.model import Segment\n"
            "from pdm_nb.api.network.connection_settings import ConnectionSettings\n"
            "from pdm_nb.api.storage_transport import DirectTransport\n"
            f"put = DirectTransport(ConnectionSettings.of()).put(Segment('http://127.0.0.1:{stalled.getsockname()[1]}/', {{}}), 1 << 26, io.BytesIO(bytes(1 << 26)))\n"
            "threading.Thread(target=asyncio.run, args=(put,), daemon=True).start()\n"
            "time.sleep(0.3)\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True, timeout=50)  # of the socket's minute
