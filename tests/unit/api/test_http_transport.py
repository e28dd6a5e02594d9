"""Calls over real sockets: what is sent, how errors are reported, and that nothing is left open."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import re
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest

from pdm_nb.api.http_transport import HttpTransport
from pdm_nb.api.network.connection_settings import ConnectionSettings
from pdm_nb.errors import ConnectionFailed, ConnectionRejected
from tests.support.network.socks_server import SocksServer
from tests.support.network.tls import secure

TOKEN = "t0ken"
QUERY = "filters[a]=b%2Fc%3A%20d&per_page=100"


class Server(ThreadingHTTPServer):
    """Tells in its answer what came; some paths have it misbehave."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.peers: list[Any] = []
        self.asked, self.over = threading.Event(), threading.Event()
        self.scheme = "http"

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://localhost:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.peers.append(self.client_address)
        if self.path == "/silent":
            self.server.asked.set()
            self.server.over.wait()
        if self.path == "/torn":
            self._send_torn()
            return
        if self.path in ("/silent", "/gone"):
            self.close_connection = True
            return
        if self.path == "/junk":
            self.wfile.write(b"SSH-2.0-something else\r\n\r\n")
            return
        told = {"path": self.path, "headers": self.headers.items(), "body": body.decode()}
        content = gzip.compress(json.dumps(told).encode())
        self.send_response_only(302 if self.path == "/moved" else 200)
        self.send_header("Location", "/elsewhere")
        self.send_header("Set-Cookie", "a=b")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _send_torn(self) -> None:
        """A response whose content is not what its header says."""
        self.send_response_only(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"junk")

    do_GET = do_POST


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.over.set()
    running.shutdown()
    running.server_close()


PATIENT = httpx2.Timeout(30.0)


@asynccontextmanager
async def client(patience: httpx2.Timeout = PATIENT) -> AsyncIterator[HttpTransport]:
    transport = HttpTransport.open(ConnectionSettings.of(), httpx2.Limits(max_connections=1), patience)
    try:
        yield transport
    finally:
        await transport.aclose()


async def called(http: HttpTransport, url: str, body: Any = None) -> httpx2.Response:
    return await http.send(
        httpx2.Request("POST", url, json=body, headers=httpx2.Headers({"Authorization": TOKEN}))
    )


def call(url: str, body: Any = None, timeout: httpx2.Timeout = PATIENT) -> httpx2.Response:
    async def work() -> httpx2.Response:
        async with client(timeout) as http:
            return await called(http, url, body)

    return run(work())


def run(work: Coroutine[Any, Any, httpx2.Response]) -> httpx2.Response:
    return asyncio.run(work)


def test_a_call_arrives_as_it_was_made(server: Server) -> None:
    told = call(server.url(f"/a?{QUERY}"), {"é": 1}).json()
    assert told["path"] == f"/a?{QUERY}"
    assert json.loads(told["body"]) == {"é": 1}
    headers = dict(told["headers"])
    assert headers["Authorization"] == TOKEN
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"].startswith("pdm_nb ")
    assert len(headers) == len(told["headers"])


def test_no_redirect_is_followed_and_no_cookie_kept_by_it(server: Server) -> None:
    assert call(server.url("/moved")).status_code == 302

    async def twice() -> httpx2.Response:
        async with client() as http:
            await called(http, server.url())
            return await called(http, server.url())

    assert "Cookie" not in dict(run(twice()).json()["headers"])
    assert server.peers[-1] == server.peers[-2]  # one connection, kept


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/gone", r"localhost:\d+ cannot be reached \(RemoteProtocolError\)"),
        ("/junk", r"localhost:\d+ cannot be reached \(RemoteProtocolError\)"),
        ("/torn", r"localhost:\d+ cannot be reached \(DecodingError\)"),
        ("/silent", r"localhost:\d+ did not answer in time \(ReadTimeout\)"),
    ],
)
def test_errors_are_reported_by_kind_and_without_the_token(server: Server, path: str, message: str) -> None:
    with pytest.raises(ConnectionFailed, match=message) as caught:
        call(server.url(path), timeout=httpx2.Timeout(0.5 if path == "/silent" else 30.0))
    assert caught.value.__context__ is None
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert TOKEN not in "".join(told.format()) + repr(caught.value)


def test_where_nobody_listens_it_is_a_connect_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ConnectionFailed, match=rf"127.0.0.1:{port} cannot be reached \(ConnectError\)"):
        call(f"http://127.0.0.1:{port}/")


def test_a_connection_timeout_is_reported(server: Server) -> None:
    async def work() -> httpx2.Response:
        async with client(httpx2.Timeout(30.0, pool=0.1)) as http:
            holding = asyncio.create_task(called(http, server.url("/silent")))
            await asyncio.to_thread(server.asked.wait)
            try:
                return await called(http, server.url())
            finally:
                holding.cancel()

    with pytest.raises(ConnectionFailed, match=r"did not answer in time \(PoolTimeout"):
        run(work())


def test_a_call_that_is_cancelled_gives_its_connection_back(server: Server) -> None:
    async def work() -> httpx2.Response:
        async with client() as http:
            task = asyncio.create_task(called(http, server.url("/silent")))
            await asyncio.to_thread(server.asked.wait)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await called(http, server.url())

    assert run(work()).status_code == 200
    assert len(set(server.peers)) == 2


