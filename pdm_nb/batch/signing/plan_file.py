"""Saves a plan as a file that people sign, and finds the plan that a file or a hash means.

The content of a saved plan is kept in the journal, with the hash of its file: a file that was edited by hand, or that
is of another batch, is not taken for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from ...errors import InputError
from ...reports import Report
from ..journal.journal import Journal
from .plan_content import PlanContent, as_json, hash_of

PLAN_SUFFIXES = (".html", ".xlsx")
HASH = re.compile(r"[0-9a-f]{8,64}")
WHOLE_HASH = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
SAVE = 'batch.plan().save("plan.html") saves one.'


def save_plan(journal: Journal, content: PlanContent, report: Report, path: str | os.PathLike[str]) -> Path:
    """Write a plan, after it was kept in the journal: a plan that people have is always known."""

    def keep(file: Path) -> None:
        packed = zlib.compress(as_json(content))
        journal.log.keep_plan(hash_of(content), packed, hashlib.sha256(file.read_bytes()).hexdigest())

    return report.save(path, PLAN_SUFFIXES, keep)


def find_plan(
    journal: Journal, plan: str | os.PathLike[str], present: Callable[[], PlanContent]
) -> PlanContent:
    """Return the content of a plan that was saved from this batch: by its hash, or the first digits of it, or its file.

    Parameters
    ----------
    journal : Journal
        The journal of the batch.
    plan : str or path
        A hash of at least 8 digits, or a file.
    present : callable
        Returns the content of the present plan, whose hash is also accepted.

    Raises
    ------
    InputError
        If there is no such plan or file, or the file was edited, or is of another batch.
    """
    if isinstance(plan, str) and HASH.fullmatch(plan) and not Path(plan).exists():
        return _by_hash(journal, plan, present)
    path = Path(plan).expanduser()
    if not path.is_file():
        raise InputError(f"Unknown plan {str(plan)!r}: it is neither a file nor the hash of a plan. {SAVE}")
    content = path.read_bytes()
    if known := journal.log.plan_of_file(hashlib.sha256(content).hexdigest()):
        return _kept(journal, known)
    named = {found.decode() for found in WHOLE_HASH.findall(_text_of(path, content))}
    if kept := sorted(named & journal.log.plans().keys()):
        raise InputError(
            f"{path.name} was changed after it was saved. Use the file as it was saved. If you are sure which plan was "
            f"signed, use its hash: plan={kept[0][:12]!r}."
        )
    raise InputError(
        f"{path.name} is the plan of another batch, or of another copy of its journal. Use a plan of this batch: {SAVE}"
        if named
        else f"{path.name} is not a plan. {SAVE}"
    )


def _by_hash(journal: Journal, text: str, present: Callable[[], PlanContent]) -> PlanContent:
    found = [known for known in journal.log.plans() if known.startswith(text)]
    if len(found) > 1:
        raise InputError(f"{len(found)} plans have a hash that starts with {text}. Give more digits of it.")
    if found:
        return _kept(journal, found[0])
    now = present()
    if hash_of(now).startswith(text):
        return now
    raise InputError(
        f"No plan with the hash {text} was saved from this batch, and its present plan is {hash_of(now)[:12]}. Use the "
        f"hash of a plan of this batch: {SAVE}"
    )


def _kept(journal: Journal, hash_: str) -> PlanContent:
    packed = journal.log.plan(hash_)
    assert packed is not None
    content: PlanContent = json.loads(zlib.decompress(packed))
    return content


def _text_of(path: Path, content: bytes) -> bytes:
    """Return the text of a page, or of all parts of a workbook."""
    try:
        with zipfile.ZipFile(path) as book:
            parts = [book.read(name) for name in book.namelist() if name.endswith(".xml")]
            return b"\n".join(parts)
    except (zipfile.BadZipFile, OSError, zlib.error, EOFError):
        return content
