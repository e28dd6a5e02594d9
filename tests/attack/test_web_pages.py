"""Web pages that reach for a simulator on the same machine, in a real browser and by hand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from pdm_nb import sim
from tests.support.browser.chromium import chromium
from tests.support.simulator.server_process import signed_in

PAGE = b"<!doctype html><title>A page of another site</title><body></body>"
# Returns what became of a request: its status, "opaque" for one whose response the page may not read, or the error.
SEND = """async ([url, options]) => {
    try { const got = await fetch(url, options); return got.type === 'opaque' ? 'opaque' : got.status }
    catch (error) { return String(error) }
}"""
FAULTS = '[{"kind": "server_error"}]'


class Pages(BaseHTTPRequestHandler):
    """Serves the same page for every path."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[int]:
    """The port of a web site."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser for which every name ending in .example is this machine, as a hostile name server could say."""
    with chromium("--host-resolver-rules=MAP *.example 127.0.0.1") as started:
        yield started


@pytest.fixture
def simulator() -> Iterator[sim.Simulator]:
    with sim.Simulator() as started:
        yield started


@pytest.fixture
def page(browser: Any, site: int) -> Iterator[Any]:
    """A page of another site."""
    shown = browser.new_page()
    shown.goto(f"http://pages.example:{site}/")
    yield shown
    shown.close()


def untouched(simulator: sim.Simulator) -> bool:
    """Nothing that a caller could do was done: no call was counted, no fault waits, no token was issued."""
    from pdm_nb.sim.world.records import AuthorizationCode, Grant

    core = simulator._core
    rows = [*core.store.rows(Grant), *core.store.rows(AuthorizationCode)]
    return not (rows or core.faults.view()["waiting"] or any(simulator.counts.by_operation.values()))


@pytest.mark.browser
@pytest.mark.parametrize("mode", ["no-cors", "cors"])
def test_a_page_of_another_site_changes_nothing(page: Any, simulator: sim.Simulator, mode: str) -> None:
    """By requests that a browser sends without asking, and those that it asks about."""
    text = {"method": "POST", "body": FAULTS, "mode": mode, "headers": {"Content-Type": "text/plain"}}
    page.evaluate(SEND, [f"{simulator.url}/_internal/faults", text])
    page.evaluate(SEND, [f"{simulator.url}/_internal/people/kill_tokens", {"method": "POST", "mode": mode}])
    form = f"grant_type=client_credentials&client_id={simulator.client_id}&client_secret={simulator.client_secret}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    got = page.evaluate(
        SEND,
        [f"{simulator.url}/oauth/token", {"method": "POST", "body": form, "mode": mode, "headers": headers}],
    )
    assert got == ("opaque" if mode == "no-cors" else "TypeError: Failed to fetch")
    assert untouched(simulator)


@pytest.mark.browser
def test_a_form_of_another_site_gets_no_code(page: Any, simulator: sim.Simulator) -> None:
    """The form that a person would send with the button Allow."""
    with page.expect_navigation() as opened:
        page.evaluate(
            """([url, fields]) => {
                const form = document.createElement('form')
                form.method = 'post'; form.action = url
                for (const [name, value] of Object.entries(fields)) {
                    const input = document.createElement('input')
                    input.name = name; input.value = value; form.append(input)
                }
                document.body.append(form); form.submit()
            }""",
            [
                f"{simulator.url}/oauth/authorize",
                {
                    "response_type": "code", "client_id": simulator.client_id, "approve": "1",
                    "redirect_uri": "urn:ietf:wg:oauth:2.0:oob",
                },
            ],
        )  # fmt: skip
    assert opened.value.status == 403
    assert "does not serve the pages of other sites" in page.inner_text("body")
    assert untouched(simulator)


@pytest.mark.browser
def test_a_rebound_name_reads_nothing(browser: Any, simulator: sim.Simulator) -> None:
    """To the browser the simulator then is the page's own site: only the name of the host shows it."""
    page = browser.new_page()
    opened = page.goto(f"http://rebound.example:{urlsplit(simulator.url).port}/oauth/authorize")
    assert opened.status == 403
    assert "use 127.0.0.1 or localhost" in page.inner_text("body")
    assert page.evaluate(SEND, ["/_internal/clock", {"method": "POST", "body": '{"advance": 9}'}]) == 403
    assert untouched(simulator)
    page.close()


