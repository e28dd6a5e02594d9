"""Malformed PDFs through the whole simulator, with the default reader: no crash and no delay for other documents."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pdm_nb import sim
from pdm_nb.sim.world.records import StoredFile
from tests.support.simulator.api_caller import ApiCaller
from tests.support.simulator.malformed_pdfs import MALFORMED_PDFS, MEBIBYTE, bomb, sound

pytestmark = pytest.mark.slow

PATIENCE = 120.0  # many times the limit of one PDF
ANSWER = 10.0  # seconds that a call may take on a busy machine: half the limit of one PDF


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiCaller]:
    """One for all of them: what one PDF broke, the next ones would feel."""
    simulator = sim.Simulator(data=tmp_path_factory.mktemp("strangers"), ml_seconds=0.05)
    caller = ApiCaller(simulator)
    yield caller
    caller.close()
    simulator.stop()


def stored(caller: ApiCaller, content: bytes) -> str:
    """A file that is available, in segments where it takes several."""
    segments = [content[at : at + 100 * MEBIBYTE] for at in range(0, len(content), 100 * MEBIBYTE)]
    file = caller.announce(*segments).json()["data"]
    etags = [
        caller.put(one, part).headers["ETag"].strip('"')
        for one, part in zip(file["segments"], segments, strict=True)
    ]
    caller.data("PATCH", f"{caller.files}/{file['upload_id']}", {"part_etags": etags})
    return file["upload_id"]


def paths(caller: ApiCaller, file_id: str) -> list[Path]:
    file = caller.sim._core.store.get(StoredFile, file_id)
    assert file is not None
    return [caller.sim._core.data / part.path for part in file.parts]


def complete(caller: ApiCaller, file_id: str) -> str:
    [upload] = caller.create("malformed.pdf")
    caller.update(upload, file_upload_id=file_id, upload_status="COMPLETED")
    return upload


def ended(caller: ApiCaller, upload: str) -> dict[str, Any]:
    """The upload once ML is through with it; every call meanwhile is answered in good time."""
    give_up = time.monotonic() + PATIENCE
    while True:
        asked = time.monotonic()
        shown = caller.show(upload)
        assert time.monotonic() - asked < ANSWER
        if shown["integration_statuses"]["ml"] != "in_progress":
            return shown
        assert asked < give_up, "ML does not end"
        time.sleep(0.05)


def check_outcome(caller: ApiCaller, shown: dict[str, Any], ml: str | None) -> None:
    """B36: what was read is there, and what failed is told."""
    status, kind = shown["integration_statuses"]["ml"], caller.field(shown, "type")
    assert status == ml or (ml is None and status in ("completed", "error"))
    if status == "completed":
        assert kind["label_source"] == "ML"
        return
    assert (kind["values"], kind["label_source"], kind["confidence_score"]) == ([], "ML_FAILED", 0)
    [error] = shown["integrations"]["ml_processing"]["errors"]
    assert (error["field_id"], error["reason_code"]) == (kind["id"], "LOW_CONFIDENCE")


@pytest.mark.rule("B36")
@pytest.mark.parametrize("name", list(MALFORMED_PDFS))
def test_b36_a_malformed_pdf_is_read_or_fails_and_delays_no_other(caller: ApiCaller, name: str) -> None:
    malformed = MALFORMED_PDFS[name]
    check_outcome(caller, ended(caller, complete(caller, stored(caller, malformed.make()))), malformed.ml)
    assert caller.labels(ended(caller, complete(caller, stored(caller, sound()))), "type") == ["Drawing"]


@pytest.mark.rule("B36")
@pytest.mark.parametrize("place", ["nowhere", "before", "behind"])
def test_b36_a_file_of_150_mebibytes(caller: ApiCaller, place: str) -> None:
    """Two segments, so it is put together to be read."""
    nothing = bytes(150 * MEBIBYTE)
    content = {"nowhere": nothing, "before": nothing + sound(), "behind": sound() + nothing}[place]
    check_outcome(
        caller,
        ended(caller, complete(caller, stored(caller, content))),
        "error" if place == "nowhere" else None,
    )


@pytest.mark.rule("B36")
@pytest.mark.parametrize("change", ["vanish", "shrink", "grow"])
def test_b36_a_file_that_changes_while_it_is_read(caller: ApiCaller, change: str) -> None:
    file_id = stored(caller, bomb(b"0 0 m 9 9 l S\n", 100))
    [path] = paths(caller, file_id)
    upload = complete(caller, file_id)
    for _ in range(20):
        if change == "vanish":
            path.unlink(missing_ok=True)
        else:
            with path.open("r+b") as file:
                file.truncate(file.seek(0, 2) // 2 if change == "shrink" else file.seek(0, 2) + MEBIBYTE)
        time.sleep(0.01)
    check_outcome(caller, ended(caller, upload), "error")


@pytest.mark.rule("B36")
def test_b36_a_file_that_is_gone_before_its_turn(caller: ApiCaller) -> None:
    file_id = stored(caller, sound())
    for path in paths(caller, file_id):
        path.unlink()
    check_outcome(caller, ended(caller, complete(caller, file_id)), "error")
