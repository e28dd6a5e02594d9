"""Writes files whole or not at all. Everything in the package that replaces a file does it here.

How this works: the content goes to a draft next to the file, with a hidden name, so that it is on the same disk and no
batch takes it for a document. Only when all of it is on the disk does the draft get the name of the file, in one step.
Whatever fails before, the former file is as it was, and the draft is removed. What a killed process leaves behind is a
draft that nobody reads.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import InputError

LONGEST_STEM = 60  # characters of the name that a draft shows, so that its own name is not too long
FULL = (errno.ENOSPC, errno.EDQUOT)
REPLACES, REPLACE_AGAIN = 6, 0.05  # how often Windows is asked to replace a file, and seconds in between
# What Windows reports for a file that another program, such as Excel, has open.
OPEN_ELSEWHERE = (5, 32, 33)  # access denied, sharing violation, lock violation


@contextmanager
def whole_file(path: str | os.PathLike[str], *, private: bool = False, over: bool = True) -> Iterator[Path]:
    """Yield the path of an empty draft, which becomes the file at the end; if anything is raised, it does not.

    Parameters
    ----------
    path : path
        The file. A link is followed: the file that it leads to is replaced.
    private : bool
        Whether only the owner may read it (mode 0600), from the first byte on. Otherwise it has the mode of the file that
        it replaces, or that of any new file.
    over : bool
        Whether it may replace a file. If not, a file that appears meanwhile stays as well.

    Raises
    ------
    OSError
        If it cannot be written. `FileExistsError` if there is a file that may not be replaced.
    """
    target = Path(os.path.realpath(path))
    if not over and os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fspath(path))
    draft = target.with_name(f".{target.stem[:LONGEST_STEM]}.{secrets.token_hex(4)}{target.suffix}")
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600 if private else 0o666))
    try:
        yield draft
        if not private:
            _keep_mode(target, draft)
        to_disk(draft)
        put_in_place(draft, target, over=over)
    finally:
        with suppress(OSError):  # it has got its name, or the disk is gone
            draft.unlink(missing_ok=True)
    folder_to_disk(target.parent)


@contextmanager
def file_for_people(path: str | os.PathLike[str], *, over: bool = True) -> Iterator[Path]:
    """Do the same as `whole_file`, and explain in a sentence why a file cannot be written.

    Raises
    ------
    InputError
        Instead of an `OSError`.
    """
    try:
        with whole_file(path, over=over) as draft:
            yield draft
    except OSError as error:
        raise cannot_write(path, error) from None


def cannot_write(path: str | os.PathLike[str], error: OSError) -> InputError:
    """Return the error for a file that cannot be written."""
    target = Path(path)
    if isinstance(error, FileExistsError):
        return InputError(f"{target} exists already. Use another name, or move it first.")
    if isinstance(error, FileNotFoundError) and not target.absolute().parent.is_dir():
        return InputError(
            f"The folder {target.absolute().parent} does not exist. Create it, or write {target.name} to another folder."
        )
    if error.errno in FULL:
        return InputError(
            f"{target} cannot be written, since the disk is full. Free space, then write it again."
        )
    if is_open_elsewhere(error):
        return InputError(
            f"{target} cannot be replaced while another program has it open, such as Excel. Close it there, or use "
            "another name."
        )
    return InputError(f"{target} cannot be written ({error.strerror or error}). Use another file or folder.")


def is_open_elsewhere(error: OSError) -> bool:
    """Return True for what Windows reports if another program has a file open."""
    code = getattr(error, "winerror", None)
    return sys.platform == "win32" and (isinstance(error, PermissionError) or code in OPEN_ELSEWHERE)


def put_in_place(draft: Path, target: Path, *, over: bool = True) -> None:
    """Give a file that is complete its name, in one step. `FileExistsError` if another has it and may not be replaced."""
    if over:
        _replace(draft, target)
        return
    try:
        os.link(draft, target)  # fails if the name exists, where a check before would leave a gap
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fspath(target)) from None
        os.rename(draft, target)
    else:
        draft.unlink()


def _replace(draft: Path, target: Path) -> None:
    """Replace a file. On Windows, another process that reads it for a moment prevents that: then it is tried again."""
    for _ in range(REPLACES - 1):
        try:
            return os.replace(draft, target)
        except OSError as error:
            if not is_open_elsewhere(error):
                raise
            time.sleep(REPLACE_AGAIN)
    os.replace(draft, target)


def to_disk(file: Path | int) -> None:
    """Wait until the disk has all bytes of a file."""
    if isinstance(file, int):
        os.fsync(file)
        return
    opened = os.open(file, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def folder_to_disk(folder: Path) -> None:
    """Wait until the disk has the names in a folder, on systems that can."""
    if os.name != "posix":
        return
    with suppress(OSError):  # some network drives cannot; the file is complete all the same
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _keep_mode(target: Path, draft: Path) -> None:
    with suppress(OSError):  # there is none, or its system has no modes
        os.chmod(draft, stat.S_IMODE(os.stat(target).st_mode))
