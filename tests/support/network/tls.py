"""A test server with TLS, whose certificate the environment trusts."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme


def secure(server: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on `server` is `https://localhost`."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.scheme = "https"
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "authority.pem"))