def test_the_proxy_of_the_environment_is_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://user:w%40rd@127.0.0.1:{server.server_port}")
    monkeypatch.setenv("no_proxy", "localhost")
    told = call(f"http://api.test/rest?{QUERY}").json()
    assert told["path"] == f"http://api.test/rest?{QUERY}"
    assert dict(told["headers"])["Proxy-Authorization"] == "Basic dXNlcjp3QHJk"
    assert call(server.url("/own")).json()["path"] == "/own"  # no_proxy


def test_tls_goes_through_a_socks_proxy(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure(server, tmp_path, monkeypatch)
    with SocksServer() as proxy:
        monkeypatch.setenv("https_proxy", f"socks5h://127.0.0.1:{proxy.port}")
        assert call(server.url()).status_code == 200
        assert proxy.asked == [("localhost", server.server_port)]
    with pytest.raises(ConnectionFailed, match=rf"The proxy 127.0.0.1:{proxy.port} cannot be reached"):
        call(server.url())


def test_certificates_are_verified(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as trusted:
        secure(server, tmp_path, trusted)
        assert call(server.url()).status_code == 200
    with pytest.raises(ConnectionRejected, match="an authority that this computer does not trust"):
        call(server.url())


def test_what_nobody_closed_is_closed_when_it_is_let_go(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    async def work() -> httpx2.Response:
        transport = HttpTransport.open(ConnectionSettings.of())
        answer = await called(transport, server.url())
        http = transport._http
        del transport
        while not http.is_closed:
            gc.collect()
            await asyncio.sleep(0)
        return answer

    run(work())
    assert not caplog.text


def test_a_program_ends_without_a_word_of_its_connections(server: Server) -> None:
    code = (
        "import httpx2, pdm_nb.runs.loop as aio\n"
        "from pdm_nb.api.http_transport import HttpTransport\n"
        "from pdm_nb.api.network.connection_settings import ConnectionSettings\n"
        "http = HttpTransport.open(ConnectionSettings.of())\n"
        "aio.close_at_end(http)\n"
        f"print(aio.run(http.send(httpx2.Request('GET', {server.url()!r}))).status_code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "200"
    assert not re.search("unclosed (transport|<socket)", done.stderr)


LIBRARIES = pytest.mark.parametrize("library", [httpx2, httpx], ids=["httpx2", "httpx"])


def call_with(http: Any, url: str, body: Any = 1) -> httpx2.Response:
    async def work() -> httpx2.Response:
        transport = HttpTransport.of_user(http)
        try:
            return await called(transport, url, body)
        finally:
            await transport.aclose()

    return run(work())


@LIBRARIES
def test_the_users_client_adds_what_it_was_given(server: Server, library: Any) -> None:
    seen: list[str] = []

    async def note(request: Any) -> None:
        seen.append(request.method)

    http = library.AsyncClient(headers={"X-Of-The-Office": "yes"}, event_hooks={"request": [note]})
    response = call_with(http, server.url(f"/a?{QUERY}"))
    assert isinstance(response, httpx2.Response)
    told = response.json()
    headers = dict(told["headers"])
    assert told["path"] == f"/a?{QUERY}"
    assert told["body"] == "1"
    assert headers["X-Of-The-Office"] == "yes"
    assert headers["Authorization"] == TOKEN
    assert seen == ["POST"]


@LIBRARIES
def test_the_users_client_follows_no_redirect(server: Server, library: Any) -> None:
    response = call_with(library.AsyncClient(follow_redirects=True), server.url("/moved"))
    assert (response.status_code, response.headers["Location"]) == (302, "/elsewhere")
    assert len(server.peers) == 1


@LIBRARIES
@pytest.mark.parametrize(
    ("path", "message"),
    [("/gone", "cannot be reached .RemoteProtocolError"), ("/silent", "did not answer in time .ReadTimeout")],
)
def test_errors_of_the_users_client_are_ours(server: Server, library: Any, path: str, message: str) -> None:
    patience = library.Timeout(60, read=0.5 if path == "/silent" else 60)
    with pytest.raises(ConnectionFailed, match=message) as caught:
        call_with(library.AsyncClient(timeout=patience), server.url(path))
    assert caught.value.__context__ is None
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [str(frame.locals) for frame in told.stack if "pdm_nb" in frame.filename]
    assert ours
    assert TOKEN not in "".join(ours) + repr(caught.value)


@LIBRARIES
def test_a_client_whose_loop_was_closed_is_reported(server: Server, library: Any) -> None:
    http = library.AsyncClient()
    asyncio.run(http.get(server.url()))
    with pytest.raises(TypeError, match="another event loop"):
        HttpTransport.of_user(http)


def test_a_client_that_fails_for_its_loop_is_reported() -> None:
    class Bound(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            raise RuntimeError("Event loop is closed")

    with pytest.raises(TypeError, match="was used on another event loop"):
        call_with(httpx2.AsyncClient(transport=Bound()), "http://api.test/")


@LIBRARIES
def test_one_client_may_be_used_twice(server: Server, library: Any) -> None:
    async def work() -> httpx2.Response:
        http = library.AsyncClient()
        await called(HttpTransport.of_user(http), server.url())
        transport = HttpTransport.of_user(http)
        response = await called(transport, server.url())
        await transport.aclose()
        return response

    assert run(work()).status_code == 200
    assert len(set(server.peers)) == 1
