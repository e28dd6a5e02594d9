"""The course: lessons as notebooks on the simulator, with exercises that are checked at the simulator.

`start_lesson` starts the simulator of a lesson and writes its files; `Lesson.check` looks at what the simulator has, not
at variables of the notebook. `pdm-nb learn` copies the notebooks to a folder and opens them.
"""

from __future__ import annotations

from .checking.outcome import NotYet
from .lesson import Lesson, start_lesson
from .progress import show_progress

__all__ = ["Lesson", "NotYet", "show_progress", "start_lesson"]
