"""The estimate of the time left: numbers in, seconds out."""

from __future__ import annotations

from pdm_nb.batch.execution.time_left import TimeLeft


def free(calls: int) -> float:
    return 0.0


def hourly(calls: int) -> float:
    """3,600 an hour, the first hour just begun."""
    return (calls - 1) // 3600 * 3600.0


def test_nothing_is_said_before_anything_is_known() -> None:
    outlook = TimeLeft(needed=200)
    outlook.follow(1.0, 1, 0, 1000)
    assert outlook.time_left(free) is None


def test_limits_give_an_estimate_before_the_first_transfer() -> None:
    outlook = TimeLeft(needed=20_300)
    outlook.follow(1.0, 1, 0, 10_000)
    assert outlook.time_left(hourly) == 5 * 3600


def test_the_bytes_speed_counts_where_it_is_the_slowest() -> None:
    outlook = TimeLeft(needed=180)
    outlook.follow(0.0, 5, 5_000, 105_000)  # 5,000 of an earlier run
    outlook.follow(10.0, 25, 15_000, 105_000)
    assert outlook.time_left(free) == 90


def test_the_calls_speed_counts_where_files_are_small() -> None:
    outlook = TimeLeft(needed=100)
    outlook.follow(10.0, 103, 100, 200)
    left = outlook.time_left(free)
    assert left is not None
    assert 9 <= left <= 10.1


def test_time_spent_waiting_says_nothing_of_the_speed() -> None:
    outlook = TimeLeft(needed=100)
    outlook.follow(10.0, 103, 100, 200)
    before = outlook.time_left(free)
    for _ in range(3600):
        outlook.follow(0.0, 103, 100, 200)
    assert outlook.time_left(free) == before


def test_what_is_done_takes_no_time() -> None:
    outlook = TimeLeft(needed=0)
    outlook.follow(10.0, 203, 100, 100)
    assert outlook.time_left(hourly) is None


def test_what_is_shorter_than_what_cannot_be_foreseen_is_not_said() -> None:
    outlook = TimeLeft(needed=4, least=5.0)
    outlook.follow(10.0, 10, 0, 0)
    assert outlook.time_left(free) is None
    assert outlook.time_left(lambda calls: 60.0) == 60
