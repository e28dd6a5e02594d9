"""`pdm-nb learn`: the course, as notebooks in JupyterLab."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from .lab import find_jupyter, run_jupyter
from .terminal.help_texts import epilog
from .terminal.lines import write

EXAMPLES = (
    ("pdm-nb learn", "copy the course to pdm_nb-course, and open its start page in the browser"),
    ("pdm-nb learn --list", "the lessons, and which exercises are solved"),
    (
        "pdm-nb learn --reset 04",
        "start lesson 04 from the beginning; your notebook is kept under another name",
    ),
    ("pdm-nb learn --no-browser --port 8889", "options of jupyter lab"),
)
CODES = {
    0: "JupyterLab was ended, or the list was printed",
    2: "unknown lesson, or JupyterLab is not installed",
}


def add_command(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    learn = commands.add_parser(
        "learn",
        help="learn the package in an hour: a course of notebooks with exercises on the simulator",
        description="Copies the notebooks of the course to a folder of your own and opens them in JupyterLab. Existing "
        "notebooks are not overwritten. Each lesson starts a simulator of its own, and continues after a restart. Other "
        "options are passed to jupyter lab.",
        epilog=epilog(EXAMPLES, CODES),
    )
    learn.add_argument(
        "--folder",
        type=Path,
        default=Path("pdm_nb-course"),
        help="folder for the course (default pdm_nb-course)",
    )
    what = learn.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="show the lessons and what is solved")
    what.add_argument(
        "--reset",
        metavar="LESSON",
        help="start a lesson from the beginning (all: every lesson): delete its files, documents and progress. Close "
        "its notebook before",
    )
    learn.set_defaults(run=_learn, json=False)


def _learn(options: argparse.Namespace) -> int:
    from ..learn.course_folder import VARIABLE, CourseFolder
    from ..learn.course_notebooks import START_PAGE, copy_course, reset_lessons
    from ..learn.progress import CourseProgress

    if options.list:
        write(repr(CourseProgress(CourseFolder(options.folder.absolute()))), sys.stdout)
        return 0
    if options.reset:
        kept = reset_lessons(copy_course(options.folder), options.reset)
        write(f"Reset: {options.reset}.", sys.stdout)
        for path in kept:
            write(f"Your version of the notebook is {path}.", sys.stdout)
        return 0
    jupyter = find_jupyter()
    course = copy_course(options.folder)
    print(f"The course is in {course.path}.", file=sys.stderr)
    arguments = [f"--LabApp.default_url=/lab/tree/{START_PAGE}", *options.rest]
    return run_jupyter(jupyter, course.path, arguments, {VARIABLE: str(course.path)}, quiet=options.quiet)
