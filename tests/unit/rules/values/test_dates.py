"""Dates as people write them, with an explicit order and time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.rules.values import dates
from pdm_nb.rules.values.resolve import resolve
from tests.support.builders import field

TODAY = date(2026, 11, 24)
DATE = field("date_authored", "timestamp")
BERLIN, CHICAGO = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Chicago")


def at(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "order", "moment"),
    [
        ("03/04/2026", "DMY", at(2026, 4, 3)),
        ("03/04/2026", "MDY", at(2026, 3, 4)),
        ("3.4.2026", "DMY", at(2026, 4, 3)),
        ("3-4-2026", "MDY", at(2026, 3, 4)),
        ("3 4 2026", "DMY", at(2026, 4, 3)),
        ("2026/04/03", "DMY", at(2026, 4, 3)),  # a year first leaves nothing to say
        ("2026 4 3", "YMD", at(2026, 4, 3)),
        ("3 April 2026", "MDY", at(2026, 4, 3)),
        (" 03/04/2026 14:30 ", "DMY", at(2026, 4, 3, 14, 30)),
        ("2026-04-03 14:30", "YMD", at(2026, 4, 3, 14, 30)),
        ("2026-04-03T14:30:00.000", "DMY", at(2026, 4, 3, 14, 30)),
        ("03/04/2026 2:30:15 pm", "MDY", at(2026, 3, 4, 14, 30, 15)),
        ("03/04/2026, 12:00 a.m.", "MDY", at(2026, 3, 4)),
        ("31/03/2026", "MDY", None),  # there is no month 31, and nothing is turned round in silence
        ("03/04/2026", "YMD", None),
        ("03/04/26", "DMY", None),
        ("003/04/2026", "MDY", None),
        ("30/02/2026", "DMY", None),
        ("03/04/2026 25:00", "DMY", None),
        ("03/04/2026 13:00 pm", "DMY", None),
        ("٠٣/٠٤/٢٠٢٦", "DMY", None),
        ("soon", "DMY", None),
        ("", "DMY", None),
    ],
)
def test_numbers_are_read_in_the_order_that_is_said(text: str, order: str, moment: datetime | None) -> None:
    assert dates.read_as(text, order) == moment


def test_a_time_is_of_the_zone_that_is_said() -> None:
    assert dates.read_as("03/04/2026 14:30", "DMY", CHICAGO) == at(2026, 4, 3, 19, 30)
    assert dates.read_as("2026-04-03T14:30", "YMD", BERLIN) == at(2026, 4, 3, 12, 30)
    assert dates.read_as("2026-04-03T14:30:00.000", "YMD", BERLIN) == at(2026, 4, 3, 12, 30)
    assert dates.read_as("01/01/0001 00:30", "DMY", BERLIN) is None
    assert dates.read_as("31/12/9999 23:00", "DMY", CHICAGO) is None


@pytest.mark.parametrize("zone", [UTC, BERLIN, CHICAGO])
@pytest.mark.parametrize(
    "text", ["03/04/2026", "3 April 2026", "2026-04-03", "2026-04-03 00:00:00", "03/04/2026 00:00"]
)
def test_a_date_without_a_time_stays_that_day_in_every_zone(text: str, zone: ZoneInfo) -> None:
    assert dates.read_as(text, "DMY", zone) == at(2026, 4, 3)


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("31-Mar-26", "2026-03-31"),
        ("3-Apr-26", "2026-04-03"),
        ("31 March 26", "2026-03-31"),
        ("31.3.26", "2026-03-31"),
        ("31/03/26", "2026-03-31"),
        ("03/31/26", "2026-03-31"),
        ("29/02/00", "2000-02-29"),
        ("31/12/76", "1976-12-31"),  # nearer than 2076
        ("31/10/76", "2076-10-31"),
        ("03/04/26", None),  # day and month could be taken for each other
        ("31-03-26", None),  # 2031-03-26, where the year comes first
        ("26/03/31", None),
        ("31/13/26", None),
        ("30/02/26", None),
        ("31/03/026", None),
        ("31-Mrz-26", None),
    ],
)
def test_a_year_of_two_digits_is_proposed_where_one_reading_is_left(text: str, proposal: str | None) -> None:
    assert dates.clear(text, TODAY) == proposal
    assert dates.clear(text) is None
    cell, problem = resolve(DATE, text, today=TODAY)
    assert (cell.text, cell.values) == (text, None)
    assert problem is not None
    assert (problem.code, problem.proposal) == ("PDM106", proposal)


@given(st.dates(date(1980, 1, 1), date(2070, 1, 1)), st.sampled_from(["%d-%b-%y", "%d.%m.%y", "%d/%m/%y"]))
def test_what_is_proposed_for_a_year_of_two_digits_is_that_date(day: date, form: str) -> None:
    assert dates.clear(day.strftime(form), TODAY) in (None, day.isoformat())
    if "b" in form:
        assert dates.clear(day.strftime(form), TODAY) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "told", "advice"),
    [
        ("03/04/2026", "day and month could be swapped", "set the order of day and month"),
        ("31/03/2026 14:30", "is not a date", "set the order of day and month"),
        ("03/04/26", "its year has two digits", "Write dates as 2026-03-31"),
        ("46112", "serial number of one in a spreadsheet", "Write dates as 2026-03-31"),
        ("soon", "is not a date", "Write dates as 2026-03-31"),
    ],
)
def test_what_is_not_clear_says_the_way_out(text: str, told: str, advice: str) -> None:
    cell, problem = resolve(DATE, text)
    assert (cell.text, cell.values) == (text, None)
    assert problem is not None
    assert problem.proposal is None
    assert told in problem.message
    assert advice in problem.fix


@given(
    st.text() | st.from_regex(dates.NUMBERS),
    st.sampled_from(dates.ORDERS),
    st.sampled_from([UTC, BERLIN, CHICAGO]),
)
def test_any_text_is_read_or_not(text: str, order: str, zone: ZoneInfo) -> None:
    moment = dates.read_as(text, order, zone)
    assert moment is None or dates.read(dates.wire(moment)) == moment
