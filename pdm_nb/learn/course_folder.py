"""The folder of a learner: where the files, the simulator's data and the progress of each lesson are.

pdm_nb-course/                 the notebooks (the working folder of their kernels)
    work/04-editing/           files and journals of a lesson; its kernel works here
    .course/04-editing/        data and address of the simulator of the lesson
    .course/progress.json      which exercises are solved
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from ..errors import InputError

VARIABLE = "PDM_NB_COURSE"
SOLUTIONS = "solutions"


def find_course_folder() -> Path:
    """Return the folder that `PDM_NB_COURSE` names, else that of the notebook; keep it for this process."""
    here = Path.cwd()
    folder = Path(os.environ.get(VARIABLE) or (here.parent if here.name == SOLUTIONS else here)).absolute()
    os.environ[VARIABLE] = str(folder)  # lessons change the current folder
    return folder


class CourseFolder:
    """The folder of a learner."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._progress = path / ".course" / "progress.json"

    def work(self, lesson: str) -> Path:
        """The folder with the files of a lesson."""
        return self.path / "work" / lesson

    def simulator(self, lesson: str) -> Path:
        """The data folder of the simulator of a lesson."""
        return self.path / ".course" / lesson

    def solved(self) -> Mapping[str, Mapping[str, str]]:
        """When each exercise was solved, by lesson and number."""
        try:
            found = json.loads(self._progress.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def mark_solved(self, lesson: str, exercise: int) -> None:
        """Remember that an exercise is solved."""
        solved = {name: dict(times) for name, times in self.solved().items()}
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        solved.setdefault(lesson, {}).setdefault(str(exercise), now)
        self._write(solved)

    def forget(self, lesson: str) -> None:
        """Delete the files, the simulator's data and the progress of a lesson.

        Raises
        ------
        InputError
            If a file is in use.
        """
        try:
            for folder in (self.work(lesson), self.simulator(lesson)):
                if folder.exists():
                    shutil.rmtree(folder)
        except OSError as error:
            raise InputError(
                f"{error.filename} is in use. Shut down the kernel of the lesson (menu Kernel), and try again."
            ) from None
        self._write({name: dict(times) for name, times in self.solved().items() if name != lesson})

    def _write(self, solved: Mapping[str, Mapping[str, str]]) -> None:
        self._progress.parent.mkdir(parents=True, exist_ok=True)
        new = self._progress.with_suffix(f".{os.getpid()}")
        new.write_text(json.dumps(solved, indent=1), "utf-8")
        new.replace(self._progress)
