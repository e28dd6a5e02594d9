"""The client's checks agree with the verdicts of the service, for generated documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pdm_nb.rules.checks.fields import UnusableValue
from pdm_nb.sim.documents import field_values, naming
from pdm_nb.sim.handlers import submit_uploads
from tests.support.agreement import agree
from tests.support.agreement_results import STRICTER, UNKNOWABLE

pytestmark = pytest.mark.slow


def test_checks_and_service_agree_on_generated_documents() -> None:
    found = agree(500, seed=3).summary()
    assert found["reproduce"] == []
    assert found["agreements"] == found["documents"] == 500
    assert found["checks_never_met"] == []  # every check that is an error, and every refusal, had its case
    assert found["refusals_never_met"] == []
    assert 0.2 < found["share_refused"] < 0.8
    assert not {*STRICTER, *UNKNOWABLE} & {"INVALID_PROPERTY", "INVALID_INPUT", "DUPLICATE_REVISION"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "name", "instead", "kind"),
    [
        (field_values, "_value_error", lambda *_: "", "cells"),
        (naming, "missing_fields", lambda *_: [], "submit"),
        (submit_uploads.SubmitUploads, "_duplicate", lambda *_: iter(()), "submit"),
        (naming, "document_name", lambda project, entries, file_name: file_name, "name"),
        (UnusableValue, "run", staticmethod(lambda subject: iter(())), "cells"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_wrong_verdict_is_detected(
    monkeypatch: pytest.MonkeyPatch, where: Any, name: str, instead: Callable[..., Any], kind: str
) -> None:
    monkeypatch.setattr(where, name, instead)
    assert kind in agree(240, seed=3).summary()["disagreements"]
