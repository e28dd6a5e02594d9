"""Values that the service changed: another value, no value, or the same value in another spelling (B52, B74)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pdm_nb.model import Cell, Finding, LabelSource, Severity
from pdm_nb.rules.checks import stops
from pdm_nb.rules.checks.base import CheckContext
from pdm_nb.rules.checks.service_values import AssignedWorkflow, ServiceValueDiffers, is_other
from tests.support.builders import document, field

STATUS, NAME, TITLE = field("status", "lov_entry"), field("name"), field("description", "rich_text")
NUMBER = field("number")
COST, DATE, TRADES = (
    field("cost", "numeric"),
    field("date_authored", "timestamp"),
    field("trades", "lov_entries"),
)
FIELDS = {one.id: one for one in (STATUS, NAME, TITLE, COST, DATE, TRADES)}
S2, S0 = Cell("Shared", ("v-S2",), "MANUAL"), Cell("Work in progress", ("v-S0",), "SYSTEM")


def subject(**given: object) -> CheckContext:
    facts: dict[str, object] = {"cells": {}, "rule": None, "required": {}, "problems": {}, "parsed": None}
    return CheckContext(document(), fields=FIELDS, **(facts | given))  # type: ignore[arg-type]


def found(**given: object) -> list[Finding]:
    return [*ServiceValueDiffers.run(subject(**given)), *AssignedWorkflow.run(subject(**given))]


def test_another_status_stops_the_submit_and_names_both() -> None:  # B52
    (one,) = found(cells={"f-status": S0}, overruled={"f-status": S2})
    assert (one.code, one.severity, one.field) == ("PDM311", Severity.ERROR, "status")
    assert one.message == "Status was set to 'Shared'; the service has 'Work in progress'"
    assert "A workflow may control the status" in one.fix
    assert (one.proposal, one.similar) == (None, ("Work in progress",))  # accepting it is no automatic fix
    assert stops([one], "submit") == [one]
    assert stops([one], "upload") == []


def test_a_value_that_was_dropped_stops_the_submit() -> None:
    (one,) = found(cells={"f-cost": Cell("", (), "NONE")}, overruled={"f-cost": Cell("5", ("5",), "MANUAL")})
    assert (one.severity, one.message) == (Severity.ERROR, "Cost was set to '5'; the service has no value")
    assert one.similar == ()


def test_a_cleared_value_that_the_service_has_again_stops_the_submit() -> None:  # B52
    (one,) = found(cells={"f-status": S0}, overruled={"f-status": cell()})
    assert one.message == "Status was cleared; the service has 'Work in progress'"
    assert (one.severity, one.proposal) == (Severity.ERROR, None)


def test_a_name_that_the_service_made_is_a_warning() -> None:  # B33
    sent = {"f-name": Cell("Plan", ("Plan",), "MANUAL")}
    (one,) = found(cells={"f-name": Cell("RVT-1", ("RVT-1",), LabelSource.SYSTEM)}, overruled=sent)
    assert one.severity is Severity.WARNING
    (one,) = found(cells={"f-name": Cell("RVT-1", ("RVT-1",), LabelSource.MANUAL)}, overruled=sent)
    assert one.severity is Severity.ERROR


def test_nothing_is_found_where_the_service_has_what_was_sent() -> None:
    assert found(cells={"f-status": S2}) == []


def test_an_assigned_workflow_is_a_warning_on_the_status() -> None:  # B74
    (one,) = found(workflow="The workflow 'Design review' is assigned to the upload")
    assert (one.code, one.severity, one.field) == ("PDM312", Severity.WARNING, "status")
    assert one.sentence == (
        "The workflow 'Design review' is assigned to the upload. It may change the status: check the status before you submit."
    )
    assert stops([one], "submit") == []


def cell(*values: str, text: str = "") -> Cell:
    return Cell(text or "; ".join(values), values, "MANUAL")


@pytest.mark.parametrize(
    ("of", "sent", "now"),
    [
        (COST, cell("12.50"), cell("12.5")),
        (COST, cell("1e3"), cell("1000")),
        (DATE, cell("2026-03-31T14:00:00Z"), cell("2026-03-31T14:00:00.000Z")),
        (DATE, cell("2026-03-31T14:00:00Z"), cell("2026-03-31T16:00:00+02:00")),
        (DATE, cell("2026-03-31T00:00:00Z"), cell("2026-03-31")),
        (TITLE, cell("Ground  floor\nplan "), cell("<p>Ground floor plan</p>")),
        (TITLE, cell("A & B"), cell("<p>A &amp; B</p>")),
        (NAME, cell("É"), cell("E\u0301")),
        (TRADES, cell("1", "2", text="A; B"), cell("2", "1", text="B; A")),
        (STATUS, cell("v-S2", text="Shared"), cell("Shared")),  # a response without ids
        (TRADES, cell("1", "2", text="A; B"), cell("B", "A")),
        (TITLE, cell(), Cell("A plan", ("A plan",), "ML")),  # B37: they fill what is empty
        (NUMBER, cell(), Cell("0001", ("0001",), "FILENAME_SCRAPING")),
        (STATUS, cell(), cell()),
        (STATUS, Cell("nonsense", None, "MANUAL"), S0),
    ],
)
def test_another_spelling_of_a_value_is_not_a_difference(of: object, sent: Cell, now: Cell) -> None:
    assert not is_other(of, sent, now)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("of", "sent", "now"),
    [
        (STATUS, S2, S0),
        (STATUS, cell("1", text="General"), cell("2", text="General")),  # two values of one label
        (STATUS, cell("v-S2", text="Shared"), cell("Work in progress")),
        (COST, cell("12.5"), cell("125")),
        (DATE, cell("2026-03-31T00:00:00Z"), cell("2026-03-30T22:00:00Z")),
        (DATE, cell("2026-03-31T00:00:00Z"), cell("soon")),
        (TITLE, cell("Ground floor"), cell("<p>Roof</p>")),
        (NAME, cell("P01"), cell("p01")),
        (TRADES, cell("1", "2", text="A; B"), cell("1", text="A")),
        (COST, cell("5"), Cell("", (), "NONE")),
        (STATUS, cell(), S0),  # cleared
        (STATUS, cell(), replace(S0, source="ML")),  # which neither of them fills
        (TITLE, cell(), Cell("A plan", ("A plan",), "MANUAL")),
    ],
)
def test_another_value_is_a_difference(of: object, sent: Cell, now: Cell) -> None:
    assert is_other(of, sent, now)  # type: ignore[arg-type]
