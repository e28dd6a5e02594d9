"""No traceback shows a secret, also in IPython with `%xmode Verbose`, which prints the variables of each frame."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pdm_nb import sim

pytestmark = pytest.mark.slow

SESSION = r"""
import json, os, sys, traceback
from IPython.core.interactiveshell import InteractiveShell
from tests.support.hostile.calls import SECRETS
from tests.support.hostile.faults import BY_NAME
from tests.support.hostile.server import HostileServer

upstream, project = sys.argv[1:]
hostile = HostileServer(upstream)
os.environ["PDM_NB_API_URL"] = hostile.url
shell = InteractiveShell.instance()
shell.run_line_magic("colors", "NoColor")
shell.run_line_magic("xmode", "Verbose")
start = (
    "import pdm_nb\nfrom tests.support.hostile.calls import CALLS\nfrom pdm_nb.runs.loop import run\n"
    f"service = pdm_nb.connect()\nproject = service.project({project!r})\nservice.client.attempts = 2"
)

def run(cell):
    sys.last_value = None
    shell.run_cell(cell)
    if sys.last_value is not None:
        # What a debugger, or a library that prints its own tracebacks, would show.
        error = sys.last_value
        print("\n".join(shell.InteractiveTB.structured_traceback(type(error), error, error.__traceback__)))
        print("".join(traceback.format_exception(error)), repr(error), vars(error))

connected = False
for operation, kind, body, cell in json.load(sys.stdin):
    print(f"\n===== {operation} {kind}")
    if not connected and operation != "getToken":
        run(start)
        connected = True
    give = BY_NAME[kind].give if kind else lambda exchange: exchange.respond(200, body.encode())
    hostile.strike(operation, give)
    run(cell or start)
    hostile.heal()
tokens = [text.removeprefix("Bearer ") for exchange in hostile.requests for name, text in exchange.headers.items()
          if name.lower() == "authorization"]
secrets = {*tokens, *SECRETS, os.environ["PDM_NB_CLIENT_SECRET"]}
print("\n=====", len(hostile.requests), "hostile responses")
sys.stderr.write(json.dumps(sorted(secrets)))
"""


def session(*steps: tuple[str, str, str, str]) -> tuple[list[str], set[str]]:
    """Run cells in IPython with `%xmode Verbose`, each with a hostile response: operation, kind or body, cell.

    Returns what was printed for each, and the secrets that were sent.
    """
    with sim.Simulator() as simulator:
        secret = {"PDM_NB_CLIENT_ID": simulator.client_id, "PDM_NB_CLIENT_SECRET": simulator.client_secret}
        done = subprocess.run(
            [sys.executable, "-c", SESSION, simulator.url, str(simulator.project_id)],
            input=json.dumps(steps), capture_output=True, text=True, timeout=180, check=False,
            env={**os.environ, **secret}, cwd=Path(__file__).parents[2],
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed = done.stdout.split("\n=====")[1:-1]
    assert len(printed) == len(steps), done.stdout
    return printed, set(json.loads(done.stderr.splitlines()[-1]))


def assert_hidden(printed: list[str], secrets: set[str], *, error: str = "") -> None:
    for text in printed:
        assert "Error" in text or "ConnectionFailed" in text, text
        assert error in text, text
        assert "RecursionError" not in text
        assert "Unicode" not in text
        shown = {secret for secret in secrets if secret in text}
        assert not shown, text


KINDS = (
    "echo",
    "deep",
    "cut",
    "reset",
    "no_header",
    "encoding",
    "html",
    "s401",
    "s403",
    "s500",
    "shape",
    "redirect",
)


@pytest.mark.parametrize(
    "operation", ["showMe", "listFields", "createUpload", "putSegment", "downloadRevision", "getFile"]
)
def test_no_traceback_of_a_call_shows_a_secret(operation: str) -> None:
    cell = f"run(CALLS[{operation!r}](service.client, project.scope))"
    # A redirect is the normal response to a request for a file.
    kinds = [kind for kind in KINDS if (operation, kind) != ("downloadRevision", "redirect")]
    assert_hidden(*session(*((operation, kind, "", cell) for kind in kinds)))


TOKENS = {
    "a letter with an accent": '{"access_token": "tokén-of-a-test", "expires_in": 5400}',
    "a line break": '{"access_token": "token-of-a\\r\\nX-Test: 1", "expires_in": 5400}',
    "a number": '{"access_token": 12345678, "expires_in": 5400}',
    "a life of many digits": '{"access_token": "token-of-a-test", "expires_in": ' + "9" * 5000 + "}",
    "deep": "[" * 200_000,
}


def test_no_odd_token_is_shown() -> None:
    printed, secrets = session(*(("getToken", "", body, "") for body in TOKENS.values()))
    assert_hidden(printed[:-2], secrets | {"tok\u00e9n", "token-of-a", "12345678"}, error="SignInError")
    assert_hidden(printed[-1:], secrets, error="SignInError")
    assert_hidden(
        printed[-2:-1], secrets | {"token-of-a-test"}, error="TokenError"
    )  # it is used, and refused


URLS = (
    "http://[::1", "http://[::1]:99999999/", "file:///etc/passwd", "http://ex\u00e4mple.test/?sig=s3cret-of-the-url",
    "http://a\r\nb/?sig=s3cret-of-the-url", "//x?sig=s3cret-of-the-url", "http://", "http://user:s3cret-of-the-url@a/",
)  # fmt: skip
HEADERS = (
    {"x-key": "s3cret-of-a-header\r\nX: 1"}, {"x key": "s3cret-of-a-header"}, {"x-key": "s3cret-of-a-header\u2026"},
    ["s3cret-of-a-header"],
)  # fmt: skip


def test_no_odd_url_or_header_of_storage_is_shown() -> None:
    segments = [{"url": url, "headers": {"x-key": "s3cret-of-a-header"}} for url in URLS]
    segments += [{"url": "http://127.0.0.1/", "headers": headers} for headers in HEADERS]
    cell = "run(CALLS['createUpload'](service.client, project.scope))"
    bodies = [{"data": {"upload_id": "U1", "status": "ready", "segments": [one]}} for one in segments]
    printed, secrets = session(*(("createUpload", "", json.dumps(body), cell) for body in bodies))
    assert_hidden(printed, secrets, error="ServerError: Unexpected response format from createUpload")
