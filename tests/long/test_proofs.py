"""Long tests: `python -m pytest -m long`. Real processes, real kills, the package as users install it."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pdm_nb.sim import Sample, write_samples
from pdm_nb.sim.pdf_reader.reader import read_pdf
from pdm_nb.sim.samples import STANDARDS

pytestmark = pytest.mark.long
PDM_NB = [sys.executable, "-m", "pdm_nb"]


def last(output: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    return found


def test_two_hundred_documents_take_few_calls(tmp_path: Path) -> None:
    command = [*PDM_NB, "demo", "--documents", "200", "--json", "--folder", str(tmp_path)]
    told = last(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert told["revisions"] == 200
    assert told["api_calls"] / 200 <= 3.2


def test_kills_at_any_instant_lose_nothing_and_do_nothing_twice() -> None:
    """In a storm, at instants that seeds choose; the journal is held against the simulator's own records."""
    command = [sys.executable, "-m", "tests.benchmarks.kill"]
    done = subprocess.run(
        [*command, "--kills", "12", "--documents", "60", "--workers", "2"],
        capture_output=True,
        text=True,
        check=True,
    )
    told = last(done.stdout)
    assert told["kills"] >= 12
    assert (told["lost"], told["twice"], told["untrue"], told["wrong_without_kills"]) == ([], [], [], [])
    assert len(told["kills_with_documents_in"]) >= 4, "in many states"


@pytest.mark.rule("B36")
@pytest.mark.parametrize("standard", STANDARDS)
def test_machine_learning_reads_what_the_documents_show(tmp_path: Path, standard: str) -> None:
    """On 1,200 documents of four seeds: nine in ten right, field by field, and less sure where it is wrong.

    What a title block shows and is not read counts as wrong; what it does not show must not be read.
    """
    right: dict[str, list[bool]] = {}
    sure: dict[tuple[str, bool], list[float]] = {}
    for seed in (7, 11, 23, 42):
        for sample in write_samples(tmp_path / str(seed), 300, seed, standard=standard):
            if sample.mime_type != "application/pdf":
                continue
            reading = read_pdf(sample.path)
            for field, value in _truth(sample).items():
                guess = getattr(reading, field)
                found = _plain(guess.value) if guess else ""
                right.setdefault(field, []).append(found == _plain(value))
                if guess:
                    sure.setdefault((field, found == _plain(value)), []).append(guess.confidence)
    shares = {field: sum(found) / len(found) for field, found in right.items()}
    assert {field: share for field, share in shares.items() if share < 0.9} == {}
    assert set(right) == {"type", "number", "title", "revision", "date_authored"}
    assert min(map(len, right.values())) > 700
    wrong = [field for field, well in sure if not well]
    assert wrong, "the seeds are chosen for sheets that nothing makes clear"
    for field in wrong:
        assert statistics.mean(sure[field, False]) < statistics.mean(sure[field, True]) - 0.1, field


def _truth(sample: Sample) -> dict[str, str]:
    """What machine learning should say of a document, "" where it should say nothing (B36)."""
    if sample.kind != "drawing":
        return {"type": "Other" if sample.kind == "other" else sample.type}
    shown = {
        name: "" if name in sample.missing else getattr(sample, name)
        for name in ("number", "title", "revision", "date")
    }
    if not shown["revision"].isalnum():
        shown["revision"] = ""
    return {"type": sample.type, "date_authored": shown.pop("date"), **shown}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def test_killed_migrations_have_the_same_evidence() -> None:
    """From a register over a plan and a pilot to evidence, killed at instants that a seed chooses."""
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.migrate",
        "--part",
        "kills",
        "--kills",
        "3",
        "--documents",
        "60",
    ]
    told = last(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["kills"]
    assert told["migrations_killed"] == 3
    assert told["states"] == {"submitted": 60}
    wrong = ("lost", "twice", "untrue", "differences", "not_read_back", "evidence_that_differs")
    assert {name: told[name] for name in wrong} == dict.fromkeys(wrong, 0)
