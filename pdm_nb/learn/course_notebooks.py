"""Copies the notebooks of the course to the folder of a learner, and restores single ones."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

from ..errors import SettingsError
from .course_folder import SOLUTIONS, CourseFolder
from .lessons import PLANS, find_plan

START_PAGE = "00-start-here.ipynb"


def copy_course(folder: Path) -> CourseFolder:
    """Copy the notebooks of the course into a folder, except those that exist there.

    Parameters
    ----------
    folder : path
        The folder of the learner; it is created if it does not exist.

    Returns
    -------
    CourseFolder
        The folder.

    Raises
    ------
    SettingsError
        If the notebooks are not part of this installation, or if the folder cannot be written.
    """
    source = _source()
    try:
        for notebook in _notebooks(source):
            copy = folder / notebook
            copy.parent.mkdir(parents=True, exist_ok=True)
            if not copy.exists():
                shutil.copyfile(source / notebook, copy)
    except OSError as error:
        raise SettingsError(
            f"The course cannot be written to {folder} ({error.strerror}). Use another folder: --folder."
        ) from None
    return CourseFolder(folder.absolute())


def reset_lessons(course: CourseFolder, name: str) -> list[Path]:
    """Restore lessons: their notebooks as they were, without files, documents and progress.

    Parameters
    ----------
    course : CourseFolder
        The folder of the learner.
    name : str
        A lesson, or "all".

    Returns
    -------
    list of path
        Where the learner's own versions of notebooks are kept.

    Raises
    ------
    InputError
        If there is no such lesson, or if its files are in use.
    """
    source, kept = _source(), []
    for plan in PLANS if name == "all" else [find_plan(name)]:
        course.forget(plan.name)
        notebook = course.path / f"{plan.name}.ipynb"
        original = source / notebook.name
        if notebook.exists() and notebook.read_bytes() != original.read_bytes():
            kept.append(notebook.rename(_unused(notebook)))
        shutil.copyfile(original, notebook)
    return kept


def _unused(notebook: Path) -> Path:
    names = (
        notebook.with_name(f"{notebook.stem} (my version {number}).ipynb") for number in itertools.count(1)
    )
    return next(name for name in names if not name.exists())


def _source() -> Path:
    """The folder of the course: next to the package in the repository, inside it if it was installed."""
    package = Path(__file__).parents[1]
    for folder in (package.parent, package):
        if (folder / "notebooks" / "course" / START_PAGE).is_file():
            return folder / "notebooks" / "course"
    raise SettingsError("The notebooks of the course are not part of this installation.")


def _notebooks(source: Path) -> Iterator[Path]:
    yield Path(START_PAGE)
    for plan in PLANS:
        yield Path(f"{plan.name}.ipynb")
        yield Path(SOLUTIONS, f"{plan.name}.ipynb")
