"""The long form of `tests/unit/rules/test_agreement.py`, in two parts that can run side by side.

Ten thousand documents: `python -m tests.benchmarks.agreement`.
"""

from __future__ import annotations

import pytest

from tests.support.agreement import agree


@pytest.mark.long
@pytest.mark.parametrize("seed", [11, 13])
def test_checks_and_service_agree_on_thousands_of_documents(seed: int) -> None:
    found = agree(1_500, seed=seed).summary()
    assert found["reproduce"] == []
    assert found["agreements"] == found["documents"] == 1_500
    assert found["checks_never_met"] == found["refusals_never_met"] == []
