"""Different spellings in a column are found and merged as one action."""

from __future__ import annotations

import pytest

from pdm_nb.widgets import Workbench
from tests.support.fake_batch import FakeBatch
from tests.support.panels import do, said

pytestmark = pytest.mark.usefixtures("sent")


@pytest.fixture
def bench() -> Workbench:
    batch = FakeBatch(6)
    for row, text in enumerate(["Ground floor", "ground  FLOOR", "Ground floor", "Level 1", "Level 2"], 1):
        batch.set(row, "description", text)
    for row, text in enumerate(["Drawing", "drawing", "drawing ", "Letter"], 1):
        batch.set(row, "type", text)
    return Workbench(batch)


def test_spellings_of_one_text_are_a_cluster_with_a_proposal(bench: Workbench) -> None:
    assert do(bench, "spellings.clusters", field="description") == [
        {"spellings": [["Ground floor", 2], ["ground  FLOOR", 1]], "use": "Ground floor"}
    ]


def test_a_value_of_the_list_is_what_its_spellings_become(bench: Workbench) -> None:
    (found,) = do(bench, "spellings.clusters", field="type")
    assert found["use"] == "Drawing"


def test_merging_is_one_action_that_leaves_locked_documents_alone(bench: Workbench) -> None:
    before = len(bench.batch.actions())
    uses = [[["Ground floor", "ground  FLOOR"], "Ground floor plan"], [["Level 1"], " "]]
    bench.batch.change(3, state="submitted")
    assert do(bench, "spellings.merge", field="description", uses=uses) == 2
    assert said(bench) == "2 cells merged. Press Ctrl+Z in the table to undo."
    texts = [bench.batch.cell(row, "description").text for row in (1, 2, 3, 4)]
    assert texts == ["Ground floor plan", "Ground floor plan", "Ground floor", "Level 1"]
    assert len(bench.batch.actions()) == before + 1
