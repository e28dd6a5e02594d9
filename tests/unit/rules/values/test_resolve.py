"""The text that people write becomes the value for the service, or a problem with a solution."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.model import User, Value
from pdm_nb.rules.values import numbers
from pdm_nb.rules.values.dates import show_timestamp
from pdm_nb.rules.values.lookup import Lookup, Problem
from pdm_nb.rules.values.resolve import resolve, text_of
from tests.support.builders import field, value

TYPE = field("type", "lov_entry")
TRADES = field("trades", "lov_entries")
COST = field("cost", "numeric")
DATE = field("date_authored", "timestamp")
TITLE = field("description", label="Title")
REVIEWER = field("reviewer", "reference", variant="procore_user")
REVIEWERS = field("reviewers", "reference", variant="procore_users")

TYPES = Lookup(
    TYPE,
    [
        value("DRAW", "Drawing"),
        value("SPEC", "Specification"),
        value("OLD", "Sketch", active=False),
        value("007"),
    ],
)
PEOPLE = [
    User("11", "Sample Architect", "architect@example.com"),
    User("12", "Sample Twin", "one@example.com"),
]
PEOPLE += [User("13", "Sample Twin", "two@example.com"), User("14", "No Mail")]


def sent(found: tuple[Any, Problem | None]) -> tuple[str, ...]:
    cell, problem = found
    assert problem is None
    assert cell.source == "MANUAL"
    return cell.values


def refused(found: tuple[Any, Problem | None], text: str) -> Problem:
    cell, problem = found
    assert problem is not None
    assert (cell.text, cell.values) == (text, None)  # kept as it was typed
    return problem


# -- look-ups
@pytest.mark.parametrize("text", ["Drawing", "DRAW", "v-DRAW", "drawing", " DRAWING ", "draw", "Ｄrawing"])
def test_a_value_is_found_by_label_code_and_id_however_it_is_written(text: str) -> None:  # B21
    cell, _ = found = resolve(TYPE, text, TYPES)
    assert sent(found) == ("v-DRAW",)
    assert cell.text == "Drawing"


def test_zeros_in_front_of_a_code_count() -> None:
    assert sent(resolve(TYPE, "007", TYPES)) == ("v-007",)
    refused(resolve(TYPE, 7, TYPES), "7")


def test_an_unknown_value_names_the_nearest() -> None:
    problem = refused(resolve(TYPE, "Drawin", TYPES), "Drawin")
    assert (problem.code, problem.proposal, problem.similar) == ("PDM102", None, ("Drawing",))
    assert (problem.message, problem.fix) == ("'Drawin' is not in the Type list", "Similar: Drawing (DRAW)")


def test_a_value_like_no_other_gets_no_proposal() -> None:
    problem = refused(resolve(TYPE, "qqqq", TYPES), "qqqq")
    assert problem.proposal is None
    assert "Select one of Drawing (DRAW), Specification (SPEC), 007" in problem.fix
    many = Lookup(TYPE, [value(f"C{number}") for number in range(500)])
    assert "Select one of the 500 values in the list" in refused(resolve(TYPE, "qqqq", many), "qqqq").fix
    assert "no values" in refused(resolve(TYPE, "qqqq"), "qqqq").fix


def test_an_inactive_value_is_distinguished() -> None:  # B21, B29
    problem = refused(resolve(TYPE, "Sketch", TYPES), "Sketch")
    assert problem.code == "PDM103"
    assert "Sketch (OLD) is no longer active in the Type list" in problem.message


def test_an_active_value_wins_over_an_inactive_one_of_that_name() -> None:
    lookup = Lookup(TYPE, [value("OLD", "Drawing", active=False), value("NEW", "Drawing")])
    assert sent(resolve(TYPE, "Drawing", lookup)) == ("v-NEW",)


def test_a_name_of_several_values_is_not_guessed() -> None:
    lookup = Lookup(TYPE, [value("A", "General"), value("B", "General")])
    problem = refused(resolve(TYPE, "General", lookup), "General")
    assert problem.code == "PDM107"
    assert "code instead, one of: A, B" in problem.fix
    assert sent(resolve(TYPE, "B", lookup)) == ("v-B",)


def test_values_with_the_same_code_are_named_by_id() -> None:
    lookup = Lookup(TYPE, [Value("1", "G", "General"), Value("2", "G", "Global"), Value("3", "X", "G")])
    problem = refused(resolve(TYPE, "G", lookup), "G")
    assert "id instead, one of: 1 (General), 2 (Global), 3 (G)" in problem.fix
    assert sent(resolve(TYPE, "2", lookup)) == ("2",)


def test_a_code_wins_over_another_values_id() -> None:
    lookup = Lookup(TYPE, [Value("04", "01", "Level 1"), Value("07", "04", "Level 4")])
    assert sent(resolve(TYPE, "04", lookup)) == ("07",)


def test_several_values_where_the_field_takes_them() -> None:  # B29
    lookup = Lookup(TRADES, [value("ST", "Steel"), value("GL", "Glass")])
    cell, _ = found = resolve(TRADES, "Steel; GL;Steel", lookup)
    assert sent(found) == ("v-ST", "v-GL")
    assert cell.text == "Steel; Glass"
    assert sent(resolve(TRADES, ["GL", "Steel"], lookup)) == ("v-GL", "v-ST")
    assert refused(resolve(TRADES, "Steel; Wod", lookup), "Steel; Wod").code == "PDM102"


def test_several_values_where_the_field_takes_one() -> None:  # B29
    problem = refused(resolve(TYPE, "Drawing; SPEC", TYPES), "Drawing; SPEC")
    assert (problem.code, problem.proposal) == ("PDM108", None)  # which of them is meant is not guessed
    assert problem.similar == ("Drawing", "Specification")


def test_a_label_may_hold_the_separator() -> None:
    lookup = Lookup(TYPE, [value("WD", "Walls; Doors")])
    assert sent(resolve(TYPE, "Walls; Doors", lookup)) == ("v-WD",)


@pytest.mark.parametrize("text", ["Sample Architect", "architect@example.com", "11", "ARCHITECT@example.com"])
def test_users_are_found_by_name_mail_and_id(text: str) -> None:  # B22
    assert sent(resolve(REVIEWER, text, Lookup.of_users(REVIEWER, PEOPLE))) == ("11",)


def test_users_of_one_name_are_distinguished_by_email() -> None:
    lookup = Lookup.of_users(REVIEWERS, PEOPLE)
    problem = refused(resolve(REVIEWERS, "Sample Twin", lookup), "Sample Twin")
    assert "one@example.com, two@example.com" in problem.fix
    assert sent(resolve(REVIEWERS, "No Mail; two@example.com", lookup)) == ("14", "13")


labels = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters=";"), min_size=1, max_size=12
)


@given(st.lists(labels, min_size=1, max_size=8, unique_by=lambda text: text.casefold()), st.data())
def test_what_a_cell_shows_resolves_to_what_it_sends(names: list[str], data: st.DataObject) -> None:
    lookup = Lookup(TRADES, [Value(f"id {number}", "", name) for number, name in enumerate(names)])
    chosen = data.draw(st.lists(st.sampled_from(lookup.values), min_size=1, unique=True))
    cell, problem = resolve(TRADES, [one.id for one in chosen], lookup)
    assert problem is None
    assert cell.values == tuple(one.id for one in chosen)
    assert resolve(TRADES, cell.text, lookup) == (cell, None)


# -- numbers
@pytest.mark.parametrize(
    ("given_", "literal"),
    [
        ("12", "12"),
        ("-1.5", "-1.5"),
        (" 3 ", "3"),
        (3.0, "3"),
        (0.25, "0.25"),
        (Decimal("1.10"), "1.10"),
        ("1e3", "1e3"),
    ],
)
def test_numbers_are_sent_as_text(given_: Any, literal: str) -> None:  # B29
    assert sent(resolve(COST, given_)) == (literal,)


@pytest.mark.parametrize(
    "text",
    [
        "twelve",
        "1_000",
        "inf",
        "-Infinity",
        "sNaN",
        "１２",
        "1 2",
        "0x10",
        "12 EUR",
        "5 m²",
        "1.5,2",
        "1,234,5",
        "0,123,456",
        "12 34",
        "1 234'567",
        "$",
        "$$5",
        "True",
        "+5",
        ".5",
        "5.",
    ],
)
def test_a_value_that_is_not_a_number_is_reported(text: str) -> None:
    problem = refused(resolve(COST, text), text)
    assert (problem.code, problem.proposal) == ("PDM105", None)
    assert "Cost" in problem.message


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("1,234.5", "1234.5"),
        ("-12,345,678", "-12345678"),
        ("1,5", "1.5"),
        ("-0,125", "-0.125"),
        ("1234,567", "1234.567"),
        ("1.234,56", "1234.56"),
        ("1.234.567", "1234567"),
        ("12 000", "12000"),
        ("12\u202f000,5", "12000.5"),
        ("1\xa0234\xa0567.25", "1234567.25"),
        ("12'000", "12000"),
        ("12’000.50", "12000.50"),
    ],
)
def test_a_number_as_people_write_it_is_proposed_as_the_service_takes_it(text: str, proposal: str) -> None:
    problem = refused(resolve(COST, text), text)
    assert problem.proposal == proposal
    assert proposal in problem.fix
    assert sent(resolve(COST, proposal)) == (proposal,)


@pytest.mark.parametrize(("text", "number"), [("$5", "5"), ("€ 1.234,56", "1234.56"), ("12,50 €", "12.50")])
def test_an_amount_of_money_is_offered_and_not_proposed(text: str, number: str) -> None:
    """The field may be in another currency."""
    problem = refused(resolve(COST, text), text)
    assert (problem.proposal, problem.similar) == (None, (number,))
    assert number in problem.fix


@pytest.mark.parametrize(
    ("text", "told"),
    [("1,234", "1234 or 1.234"), ("-12,345", "-12345 or -12.345"), ("€1.234", "1234 or 1.234")],
)
def test_a_number_that_may_be_two_is_not_proposed(text: str, told: str) -> None:
    problem = refused(resolve(COST, text), text)
    assert problem.proposal is None
    assert told in problem.message


@given(st.text("0123456789.,' -$€", min_size=1) | st.text(min_size=1))
def test_every_reading_of_a_number_is_a_number(text: str) -> None:
    found = numbers.readings(text)
    assert all(map(numbers.is_number, found))
    assert len(set(found)) == len(found) <= 2


# -- dates
@pytest.mark.parametrize(
    ("given_", "literal", "shown"),
    [
        ("2026-03-31", "2026-03-31T00:00:00Z", "2026-03-31"),
        ("2026-03-31T14:00:00Z", "2026-03-31T14:00:00Z", "2026-03-31T14:00:00Z"),
        ("2026-03-31 14:00 Z", "2026-03-31T14:00:00Z", "2026-03-31T14:00:00Z"),
        ("2026-03-31 00:00", "2026-03-31T00:00:00Z", "2026-03-31"),
        (datetime(2026, 3, 31), "2026-03-31T00:00:00Z", "2026-03-31"),
        ("2026-03-31T02:00:00+02:00", "2026-03-31T00:00:00Z", "2026-03-31"),
        (date(2026, 3, 31), "2026-03-31T00:00:00Z", "2026-03-31"),
        (
            datetime(2026, 3, 31, 14, tzinfo=timezone(timedelta(hours=2))),
            "2026-03-31T12:00:00Z",
            "2026-03-31T12:00:00Z",
        ),
        (pd.Timestamp("2026-03-31"), "2026-03-31T00:00:00Z", "2026-03-31"),
        ("0999-12-31", "0999-12-31T00:00:00Z", "0999-12-31"),
    ],
)
def test_dates_are_sent_in_utc(given_: Any, literal: str, shown: str) -> None:  # B29
    cell, _ = found = resolve(DATE, given_)
    assert sent(found) == (literal,)
    assert cell.text == shown


@pytest.mark.parametrize(
    ("given_", "text"),
    [
        ("2026-03-31 14:30", "2026-03-31 14:30"),
        ("2026-03-31T14:30:00.000", "2026-03-31T14:30:00.000"),
        (datetime(2026, 3, 31, 14, 30), "2026-03-31T14:30:00"),
        (pd.Timestamp("2026-03-31 14:30"), "2026-03-31T14:30:00"),
    ],
)
def test_a_time_without_a_zone_is_reported(given_: Any, text: str) -> None:  # B29
    problem = refused(resolve(DATE, given_), text)
    assert (problem.code, problem.proposal) == ("PDM106", None)
    assert "a time but no time zone (Date Authored)" in problem.message
    assert "+02:00" in problem.fix
    assert "set the time zone of the whole column" in problem.fix
    assert sent(resolve(DATE, f"{text}Z")) == ("2026-03-31T14:30:00Z",)


@pytest.mark.parametrize("text", ["soon", "03/04/2026", "2026-02-30", "45000", "0001-01-01T00:00:00+05:00"])
def test_ambiguous_and_unreadable_dates_are_reported(text: str) -> None:
    problem = refused(resolve(DATE, text), text)
    assert (problem.code, problem.proposal) == ("PDM106", None)


@pytest.mark.parametrize("text", ["31/03/2026", "03/31/2026", "31.3.2026", "31-03-2026"])
def test_a_date_that_is_clear_is_proposed(text: str) -> None:
    assert refused(resolve(DATE, text), text).proposal == "2026-03-31"


@pytest.mark.parametrize("text", ["31/02/2026", "40/40/2026", "0/13/2026"])
def test_a_day_that_there_is_not_is_not_proposed(text: str) -> None:
    assert refused(resolve(DATE, text), text).proposal is None


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_survives_being_sent_shown_and_read(moment: datetime) -> None:
    cell, problem = resolve(DATE, moment)
    assert problem is None
    assert cell.values is not None
    assert datetime.fromisoformat(cell.values[0]) == moment.replace(microsecond=0)
    assert show_timestamp(cell.values[0]) == cell.text
    assert resolve(DATE, cell.text) == (cell, None)


def test_the_value_of_the_service_is_shown_even_if_it_is_not_a_date() -> None:
    assert show_timestamp("2026-03-31T00:00:00Z") == "2026-03-31"
    assert show_timestamp("tomorrow") == "tomorrow"


@pytest.mark.parametrize("text", ["1", "1.0", "001", "1.00"])
def test_a_code_that_a_spreadsheet_made_a_number_of_is_proposed(text: str) -> None:
    levels = Lookup(
        TYPE, [value("01", "Ground"), value("11", "Top"), value("0x", "Odd"), value("12", active=False)]
    )
    problem = refused(resolve(TYPE, text, levels), text)
    assert (problem.code, problem.proposal) == ("PDM102", "Ground")
    both = Lookup(TYPE, [value("01", "Ground"), value("0001", "First")])
    assert refused(resolve(TYPE, text, both), text).proposal is None  # it may be either
    assert refused(resolve(TYPE, "12.0", levels), "12.0").proposal != "12"


# -- text and emptiness
def test_text_stays_as_it_is_but_for_its_edges() -> None:
    assert sent(resolve(TITLE, "  Ground floor; plan <b> ")) == ("Ground floor; plan <b>",)


@pytest.mark.parametrize("nothing", [None, "", "   ", float("nan"), pd.NaT, pd.NA, [], [None, ""]])
@pytest.mark.parametrize("one", [TYPE, TRADES, COST, DATE, TITLE], ids=lambda one: one.name)
def test_nothing_clears_a_cell(one: Any, nothing: Any) -> None:
    cell, problem = resolve(one, nothing, TYPES)
    assert (cell.text, cell.values, problem) == ("", (), None)


@given(
    st.text()
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.lists(st.text())
)
def test_any_input_is_resolved_or_reported(anything: Any) -> None:
    for one in (TYPE, TRADES, COST, DATE, TITLE):
        cell, problem = resolve(one, anything, TYPES)
        assert (cell.values is None) is (problem is not None)
        assert problem is None or cell.text == text_of(anything)
