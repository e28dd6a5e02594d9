"""What an error of the operating system means, in words, and what to do; also those that only Windows reports.

Windows refuses to read, replace or delete a file that another program has open, and has shorter paths and fewer names
than other systems. It reports both as errors that other systems use for something else.
"""

from __future__ import annotations

import errno
import os

IN_USE = (32, 33)  # Windows: ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
NAME_TOO_LONG = 206  # Windows: ERROR_FILENAME_EXCED_RANGE
INVALID_NAME = 123  # Windows: ERROR_INVALID_NAME
LONGEST_PATH = 259  # characters on Windows, unless long paths are enabled there


def is_in_use(error: OSError) -> bool:
    """Return True if another program has the file open, so that Windows refuses it."""
    return getattr(error, "winerror", None) in IN_USE


def is_too_long(path: str | os.PathLike[str], error: OSError | None = None) -> bool:
    """Return True if a path is too long: by the error, or for a Windows in which long paths are not enabled."""
    if error is not None and (error.errno == errno.ENAMETOOLONG or _code(error) == NAME_TOO_LONG):
        return True
    is_missing = error is None or isinstance(error, FileNotFoundError)
    return os.name == "nt" and is_missing and len(os.path.abspath(path)) > LONGEST_PATH


def os_reason(error: OSError) -> str:
    """Return what an error means, for a message: never empty, and without the name of the file."""
    if is_in_use(error):
        return "another program has it open"
    if error.errno == errno.ENAMETOOLONG or _code(error) == NAME_TOO_LONG:
        return "its path is too long"
    if _code(error) == INVALID_NAME:
        return "its name is not allowed on Windows"
    if isinstance(error, PermissionError):
        return "no permission"
    return error.strerror or str(error) or type(error).__name__


def too_long(path: str | os.PathLike[str]) -> str:
    """Return the sentence for a path that is too long, without its full stop."""
    return (
        f"{path} has {len(os.path.abspath(path))} characters, and Windows opens at most {LONGEST_PATH}: move the folder "
        "nearer to the drive, or enable long paths in Windows"
    )


def _code(error: OSError) -> int | None:
    return getattr(error, "winerror", None)
