"""What describes a lesson: its files, its simulator, what happens in it, and the checks of its exercises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import InputError
from .service_state import ServiceState

Check = Callable[[ServiceState, Any], str]  # returns what was achieved, or raises `NotYet`
Event = Callable[[ServiceState], str]  # changes something at the service; returns what happened


@dataclass(frozen=True, slots=True)
class LessonPlan:
    """Describe a lesson of the course.

    Parameters
    ----------
    name : str
        The name of the notebook without its suffix.
    title : str
        What the lesson is about.
    minutes : int
        How long it takes to read it and to solve the exercises.
    checks : mapping of str to callable
        The exercises in order: what to achieve, and the check of it.
    write_files : callable
        Writes the files of the lesson into a folder.
    options : mapping of str to object
        Options of the simulator.
    events : mapping of str to callable
        What `Lesson.play` can make happen.
    """

    name: str
    title: str
    minutes: int
    checks: Mapping[str, Check]
    write_files: Callable[[Path], None]
    options: Mapping[str, Any] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)

    def check_of(self, exercise: int) -> Check:
        """Return the check of an exercise.

        Raises
        ------
        InputError
            If the lesson has no such exercise.
        """
        if not 1 <= exercise <= len(self.checks):
            raise InputError(
                f"Unknown exercise {exercise!r}. This lesson has the exercises 1 to {len(self.checks)}."
            )
        return list(self.checks.values())[exercise - 1]
