"""The permissions that uploads need: which of them the caller has, and what to ask the administrator for.

The service reports the level of access to a tool but not the permission groups: whether the caller may upload or submit
is known only after the first try (B4, B51, B52, B65). `learning` notes the outcome of such a call in the service memory,
and `report` combines what is known. Pure except for the memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ..errors import AccessError, InvalidError, ServiceError
from .service_memory import ServiceMemory

YES, NO, UNKNOWN = "yes", "no", "not known until tried"
UPLOAD, SUBMIT, ALL_VISIBLE = "right_upload", "right_submit", "sees_all_documents"  # readings in the memory
REVISION_LIST, RECYCLE_BIN = (
    "listRevisions",
    "listRecycledRevisions",
)  # operations that may not be offered (B62)
TOOL_NAME, TOOL_LABEL = "document_management", "Document Management"
NEEDED_LEVELS = ("Standard", "Admin")

APP_MANAGEMENT = (
    "Ask a company administrator to set the permitted projects of the app in Company Admin → App Management, and to set "
    "them again after each update or reinstallation of the app"
)
Row = tuple[str, str, str, str]  # right, known, detail, ask


def is_not_connected(error: ServiceError) -> bool:
    """Return True for a 403 of the app as a whole: it is not connected to the company or project (B4, B16)."""
    texts = (str(error.args[0]), *(detail.message for detail in error.details))
    return error.status == 403 and any("not connected" in text.lower() for text in texts)


def note_refusal(memory: ServiceMemory, operation: str, error: ServiceError) -> None:
    """Remember that an operation is not offered (B71), unless the app as a whole is refused."""
    if not is_not_connected(error):
        memory.note_refusal(operation, error.status)


@contextmanager
def learning(memory: ServiceMemory, right: str) -> Iterator[None]:
    """Note in the memory whether the enclosed call shows that the caller has a right or lacks it (B52)."""
    try:
        yield
    except AccessError as error:
        if not is_not_connected(error):
            memory.note_reading(right, NO)
        raise
    except InvalidError as error:
        if any(detail.reason == "PERMISSION_DENIED" for detail in error.details):
            memory.note_reading(right, NO)
        raise
    memory.note_reading(right, YES)


def level_of(tools: Sequence[Mapping[str, Any]]) -> str:
    """Return the caller's level in Document Management, "" if the service does not report it (B65)."""
    for tool in tools:
        if tool.get("name") == TOOL_NAME or tool.get("friendly_name") == TOOL_LABEL:
            level = tool.get("user_access_level")
            return str(level.get("name") or "") if isinstance(level, Mapping) else ""
    return ""


def report(
    tools: Sequence[Mapping[str, Any]] | None, memory: ServiceMemory, *, opened: bool | None
) -> list[Row]:
    """Return one row per right that uploads need.

    Parameters
    ----------
    tools : sequence or None
        The tools with their access levels; None if the service refused that list.
    memory : ServiceMemory
        What earlier calls showed.
    opened : bool or None
        Whether the project's Document Management could be read; None if that was not tried.
    """
    level = level_of(tools or ())
    return [
        _project(tools, opened),
        _tool(level, opened),
        _group("Upload New Files", memory.reading(UPLOAD), level, "the first upload shows it"),
        _group("Submit New Files", memory.reading(SUBMIT), level, "the first submit shows it"),
        _visibility(memory, level),
        _recycle_bin(memory),
    ]


def _project(tools: Sequence[Mapping[str, Any]] | None, opened: bool | None) -> Row:
    if opened or tools is not None:
        return "See the project", YES, "it is listed and can be read", ""
    known = UNKNOWN if opened is None else NO
    return "See the project", known, "the service refused to read it", f"{APP_MANAGEMENT}."


def _tool(level: str, opened: bool | None) -> Row:
    right = "Document Management: Standard or Admin"
    ask = "Ask a project administrator for Standard or Admin access to Document Management."
    if level in NEEDED_LEVELS:
        return right, YES, f"the level is {level}", ""
    if level == "None" or opened is False:
        return right, NO, "the level is None" if level == "None" else "the service refused to read it", ask
    seen = f"the level is {level}" if level else "the service does not report the level"
    return right, UNKNOWN, f"{seen}{'; its fields can be read' if opened else ''}", ask


def _group(name: str, seen: str | None, level: str, when: str) -> Row:
    ask = f"Ask a project administrator for a permission group with {name}."
    if level == "None":
        return name, NO, "the level in Document Management is None", ask
    if seen == YES:
        return name, YES, "a call within the last day succeeded", ""
    if seen == NO:
        return name, NO, "a call within the last day was refused", ask
    return name, UNKNOWN, f"the service does not report permission groups; {when}", ask


def _visibility(memory: ServiceMemory, level: str) -> Row:
    right = "See all documents"
    ask = "Ask a project administrator whether the visibility of documents is limited by attributes such as status."
    if memory.reading(ALL_VISIBLE) == NO:
        return right, NO, "revisions were hidden from this account within the last day", ask
    own = "; with Standard access, uploads of others are not listed" if level == "Standard" else ""
    return right, UNKNOWN, f"hidden documents are left out of the lists{own}", ask


def _recycle_bin(memory: ServiceMemory) -> Row:
    right, ask = "View the recycle bin", "Ask a project administrator for the right to view the recycle bin."
    status = memory.refusal(RECYCLE_BIN)
    if status is not None:
        return right, NO, f"the service refused the list of recycled revisions ({status})", ask
    if memory.reading("recycle_bin") == "offered":
        return right, YES, "a call within the last day succeeded", ""
    return right, UNKNOWN, "needed only to find deleted revisions", ask
