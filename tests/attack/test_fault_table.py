"""Each kind of hostile response against each operation: one sentence, in time, with the outcome that the table states."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

import pdm_nb
from pdm_nb.sim.runtime.contract import operations
from tests.support.hostile.calls import CALLS, operation_of
from tests.support.hostile.faults import KINDS
from tests.support.hostile.outcomes import LEGEND, STORED, measure
from tests.support.hostile.server import NAMES

pytestmark = pytest.mark.long
TABLE = json.loads(STORED.read_text("utf-8"))


def test_no_cell_is_empty() -> None:
    assert list(TABLE) == list(CALLS)
    assert {operation_of(call) for call in CALLS} == set(NAMES)
    assert {tuple(row) for row in TABLE.values()} == {tuple(kind.name for kind in KINDS)}
    assert {cell for row in TABLE.values() for cell in row.values()} <= set(LEGEND)


@pytest.mark.parametrize("call", CALLS)
def test_every_kind_has_the_stated_outcome(call: str) -> None:
    started = time.monotonic()
    assert measure(call) == TABLE[call]
    assert time.monotonic() - started < 120


def test_no_operation_that_the_client_calls_is_missing() -> None:
    sources = "".join(path.read_text("utf-8") for path in Path(pdm_nb.__file__).parent.glob("api/**/*.py"))
    called = {one.id for one in operations() if f'"{one.id}"' in sources}
    signs_in = {"getToken", "revokeToken"}  # no calls of `requests.py`
    assert len(called) > 15
    assert called | signs_in <= {operation_of(call) for call in CALLS}
