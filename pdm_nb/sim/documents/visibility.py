"""Which documents a caller may see: own uploads, and those whose attributes do not hide them (B51, B65)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from ..world.records import Entry, Revision, Upload
from .call import Call

D = TypeVar("D", Upload, Revision)


def is_hidden(call: Call, record: Upload | Revision) -> bool:
    """Return True if `visible_statuses` or a fault hides a document from the caller (B51)."""
    if record.key in call.core.faults.hidden:
        return True
    visible = call.core.options.visible_statuses
    if not visible:
        return False
    field = call.project.by_name["status"]
    codes = [field.by_id[value].code for value in record.entries.get(field.id, Entry()).values]
    return any(code not in visible for code in codes)


def is_visible(call: Call, upload: Upload) -> bool:
    """Return True if the caller may see an upload: non-admins only their own (B65), and no hidden ones (B51)."""
    own = upload.project_id == call.project.id and (call.is_admin or upload.owner == call.user.id)
    return own and not is_hidden(call, upload)


def without_hidden(call: Call, records: Sequence[D]) -> Sequence[D]:
    """Return the records that the caller may see; the list itself (which may be long) if nothing is hidden."""
    if not call.core.faults.hidden and not call.core.options.visible_statuses:
        return records
    return [record for record in records if not is_hidden(call, record)]
