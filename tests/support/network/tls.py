"""A test server with TLS: one whose certificate the environment trusts, or one with a faulty certificate."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

AUTHORITY = "authority.pem"


def secure(server: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on `server` is `https://localhost`."""
    monkeypatch.setenv("SSL_CERT_FILE", str(secure_by_authority(server, folder)))


def secure_by_authority(server: Any, folder: Path, host: str = "localhost", **more: Any) -> Path:
    """Give `server` a certificate of an authority that nobody trusts yet; return the authority's PEM file."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host, **more).configure_cert(context)
    _wrap(server, context)
    authority.cert_pem.write_to_path(str(folder / AUTHORITY))
    return folder / AUTHORITY


def secure_self_signed(server: Any, folder: Path) -> None:
    """Give `server` a certificate that is signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "self-signed.pem"
    encoding = serialization.Encoding.PEM
    file.write_bytes(
        certificate.public_bytes(encoding)
        + key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    _wrap(server, context)


def _wrap(server: Any, context: ssl.SSLContext) -> None:
    # Each handshake in the thread of its request: a client that breaks it off stops no other.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.scheme = "https"


class EchoServer(ThreadingHTTPServer):
    """Returns 200 with an ETag and empty JSON. `seen`: each request's path and headers; also a proxy for http://."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Echo)
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.scheme = "http"
        self.status = 200

    def url(self, path: str = "/part?signature=s3cret") -> str:
        return f"{self.scheme}://localhost:{self.server_port}{path}"


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: EchoServer

    def setup(self) -> None:
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
        super().setup()

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.path, dict(self.headers.items())))
        self.send_response_only(self.server.status)
        self.send_header("ETag", '"e"')
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = do_CONNECT = do_PUT


@contextmanager
def serving() -> Iterator[EchoServer]:
    server = EchoServer()
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # a client broke off
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
