"""Why a document has no preview, as sentences."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ..local_files import file_fault, os_reason
from ..rules.file_type import HEAD, JPEG, PDF, PNG, TIFF, kind_of

SHOWN = (PDF, PNG, JPEG, TIFF)
NAMED = {".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff"}
NOT_INSTALLED = 'Previews are not installed. Install them with: python -m pip install "pdm_nb[preview]"'
SENTENCES = {
    "password": "{name} needs a password to be opened. Save it without one to see it here.",
    "damaged": "{name} is damaged and cannot be shown. Export it again.",
    "empty": "{name} is empty. Export it again or remove the row.",
    "no pages": "{name} has no pages. Export it again or remove the row.",
    "no such page": "{name} has {pages}, so page {number} does not exist.",
    "too large": "{name} is too large for a preview: page {number} has more than 160 million pixels. Open it in an image viewer.",
    "crashed": "{name} cannot be shown: page {number} is damaged or needs too much memory. Open it in another program.",
    "slow": "{name} cannot be shown: page {number} takes longer than {seconds:g} seconds. Open it in another program.",
    "not started": "{name} cannot be shown: the process that draws pages does not start. Restart the kernel.",
    "changing": "{name} is being changed by another program. Select it again when that has ended.",
}


def sentence(why: str, path: str, page: int = 0, *, pages: int = 0, seconds: float = 0) -> str:
    """Return the sentence for a reason."""
    count = f"{pages} page{'s' if pages != 1 else ''}"
    return SENTENCES[why].format(name=Path(path).name, number=page + 1, pages=count, seconds=seconds)


def why_not_shown(path: str) -> str:
    """Return why a file cannot be shown, as far as its first bytes show it; "" if it may be shown."""
    file = Path(path)
    if fault := file_fault(path):
        return f"{fault.replace(str(path), file.name, 1)}."
    try:
        with file.open("rb") as opened:
            head = opened.read(HEAD)
        facts = file.stat()
    except OSError as error:
        return f"{file.name} cannot be read: {os_reason(error)}."
    if not head:
        return sentence("empty", path)
    kind = kind_of(head)
    if kind in SHOWN:
        return ""
    if file.suffix.lower() in NAMED:
        what = (
            f"is {kind}, although its name ends in {file.suffix}"
            if kind
            else "is damaged or in another format"
        )
        return f"{file.name} {what}. Export it again or rename it."
    what = file.suffix[1:].upper() or "without extension"
    return (
        f"{file.name} ({what}, {size_in_words(facts.st_size)}{_changed(facts.st_mtime)}) has no preview: only "
        "PDF, PNG, JPEG and TIFF files have one. Open it in its own program."
    )


def _changed(moment: float) -> str:
    try:
        return f", changed {datetime.fromtimestamp(moment):%Y-%m-%d %H:%M}"
    except (OSError, OverflowError, ValueError):  # such as a time before 1970 on Windows
        return ""


def size_in_words(size: int) -> str:
    """Return a size as people write it: 820 bytes, 1.4 MB."""
    amount = float(size)
    for unit in ("bytes", "KB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 100 else f"{amount:.1f} {unit}"
