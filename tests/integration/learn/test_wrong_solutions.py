"""Each check catches the wrong solutions that learners are likely to try, and names what is missing."""

from __future__ import annotations

from collections import Counter

import pytest

from pdm_nb.learn.lessons import PLANS
from tests.support.course import SOLUTIONS, Learner
from tests.support.wrong_solutions import WRONG, Attempt

QUICK = ("01-permissions", 1)


def _id(attempt: Attempt) -> str:
    number = [one for one in WRONG if one[:2] == attempt[:2]].index(attempt) + 1
    return f"{attempt.lesson}-{attempt.exercise}-{number}"


CASES = [pytest.param(one, id=_id(one), marks=() if one[:2] == QUICK else pytest.mark.slow) for one in WRONG]


def test_two_wrong_solutions_of_each_exercise_are_tried() -> None:
    tried = Counter((one.lesson, one.exercise) for one in WRONG)
    exercises = [(plan.name, number) for plan in PLANS for number in range(1, len(plan.checks) + 1)]
    assert sorted(tried) == exercises
    assert min(tried.values()) >= 2


@pytest.mark.parametrize("attempt", CASES)
def test_a_wrong_solution_is_caught(attempt: Attempt) -> None:
    learner = Learner(SOLUTIONS / f"{attempt.lesson}.ipynb")
    learner.solve_until(attempt.exercise)
    learner.try_exercise(attempt.exercise, attempt.code)
    assert attempt.message in learner.message(attempt.exercise)
