"""How hosts are reached: the settings of `connect(verify=…, proxy=…)`, for calls and for files."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from .proxies import Proxies
from .tls import Verify, tls_context


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """Certificates and proxies. If nothing is given, those of the environment."""

    tls: ssl.SSLContext
    proxies: Proxies

    @classmethod
    def of(cls, verify: Verify = True, proxy: str | None = None) -> ConnectionSettings:
        """Read the settings. Raises `SettingsError` if a file or the URL of the proxy cannot be used."""
        return cls(tls_context(verify), Proxies(proxy))
