"""Checks that users add."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import pdm_nb
from pdm_nb.errors import InputError
from pdm_nb.model import Cell, Severity
from pdm_nb.rules import checks
from pdm_nb.rules.checks import custom
from pdm_nb.rules.checks.base import CheckContext, RelatedDocuments
from pdm_nb.rules.checks.custom import DocumentRow
from tests.support.builders import document, field

REVISION = field("revision", label="Rev")
CELLS = {"f-revision": Cell("X1", ("X1",), "MANUAL")}


@pytest.fixture(autouse=True)
def _none_left() -> Iterator[None]:
    yield
    for one in custom.registered():
        pdm_nb.unregister_check(one.codes[0])


def found(**cells: Any) -> list[tuple[str, Severity, str | None, str]]:
    subject = CheckContext(
        document(),
        cells or CELLS,
        {"f-revision": REVISION},
        None,
        {},
        {},
        None,
        related=RelatedDocuments("A"),
    )
    return [(f.code, f.severity, f.field, f.message) for f in checks.check(subject)]


def test_one_decorated_function_is_a_check() -> None:
    @pdm_nb.register_check(code="ACME1", title="Revisions are P or C", field="revision", severity="error")
    def revisions(row: DocumentRow) -> str | None:
        """House rule 7."""
        return f"{row['Rev']} of {row.file}, called {row.name}" if row["revision"][:1] not in "PC" else None

    assert found() == [("ACME1", Severity.ERROR, "revision", "X1 of A-101.pdf, called A")]
    assert found(**{"f-revision": Cell("P1", ("P1",), "MANUAL")}) == []
    assert pdm_nb.explain_code("ACME1") == "ACME1: Revisions are P or C\n\nHouse rule 7."
    assert revisions.__name__ == "revisions"
    pdm_nb.unregister_check("ACME1")
    assert found() == []


def test_it_may_say_several_things_and_propose() -> None:
    @pdm_nb.register_check(code="ACME2", title="Two things")
    def two(row: DocumentRow) -> Iterator[Any]:
        yield "one"
        yield row.remark("two", field="revision", fix="write it", proposal="P1")

    assert [(code, name, told) for code, _, name, told in found()] == [
        ("ACME2", None, "one"),
        ("ACME2", "revision", "two"),
    ]


def test_a_function_that_fails_is_a_finding_that_names_it() -> None:
    @pdm_nb.register_check(code="ACME3", title="Broken", severity="error", stops="submit")
    def broken(row: DocumentRow) -> str:
        return row["no such field"]

    @pdm_nb.register_check(code="ACME4", title="Odd")
    def odd(row: DocumentRow) -> Any:
        return 3 if row.size else None

    @pdm_nb.register_check(code="ACME5", title="Odder")
    def odder(row: DocumentRow) -> Any:
        return ["fine", 3]

    @pdm_nb.register_check(code="ACME6", title="Late")
    def late(row: DocumentRow) -> Any:
        yield "fine"
        raise ZeroDivisionError("late")

    told = {code: message for code, _, _, message in found()}
    assert "broken" in told["ACME3"]
    assert "Unknown field 'no such field'. Use one of revision" in told["ACME3"]
    assert "odd (line" in told["ACME4"]
    assert "it returned 3" in told["ACME5"]
    assert "ZeroDivisionError: late" in told["ACME6"]
    assert len(found()) == 4


def test_a_function_that_is_defined_again_takes_its_place() -> None:
    for text in ("first", "second"):
        pdm_nb.register_check(code="ACME7", title="Again")(lambda row, text=text: text)
    assert [message for *_, message in found()] == ["second"]


def test_an_error_stops_where_it_says() -> None:
    pdm_nb.register_check(code="EARLY", title="E", severity="error")(lambda row: "no")
    pdm_nb.register_check(code="LATE", title="L", severity="error", stops="submit")(lambda row: "no")
    pdm_nb.register_check(code="TOLD", title="T")(lambda row: "no")
    subject = CheckContext(document(), {}, {}, None, {}, {}, None)
    told = checks.check(subject)
    assert [f.code for f in checks.stops(told, "upload")] == ["EARLY"]
    assert [f.code for f in checks.stops(told, "submit")] == ["EARLY", "LATE"]


@pytest.mark.parametrize(
    "given",
    [
        {"code": "PDM999"},
        {"code": "acme"},
        {"code": ""},
        {"code": "A1", "severity": "fatal"},
        {"code": "A1", "stops": "watch"},
    ],
)
def test_a_check_that_cannot_be_is_refused(given: Any) -> None:
    with pytest.raises(InputError):
        pdm_nb.register_check(title="x", **given)


def test_what_is_not_there_cannot_be_taken_away() -> None:
    with pytest.raises(InputError, match="Custom checks: none"):
        pdm_nb.unregister_check("ACME1")
