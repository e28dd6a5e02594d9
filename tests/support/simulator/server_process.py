"""The command that starts a simulator, and a signed-in client for a simulator behind a socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from tests.support.contract.contract_checks import check

RUN = "import sys; from pdm_nb.sim import main; sys.exit(main(sys.argv[1:]))"


@contextmanager
def signed_in(told: dict) -> Iterator[httpx2.Client]:
    company = {"Procore-Company-Id": str(told["company_id"]), "X-Control-Key": told["control_key"]}
    with httpx2.Client(base_url=told["url"], headers=company) as client:
        _sign_in(client, told)
        yield client


def _sign_in(client: httpx2.Client, told: dict) -> None:
    form = {name: told[name] for name in ("client_id", "client_secret")} | {
        "grant_type": "client_credentials"
    }
    token = check(client.post("/oauth/token", data=form)).json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
