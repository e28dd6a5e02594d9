"""Document uploads: create, list, show, selected (B23–B34, B47, B50). Updates are in `update_uploads.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from starlette.responses import Response

from ..documents import naming
from ..documents.call import Call, Handler, data
from ..documents.document_views import upload_view
from ..documents.processing import Processing
from ..documents.visibility import is_visible, without_hidden
from ..runtime.ids import is_ulid
from ..runtime.responses import invalid, refuse
from ..world.records import Entry, Upload
from ..world.simulator_core import Core
from ..world.world import Project, Value
from . import storage
from .update_uploads import UpdateUploads

UPLOAD_SECONDS = 3600


class DocumentUploads:
    """The operations on document uploads."""

    def __init__(self, core: Core, processing: Processing) -> None:
        self.core = core
        self.updates = UpdateUploads(core, processing)

    @property
    def handlers(self) -> dict[str, Handler]:
        """The handlers by operation."""
        return {
            "createDocumentUploads": self.create,
            "updateDocumentUploads": self.update,
            "listDocumentUploads": self.list_,
            "listDocumentUploadsV20": self.list_,
            "listRecycledUploads": self.recycled,
            "showDocumentUpload": self.show,
            "listSelectedUploads": self.selected,
        }

    def create(self, call: Call) -> Response:
        """Create uploads: all or none, not idempotent (B23); the caller is author and uploader (B24)."""
        if not self.core.options.can_upload:
            raise refuse(403, "ACCESS_DENIED", "The permission Upload New Files is missing")  # B52
        if not self.core.options.standard_found:  # B16
            raise refuse(404, "NOT_FOUND", "The naming standard of the project cannot be found")
        entries = self._defaults(call)
        uploads = [
            Upload(
                key=self.core.new_id(),
                project_id=call.project.id,
                owner=call.user.id,
                file_name=item["file_name"],
                mime_type=item["mime_type"],
                requested_at=self.core.clock.now(),
                event_id=self.core.new_id(),
                file_locked=item.get("file_locked", False),
                expected_container_id=item.get("expected_container_id"),
                entries=entries,
            )
            for item in call.body["uploads"]
        ]
        self.core.store.put(*uploads)
        return data([{"id": upload.key, "file_locked": upload.file_locked} for upload in uploads], 201)

    def _defaults(self, call: Call) -> Mapping[str, Entry]:
        """The default values of a new upload, which callers can change (B24, B74)."""
        project = call.project
        defaults = {field.name: field.initial for field in project.fields if field.initial}
        defaults |= {"authored_by": str(call.user.id), "originator": ""}
        own = (value.id for value in _values(project, "project") if value.label == project.name)
        defaults["project"] = next(own, "")
        workflow = self.core.options.assigned_workflow
        known = {value.label: value.id for value in project.system_by_name["assigned_workflow"].values}
        defaults["assigned_workflow"] = known.get(workflow, "")
        fields = {**project.by_name, **project.system_by_name}
        return {
            fields[name].id: Entry((text,) if text else (), "SYSTEM")
            for name, text in defaults.items()
            if name in fields and (text or name == "originator")
        }

    def update(self, call: Call) -> Response:
        """Update uploads; 207 with those changed and those whose file could not be verified (B25–B31)."""
        return data(self.updates.update(call, lambda: self._rows(call, "listed")), 207)

    def _rows(self, call: Call, name: str, sort: str = "") -> Sequence[Upload]:
        """The rows of a list that the caller may see, sorted."""
        store, list_key = self.core.store, (call.project.id, name)
        key = _sort_key(call.project, sort) if sort else None
        rows = store.sorted_list(Upload, list_key, sort, key, sort.startswith("-"))
        if not call.is_admin:  # B65
            rows = [u for u in rows if u.owner == call.user.id]
        return without_hidden(call, rows)

    def _list(self, call: Call, name: str) -> Response:
        rows = self._rows(call, name, call.query.get("sort", ""))
        if wanted := call.query.get("search", "").casefold():
            rows = [u for u in rows if wanted in f"{u.file_name}|{u.criteria}".casefold()]
        return call.listing(rows, lambda upload: upload_view(call, upload))

    def list_(self, call: Call) -> Response:
        """Return COMPLETED uploads that were neither submitted nor deleted."""
        return self._list(call, "listed")

    def recycled(self, call: Call) -> Response:
        """Return deleted uploads (B50)."""
        return self._list(call, "deleted")

    def show(self, call: Call) -> Response:
        """Return one upload."""
        key = call.path("document_upload_id")
        if not is_ulid(key):
            raise invalid("document_upload_id must be a ULID")
        upload = self.core.store.get(Upload, key)
        if upload is not None and is_visible(call, upload):
            if upload.is_listed:
                return data(upload_view(call, upload))
            if upload.in_bin:  # B50
                raise refuse(
                    self.core.options.deleted_status, "UPLOAD_NOT_FOUND", "The upload was deleted", key
                )
            if self.core.options.show_incomplete and not upload.gone:
                return data(self._incomplete(call, upload))
        raise refuse(404, "UPLOAD_NOT_FOUND", "The upload was not found", key)  # B32, B47

    def _incomplete(self, call: Call, upload: Upload) -> dict[str, Any]:
        """An upload that is not COMPLETED, with an upload URL as in older versions of the API (B32)."""
        path, base = f"/storage/{upload.key}/0", str(call.request.base_url)
        url, expires = storage.signed_url(self.core, base, "PUT", path, UPLOAD_SECONDS)
        return upload_view(call, upload) | {"upload_url": url, "url_expires_at": expires}

    def selected(self, call: Call) -> Response:
        """Return uploads by id; those that no list would show are omitted."""
        wanted = (key for key in dict.fromkeys(call.body["ids"]) if key not in call.left_out)
        found = (self.core.store.get(Upload, key) for key in wanted)
        rows = [u for u in found if u is not None and u.is_listed and is_visible(call, u)]
        status = 200 if call.request.url.path.startswith("/rest/v2.2") else 201
        return call.listing(rows, lambda upload: upload_view(call, upload), status)


def _values(project: Project, name: str) -> Sequence[Value]:
    field = project.by_name.get(name)
    return field.values if field else ()


def _sort_key(project: Project, sort: str) -> Any:
    """The sort key: creation, name, or the first value of a field, given by name or id."""
    wanted = sort.removeprefix("-")
    if wanted in ("created_at", "uploaded_at"):
        return attrgetter("key")
    if wanted == "name":
        return attrgetter("criteria")
    found = project.by_id.get(wanted) or project.by_name.get(wanted)
    if found is None:
        raise invalid(f"sort {wanted[:80]!r} names no field of this project")
    return naming.sorted_by(found)
