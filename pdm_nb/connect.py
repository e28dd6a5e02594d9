"""`connect()`: sign in. Imports the rest of the package only when it is called, so that `import pdm_nb` stays fast."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from .api.environments import OOB, Environment, environment_of
from .errors import SettingsError
from .settings.settings_file import NamedSettings, read_settings

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    import httpx
    import httpx2

    from .api.auth import Credentials, HttpSender
    from .api.client import TimeSource
    from .api.storage_transport import UploadTransport
    from .service import Service

log = logging.getLogger("pdm_nb")


def connect(
    environment: str | None = None,
    *,
    settings: str | None = None,
    client_id: str | None = None,
    client_secret: str | None = None,
    company_id: str | int | None = None,
    login_url: str | None = None,
    code: str | None = None,
    redirect_uri: str = OOB,
    token_store: str | os.PathLike[str] | None = None,
    verify: bool | str | os.PathLike[str] | ssl.SSLContext = True,
    proxy: str | None = None,
    http: httpx2.AsyncClient | httpx.AsyncClient | None = None,
    clock: TimeSource | None = None,
    **simulator: Any,
) -> Service:
    """Sign in to Procore, or start the simulator.

    Parameters
    ----------
    environment : str, optional
        "production", "sandbox", "monthly", "federal" (B1), "sim" (starts the simulator in this process), or the URL of
        a service. If not given: `PDM_NB_API_URL` and `PDM_NB_LOGIN_URL`, else `PDM_NB_ENVIRONMENT`, else the settings
        file.
    settings : str, optional
        A name of the settings file, which the command line reads too; else `PDM_NB_SETTINGS`, else its default. What is
        given here, or set as an environment variable, wins over the file. The file is not read if `environment` is
        given. `pdm-nb doctor` shows where it is.
    client_id, client_secret : str, optional
        Credentials of the developer-managed service account. If not given: `PDM_NB_CLIENT_ID` and
        `PDM_NB_CLIENT_SECRET`, else the secret from the system's keyring (service "pdm_nb", user = client id).
    company_id : str or int, optional
        The company. If not given: `PDM_NB_COMPANY_ID`, else the only company of the account.
    login_url : str, optional
        The login host, if it is not that of the environment.
    code : str, optional
        The code from the page of `authorize_url`. It signs in a user instead of the service account (B4).
    redirect_uri : str
        The redirect URI that the code was requested with.
    token_store : path, optional
        A file that keeps the sign-in, else `PDM_NB_TOKEN_STORE`. If neither is given, the sign-in ends with the process.
        Later processes use it without a new code, and processes that run at the same time share it. It contains
        secrets (mode 0600). `service.sign_out()` removes the sign-in from it.
    verify : bool, path or ssl.SSLContext
        Which TLS certificates are trusted, for calls and files. True: those that `SSL_CERT_FILE`, `SSL_CERT_DIR` or
        `REQUESTS_CA_BUNDLE` name, else those that the operating system trusts. A path: those in this PEM file. False
        accepts every certificate, and so also that of an attacker.
    proxy : str, optional
        The URL of a proxy for calls and files, for example "http://user:password@proxy.example:8080" or
        "socks5://127.0.0.1:1080" (extra `socks`). Everything goes through it. If not given: `https_proxy`,
        `http_proxy`, `all_proxy` and `no_proxy`.
    http : httpx2.AsyncClient or httpx.AsyncClient, optional
        Your own HTTP client, with its own certificates and proxy, headers and event hooks; not together with `verify`
        or `proxy`. It must be new, and without `auth`. Files are sent through it too, more slowly than through the
        default connections.
    clock : TimeSource, optional
        Time and sleep, for tests.
    **simulator
        Options of the simulator, such as `seed=`, `ml_seconds=` or `scenario=`; only for "sim".

    Returns
    -------
    Service
        The sign-in at one company.

    Raises
    ------
    SettingsError
        If a setting is missing or invalid. The message names it, and where to set it.
    TypeError
        If `http` is another kind of object, or a client that cannot be used.
    SignInError
        If the login host refuses the credentials.
    ConnectionFailed
        If the login host or the service cannot be reached. `ConnectionRejected` if its certificate is not trusted.

    Examples
    --------
    >>> service = connect("sim")  # doctest: +SKIP
    >>> service.project("Riverside Tower")  # doctest: +SKIP
    <Project Riverside Tower (2001) of Demo Builders, 127.0.0.1:38121>
    """
    from .local_files.cache_folder import cache_folder
    from .settings import defaults

    stored = _stored(environment, settings)
    calls, uploads = _transports(verify, proxy, http)
    name = environment or stored.get("api_url") or stored.get("environment") or defaults.default_environment()
    first_project = stored.get("project_id") or ""
    cache = None if name == "sim" else cache_folder()  # the port may belong to another simulator tomorrow
    if name == "sim":
        stored, (name, ready) = NamedSettings(), defaults.simulate(simulator)
        client_id, client_secret = ready["client_id"], ready["client_secret"]
        company_id, first_project = company_id or ready["company_id"], str(ready["project_id"])
    elif simulator:
        raise SettingsError(
            f"Unknown setting {next(iter(simulator))!r}: connect() does not take it for {name}."
        )
    login = login_url or (
        None if environment else os.environ.get("PDM_NB_LOGIN_URL") or stored.get("login_url")
    )
    host = environment_of(name, login)
    client_id = client_id or stored.get("client_id")
    credentials = defaults.credentials(host, client_id, client_secret, code, redirect_uri)
    company = str(company_id or os.environ.get("PDM_NB_COMPANY_ID") or stored.get("company_id") or "") or None
    store = token_store or os.environ.get("PDM_NB_TOKEN_STORE") or stored.get("token_store")
    service = _open(host, credentials, company, store, cache, calls, uploads, clock)
    service.default_project = os.environ.get("PDM_NB_PROJECT_ID") or first_project
    return service


def _stored(environment: str | None, name: str | None) -> NamedSettings:
    """Return the settings of the file. If the service is given, they may be those of another one."""
    if not environment:
        found = read_settings(name)
        for sentence in found.overridden:
            log.warning("%s", sentence)
        return found
    if name:
        raise SettingsError(
            f"connect() takes an environment or settings=, not both. Leave out {environment!r} to use the settings "
            f"{name!r}."
        )
    return NamedSettings()


def _open(
    host: Environment,
    credentials: Credentials,
    company: str | None,
    store: str | os.PathLike[str] | None,
    cache: Path | None,
    calls: HttpSender,
    uploads: UploadTransport,
    clock: TimeSource | None,
) -> Service:
    """Put the parts of a client together and sign in."""
    from .api.client import TimeSource
    from .api.service_memory import Memories
    from .api.token_store import TokenStore
    from .runs.loop import close_at_end, run
    from .service import Service

    close_at_end(calls)
    clock = clock or TimeSource()
    memories = Memories(cache, host.api_url, credentials.client_id, clock.now)
    tokens = TokenStore(store, host, credentials) if store else None
    return run(Service.open(host, credentials, company, calls, uploads, clock, memories, tokens))


def _transports(
    verify: bool | str | os.PathLike[str] | ssl.SSLContext, proxy: str | None, http: Any
) -> tuple[HttpSender, UploadTransport]:
    """Return what sends calls and what sends files: the default ones, or the user's own client for both."""
    from .api.http_transport import HttpTransport
    from .api.network.connection_settings import ConnectionSettings
    from .api.storage_transport import DirectTransport, UserStorageTransport

    if http is None:
        connections = ConnectionSettings.of(verify, proxy)
        return HttpTransport.open(connections), DirectTransport(connections)
    if verify is not True or proxy is not None:
        raise TypeError(
            "connect() takes http= or verify= and proxy=, not both. Create the HTTP client with its own certificates "
            "and proxy."
        )
    return HttpTransport.of_user(http), UserStorageTransport(http)
