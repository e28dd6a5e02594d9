"""Opens a new workbook with XlsxWriter: texts stay texts, nothing is left in the folder for temporary files."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# `0007` stays, `=1+1` never becomes a formula, and an address no link.
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@contextmanager
def new_workbook(path: Path, **options: Any) -> Iterator[Any]:
    """Yield a workbook that is written to `path` at the end, and not at all if something is raised.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    import xlsxwriter  # only here: it takes a while to load
    from xlsxwriter.exceptions import FileCreateError, FileSizeError

    with tempfile.TemporaryDirectory(prefix="pdm_nb-", ignore_cleanup_errors=True) as folder:
        try:
            book = xlsxwriter.Workbook(path, {**AS_TEXT, "tmpdir": folder, **options})
            yield book
            book.close()
        except FileCreateError as error:
            cause = error.args[0] if error.args else None
            raise cause if isinstance(cause, OSError) else OSError(errno.EIO, str(error)) from None
        except FileSizeError:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), os.fspath(path)) from None
