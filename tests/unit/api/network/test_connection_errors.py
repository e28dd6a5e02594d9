"""Errors of connections over real sockets, for calls and for files: what is wrong, and what to do."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import traceback
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import httpx2
import pytest
from urllib3.exceptions import InsecureRequestWarning

from pdm_nb.api.http_transport import HttpTransport
from pdm_nb.api.network.connection_settings import ConnectionSettings
from pdm_nb.api.storage_transport import DirectTransport
from pdm_nb.errors import ConnectionFailed, ConnectionRejected
from pdm_nb.model import Segment
from tests.support.network.socks_server import SocksServer
from tests.support.network.tls import EchoServer, secure_by_authority, secure_self_signed, serving

Send = Callable[[str, ConnectionSettings], int]
LOGIN = "user:p%40ss%3Aw%C3%B6rd"
DECODED = "p@ss:wörd"
NO_PASSWORD = ("p%40ss", "p@ss")


def call(url: str, settings: ConnectionSettings) -> int:
    async def work() -> int:
        transport = HttpTransport.open(settings)
        try:
            return (await transport.send(httpx2.Request("GET", url))).status_code
        finally:
            await transport.aclose()

    return asyncio.run(work())


def put(url: str, settings: ConnectionSettings) -> int:
    return asyncio.run(DirectTransport(settings).put(Segment(url, {}), 5, BytesIO(b"hello"))).status


both = pytest.mark.parametrize("send", [call, put], ids=["call", "file"])


@pytest.fixture
def server() -> Iterator[EchoServer]:
    with serving() as running:
        yield running


def failure(send: Send, url: str, settings: ConnectionSettings) -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        send(url, settings)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    package = [str(frame.locals) for frame in shown.stack if "pdm_nb/" in frame.filename]
    assert package
    text = "".join((*package, str(caught.value), repr(caught.value), repr(settings)))
    assert not [secret for secret in NO_PASSWORD if secret in text]
    assert "s3cret" not in str(caught.value)
    return caught.value


# -- certificates
def self_signed(server: EchoServer, folder: Path) -> ConnectionSettings:
    secure_self_signed(server, folder)
    return ConnectionSettings.of()


def unknown_authority(server: EchoServer, folder: Path) -> ConnectionSettings:
    secure_by_authority(server, folder)
    return ConnectionSettings.of()


def expired(server: EchoServer, folder: Path) -> ConnectionSettings:
    past = datetime.now(UTC) - timedelta(days=1)
    return ConnectionSettings.of(secure_by_authority(server, folder, not_after=past))


def not_yet_valid(server: EchoServer, folder: Path) -> ConnectionSettings:
    soon = datetime.now(UTC) + timedelta(days=1)
    return ConnectionSettings.of(secure_by_authority(server, folder, not_before=soon))


def wrong_host(server: EchoServer, folder: Path) -> ConnectionSettings:
    return ConnectionSettings.of(secure_by_authority(server, folder, "storage.test"))


@both
@pytest.mark.parametrize(
    ("certificate", "message"),
    [
        (self_signed, r"is self-signed, so it is not trusted\. If you trust it, .*SSL_CERT_FILE.*verify="),
        (
            unknown_authority,
            r"was issued by an authority that this computer does not trust\. .*SSL_CERT_FILE.*verify=",
        ),
        (expired, r"has expired\. Check the date of this computer"),
        (not_yet_valid, r"is not valid yet\. Check the date of this computer"),
        (wrong_host, r"belongs to another host\. Check the address"),
    ],
)
def test_faults_of_certificates_are_distinguished(
    server: EchoServer,
    tmp_path: Path,
    send: Send,
    certificate: Callable[[EchoServer, Path], ConnectionSettings],
    message: str,
) -> None:
    settings = certificate(server, tmp_path)
    error = failure(send, server.url(), settings)
    assert isinstance(error, ConnectionRejected)
    assert re.match(rf"The certificate of localhost:\d+ {message}", str(error))
    assert not server.seen


@both
def test_a_host_without_tls_is_reported(server: EchoServer, send: Send) -> None:
    url = server.url().replace("http:", "https:")
    assert "does not use TLS. Check the address: http or https" in str(
        failure(send, url, ConnectionSettings.of())
    )


@both
def test_every_certificate_is_accepted_if_wanted(server: EchoServer, tmp_path: Path, send: Send) -> None:
    secure_self_signed(server, tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureRequestWarning)
        assert send(server.url(), ConnectionSettings.of(verify=False)) == 200


# -- proxies
@both
@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_an_unreachable_proxy_is_named(send: Send, scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = ConnectionSettings.of(proxy=f"{scheme}://{LOGIN}@127.0.0.1:{port}")
    for url in ("https://api.test/", "http://api.test/"):
        message = str(failure(send, url, settings))
        assert message.startswith(f"The proxy 127.0.0.1:{port} cannot be reached. Check its address")


@both
def test_a_proxy_with_an_unknown_name_is_named(send: Send) -> None:
    settings = ConnectionSettings.of(proxy=f"http://{LOGIN}@proxy.invalid:3128")
    assert "The proxy proxy.invalid:3128 cannot be reached" in str(
        failure(send, "https://api.test/", settings)
    )


@both
@pytest.mark.parametrize(
    ("status", "kind", "message"),
    [
        (407, ConnectionRejected, r"refused the sign-in\. Check the user name and password"),
        (403, ConnectionFailed, r"did not connect to api\.test\. Check that it permits this host"),
    ],
)
def test_a_proxy_that_refuses_is_named(
    server: EchoServer, send: Send, status: int, kind: type[Exception], message: str
) -> None:
    server.status = status
    settings = ConnectionSettings.of(proxy=f"http://{LOGIN}@127.0.0.1:{server.server_port}")
    error = failure(send, "https://api.test/", settings)
    assert type(error) is kind
    assert re.match(rf"The proxy 127\.0\.0\.1:{server.server_port} {message}", str(error))
    assert len(server.seen) == 1


@both
def test_a_percent_encoded_password_is_decoded(server: EchoServer, send: Send) -> None:
    settings = ConnectionSettings.of(proxy=f"http://{LOGIN}@127.0.0.1:{server.server_port}")
    assert send("http://api.test/rest", settings) == 200
    path, headers = server.seen[0]
    assert path == "http://api.test/rest"
    sent = {name.lower(): text for name, text in headers.items()}["proxy-authorization"]
    assert sent == "Basic dXNlcjpwQHNzOnfDtnJk"  # user:p@ss:wörd in UTF-8


@both
def test_a_socks_proxy_gets_the_decoded_password(server: EchoServer, send: Send) -> None:
    with SocksServer(("user", DECODED)) as proxy:
        settings = ConnectionSettings.of(proxy=f"socks5://{LOGIN}@127.0.0.1:{proxy.port}")
        assert send(server.url(), settings) == 200
        assert proxy.asked == [("localhost", server.server_port)]


@both
def test_certificates_apply_through_a_proxy(server: EchoServer, tmp_path: Path, send: Send) -> None:
    authority = secure_by_authority(server, tmp_path)
    with SocksServer() as proxy:
        address = f"socks5://127.0.0.1:{proxy.port}"
        assert send(server.url(), ConnectionSettings.of(authority, address)) == 200
        error = failure(send, server.url(), ConnectionSettings.of(True, address))
        assert "an authority that this computer does not trust" in str(error)


@both
def test_the_password_of_a_socks_proxy_is_not_logged(
    server: EchoServer, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    with SocksServer(("user", DECODED)) as proxy, caplog.at_level(logging.DEBUG):
        send(server.url(), ConnectionSettings.of(proxy=f"socks5://{LOGIN}@127.0.0.1:{proxy.port}"))
    assert "signature" not in caplog.text
    assert "p@ss" not in caplog.text
