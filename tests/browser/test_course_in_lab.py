"""The course in JupyterLab: a lesson by mouse and keyboard, its check, and the progress on the start page."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pdm_nb.learn.course_folder import CourseFolder, find_course_folder
from tests.support.browser.lab import Lab, expect

pytestmark = pytest.mark.slow
COURSE = Path(__file__).parents[2] / "notebooks" / "course"
START, GRID, UPLOAD, CHECK = 0, 1, 3, 4  # code cells of the lesson, up to its first check


@pytest.fixture
def lesson(lab: Lab) -> Lab:
    CourseFolder(find_course_folder()).forget("04-editing")
    for name in ("00-start-here.ipynb", "04-editing.ipynb"):
        shutil.copy(COURSE / name, lab.server.root)
    return lab.open("04-editing.ipynb")


def test_an_exercise_is_solved_in_the_grid(lesson: Lab) -> None:
    lesson.run(START)
    lesson.run(GRID)
    grid = lesson.cells.nth(GRID).locator(".pdm-table").first
    lesson.run(UPLOAD)
    with pytest.raises(AssertionError, match=r"Not yet: The status of A-101 Ground floor\.dwg, .* is not S2"):
        lesson.run(CHECK)
    lesson.cells.nth(CHECK).scroll_into_view_if_needed()
    lesson.picture("course-not-yet")

    status = [lesson.cell(grid, row, "status") for row in range(8)]
    lesson.edit(status[0], "S2")
    expect(status[0]).to_contain_text("Suitable for information")
    status[0].click()
    status[7].click(modifiers=["Shift"])
    lesson.page.keyboard.press("Control+d")
    expect(status[7]).to_contain_text("Suitable for information")
    lesson.picture("course-grid")
    lesson.run(UPLOAD)
    lesson.run(CHECK)
    expect(lesson.output(CHECK)).to_contain_text("Right. The 8 drawings have the status S2 at the service")
    lesson.cells.nth(CHECK).scroll_into_view_if_needed()
    lesson.picture("course-right")

    lesson.open("00-start-here.ipynb").run(0)
    expect(lesson.output(0)).to_contain_text("✓ Set one value for many documents")
    lesson.output(0).get_by_role("link", name="Editing in the grid").scroll_into_view_if_needed()
    lesson.picture("course-start")
