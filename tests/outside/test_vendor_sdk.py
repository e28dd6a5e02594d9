"""The vendor's JavaScript SDK against the running simulator, through a socket.

The test plays the person who approves the sign-in in the browser; `sdk/client.mjs` contains the calls of the SDK.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tests.support.simulator.seeded import Service, seeded_service

SDK = Path(__file__).with_name("sdk")
NODE, NPM = shutil.which("node"), shutil.which("npm")
CALLBACK = "http://127.0.0.1:9/callback"
PER_PAGE = 7

needs_npm = pytest.mark.skipif(
    NODE is None or NPM is None, reason="node and npm are not installed; the vendor's SDK is JavaScript"
)


@pytest.fixture(scope="module")
def installed() -> None:
    """The SDK as the lockfile pins it, in a folder that git ignores; fetched where it is not there yet."""
    wanted = json.loads((SDK / "package-lock.json").read_text("utf-8"))["packages"]
    there = SDK / "node_modules" / ".package-lock.json"
    found = json.loads(there.read_text("utf-8"))["packages"] if there.exists() else {}
    pinned = {name: one["version"] for name, one in wanted.items() if name}
    if {name: one["version"] for name, one in found.items()} == pinned:
        return
    done = subprocess.run([str(NPM), "ci", "--silent"], cwd=SDK, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"npm could not fetch the vendor's SDK: {(done.stderr or done.stdout)[-300:]}")


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with seeded_service() as one:
        yield one


def client(command: str, told: dict[str, Any]) -> dict[str, Any]:
    """Run the script; what it got."""
    done = subprocess.run(
        [str(NODE), "client.mjs", command],
        cwd=SDK,
        input=json.dumps(told),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


class Form(HTMLParser):
    """A page's form as a browser reads it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.form: dict[str, str | None] = {}
        self.buttons: dict[str, dict[str, str]] = {}
        self._button: dict[str, str | None] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self.form = told
        elif tag == "input":
            self.fields[str(told["name"])] = told.get("value") or ""
        elif tag == "button":
            self._button = told

    def handle_data(self, text: str) -> None:
        if self._button:
            self.buttons[text] = {str(self._button["name"]): str(self._button["value"])}
            self._button = {}


def press(address: str, button: str) -> dict[str, list[str]]:
    """Open the page to approve on, press a button of its form; what the redirect tells the application."""
    with httpx2.Client() as browser:
        page = browser.get(address)
        assert page.status_code == 200, page.text
        form = Form(page.text)
        assert form.form["method"] == "post"
        action = page.url.join(form.form["action"] or "")
        answer = browser.post(action, data=form.fields | form.buttons[button])
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(CALLBACK)
    return parse_qs(urlsplit(answer.headers["Location"]).query)


@pytest.fixture(scope="module")
def got(installed: None, service: Service) -> dict[str, Any]:
    """What the SDK got, signed in by a code."""
    told = {
        **service.sim.ready_line(),
        "redirect_uri": CALLBACK,
        "per_page": PER_PAGE,
        "upload_id": service.uploads[7],
        "container_id": service.listed("document_revisions")[0]["document_container_id"],
    }
    address = client("authorize", told)["address"]
    assert press(address, "Deny") == {"error": ["access_denied"]}
    [code] = press(address, "Allow")["code"]
    return client("read", {**told, "code": code})


@needs_npm
@pytest.mark.rule("B4", "B5")
def test_it_signs_in_with_a_code_once(got: dict[str, Any], service: Service) -> None:
    assert got["token"]["token_type"] == "bearer"
    assert got["token"]["expires_in"] == 5400
    assert got["again"]["error"] == "invalid_grant"
    person = next(user for user in service.world.users if user.id == got["me"]["id"])
    assert (got["me"]["login"], got["me"]["name"]) == (person.email, person.name)
    assert person.id != service.world.service_account.id
    assert got["info"]["resource_owner_id"] == person.id


@needs_npm
@pytest.mark.rule("B9", "B10", "B20")
def test_it_pages_through_the_fields(got: dict[str, Any], service: Service) -> None:
    rows, told = got["fields"]["rows"], got["fields"]["told"]
    assert [row["id"] for row in rows] == [field.id for field in service.project.fields]
    assert [row["label"] for row in rows] == [field.label for field in service.project.fields]
    assert len(told) == -(-len(rows) // PER_PAGE) > 2
    assert {one["total"] for one in told} == {str(len(rows))}
    assert all(one["rows"] == PER_PAGE for one in told[:-1])
    assert 'rel="prev"' not in told[0]["link"]
    assert 'rel="next"' not in told[-1]["link"]


@needs_npm
@pytest.mark.rule("B6", "B7", "B8")
def test_it_refreshes_a_dead_token_once_and_revokes(got: dict[str, Any]) -> None:
    assert got["dead"]["status"] == 401
    assert got["dead"]["body"]["error"]["details"][0]["reason_code"] == "INVALID_TOKEN"
    [fresh] = got["refreshed"]
    assert fresh["access_token"] != got["token"]["access_token"]
    assert fresh["refresh_token"] != got["token"]["refresh_token"]
    assert got["spent"]["error"] == "invalid_grant"
    assert got["revoked"]["status"] == 401


@needs_npm
@pytest.mark.rule("B32", "B51")
def test_it_reads_an_upload_as_it_is(got: dict[str, Any], service: Service) -> None:
    shown = service.show(service.uploads[7])
    assert got["upload"] == shown
    assert got["selected"] == [shown]


@needs_npm
@pytest.mark.rule("B62")
def test_its_filters_in_brackets_are_read(got: dict[str, Any], service: Service) -> None:
    first, *others = service.listed("document_revisions")
    assert got["revisions"]["rows"] == [first]
    assert others


@needs_npm
@pytest.mark.rule("B2", "B15", "B32")
def test_it_understands_what_is_refused(got: dict[str, Any]) -> None:
    assert got["unknown"]["status"] == 404
    assert got["unknown"]["body"]["error"]["details"][0]["reason_code"] == "UPLOAD_NOT_FOUND"
    assert got["elsewhere"]["status"] == 403


def test_no_registry_address_is_tracked() -> None:
    assert '"resolved"' not in (SDK / "package-lock.json").read_text("utf-8")
