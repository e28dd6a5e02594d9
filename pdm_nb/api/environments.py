"""The environments of Procore: where to sign in and where to call (B1, B4)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, urlencode, urlsplit

from ..errors import SettingsError

OOB = "urn:ietf:wg:oauth:2.0:oob"  # shows the user a code to paste (B4)


@dataclass(frozen=True, slots=True)
class Environment:
    """Where to sign in and where to call. Tokens do not cross environments (B1)."""

    name: str
    login_url: str
    api_url: str

    @property
    def host(self) -> str:
        return urlsplit(self.api_url).netloc


ENVIRONMENTS = {
    "production": Environment("production", "https://login.procore.com", "https://api.procore.com"),
    "sandbox": Environment("sandbox", "https://login-sandbox.procore.com", "https://sandbox.procore.com"),
    "monthly": Environment(
        "monthly", "https://login-sandbox-monthly.procore.com", "https://api-monthly.procore.com"
    ),
    # The federal zone has its own credentials and no sandbox.
    "federal": Environment("federal", "https://login.procoregov.com", "https://api.procoregov.com"),
}
NAMES = ("production", "sandbox", "monthly", "federal", "sim")


def environment_of(name: str, login_url: str | None = None) -> Environment:
    """Return the environment of a name, or the one at a URL, which is that of the login host too if none is given."""
    if name in ENVIRONMENTS and login_url is None:
        return ENVIRONMENTS[name]
    api = ENVIRONMENTS[name].api_url if name in ENVIRONMENTS else name
    url, login = api.rstrip("/"), (login_url or api).rstrip("/")
    for address in (url, login):
        parts = _split(address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise SettingsError(f"Unknown environment {address!r}. Use {', '.join(NAMES)}, or a URL.")
        if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SettingsError(f"{address} would send the client secret unencrypted. Use https.")
    return Environment(urlsplit(url).netloc, login, url)


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:  # such as brackets that do not match
        return urlsplit("")


def authorize_url(environment: Environment, client_id: str, redirect_uri: str = OOB) -> str:
    """Return the page on which a user approves the application and gets a code to paste (B4)."""
    query = urlencode({"response_type": "code", "client_id": client_id, "redirect_uri": redirect_uri})
    return f"{environment.login_url}/oauth/authorize?{query}"
