"""The presentation, played to its end and started again: what it says is what happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import pdm_nb
from pdm_nb.widgets.presentation import PresentedWorkbench
from pdm_nb.widgets.presentation.scenes import SCENES

READING = ("uploading", "reading", "submitting")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PresentedWorkbench]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(PresentedWorkbench, "send", lambda *_: None)
    bench = PresentedWorkbench(ml_seconds=0.2)
    yield bench
    bench.close()


def scene(bench: PresentedWorkbench) -> dict[str, Any]:
    shown: dict[str, Any] = bench._state["presentation"]
    return shown


def play(bench: PresentedWorkbench, until: Callable[[Callable[[], Any]], None], title: str) -> None:
    """Press *Next* until a scene is there, and wait for its run."""
    while scene(bench)["title"] != title:
        assert scene(bench)["next"], f"there is no scene {title}"
        bench.perform("presentation", "next", {})
        until(lambda: not bench.running.is_running and not any(bench.states[one] for one in READING))
        bench.update()


@pytest.mark.slow
def test_the_story_is_true_from_register_to_evidence(bench: PresentedWorkbench, until: Any) -> None:
    play(bench, until, "Sign in")
    assert (bench.project.name, bench.step) == ("Riverside Tower", "import")
    play(bench, until, "Somebody else's register")
    assert bench._page["importing"]["register"]["questions"]
    play(bench, until, "Five decisions")
    assert bench._page["importing"]["register"]["questions"] == []
    play(bench, until, "What the service would reject")
    findings = bench.batch.check()
    errors = findings[findings["severity"] == "error"]
    assert (len(bench.batch), set(errors["field"]), len(errors)) == (60, {"spec_section"}, 9)
    play(bench, until, "What machine learning read")
    assert (dict(bench.states), bench.step) == ({"ready": 60}, "review")
    play(bench, until, "What becomes what")
    assert bench._page["plan"]["sentence"] == "51 documents will be submitted: 51 new."
    play(bench, until, "Submit")
    assert dict(bench.states) == {"submitted": 51, "on hold": 9}
    assert bench._state["outcome"]["stopped"] == "9 on hold"
    play(bench, until, "Submit the rest")
    assert dict(bench.states) == {"submitted": 60}
    play(bench, until, "Evidence")
    assert (bench.presentation.stage.folder / "report.xlsx").is_file()  # type: ignore[union-attr]
    assert (scene(bench)["next"], scene(bench)["minutes"]) == ("", 0)
    assert len(bench.project.revisions()) == 60


def test_start_again_brings_everything_back(bench: PresentedWorkbench, until: Any) -> None:
    stage = bench.presentation.stage  # type: ignore[union-attr]
    play(bench, until, "One table, from here to the report")
    folder, journal, service = stage.folder, Path(bench.batch.view.journal_path), bench.service
    assert journal.is_file()
    bench.perform("presentation", "restart", {})
    assert (scene(bench)["number"], bench.step, bench.batch, bench.project) == (1, "connect", None, None)
    assert not folder.exists()
    assert not journal.exists()
    play(bench, until, "Sign in")
    assert bench.service is not service
    assert stage.folder != folder


def test_a_scene_waits_for_the_run_of_the_one_before(bench: PresentedWorkbench, until: Any) -> None:
    play(bench, until, "What the service would reject")
    bench.perform("presentation", "next", {})
    assert scene(bench)["title"] == "Upload"
    if bench.running.is_running:
        bench.perform("presentation", "next", {})
        assert scene(bench)["title"] == "Upload"
    until(lambda: bench.states["uploaded"] + bench.states["reading"] + bench.states["ready"] == 60)


def test_a_presentation_is_a_view_of_the_workbench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    bench = pdm_nb.workbench(view="presentation")
    assert repr(bench) == "PresentedWorkbench(not signed in)"
    assert bench._state["presentation"]["scenes"] == len(SCENES)
    bench.close()
    assert list(tmp_path.iterdir()) == []
