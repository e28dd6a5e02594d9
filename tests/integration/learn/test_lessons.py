"""The lessons as they are shipped: unsolved ones fail their checks, the solved ones are tested by nbval."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import course_notebooks
import pytest

from pdm_nb import Batch
from pdm_nb.learn import lesson as lessons
from pdm_nb.learn.lessons import PLANS
from tests.support.course import COURSE, SOLUTIONS, Learner, lesson_names

QUICK = ("01-permissions",)
NAMES = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in lesson_names()]


def test_each_lesson_has_a_plan_and_a_notebook() -> None:
    assert [plan.name for plan in PLANS] == lesson_names()
    for plan in PLANS:
        cells = Learner(SOLUTIONS / f"{plan.name}.ipynb").cells
        numbers = range(1, len(plan.checks) + 1)
        wanted = [f"{kind}-{number}" for number in numbers for kind in ("exercise", "check")]
        assert [cell for cell in cells if cell.startswith(("exercise-", "check-"))] == wanted
        assert f'start_lesson("{plan.name}"' in cells["start"]


@pytest.mark.parametrize("name", lesson_names())
def test_lessons_are_up_to_date_with_their_solutions(name: str) -> None:
    solution = (SOLUTIONS / f"{name}.ipynb").read_text("utf-8")
    assert (COURSE / f"{name}.ipynb").read_text("utf-8") == course_notebooks.lesson_of(solution)


def test_notebooks_of_the_course_are_stored_without_outputs() -> None:
    for path in COURSE.rglob("*.ipynb"):
        notebook = json.loads(path.read_text("utf-8"))
        assert "widgets" not in notebook["metadata"]
        for cell in notebook["cells"]:
            assert not cell.get("outputs"), path
            assert cell.get("execution_count") is None, path


def test_the_title_of_each_lesson_is_that_of_its_plan() -> None:
    for number, plan in enumerate(PLANS, 1):
        first = "".join(json.loads((COURSE / f"{plan.name}.ipynb").read_text("utf-8"))["cells"][0]["source"])
        assert first.startswith(f"# {number}. {plan.title}\n")
        assert f"*About {plan.minutes} minutes.*" in first


def test_lessons_refer_to_the_next_one() -> None:
    for path in (*COURSE.glob("[01]*.ipynb"), *SOLUTIONS.glob("*.ipynb")):
        text = path.read_text("utf-8")
        links = {part.partition(")")[0] for part in text.split("](")[1:]}
        assert all((path.parent / link).exists() for link in links), (path, links)


@pytest.mark.parametrize("name", NAMES)
def test_the_checks_of_an_unsolved_lesson_fail(name: str) -> None:
    """Also if the learner runs everything and solves nothing."""
    learner = Learner(COURSE / f"{name}.ipynb")
    missing = {}
    for cell in learner.cells:
        if cell.startswith("check-"):
            missing[cell] = learner.message(int(cell.removeprefix("check-")))
        else:
            with contextlib.suppress(Exception):  # cells below an unsolved exercise may need it
                learner.run(cell)
    assert len(missing) == learner.exercises
    assert all(missing.values()), missing


@pytest.mark.slow
@pytest.mark.parametrize("name", lesson_names())
def test_a_lesson_continues_after_a_restart_of_the_kernel(name: str, course: Path) -> None:
    """Its first cell can be run again, and what was achieved is still there."""
    solved = Learner(SOLUTIONS / f"{name}.ipynb")
    for cell in solved.cells:
        solved.run(cell)
    _end_kernel(solved)
    again = Learner(COURSE / f"{name}.ipynb")
    again.run("start")
    last = again.exercises
    if not again.cells[f"check-{last}"].endswith("changed)"):  # it asks for what the notebook found out
        assert again.message(last) == ""
    _end_kernel(again)


def _end_kernel(learner: Learner) -> None:
    for value in learner.names.values():
        if isinstance(value, Batch):
            value.close()
    for lesson in lessons._running.values():
        lesson.stop()
    lessons._running.clear()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        (
            "05-register",
            'register.date_order("Issued", "MDY")\nregister.use("status", "For review", "S4")\n'
            'register.use("status", "Info only", "S2")\nbatch = register.batch()\nawait batch.upload()',
            'register.date_order("Issued", "DMY")\nregister.use("status", "For review", "S3")\n'
            "batch = register.batch()\nawait lesson.send(batch)",
        ),
        (
            "12-migration",
            'register = project.register("handover.csv", folder="handover")\nregister.date_order("Dated", "DMY")\n'
            'register.use("status", "Construction", "A1")\nregister.use("status", "Info", "S2")\n'
            'register.constant("project", "RST")\nbatch = register.batch()\nawait batch.upload()',
            'register.map("Section", "spec_section")\nregister.map("No.", "number")\nbatch = register.batch()\n'
            'shutil.copy("sent again/fire.docx", "handover")\nawait lesson.send(batch)',
        ),
    ],
)
def test_a_mistake_can_be_corrected_and_sent_again(name: str, wrong: str, right: str) -> None:
    """As the messages of the checks describe it."""
    learner = Learner(COURSE / f"{name}.ipynb")
    for cell in learner.until("exercise-1"):
        learner.run(cell)
    learner.execute(wrong)
    assert learner.message(1)
    learner.execute(right)
    assert learner.message(1) == ""