@pytest.mark.browser
def test_a_person_still_signs_in_from_a_link(page: Any, simulator: sim.Simulator) -> None:
    url = (
        f"{simulator.url}/oauth/authorize?response_type=code&client_id={simulator.client_id}"
        "&redirect_uri=urn:ietf:wg:oauth:2.0:oob"
    )
    page.evaluate("url => { const a = document.createElement('a'); a.href = url; a.text = 'Sign in'; document.body.append(a) }", url)  # fmt: skip
    page.click("text=Sign in")
    page.click("button:text-is('Allow')")
    assert page.text_content("#authorization_code")


@pytest.mark.browser
def test_the_page_of_the_sign_in_is_in_no_frame(page: Any, simulator: sim.Simulator) -> None:
    """A page over it could get a click on Allow."""
    with page.expect_response(lambda got: "/oauth/authorize" in got.url) as seen:
        page.evaluate(
            "url => { const f = document.createElement('iframe'); f.src = url; document.body.append(f) }",
            f"{simulator.url}/oauth/authorize?client_id={simulator.client_id}",
        )
    assert seen.value.status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost.evil.example:80"},
        {"Host": "user@127.0.0.1"},
        {"Host": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1@evil.example"},
        {"Origin": "file://"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    ],
    ids=str,
)
def test_a_foreign_request_is_refused(simulator: sim.Simulator, headers: dict[str, str]) -> None:
    told = httpx2.get(f"{simulator.url}/oauth/authorize", headers=headers)
    assert told.status_code == 403, headers
    assert simulator.client_secret not in told.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:8000", "LOCALHOST:80"])
def test_an_address_of_this_machine_is_served(simulator: sim.Simulator, host: str) -> None:
    """Also a forwarded port, and a page of this machine."""
    headers = {"Host": host, "Origin": f"http://{host}"}
    assert httpx2.get(f"{simulator.url}/oauth/authorize", headers=headers).status_code == 400


def test_the_control_api_needs_its_key(simulator: sim.Simulator) -> None:
    """Others with an account on the machine have no key, and neither has who has a token."""
    url = f"{simulator.url}/_internal/clock"
    with signed_in(simulator.ready_line()) as client:
        token = client.headers["Authorization"]
    for headers in ({}, {"X-Control-Key": "x"}, {"X-Control-Key": ""}, {"Authorization": token}):
        told = httpx2.post(url, headers=headers, json={"advance": 60})
        assert (told.status_code, "control_key of the ready line" in told.text) == (403, True)
    told = httpx2.post(url, headers={"X-Control-Key": simulator.control_key}, json={"advance": 60})
    assert told.status_code == 200


def test_nobody_knows_the_secrets_of_a_simulator_without_a_seed() -> None:
    """A web page could compute those of a seed. The ids of the company stay, so that examples hold."""
    with sim.Simulator() as one, sim.Simulator() as other, sim.Simulator(seed=1) as seeded:
        lines = [one.ready_line(), other.ready_line(), seeded.ready_line()]
        assert len({line["project_id"] for line in lines}) == 1
        for name in ("client_id", "client_secret", "control_key"):
            assert len({line[name] for line in lines}) == 3, name
        tokens = []
        for line in lines:
            with signed_in(line) as client:
                tokens.append(client.headers["Authorization"])
        assert len(set(tokens)) == 3
        keys = {started._core.key for started in (one, other, seeded)}
        assert len(keys) == 3
    with sim.Simulator(seed=1) as again, signed_in(again.ready_line()) as client:
        assert again.client_secret == lines[2]["client_secret"]
        assert client.headers["Authorization"] == tokens[2]


def test_a_data_folder_keeps_its_random_credentials(tmp_path: Any) -> None:
    """A client that was set up once can sign in after a restart; with another seed it cannot."""
    with sim.Simulator(data=tmp_path) as first:
        line = first.ready_line()
    with sim.Simulator(data=tmp_path) as second:
        assert (second.client_id, second.client_secret) == (line["client_id"], line["client_secret"])
        with signed_in(second.ready_line()):
            pass
    with sim.Simulator(data=tmp_path, seed=1) as third:
        assert third.client_secret == line["client_secret"]


def test_a_data_folder_of_a_seed_needs_it_once(tmp_path: Any) -> None:
    with sim.Simulator(data=tmp_path, seed=5) as first:
        line = first.ready_line()
    with sim.Simulator(data=tmp_path) as second:
        assert second.company_id == line["company_id"]
        assert second.client_secret == line["client_secret"]
