"""Files on this computer: what a folder or a pattern contains, and the facts that a document takes from its file."""

from __future__ import annotations

import difflib
import glob
import mimetypes
import os
import re
import stat
from pathlib import Path, PurePath

from .errors import InputError
from .model import Document

# What Python's table, which follows the host's, does not know everywhere.
MIME_TYPES = {
    ".dwg": "image/vnd.dwg",
    ".dxf": "image/vnd.dxf",
    ".ifc": "application/x-step",
    ".rvt": "application/octet-stream",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".pdf": "application/pdf",
}
LITTER = re.compile(r"^(\.|~\$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


def find_files(source: str | os.PathLike[str]) -> list[Path]:
    """The files of a folder (with its folders), of a glob, or the one file."""
    path = Path(source)
    if path.is_dir():
        found = sorted(item for item in path.rglob("*") if item.is_file() and not _is_litter(item, path))
        if not found:
            raise InputError(f"There are no files in {path}.")
        return found
    if path.exists():
        return [path]
    if glob.has_magic(os.fspath(source)):
        found = sorted(
            Path(name)
            for name in glob.glob(os.fspath(source), recursive=True)
            if Path(name).is_file() and not _left_behind(name)
        )
        if not found:
            raise InputError(f"No file matches {source}.")
        return found
    raise InputError(f"There is no file or folder {source}{_beside(path)}.")


def _is_litter(item: Path, root: Path) -> bool:
    """Hidden files, and what Office, Windows and macOS leave behind."""
    return any(LITTER.match(part) for part in item.relative_to(root).parts)


def _left_behind(name: str) -> bool:
    """Litter without a dot: a glob meets hidden files only where it asks for them."""
    own = os.path.basename(name)
    return bool(LITTER.match(own)) and not own.startswith(".")


def _beside(path: Path) -> str:
    try:
        names = [item.name for item in path.parent.iterdir()]
    except OSError:
        return f" (nor a folder {path.parent})"
    near = difflib.get_close_matches(path.name, names, n=2)
    return f"; beside it: {', '.join(near)}" if near else f" (looked in {path.parent.absolute()})"


def document_of(path: Path) -> Document:
    """The document for a file as it is now; one that cannot be read has size 0, and a check tells why."""
    path = Path(os.path.abspath(path))  # one file has one path, also behind '..'
    try:
        str(path).encode()
    except UnicodeEncodeError:
        told = str(path).encode(errors="backslashreplace").decode()
        raise InputError(f"{told} has a name that is no Unicode: rename the file.") from None
    try:
        facts = path.stat()
        size, mtime, inode = facts.st_size, facts.st_mtime_ns, facts.st_ino
    except (OSError, ValueError):  # a name may hold what no file's can
        size, mtime, inode = 0, 0, 0
    return Document(0, str(path), path.name, size, mime_type(path), mtime_ns=mtime, inode=inode)


def mime_type(path: PurePath) -> str:
    known = MIME_TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0]
    return known or "application/octet-stream"


def file_fault(path: str | Path) -> str:
    """Why a file cannot be read, "" where it can."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return f"{path} does not exist"
    if not stat.S_ISREG(mode):
        return f"{path} is no file"
    if not os.access(path, os.R_OK):
        return f"{path} may not be read by this user"
    return ""
