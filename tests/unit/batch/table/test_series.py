"""Series of texts, held to the same vectors as the grid's fill handle."""

from __future__ import annotations

import pytest

from pdm_nb.batch.table.series import continue_series
from tests.support.vectors import vectors


@pytest.mark.parametrize(("known", "then"), vectors("series"), ids=lambda case: str(case)[:40])
def test_series(known: list[str], then: list[str] | None) -> None:
    assert continue_series(known, 3) == then
