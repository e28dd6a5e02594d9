from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from pdm_nb.registers.mapping import find_date_order, read_date


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["01/02/2025", "15/03/2025"], "DMY"),
        (["01/02/2025", "03/15/2025"], "MDY"),
        (["1.2.2025", "28.2.2025"], "DMY"),
        (["01/02/25", "15/03/25"], "DMY"),
        (["03-04-25", "13-04-25"], None),  # a year may come first between hyphens: 2013-04-25
        (["31-03-99", "03-04-25"], "DMY"),
        (["25-03-31", "99-04-30"], "YMD"),
        (["01/02/2025", "03/04/2025"], None),
        (["15/03/2025", "03/15/2025"], None),
        (["2025-01-02", "2025-12-31"], None),
        (["soon", "", None], None),
    ],
)
def test_one_value_proves_the_order(values: list[str | None], order: str | None) -> None:
    assert find_date_order(values).order == order


def test_what_was_found_is_said_with_its_proof() -> None:
    found = find_date_order(["01/02/2025", "15/03/2025", "15/03/2025", "28/03/2025"])
    assert (found.proof, found.proofs, found.unclear) == ("15/03/2025", 3, 1)
    assert found.sentence("Date") == (
        "Dates in 'Date' are read as day, month, year, proved by '15/03/2025' and 2 more."
    )
    assert not found.needs_answer


def test_a_column_without_proof_asks_once() -> None:
    found = find_date_order(["01/02/2025", "03/04/2025", "03/04/2025", "05/05/2025"])
    assert found.needs_answer
    assert found.unclear == 3  # 05/05/2025 is the same day in both orders
    assert found.sentence("Date") == (
        "3 dates in 'Date' can be read in several ways. Set the order for the column: "
        "day, month, year or month, day, year."
    )


def test_values_that_contradict_each_other_ask_too() -> None:
    found = find_date_order(["15/03/2025", "03/15/2025"])
    assert found.needs_answer
    assert "2 dates in 'Date' contradict each other" in found.sentence("Date")


def test_a_column_of_clear_dates_asks_nothing() -> None:
    found = find_date_order(["2025-01-02", "3 April 2025"])
    assert not found.needs_answer
    assert found.sentence("Date") == "Dates in 'Date' can be read in one way only."


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("03/04/2025", "DMY", "2025-04-03"),
        ("03/04/2025", "MDY", "2025-03-04"),
        ("03/04/2025", None, None),
        ("05/05/2025", None, "2025-05-05"),
        ("15/03/2025", None, "2025-03-15"),
        ("15/03/2025", "MDY", None),
        ("03.04.25", "DMY", "2025-04-03"),
        ("2025-04-03", None, "2025-04-03"),
        ("2025-04-03 00:00:00", None, "2025-04-03"),
        ("3 April 2025", None, "2025-04-03"),
        ("45750", None, "2025-04-03"),
        ("31/02/2025", "DMY", None),
        ("soon", None, None),
    ],
)
def test_a_date_is_read_and_stays_that_day_in_every_zone(
    text: str, order: str | None, day: str | None
) -> None:
    for zone in ("UTC", "America/Los_Angeles", "Pacific/Auckland"):
        assert read_date(text, order, ZoneInfo(zone)) == day


def test_a_time_is_of_the_zone() -> None:
    assert read_date("15/03/2025 14:30", None, ZoneInfo("Europe/Berlin")) == "2025-03-15T13:30:00Z"
