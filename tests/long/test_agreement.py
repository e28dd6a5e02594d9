"""The long form of `tests/unit/rules/test_agreement.py`: ten thousand documents."""

from __future__ import annotations

import pytest

from tests.support.agreement import agree


@pytest.mark.long
def test_checks_and_service_agree_on_ten_thousand_documents() -> None:
    found = agree(10_000, seed=11).summary()
    assert found["reproduce"] == []
    assert found["agreements"] == found["documents"] == 10_000
    assert found["checks_never_met"] == found["refusals_never_met"] == []
