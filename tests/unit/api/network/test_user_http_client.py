"""Which HTTP clients `connect(http=…)` accepts, and what it says of others."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import httpx
import httpx2
import pytest

from pdm_nb.api.network.user_http_client import check_user_client

LIBRARIES = pytest.mark.parametrize("library", [httpx2, httpx], ids=["httpx2", "httpx"])


@LIBRARIES
def test_a_client_is_accepted_with_its_library(library: Any) -> None:
    class Own(library.AsyncClient):  # type: ignore[misc]
        pass

    assert check_user_client(library.AsyncClient()) is library
    assert check_user_client(Own()) is library


@LIBRARIES
def test_a_synchronous_client_is_not(library: Any) -> None:
    with library.Client() as http, pytest.raises(TypeError, match=r"synchronous: create an AsyncClient"):
        check_user_client(http)


@LIBRARIES
def test_a_client_with_auth_is_not(library: Any) -> None:
    with pytest.raises(TypeError, match=r"its own auth, .*Create it without auth="):
        check_user_client(library.AsyncClient(auth=("user", "s3cret")))


@LIBRARIES
def test_a_closed_client_is_not(library: Any) -> None:
    http = library.AsyncClient()
    asyncio.run(http.aclose())
    with pytest.raises(TypeError, match=r"is closed\. Create a new one"):
        check_user_client(http)


@pytest.mark.parametrize("http", ["http://proxy.test", object(), httpx2.AsyncClient, 1])
def test_another_object_is_not(http: object) -> None:
    with pytest.raises(
        TypeError, match=r"an httpx2.AsyncClient or an httpx.AsyncClient, not .*connect\(proxy=…\)"
    ):
        check_user_client(http)


def test_httpx_is_not_imported_if_the_user_does_not() -> None:
    code = (
        "import sys, httpx2, pdm_nb, pdm_nb.api.http_transport, pdm_nb.api.storage_transport\n"
        "from pdm_nb.api.network.user_http_client import check_user_client\n"
        "assert check_user_client(httpx2.AsyncClient()) is httpx2\n"
        "print('httpx' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
