"""Pictures of the workbench: drawn in Python, with their values, or a sentence why not."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pdm_nb.errors import InputError, PdmError
from pdm_nb.widgets import Workbench
from tests.support.fake_batch import FakeBatch
from tests.support.panels import FakeProject, do

pytestmark = pytest.mark.usefixtures("sent")


class Drawn:
    title, description = "What fills the fields", "Of all cells: people 100 %."
    table = pd.DataFrame({"field": ["Type"] * 201, "sure": pd.array([None] * 201, "Float64")})

    def svg(self, ink: str = "") -> str:
        return f"<svg color='{ink}'/>"


def project(sources: Any = lambda _: Drawn(), completeness: Any = Drawn) -> Any:
    found = FakeProject()
    found.plot = SimpleNamespace(sources=sources, completeness=completeness)  # type: ignore[attr-defined]
    return found


def test_a_picture_has_its_values_as_text_and_the_color_of_the_page() -> None:
    bench = Workbench(FakeBatch(1))
    bench.project = project()
    found = do(bench, "pictures.sources", ink="rgba(20, 30, 40, 0.87)")
    assert found["svg"] == "<svg color='rgba(20, 30, 40, 0.87)'/>"
    assert (found["columns"], found["rows"][0], len(found["rows"]), found["more"]) == (
        ["field", "sure"], ["Type", ""], 200, 1,
    )  # fmt: skip
    json.dumps(found)
    assert do(bench, "pictures.sources", ink="red;}</style>")["svg"] == "<svg color=''/>"


def test_without_the_extra_a_sentence_says_what_to_install() -> None:
    def refuse(_: Any) -> Any:
        raise InputError("Pictures are not installed.")

    bench = Workbench(FakeBatch(1))
    bench.project = project(refuse)
    assert do(bench, "pictures.sources") == {"missing": "Pictures are not installed."}
    with pytest.raises(PdmError, match="Import files first"):
        do(Workbench(), "pictures.sources")


def test_completeness_is_drawn_in_a_thread_and_is_of_the_present_project(until: Any) -> None:
    bench = Workbench(project())
    do(bench, "pictures.completeness")
    until(lambda: "svg" in bench._page["completeness"])
    bench.open_project(project())
    assert bench._page["completeness"] is None
    with pytest.raises(PdmError, match="select a project first"):
        do(Workbench(), "pictures.completeness")
