"""Lesson 6: upload, and what can go wrong: bad files, another user, a crash."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from ..checking.expect import by_file, need, need_none, uploaded
from ..checking.lesson_files import write_documents
from ..checking.lesson_plan import LessonPlan
from ..checking.service_state import ServiceState

SAMPLE = "MS-001 Method statement for façade revC02.docx"
GOOD = ("RP-001.docx", "RP-002.docx", "RP-003.docx")
EMPTY = "RP-004.docx"
DELETED = "RP-002.docx"
LATE = tuple(f"RP-{number}.docx" for number in range(101, 106))


def _write(folder: Path) -> None:
    write_documents(folder / "reports", dict.fromkeys((*GOOD, EMPTY), SAMPLE))
    (folder / "reports" / EMPTY).write_bytes(b"")
    write_documents(folder / "exported again", {EMPTY: SAMPLE})
    write_documents(folder / "more reports", dict.fromkeys(LATE, SAMPLE))


def _delete(state: ServiceState) -> str:
    found = by_file(state.uploads())
    if DELETED not in found:
        return f"{DELETED} is not at the service yet. Upload it first."
    state.external_change("delete_upload", found[DELETED].id)
    return f"Somebody deleted the upload {DELETED} in the web tool."


def check_bad_file(state: ServiceState, value: Any) -> str:
    files = (*GOOD, EMPTY)
    found = uploaded(state.uploads(), files)
    need_none(
        (file for file in files if not found[file]["revision"]),
        "{} lacks the revision at the service. Set it in the batch, and run: await lesson.send(batch).",
    )
    need(
        int(found[EMPTY]["file_size"] or 0) > 0,
        f"{EMPTY} is still empty at the service.",
    )
    return "All four reports are at the service, also the one that was empty."


def check_deleted(state: ServiceState, value: Any) -> str:
    found = uploaded(state.uploads(), GOOD)
    need(
        all(found[DELETED].id > found[file].id for file in GOOD if file != DELETED),  # ids sort by time
        f"{DELETED} was not uploaded again. Run the cell with lesson.play(), and then continue as described.",
    )
    return f"{DELETED} is at the service again, with a new id. The other reports were not sent twice."


def check_resume(state: ServiceState, value: Any) -> str:
    left = Counter(one.file for one in state.uploads() if one.file in LATE)
    revisions = [one for one in state.revisions() if one.file in LATE]
    need(
        not (left and revisions),
        f"{len(left)} files are at the service twice, as a revision and as another upload: you uploaded them again in a "
        "new batch. Start the lesson from the beginning, and open the same batch again.",
    )
    need(
        all(count == 1 for count in left.values()),
        f"{len(left)} files were uploaded twice: you made a new batch for them. Start the lesson from the beginning, "
        "and open the same batch again.",
    )
    need_none(
        (file for file in LATE if file not in {one.file for one in revisions}),
        "{} are not submitted yet. Open the batch again, and submit it.",
    )
    return f"All {len(LATE)} reports are revisions, each once. Nothing was uploaded twice."


PLAN = LessonPlan(
    "06-uploading",
    "Uploading, and what can go wrong",
    8,
    {
        "Replace a file that is empty": check_bad_file,
        "Upload again what somebody deleted": check_deleted,
        "Continue after a crash": check_resume,
    },
    _write,
    {"ml_seconds": 0.5},
    {f"a colleague deletes {DELETED}": _delete},
)
