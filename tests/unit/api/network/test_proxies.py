"""The proxy of a URL: given, or of the environment."""

from __future__ import annotations

import pytest

from pdm_nb.api.network.proxies import Proxies, Proxy, parse_proxy
from pdm_nb.errors import SettingsError


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("address", "proxy"),
    [
        ("http://proxy.test:3128", Proxy("http", "proxy.test", 3128)),
        ("HTTP://proxy.test/", Proxy("http", "proxy.test", 80)),
        ("proxy.test:3128", Proxy("http", "proxy.test", 3128)),
        ("https://proxy.test", Proxy("https", "proxy.test", 443)),
        ("socks5://proxy.test", Proxy("socks5", "proxy.test", 1080)),
        ("socks5h://u:p%3A%40@[::1]:9", Proxy("socks5h", "::1", 9, ("u", "p:@"))),
        ("http://u@proxy.test", Proxy("http", "proxy.test", 80, ("u", ""))),
    ],
)
def test_an_address_is_read(address: str, proxy: Proxy) -> None:
    assert parse_proxy(address, "https_proxy") == proxy


def test_the_url_of_a_proxy_has_no_password() -> None:
    proxy = parse_proxy("socks5://user:s3cret@[::1]:9", "https_proxy")
    assert proxy.url == "socks5://[::1]:9"
    assert "s3cret" not in f"{proxy!r}{proxy}"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("socks4://user:s3cret@proxy.test", "Unknown kind of proxy socks4://"),
        ("http://user:s3cret#1@proxy.test", "percent-encoded"),
        ("http://user:s3cret/1@proxy.test", "percent-encoded"),
        ("http://", "is not valid"),
        ("http://proxy.test:s3cret", "is not valid"),
        ("http://proxy.test/a/path", "is not valid"),
        ("", "is not valid"),
    ],
)
def test_an_address_that_cannot_be_read_is_reported_without_the_password(address: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        parse_proxy(address, "connect(proxy=…)")
    assert "connect(proxy=…)" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__context__ is None


def test_the_environment_has_one_for_each_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://secure.test:1")
    monkeypatch.setenv("all_proxy", "http://all.test:2")
    monkeypatch.setenv("no_proxy", "internal.test,localhost")
    proxies = Proxies()
    found = [
        proxies.of(url)
        for url in (
            "https://api.test/a?b=c",
            "http://api.test/",
            "https://www.internal.test/",
            "http://localhost:8/",
        )
    ]
    assert list(map(str, found)) == ["secure.test:1", "all.test:2", "None", "None"]


def test_a_given_proxy_is_for_all_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://other.test:1")
    monkeypatch.setenv("no_proxy", "*")
    proxies = Proxies("http://proxy.test:3128")
    assert {str(proxies.of(url)) for url in ("https://api.test/", "http://localhost/")} == {"proxy.test:3128"}


@pytest.mark.parametrize("address", [{"https": "http://u:s3cret@proxy.test"}, b"http://u:s3cret@proxy.test"])
def test_another_type_is_an_error(address: object) -> None:
    with pytest.raises(TypeError, match=rf"not {type(address).__name__}\. If proxies differ") as caught:
        Proxies(address)  # type: ignore[arg-type]
    assert "s3cret" not in str(caught.value)
