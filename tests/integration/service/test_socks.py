"""A whole upload through a SOCKS5 proxy from the environment: sign-in, calls and bytes."""

from __future__ import annotations

import asyncio
import sys
import traceback
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import pdm_nb
from pdm_nb import Batch
from pdm_nb.api import storage_transport
from pdm_nb.api.network.connection_settings import ConnectionSettings
from pdm_nb.errors import ConnectionFailed, ConnectionRejected, SettingsError
from pdm_nb.model import Segment
from pdm_nb.sim import Simulator
from tests.support.network.socks_server import SocksServer

pytestmark = pytest.mark.slow

HOST = "localhost"


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def port_of(simulator: Simulator) -> int:
    return urlsplit(simulator.url).port or 0


def batch_of(simulator: Simulator, folder: Path) -> Batch:
    url = f"http://{HOST}:{port_of(simulator)}"
    service = pdm_nb.connect(url, client_id=simulator.client_id, client_secret=simulator.client_secret)
    (folder / "letters").mkdir()
    for number in range(3):
        (folder / "letters" / f"letter-{number}.txt").write_text(f"letter {number}")
    batch = service.project(simulator.project_id).batch(folder / "letters", journal=folder / "j.sqlite")
    for field, value in {"type": "Other", "status": "S2", "revision": "P01", "description": "A"}.items():
        batch.set(None, field, value)
    return batch


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "SOCKS5h"])
def test_sign_in_calls_and_bytes_go_through_it(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SocksServer(("user", "w@rd")) as proxy, Simulator(ml_seconds=0.2) as simulator:
        monkeypatch.setenv("all_proxy", f"{scheme}://user:w%40rd@127.0.0.1:{proxy.port}")
        batch = batch_of(simulator, tmp_path)
        assert set(batch.upload().wait(60)["state"]) == {"uploaded"}
        assert batch.view.project.service.client.storage_puts == 3
        assert {host for host, _ in proxy.asked} == {HOST}, "names are looked up by the proxy"
        assert len(proxy.asked) >= 2, "calls and bytes have connections of their own"


@pytest.mark.parametrize(
    ("login", "refuse", "message"),
    [
        (("user", "other"), False, r"The proxy 127.0.0.1:\d+ refused the sign-in\. Check the user name"),
        (("user", "w@rd"), True, rf"The proxy 127.0.0.1:\d+ did not connect to {HOST}:\d+"),
    ],
    ids=["login", "refused"],
)
def test_a_proxy_that_refuses_is_reported_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, login: tuple[str, str], refuse: bool, message: str
) -> None:
    with SocksServer(login, refuse=refuse) as proxy, Simulator() as simulator:
        monkeypatch.setenv("all_proxy", f"socks5h://user:w%40rd@127.0.0.1:{proxy.port}")
        with pytest.raises(ConnectionFailed, match=message) as caught:
            batch_of(simulator, tmp_path)
        told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        ours = [str(frame.locals) for frame in told.stack if frame.filename != __file__]
        assert ours
        assert not [text for text in (str(caught.value), *ours) if "w@rd" in text or "w%40rd" in text]
        assert isinstance(caught.value, ConnectionRejected) is not refuse
        with pytest.raises(ConnectionFailed, match=message) as caught:
            put(f"http://{HOST}:{port_of(simulator)}/part?signature=s3cret")
        assert "w%40rd" not in str(caught.value)


def put(url: str) -> storage_transport.StorageResponse:
    return asyncio.run(
        storage_transport.DirectTransport(ConnectionSettings.of()).put(Segment(url, {}), 5, BytesIO(b"hello"))
    )


def test_a_missing_package_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks5h://user:w%40rd@127.0.0.1:9")
    with Simulator() as simulator:
        for module, package in (("socksio", "socksio"), ("socks", "PySocks")):
            with monkeypatch.context() as missing:
                missing.setitem(sys.modules, module, None)
                with pytest.raises(
                    SettingsError, match=rf'{package}. Install .*pip install "pdm_nb\[socks\]"'
                ):
                    batch_of(simulator, tmp_path)
                with pytest.raises(SettingsError, match=rf"needs {package}"):
                    put(f"http://{HOST}:{port_of(simulator)}/part?signature=s3cret")
        monkeypatch.setenv("no_proxy", "localhost")
        batch_of(simulator, tmp_path)


@pytest.mark.parametrize("named", ["socks://user:w%40rd@127.0.0.1:9", "socks4://user:w%40rd@127.0.0.1:9"])
def test_a_proxy_of_no_kind_that_there_is(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", named)
    with pytest.raises(SettingsError, match=r"one of http, https, socks5, socks5h") as caught:
        put(f"http://{HOST}/part?signature=s3cret")
    assert "w%40rd" not in str(caught.value)
