"""Which lessons and exercises are done, as a table with links."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from .course_folder import CourseFolder, find_course_folder
from .lessons import PLANS


class LessonProgress(NamedTuple):
    """How much of a lesson is done."""

    name: str
    title: str
    minutes: int
    exercises: tuple[str, ...]
    solved: tuple[bool, ...]


class CourseProgress:
    """The lessons of the course and what is done; displayed as a table.

    Attributes
    ----------
    lessons : tuple of LessonProgress
        The lessons in order.
    """

    def __init__(self, course: CourseFolder) -> None:
        self._course = course
        solved = course.solved()
        self.lessons = tuple(
            LessonProgress(
                plan.name,
                plan.title,
                plan.minutes,
                tuple(plan.checks),
                tuple(str(number) in solved.get(plan.name, {}) for number in range(1, len(plan.checks) + 1)),
            )
            for plan in PLANS
        )

    @property
    def summary(self) -> str:
        """How many exercises are solved, and what is next."""
        marks = [mark for lesson in self.lessons for mark in lesson.solved]
        following = next((lesson for lesson in self.lessons if not all(lesson.solved)), None)
        ahead = f"Next: {following.title} ({following.name}.ipynb)." if following else "You have done it all."
        return f"{sum(marks)} of {len(marks)} exercises are solved. {ahead}"

    def __repr__(self) -> str:
        lines = [
            f"{lesson.name:<32} {lesson.minutes:>3} min  {''.join('x' if mark else '.' for mark in lesson.solved)}"
            for lesson in self.lessons
        ]
        return "\n".join([*lines, self.summary])

    def _repr_html_(self) -> str:
        rows = "".join(self._row(lesson) for lesson in self.lessons)
        head = "".join(
            f'<th style="text-align: left">{text}</th>' for text in ("Lesson", "Minutes", "Exercises")
        )
        return f"<table><tr>{head}</tr>{rows}</table><p>{escape(self.summary)}</p>"

    def _row(self, lesson: LessonProgress) -> str:
        exercises = "<br>".join(
            f"{'✓' if mark else '○'} {escape(text)}"
            for text, mark in zip(lesson.exercises, lesson.solved, strict=True)
        )
        link = f'<a href="{lesson.name}.ipynb">{escape(lesson.title)}</a>'
        left = 'style="text-align: left; vertical-align: top"'
        return f"<tr><td {left}>{link}</td><td {left}>{lesson.minutes}</td><td {left}>{exercises}</td></tr>"


def show_progress() -> CourseProgress:
    """Show the lessons of the course, and which exercises are solved.

    Returns
    -------
    CourseProgress
        A table.

    Examples
    --------
    >>> from pdm_nb.learn import show_progress
    >>> show_progress().lessons[0].title
    'Sign in, and get permissions'
    """
    return CourseProgress(CourseFolder(find_course_folder()))
