"""What tests of widgets need: messages caught before the wire, and a main loop that runs while one waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from pdm_nb import aio

PATIENCE = 10.0


@pytest.fixture
def until() -> Callable[[Callable[[], Any]], None]:
    """Let the main loop run until a condition holds."""

    def wait(condition: Callable[[], Any]) -> None:
        async def look() -> None:
            deadline = time.monotonic() + PATIENCE
            while not condition():
                assert time.monotonic() < deadline, "the condition never came true"
                await asyncio.sleep(0.01)

        aio.run(look())

    return wait


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Every custom message that a table sends to the browser."""
    from pdm_nb.widgets.table import Table

    messages: list[dict[str, Any]] = []
    monkeypatch.setattr(Table, "send", lambda _, message: messages.append(message), raising=False)
    return messages
