"""The requirements view."""

from __future__ import annotations

import pytest

from pdm_nb.widgets import (
    RequirementsView,
)
from tests.support.panels import FRAME, FakeProject

pytestmark = pytest.mark.usefixtures("sent")


def test_requirements_by_rule() -> None:
    view = RequirementsView(FakeProject())
    assert len(view.table) == 3
    assert [label for label, _ in view.rule_list.options] == [
        "All rules",
        "All other documents",
        "type is Drawing",
    ]
    view.rule_list.value = "r2"
    assert len(view.table) == 2
    assert view.table.value(1, "source") == "naming standard"
    assert view.table.value(1, "duplicates") == "not allowed"


def test_a_project_without_requirements_says_so() -> None:
    view = RequirementsView(FakeProject(FRAME.iloc[:0]))
    assert len(view.table) == 0
    assert "has no required fields" in view.table._options["empty"]
