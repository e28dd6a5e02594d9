"""Fixtures for tests of widgets: messages are captured before they are sent."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Every custom message that a table sends to the browser."""
    from pdm_nb.widgets.grid.table_widget import Table

    messages: list[dict[str, Any]] = []
    monkeypatch.setattr(Table, "send", lambda _, message: messages.append(message), raising=False)
    return messages
