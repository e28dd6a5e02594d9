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

# Types that Python does not know on every system.
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
SYSTEM_FILES = re.compile(r"^(\.|~\$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


def find_files(source: str | os.PathLike[str]) -> list[Path]:
    """Return the files of a folder and its subfolders, or of a pattern, or the one file."""
    path = Path(source)
    if path.is_dir():
        found = sorted(item for item in path.rglob("*") if item.is_file() and not _is_system_file(item, path))
        if not found:
            raise InputError(f"{path} contains no files.")
        return found
    if path.exists():
        return [path]
    if glob.has_magic(os.fspath(source)):
        found = sorted(
            Path(name)
            for name in glob.glob(os.fspath(source), recursive=True)
            if Path(name).is_file() and not _is_visible_system_file(name)
        )
        if not found:
            raise InputError(f"No file matches {source}.")
        return found
    raise InputError(f"{source} does not exist{_hint(path)}.")


def _is_system_file(item: Path, root: Path) -> bool:
    """Return True for hidden files and temporary files of Office, Windows and macOS."""
    return any(SYSTEM_FILES.match(part) for part in item.relative_to(root).parts)


def _is_visible_system_file(name: str) -> bool:
    """Return True for system files that are not hidden: a pattern finds hidden files only if it asks for them."""
    own = os.path.basename(name)
    return bool(SYSTEM_FILES.match(own)) and not own.startswith(".")


def _hint(path: Path) -> str:
    try:
        names = [item.name for item in path.parent.iterdir()]
    except OSError:
        return f", nor does the folder {path.parent}"
    near = difflib.get_close_matches(path.name, names, n=2)
    return f". Similar: {', '.join(near)}" if near else f" in {path.parent.absolute()}"


def document_of(path: Path) -> Document:
    """Return the document for a file as it is now. If it cannot be read, its size is 0 and a check reports why."""
    path = Path(os.path.abspath(path))  # one path per file, also with '..'
    try:
        str(path).encode()
    except UnicodeEncodeError:
        shown = str(path).encode(errors="backslashreplace").decode()
        raise InputError(f"The name of {shown} is not valid Unicode. Rename the file.") from None
    try:
        facts = path.stat()
        size, mtime, inode = facts.st_size, facts.st_mtime_ns, facts.st_ino
    except (OSError, ValueError):  # such as a null character in the name
        size, mtime, inode = 0, 0, 0
    return Document(0, str(path), path.name, size, mime_type(path), mtime_ns=mtime, inode=inode)


def mime_type(path: PurePath) -> str:
    """Return the MIME type by the extension of a file."""
    known = MIME_TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0]
    return known or "application/octet-stream"


def file_fault(path: str | Path) -> str:
    """Return why a file cannot be read, "" if it can."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return f"{path} does not exist"
    if not stat.S_ISREG(mode):
        return f"{path} is not a file"
    if not os.access(path, os.R_OK):
        return f"{path} is not readable: this user has no permission"
    return ""
