"""Which certificates are trusted: TLS settings for calls and for files."""

from __future__ import annotations

import os
import ssl

import httpx2

from ...errors import SettingsError

Verify = bool | str | os.PathLike[str] | ssl.SSLContext


def tls_context(verify: Verify = True) -> ssl.SSLContext:
    """Return the TLS settings for `connect(verify=…)`. Raises `SettingsError` if certificates cannot be read.

    True: `SSL_CERT_FILE` and `SSL_CERT_DIR`, else `REQUESTS_CA_BUNDLE`, else the authorities that the operating system
    trusts.
    """
    if isinstance(verify, ssl.SSLContext):
        return verify
    if isinstance(verify, str | os.PathLike):
        return _of_path(os.fspath(verify), "connect(verify=…)")
    if not isinstance(verify, bool):
        raise TypeError(
            "connect(verify=…) takes True, False, the path of a file of certificates, or an ssl.SSLContext, "
            f"not {type(verify).__name__}."
        )
    return _of_environment() if verify else httpx2.create_ssl_context(verify=False)


def _of_environment() -> ssl.SSLContext:
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file:
        return _of_file(file, "SSL_CERT_FILE", folder)
    if folder:
        return _of_folder(folder, "SSL_CERT_DIR")
    bundle = os.environ.get("REQUESTS_CA_BUNDLE")
    return _of_path(bundle, "REQUESTS_CA_BUNDLE") if bundle else httpx2.create_ssl_context(trust_env=False)


def _of_path(path: str, setting: str) -> ssl.SSLContext:
    return _of_folder(path, setting) if os.path.isdir(path) else _of_file(path, setting)


def _of_folder(path: str, setting: str) -> ssl.SSLContext:
    if not any(map(os.path.isdir, path.split(os.pathsep))):
        raise SettingsError(f"{setting} names {path}, which is not a folder. Correct the path.")
    return ssl.create_default_context(capath=path)


def _of_file(path: str, setting: str, folder: str | None = None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=path, capath=folder)
    except ssl.SSLError:
        problem = "does not contain certificates in PEM format. Export them as PEM (Base64)."
    except OSError as error:
        problem = f"cannot be read ({error.strerror}). Correct the path."
    raise SettingsError(f"{setting} names {path}, which {problem}")
