"""Each kind of hostile response against each operation: one sentence, in time, with the outcome that the table states."""

from __future__ import annotations

import json
import time

import pytest

from tests.support.hostile.calls import CALLS
from tests.support.hostile.faults import KINDS
from tests.support.hostile.outcomes import LEGEND, STORED, measure
from tests.support.hostile.server import NAMES

pytestmark = pytest.mark.long
TABLE = json.loads(STORED.read_text("utf-8"))


def test_no_cell_is_empty() -> None:
    assert list(TABLE) == list(CALLS)
    assert set(CALLS) == set(NAMES)
    assert {tuple(row) for row in TABLE.values()} == {tuple(kind.name for kind in KINDS)}
    assert {cell for row in TABLE.values() for cell in row.values()} <= set(LEGEND)


@pytest.mark.parametrize("operation", CALLS)
def test_every_kind_has_the_stated_outcome(operation: str) -> None:
    started = time.monotonic()
    assert measure(operation) == TABLE[operation]
    assert time.monotonic() - started < 120
