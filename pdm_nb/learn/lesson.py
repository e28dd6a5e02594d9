"""A running lesson: its simulator in this kernel, its working folder, and `check`.

How this works: the simulator of a lesson runs in the kernel of its notebook, with a data folder. If the kernel is
restarted, the lesson continues with the same documents at the same address, so that journals fit. `connect("sim")`
finds it by the environment variable that `pdm-nb lab` uses too.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from ..errors import InputError, SettingsError
from .checking.lesson_plan import LessonPlan
from .checking.outcome import Right
from .checking.service_state import ServiceState
from .course_folder import CourseFolder, find_course_folder
from .lessons import find_plan

_running: dict[str, Lesson] = {}


class Lesson:
    """A lesson of the course that was started; made by `start_lesson`.

    Attributes
    ----------
    folder : Path
        The working folder, with the files of the lesson.
    """

    def __init__(self, plan: LessonPlan, course: CourseFolder) -> None:
        self._plan, self._course = plan, course
        self.folder = course.work(plan.name)
        if not self.folder.exists():
            self.folder.mkdir(parents=True)
            plan.write_files(self.folder)
        self._simulator = _start_simulator(plan, course.simulator(plan.name))
        self._state = ServiceState(self._simulator.ready_line())

    def open(self) -> None:
        """Work in the folder of the lesson, let `connect("sim")` find its simulator, and show sentences in full."""
        import pandas as pd  # not for `pdm-nb learn --list`

        os.environ["PDM_NB_SIM"] = json.dumps(self._simulator.ready_line())
        os.chdir(self.folder)
        pd.set_option("display.max_colwidth", None)

    def check(self, exercise: int, value: Any = None) -> Right:
        """Check an exercise by what the simulator has.

        Parameters
        ----------
        exercise : int
            The number of the exercise in this lesson.
        value : object, optional
            What you found out, if the exercise asks for it.

        Returns
        -------
        Right
            What was achieved. It is marked as solved.

        Raises
        ------
        NotYet
            If something is missing; the message names it.
        InputError
            If the lesson has no such exercise.
        """
        achieved = self._plan.check_of(exercise)(self._state, value)
        self._course.mark_solved(self._plan.name, exercise)
        return Right(achieved, self._progress())

    def play(self, event: str) -> None:
        """Make something happen that you cannot control: another user, the network, the service.

        Parameters
        ----------
        event : str
            What happens.

        Raises
        ------
        InputError
            If nothing of this name can happen in this lesson.
        """
        if event not in self._plan.events:
            known = ", ".join(self._plan.events) or "nothing"
            raise InputError(f"Unknown event {event!r}. In this lesson can happen: {known}.")
        print(self._plan.events[event](self._state))

    async def send(self, batch: Any) -> Any:
        """Send a batch to the service, also if it was uploaded before.

        A batch sends later changes when it submits. So that exercises can be tried again, this deletes its uploads at
        the service first, as somebody could do in the web tool, and uploads the documents again.

        Parameters
        ----------
        batch : Batch
            The batch.

        Returns
        -------
        DataFrame
            The state of each document.

        Raises
        ------
        InputError
            If documents are ready or submitted, and so cannot be sent again.
        """
        if (batch.status()["state"].isin(["ready", "submitted"])).any():
            raise InputError(
                "Some documents are ready or submitted, and cannot be sent again. Start the lesson from the beginning: "
                f"start_lesson({self._plan.name!r}, restart=True), and run the cells below it."
            )
        sent = batch.status()["upload_id"].dropna()
        known = {one.id for one in self._state.uploads()}
        for id_ in sent[sent.isin(known)]:
            self._state.external_change("delete_upload", id_)
        if len(sent):
            await batch.watch()  # sees that they are deleted
            batch.retry()
        return await batch.upload()

    def stop(self) -> None:
        """Stop the simulator of the lesson."""
        self._simulator.stop()

    def _progress(self) -> str:
        done, all_of_them = len(self._course.solved()[self._plan.name]), len(self._plan.checks)
        if done == all_of_them:
            return "All exercises of this lesson are solved. The start page has the next one."
        return f"{done} of {all_of_them} exercises of this lesson are solved."

    def __repr__(self) -> str:
        return (
            f"Lesson: {self._plan.title}, about {self._plan.minutes} minutes. "
            f"The simulator is ready; this notebook works in {self.folder}."
        )


def start_lesson(name: str, *, restart: bool = False) -> Lesson:
    """Start a lesson of the course, or continue it.

    Parameters
    ----------
    name : str
        The name of the notebook, such as "04-editing", or the start of it, such as "04".
    restart : bool
        Start from the beginning: delete the files of the lesson and the documents in its simulator.

    Returns
    -------
    Lesson
        The lesson. Its files are in the working folder from now on, and `connect("sim")` connects to its simulator.

    Raises
    ------
    InputError
        If there is no such lesson, or if it is open in another notebook.
    SettingsError
        If the simulator is not installed.

    Examples
    --------
    >>> from pdm_nb.learn import start_lesson
    >>> lesson = start_lesson("04")  # doctest: +SKIP
    >>> lesson.check(1)  # doctest: +SKIP
    Right. All 8 drawings have the status S2 at the service.
    1 of 3 exercises of this lesson are solved.
    """
    plan = find_plan(name)
    course = CourseFolder(find_course_folder())
    if restart:
        if plan.name in _running:
            _running.pop(plan.name).stop()
        os.chdir(course.path)
        course.forget(plan.name)
    if plan.name not in _running:
        _running[plan.name] = Lesson(plan, course)
    _running[plan.name].open()
    return _running[plan.name]


def _start_simulator(plan: LessonPlan, data: Path) -> Any:
    """Start the simulator of a lesson, at the address that it had before."""
    try:
        from ..sim import Simulator
    except ImportError as error:
        raise SettingsError(
            f'The course needs {error.name}. Install it with: python -m pip install "pdm_nb[demo]"'
        ) from None
    address = data / "port"
    port = int(address.read_text("utf-8")) if address.exists() else 0
    try:
        try:
            simulator = Simulator(data=data, port=port, **plan.options).start()
        except OSError:  # another program has taken the port; journals of this lesson will not fit
            simulator = Simulator(data=data, **plan.options).start()
    except ValueError:
        raise InputError(
            "This lesson is open in another notebook. Shut down its kernel (menu Kernel), and run this cell again."
        ) from None
    with contextlib.suppress(OSError):
        address.write_text(simulator.url.rpartition(":")[2], "utf-8")
    return simulator
