"""Which certificates are trusted: the settings, and errors in them."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest
import trustme

from pdm_nb.api.network.tls import tls_context
from pdm_nb.errors import SettingsError

NAMES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    trustme.CA(organization_name="Test").cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return tmp_path / "ca.pem"


def trusted(context: ssl.SSLContext) -> list[str]:
    return [
        str(dict(name for [name] in one["subject"])["organizationName"]) for one in context.get_ca_certs()
    ]


@pytest.mark.parametrize("kind", [str, Path])
def test_a_file_is_trusted_alone(authority: Path, kind: type) -> None:
    context = tls_context(kind(authority))
    assert trusted(context) == ["Test"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_the_environment_names_a_file(authority: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, str(authority))
    assert trusted(tls_context()) == ["Test"]


def test_the_file_of_openssl_goes_first(authority: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    assert trusted(tls_context()) == ["Test"]


@pytest.mark.parametrize("name", ["SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"])
def test_the_environment_names_a_folder(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, str(tmp_path))
    context = tls_context()
    assert trusted(context) == []  # a folder is looked into during a handshake
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_without_settings_the_authorities_of_the_system_are_trusted() -> None:
    context = tls_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_a_context_is_used_as_it_is() -> None:
    context = ssl.create_default_context()
    assert tls_context(context) is context


def test_false_accepts_every_certificate() -> None:
    context = tls_context(False)
    assert context.verify_mode is ssl.CERT_NONE
    assert not context.check_hostname


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_missing_file_is_reported_with_its_setting(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "/nowhere.pem")
    with pytest.raises(SettingsError, match=rf"{name} names /nowhere.pem, which cannot be read .*Correct"):
        tls_context()
    with pytest.raises(SettingsError, match=r"connect\(verify=…\) names /nowhere.pem"):
        tls_context("/nowhere.pem")


def test_a_missing_folder_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", os.pathsep.join(("/nowhere", "/neither")))
    with pytest.raises(SettingsError, match=r"SSL_CERT_DIR names .*not a folder"):
        tls_context()


def test_a_file_without_certificates_is_reported(tmp_path: Path) -> None:
    (tmp_path / "ca.der").write_bytes(b"\x30\x82")
    with pytest.raises(SettingsError, match=r"ca.der, which does not contain certificates in PEM format"):
        tls_context(tmp_path / "ca.der")


@pytest.mark.parametrize("verify", [None, 1, b"ca.pem"])
def test_another_type_is_an_error(verify: object) -> None:
    with pytest.raises(TypeError, match=rf"not {type(verify).__name__}"):
        tls_context(verify)  # type: ignore[arg-type]
