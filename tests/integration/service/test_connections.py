"""`connect(http=…, verify=…, proxy=…)`: the user's HTTP client, certificates and proxies, for calls and for bytes."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest

import pdm_nb
from pdm_nb.errors import ConnectionFailed, ConnectionRejected, SettingsError
from pdm_nb.sim import Simulator
from tests.support.network.socks_server import SocksServer
from tests.support.network.tls import serving
from tests.support.network.tls_relay import TlsRelay

VALUES = {"type": "Other", "status": "S2", "revision": "P01", "description": "A"}
LIBRARIES = pytest.mark.parametrize("library", [httpx2, httpx], ids=["httpx2", "httpx"])


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(ml_seconds=0.2) as running:
        yield running


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)


def connected(simulator: Simulator, url: str | None = None, **options: Any) -> pdm_nb.Service:
    return pdm_nb.connect(
        url or simulator.url,
        client_id=simulator.client_id,
        client_secret=simulator.client_secret,
        company_id=simulator.company_id,
        **options,
    )


def uploaded(service: pdm_nb.Service, simulator: Simulator, folder: Path) -> set[str]:
    """The states of three documents after their upload."""
    (folder / "letters").mkdir()
    for number in range(3):
        (folder / "letters" / f"letter-{number}.txt").write_text(f"letter {number}")
    batch = service.project(simulator.project_id).batch(folder / "letters", journal=folder / "j.sqlite")
    for field, value in VALUES.items():
        batch.set(None, field, value)
    return set(batch.upload().wait(60)["state"])


# -- http=
@LIBRARIES
def test_calls_and_bytes_go_through_the_users_client(
    simulator: Simulator, library: Any, tmp_path: Path
) -> None:
    sent: list[tuple[str, str, bool]] = []

    async def note(request: Any) -> None:
        sent.append((request.method, request.url.path, "authorization" in request.headers))

    service = connected(simulator, http=library.AsyncClient(event_hooks={"request": [note]}))
    assert uploaded(service, simulator, tmp_path) == {"uploaded"}
    puts = [authorized for method, path, authorized in sent if method == "PUT" and "storage" in path]
    assert puts == [False] * 3  # B55
    assert ("POST", "/oauth/token", False) in sent
    assert {authorized for _, path, authorized in sent if path.startswith("/rest/")} == {True}


@LIBRARIES
def test_errors_of_the_service_are_reported_as_usual(simulator: Simulator, library: Any) -> None:
    service = connected(simulator, http=library.AsyncClient())
    with pytest.raises(pdm_nb.errors.PdmError, match="99999999"):
        service.project(99999999)


@LIBRARIES
def test_no_network_is_reported_as_usual(simulator: Simulator, library: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ConnectionFailed, match=rf"127\.0\.0\.1:{port} cannot be reached .ConnectError."):
        connected(simulator, f"http://127.0.0.1:{port}", http=library.AsyncClient())


@LIBRARIES
def test_the_proxy_of_the_users_client_is_named(simulator: Simulator, library: Any) -> None:
    with serving() as refusing:
        refusing.status = 407
        http = library.AsyncClient(proxy=f"http://user:s3cret@127.0.0.1:{refusing.server_port}")
        with pytest.raises(ConnectionRejected, match="The proxy refused the sign-in") as caught:
            connected(simulator, "https://api.test", http=http)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("more", [{"verify": False}, {"verify": "ca.pem"}, {"proxy": "http://proxy.test"}])
def test_a_client_has_its_own_certificates_and_proxy(simulator: Simulator, more: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"http= or verify= and proxy=, not both"):
        connected(simulator, http=httpx2.AsyncClient(), **more)


def test_another_object_is_an_error_before_anything_is_sent(simulator: Simulator) -> None:
    with pytest.raises(TypeError, match=r"not str\. For a proxy or certificates, use connect\(proxy"):
        connected(simulator, http="http://proxy.test")


@LIBRARIES
def test_a_client_of_another_loop_is_an_error(simulator: Simulator, library: Any) -> None:
    http = library.AsyncClient()
    asyncio.run(http.get(f"{simulator.url}/rest/v1.0/me"))
    with pytest.raises(TypeError, match=r"used on another event loop .*Create a new one"):
        connected(simulator, http=http)


# -- proxy=
def test_calls_and_bytes_go_through_the_proxy(simulator: Simulator, tmp_path: Path) -> None:
    url = simulator.url.replace("127.0.0.1", "localhost")
    with SocksServer(("user", "p@ss")) as proxy:
        service = connected(simulator, url, proxy=f"socks5://user:p%40ss@127.0.0.1:{proxy.port}")
        calls = len(proxy.asked)
        assert calls
        assert uploaded(service, simulator, tmp_path) == {"uploaded"}
        assert len(proxy.asked) > calls
        assert {host for host, _ in proxy.asked} == {"localhost"}


def test_a_proxy_that_requires_a_sign_in_is_reported_at_once(simulator: Simulator) -> None:
    with serving() as proxy:
        proxy.status = 407
        with pytest.raises(ConnectionRejected, match=r"refused the sign-in\. Check the user name"):
            connected(simulator, "https://api.test", proxy=f"http://127.0.0.1:{proxy.server_port}")
        assert len(proxy.seen) == 1


def test_a_url_that_cannot_be_read_is_a_setting(simulator: Simulator) -> None:
    with pytest.raises(SettingsError, match=r"connect\(proxy=…\)"):
        connected(simulator, proxy="ftp://proxy.test")


# -- verify=
def test_an_untrusted_certificate_is_reported_at_once(simulator: Simulator, tmp_path: Path) -> None:
    with TlsRelay(simulator.url, tmp_path) as relay:
        with pytest.raises(
            ConnectionRejected, match=r"does not trust\. .*SSL_CERT_FILE .*connect\(verify=path\)"
        ):
            connected(simulator, relay.url)
        assert relay.connections == 1


@pytest.mark.parametrize("kind", [str, Path, "context", bool])
def test_certificates_can_be_given(simulator: Simulator, tmp_path: Path, kind: Any) -> None:
    with TlsRelay(simulator.url, tmp_path) as relay:
        verify = {
            "context": lambda: ssl.create_default_context(cafile=relay.authority),
            bool: lambda: False,
        }.get(kind, lambda: kind(relay.authority))()
        service = connected(simulator, relay.url, verify=verify)
        assert service.company
        assert relay.connections > 0


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_certificates_of_the_environment(
    simulator: Simulator, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TlsRelay(simulator.url, tmp_path) as relay:
        monkeypatch.setenv(name, str(relay.authority))
        assert connected(simulator, relay.url).company


def test_a_file_that_is_missing_is_reported_before_anything_is_sent(simulator: Simulator) -> None:
    with pytest.raises(SettingsError, match=r"connect\(verify=…\) names /nowhere.pem, which cannot be read"):
        connected(simulator, verify="/nowhere.pem")
