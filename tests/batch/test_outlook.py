"""How long a run still takes: numbers in, seconds out."""

from __future__ import annotations

from pdm_nb.batch.outlook import Outlook


def free(calls: int) -> float:
    return 0.0


def hourly(calls: int) -> float:
    """3,600 an hour, the first hour just begun."""
    return (calls - 1) // 3600 * 3600.0


def test_nothing_is_said_before_anything_is_known() -> None:
    outlook = Outlook()
    outlook.follow(1.0, 100, 0, 0, 1000)
    assert outlook.time_left(1, free) is None


def test_limits_tell_before_anything_has_moved() -> None:
    outlook = Outlook()
    outlook.follow(1.0, 10_000, 0, 0, 10_000)
    assert outlook.time_left(1, hourly) == 5 * 3600  # 20,300 calls


def test_the_bytes_speed_counts_where_it_is_the_slowest() -> None:
    outlook = Outlook()
    outlook.follow(0.0, 100, 0, 5_000, 105_000)  # 5,000 of an earlier run
    outlook.follow(10.0, 100, 10, 15_000, 105_000)
    assert outlook.time_left(25, free) == 90


def test_the_calls_speed_counts_where_files_are_small() -> None:
    outlook = Outlook()
    outlook.follow(10.0, 100, 50, 100, 200)
    left = outlook.time_left(103, free)
    assert left is not None
    assert 9 <= left <= 10.1


def test_time_spent_waiting_says_nothing_of_the_speed() -> None:
    outlook = Outlook()
    outlook.follow(10.0, 100, 50, 100, 200)
    before = outlook.time_left(103, free)
    for _ in range(3600):
        outlook.follow(0.0, 100, 50, 100, 200)
    assert outlook.time_left(103, free) == before


def test_documents_that_are_stored_but_not_linked_need_few_calls_more() -> None:
    asked = []

    def note(calls: int) -> float:
        asked.append(calls)
        return 0.0

    outlook = Outlook()
    outlook.follow(10.0, 100, 0, 100, 100)
    outlook.time_left(201, note)
    assert asked == [3]


def test_what_is_done_takes_no_time() -> None:
    outlook = Outlook()
    outlook.follow(10.0, 100, 100, 100, 100)
    assert outlook.time_left(203, hourly) is None
