"""The states of documents as people see them."""

from __future__ import annotations

import pytest

from pdm_nb.batch.journal.states import State
from pdm_nb.model import STATE_LABELS, Document
from pdm_nb.widgets.grid.state_tones import STATE_TONES


def document(**facts: str) -> Document:
    return Document(1, "/x/a.pdf", "a.pdf", 1, "application/pdf", **facts)


def test_every_state_has_a_label_and_every_label_a_tone() -> None:
    assert set(STATE_LABELS) == {str(state) for state in State}
    assert {*STATE_LABELS.values(), "reading"} == set(STATE_TONES)


@pytest.mark.parametrize(
    ("facts", "label"),
    [
        ({"state": "planned"}, "not uploaded"),
        ({"state": "transferred"}, "uploading"),
        ({"state": "completed"}, "uploaded"),
        ({"state": "completed", "ml": "in_progress"}, "reading"),
        ({"state": "settled", "ml": "in_progress"}, "ready"),
        ({"state": "held"}, "on hold"),
        ({"state": "gone"}, "deleted"),
        ({"state": "new state"}, "new state"),
    ],
)
def test_the_label_of_a_document(facts: dict[str, str], label: str) -> None:
    assert document(**facts).state_label == label
