"""The number of parallel parts, for links whose best number is known."""

from __future__ import annotations

import logging

import pytest

from pdm_nb.batch.transfer.concurrency import EVERY, LEAST, MOST, REST, START, Concurrency


class Link:
    """So many bytes a second for each part at once, up to what it has; sometimes parts fail."""

    def __init__(self, each: float, most: float) -> None:
        self.time, self.each, self.most = 100.0, each, most
        self.width = Concurrency(lambda: self.time)

    def run(self, times: int, *, full: bool = True) -> list[int]:
        seen = []
        for _ in range(times):
            self.time += EVERY
            if full:
                self.width.full()
            self.width.moved(int(min(self.each * self.width.limit, self.most) * EVERY))
            seen.append(self.width.limit)
        return seen


def test_it_begins_with_few_and_doubles_while_it_pays() -> None:
    assert Link(1e6, 1e9).run(4) == [8, 16, 32, 32]


@pytest.mark.parametrize("best", [2, 6, 10, 20])
def test_it_stays_near_what_the_link_repays(best: int) -> None:
    seen = Link(1e6, best * 1e6).run(200)[20:]
    assert min(seen) >= min(best, START)
    assert max(seen) <= 2 * max(best, START) + 1
    assert max(set(seen), key=seen.count) <= 2 * max(best, START)


def test_a_step_that_brought_nothing_is_taken_back_and_tried_again_later() -> None:
    link = Link(1e6, 4e6)
    assert link.run(2) == [8, 4]
    assert link.run(REST + 2) == [4] * REST + [5, 4]


def test_it_follows_a_link_that_gets_better() -> None:
    link = Link(1e6, 4e6)
    link.run(20)
    link.most = 12e6
    assert link.run(60)[-1] >= 10


def test_errors_halve_it_once_and_never_below_the_least() -> None:
    link = Link(1e6, 1e9)
    link.run(3)
    for _ in range(20):  # all that were on their way fail together
        link.width.failed()
    assert link.width.limit == MOST // 2
    for _ in range(9):
        link.run(1)
        link.width.failed()
    assert link.width.limit == LEAST
    assert link.run(REST + 3)[-1] > LEAST


def test_nothing_is_learnt_while_fewer_parts_wait_than_may_go() -> None:
    assert set(Link(1e6, 1e9).run(20, full=False)) == {START}


def test_it_keeps_to_the_number_that_was_asked_for() -> None:
    assert Concurrency(lambda: 0.0, most=1).limit == 1
    width = Concurrency(lambda: 0.0, most=3)
    width.failed()
    assert (width.limit, width.most) == (LEAST, 3)


def test_its_decisions_are_in_the_debug_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "pdm_nb.batch.transfer.concurrency"):
        link = Link(1e6, 4e6)
        link.run(2)
        link.width.failed()
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "8 parts at once instead of 4",
        "4 parts at once instead of 8",
        "2 parts at once instead of 4",
    ]
