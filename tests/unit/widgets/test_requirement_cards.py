"""What a project requires, as cards."""

from __future__ import annotations

import pytest

from pdm_nb.widgets.workbench.requirement_cards import cards, type_label
from tests.support.panels import FRAME

pytestmark = pytest.mark.usefixtures("sent")


def test_requirements_by_rule() -> None:
    default, drawing = cards(FRAME)
    assert (default["applies"], drawing["applies"]) == ("All other documents", "type is Drawing")
    assert [field["label"] for field in drawing["fields"]] == ["Number", "Type"]
    assert drawing["fields"][0]["source"] == "naming standard"
    assert (drawing["standard"], drawing["duplicates"], default["duplicates"]) == ("ISO", False, True)
    assert cards(FRAME.iloc[:0]) == []


def test_types_as_people_read_them() -> None:
    assert (type_label("lov_entry"), type_label("new_kind")) == ("list", "new kind")
