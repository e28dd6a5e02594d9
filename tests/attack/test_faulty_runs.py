"""Whole uploads against a hostile service: one odd response costs one document, and nothing is lost or done twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import pdm_nb
from pdm_nb import Batch
from pdm_nb.api.client import TimeSource
from pdm_nb.api.limits import response_limits
from pdm_nb.errors import PdmError
from tests.support.consistency import compare_with_simulator
from tests.support.hostile.faults import BY_NAME, KINDS, prepare
from tests.support.hostile.server import Exchange, HostileServer
from tests.support.simulator.sim_site import Site

pytestmark = pytest.mark.long
NAMES = [kind.name for kind in KINDS if kind.name not in ("silence", "s429", "s429far")]


class HostileSite(Site):
    """A simulator behind a hostile relay, on one clock; bytes and calls go through real sockets."""

    def __init__(self, folder: Path) -> None:
        self.slept: list[float] = []
        super().__init__(folder)

    def connect(self, **more: Any) -> pdm_nb.Service:
        self.relay = HostileServer(self.sim.url)

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            self.clock.advance(seconds)
            await asyncio.sleep(0)

        return pdm_nb.connect(
            self.relay.url,
            client_id=self.sim.client_id,
            client_secret=self.sim.client_secret,
            clock=TimeSource(self.clock.now, sleep),
        )


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostileSite]:
    prepare()
    site = HostileSite(tmp_path)
    monkeypatch.setattr(response_limits, "SECONDS", 5.0)
    monkeypatch.setattr(response_limits, "storage_seconds", lambda size: 5.0)
    yield site
    site.relay.stop()
    site.sim.stop()


def finish(site: HostileSite, batch: Batch) -> None:
    """Continue without faults until all is submitted, and compare with what the simulator has."""
    site.relay.heal()
    for _ in range(2):
        batch.retry()
        batch.upload().wait(timeout=60)
        batch.watch().wait(timeout=60)
        batch.submit().wait(timeout=60)
    comparison = compare_with_simulator(site.sim, batch.view.documents, len(batch))
    assert comparison.holds, comparison
    assert comparison.states["submitted"] == len(batch), batch.status()["message"].tolist()


def of_second(exchange: Exchange) -> bool:
    """True for what belongs to the second document."""
    return b"letter-001" in exchange.body or exchange.body == b"letter 1"


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("operation", ["createUpload", "putSegment"])
def test_one_odd_response_costs_one_document(hostile: HostileSite, operation: str, kind: str) -> None:
    batch = hostile.plain(3)
    hostile.relay.strike(operation, BY_NAME[kind].give, only=of_second)
    try:
        table = batch.upload().wait(timeout=60)
    except PdmError:
        # Of a call, these concern all documents.
        of_all = {
            "s401",
            "s403",
            "s404",
            "s410",
            "s502",
            "s503",
            "head",
            "cut",
            "reset",
            "no_http",
            "no_header",
        }
        is_meant = operation == "createUpload" and kind in of_all
    else:
        first, second, third = table["state"]
        odd = {"uploaded"} if kind in ("headers", "numbers") else {"on hold", "failed"}
        is_meant = (
            first == third == "uploaded" and second in odd and "Check the file" not in table.loc[1, "message"]
        )
        assert len(table.loc[1, "message"]) < 900
    assert is_meant, batch.status().to_string()
    finish(hostile, batch)


@pytest.mark.parametrize("kind", [name for name in NAMES if name not in ("s401", "drip", "interim")])
@pytest.mark.parametrize(
    "operation",
    ["createDocumentUploads", "completeUpload", "updateDocumentUploads", "createDocumentRevisions"],
)
def test_a_storm_of_one_kind_leaves_every_document_in_a_true_state(
    hostile: HostileSite, operation: str, kind: str
) -> None:
    batch = hostile.plain(3)
    hostile.relay.strike(operation, BY_NAME[kind].give, times=8)
    for step in (batch.upload, batch.watch, batch.submit):
        with suppress(PdmError):
            step().wait(timeout=60)
    finish(hostile, batch)


def passing(status: int, code: str, *lines: str) -> Callable[[Exchange], object]:
    body = f"<Error><Code>{code}</Code><Message>Reduce your request rate.</Message></Error>".encode()
    return lambda exchange: exchange.respond(status, body, *lines)


@pytest.mark.parametrize(
    ("status", "code"), [(408, "RequestTimeout"), (425, "TooEarly"), (429, "SlowDown"), (400, "RequestTimeout"), (500, "InternalError"), (503, "SlowDown")]
)  # fmt: skip
def test_a_passing_error_of_storage_costs_one_more_put(hostile: HostileSite, status: int, code: str) -> None:
    batch = hostile.plain(3)
    hostile.relay.calls.clear()
    hostile.relay.strike("putSegment", passing(status, code, "Retry-After: 77"), times=1)
    assert batch.upload().wait()["state"].tolist() == ["uploaded"] * 3
    assert hostile.relay.calls["putSegment"] == 4
    assert hostile.relay.calls["createUpload"] == 3
    assert 77.0 in hostile.slept


def test_storage_that_asks_for_an_hour_puts_the_document_on_hold(hostile: HostileSite) -> None:
    batch = hostile.plain(3)
    hostile.relay.strike("putSegment", passing(503, "SlowDown", "Retry-After: 3600"), only=of_second)
    table = batch.upload().wait()
    assert table["state"].tolist() == ["uploaded", "on hold", "uploaded"]
    assert "It asks to wait 3,600 s" in table.loc[1, "message"]
    finish(hostile, batch)


def test_an_expired_url_is_replaced(hostile: HostileSite) -> None:
    batch = hostile.plain(3)
    hostile.relay.strike("putSegment", passing(403, "AccessDenied"), times=1)
    assert batch.upload().wait()["state"].tolist() == ["uploaded"] * 3


def test_what_storage_refuses_fails_with_what_it_says(hostile: HostileSite) -> None:
    batch = hostile.plain(3)
    hostile.relay.strike("putSegment", passing(400, "InvalidArgument"), only=of_second)
    table = batch.upload().wait()
    assert table["state"].tolist() == ["uploaded", "failed", "uploaded"]
    message = "Storage refused a part of the file: Reduce your request rate (status 400, InvalidArgument)"
    assert table.loc[1, "message"].startswith(message)
    assert "Check the file" not in table.loc[1, "message"]
    hostile.relay.strike("putSegment", passing(400, "BadDigest"), only=of_second)
    batch.retry()
    assert "Check the file" in batch.upload().wait().loc[1, "message"]


def test_the_token_in_a_refusal_is_neither_stored_nor_shown(hostile: HostileSite) -> None:
    batch = hostile.plain(3)
    hostile.relay.strike("createUpload", BY_NAME["echo"].give, only=of_second)
    table = batch.upload().wait()
    [token] = {
        exchange.headers["Authorization"].removeprefix("Bearer ") for exchange in hostile.relay.requests
    }
    assert "(secret)" in table.loc[1, "message"]
    batch.close()
    stored = b"".join(path.read_bytes() for path in hostile.folder.glob("batch.sqlite*"))
    for secret in (token, hostile.sim.client_secret):
        assert secret not in table.to_string(max_colwidth=None)
        assert secret.encode() not in stored


def test_storage_must_be_encrypted_where_the_service_is() -> None:
    from pdm_nb.api.protocol.decode import file_upload

    body = {"upload_id": "U", "segments": [{"url": "http://storage.test/a?sig=s3cret"}]}
    assert file_upload(body).segments
    with pytest.raises(ValueError, match="not encrypted") as told:
        file_upload(body, secure=True)
    assert "s3cret" not in str(told.value)
