"""The document pane: details at once, images when they are drawn, nothing for a closed pane."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pdm_nb.errors import PdmError
from pdm_nb.widgets import Workbench
from tests.support.fake_batch import FakeBatch
from tests.support.panels import FakeProject, do
from tests.support.preview_files import LAYOUTS, title_block_sheet

pytestmark = pytest.mark.usefixtures("sent")
SHOWN = {"width": 600, "title_width": 400}


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, Any], list[bytes]]]:
    """The messages of the workbench with their buffers."""
    found: list[tuple[dict[str, Any], list[bytes]]] = []
    monkeypatch.setattr(
        Workbench,
        "send",
        lambda _, message, buffers=None: found.append((message, buffers or [])),
        raising=False,
    )
    return found


def latest(messages: list[tuple[dict[str, Any], list[bytes]]], what: str) -> tuple[dict[str, Any], bytes]:
    """The last image of a kind; ({}, b"") if none was sent."""
    found = [
        (head, data)
        for message, buffers in messages
        for head, data in zip(message["images"], buffers, strict=True)
        if head["what"] == what
    ]
    return found[-1] if found else ({}, b"")


def bench_of(*paths: Path) -> Workbench:
    batch = FakeBatch(len(paths))
    for id_, path in enumerate(paths, 1):
        batch.change(id_, path=str(path), name=path.name)
    return Workbench(batch)


def test_a_selected_row_has_its_details_at_once() -> None:
    bench = Workbench(FakeBatch(2))
    bench.batch.ml_says(1, "type", "Drawing", 0.94)
    details = do(bench, "pane.select", pane="v1", row=1, **SHOWN)
    assert details["rule"] == "The rule for type is Drawing applies: type is Drawing."
    assert details["required"] == {"type": "this rule"}
    assert details["sources"]["type"] == [
        {"source": "machine learning", "text": "Drawing", "confidence": 0.94},
        {"source": "file name", "text": "XX", "confidence": None, "unknown": True},
    ]
    assert details["sources"]["number"][-1] == {"source": "file name", "text": "A-1", "confidence": None}
    happened = do(bench, "pane.history", row=1)
    assert [(one["field"], one["after"], one["at"][:10]) for one in happened] == [
        ("Number", "A-2", "2026-03-12"),
        ("", "", "2026-03-12"),
    ]
    bench.close()


def test_page_and_title_block_come_as_bytes(tmp_path: Path, messages: Any, until: Any) -> None:
    sheet = title_block_sheet(tmp_path / "A-101.pdf", LAYOUTS["corner"])
    bench = bench_of(sheet)
    do(bench, "pane.select", pane="v1", row=1, **SHOWN)
    until(lambda: all(latest(messages, what)[0].get("sharp") for what in ("page", "title block")))
    head, data = latest(messages, "page")
    assert Image.open(io.BytesIO(data)).size == (head["width"], head["height"]) == (600, head["height"])
    assert (head["pane"], head["row"], head["pages"], head["fault"]) == ("v1", 1, 1, "")
    block, _ = latest(messages, "title block")
    assert block["score"] > 0
    assert block["region"][0] == pytest.approx(LAYOUTS["corner"][0], abs=0.02)
    do(bench, "pane.zoom", pane="v1", row=1, page=0, region=block["region"], width=500)
    until(lambda: latest(messages, "part")[0].get("sharp"))
    assert latest(messages, "part")[0]["region"] == pytest.approx(block["region"], abs=0.001)
    assert len(messages) <= 6  # images that are ready together share a message
    bench.close()


def test_a_file_that_cannot_be_shown_has_its_sentence(tmp_path: Path, messages: Any, until: Any) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7 of nothing")
    bench = bench_of(bad, tmp_path / "gone.pdf")
    do(bench, "pane.select", pane="v1", row=1, following=[2], **SHOWN)
    until(lambda: latest(messages, "page")[0])
    head, data = latest(messages, "page")
    assert (head["fault"], data) == ("bad.pdf is damaged and cannot be shown. Export it again.", b"")
    do(bench, "pane.turn", pane="v1", row=2, page=0, **SHOWN)
    until(lambda: latest(messages, "page")[0].get("row") == 2)
    assert latest(messages, "page")[0]["fault"] == "gone.pdf does not exist."
    bench.close()


def test_nothing_is_drawn_for_a_closed_pane_or_a_batch_that_was_left(tmp_path: Path, messages: Any) -> None:
    sheet = title_block_sheet(tmp_path / "A-101.pdf")
    bench = bench_of(sheet, sheet)
    do(bench, "pane.select", pane="v1", row=1, **SHOWN)
    requests = list(bench.pane._requests.values())
    do(bench, "pane.close", pane="v1")
    do(bench, "pane.select", pane="v2", row=2, **SHOWN)
    requests += bench.pane._requests.values()
    bench.open_project(FakeProject())
    assert [one.done for one in requests] == [True] * 4
    assert (bench.pane._requests, messages) == ({}, [])
    with pytest.raises(PdmError, match="Import files first"):
        do(bench, "pane.select", pane="v2", row=2, **SHOWN)


def test_a_newer_request_of_a_pane_cancels_the_one_before(tmp_path: Path) -> None:
    sheet = title_block_sheet(tmp_path / "A-101.pdf")
    bench = bench_of(sheet, sheet)
    do(bench, "pane.select", pane="v1", row=1, **SHOWN)
    before = list(bench.pane._requests.values())
    do(bench, "pane.select", pane="v2", row=1, **SHOWN)
    other = [bench.pane._requests["v2", what] for what in ("page", "title block")]
    do(bench, "pane.select", pane="v1", row=2, **SHOWN)
    assert all(one.done for one in before)
    assert not any(one.cancelled for one in other)
    bench.close()
