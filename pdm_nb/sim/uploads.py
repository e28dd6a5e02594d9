"""Document uploads: create, update, the lists, show, selected (B23–B34, B47, B50). What runs after is `processing.py`'s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from starlette.responses import Response

from . import files, naming
from .contract import MOST_FAULTS
from .core import Call, Core, Handler, data
from .documents import all_in_sight, changed, in_sight, upload_view
from .http import invalid, refuse
from .ids import is_ulid
from .processing import Processing
from .records import Entry, StoredFile, Upload
from .values import read_fields
from .world import Project


def visible(call: Call, upload: Upload) -> bool:
    """Non-admins see their own alone (B65); and nobody what their attributes take from sight (B51)."""
    own = upload.project_id == call.project.id and (call.is_admin or upload.owner == call.user.id)
    return own and in_sight(call, upload)


@dataclass(slots=True)
class Batch:
    """An update while it is worked out; nothing is stored before all of it is (B27)."""

    uploads: dict[str, Upload] = field(default_factory=dict)
    links: dict[str, StoredFile] = field(default_factory=dict)
    success: dict[str, None] = field(default_factory=dict)
    failed: list[dict[str, Any]] = field(default_factory=list)
    completed: dict[str, None] = field(default_factory=dict)


class Uploads:
    """The operations on document uploads."""

    def __init__(self, core: Core, processing: Processing) -> None:
        self.core = core
        self.processing = processing

    @property
    def handlers(self) -> dict[str, Handler]:
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
        """All or nothing, not idempotent (B23); the caller is author and uploader (B24)."""
        if not self.core.options.can_upload:
            raise refuse(403, "ACCESS_DENIED", "The permission Upload New Files is missing")  # B52
        if not self.core.options.standard_found:  # B16
            raise refuse(404, "NOT_FOUND", "The naming standard of the project cannot be found")
        author = call.project.by_name.get("authored_by")
        entries = {author.id: Entry((str(call.user.id),), "NONE")} if author else {}
        made = [
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
        self.core.store.put(*made)
        return data([{"id": upload.key, "file_locked": upload.file_locked} for upload in made], 201)

    def update(self, call: Call) -> Response:
        """207: who was changed, and whose file could not be verified (B25–B31)."""
        params, only_empty = call.body["update_params"], call.body.get("only_update_empty_fields", False)
        wanted = self._read_all(call, params)
        batch = Batch()
        with self.core.store.lock:
            if call.body.get("update_all_document_uploads"):
                params = [{"id": upload.key} for upload in self._shelf(call, "listed")]
                wanted *= len(params)
            for item, entries in zip(params, wanted, strict=True):
                self._update_one(call, batch, item, entries, only_empty)
            self._keep(call.project, batch)
        success = [{"id": key} for key in batch.success]
        return data({"success": success, "failed": batch.failed}, 207)

    def _read_all(self, call: Call, params: list[dict[str, Any]]) -> list[dict[str, Entry]]:
        """The entries that each item asks for; 400 with every fault of the batch (B29)."""
        wanted: list[dict[str, Entry]] = []
        faults: list[str] = []
        slip = ""
        for number, item in enumerate(params):
            path = f"update_params.{number}.fields"
            entries, found = read_fields(self.core.world, call.project, item.get("fields", []), path)
            wanted.append(entries)
            faults += found + self._governed(call.project, item, path)
            if found and _has_label(call.project, item.get("fields", [])):
                slip = "label_for_id"
        if call.body.get("update_all_document_uploads") and len(params) != 1:
            faults.append("update_params must hold one item with update_all_document_uploads")
        if faults:
            raise invalid(*faults[:MOST_FAULTS], slip=slip)
        return wanted

    def _governed(self, project: Project, item: dict[str, Any], path: str) -> list[str]:
        """Where a workflow governs `status` and setting it is refused, the faults of setting it (B52)."""
        if self.core.options.workflow_governs_status != "refused":
            return []
        status = project.by_name["status"].id
        told = enumerate(item.get("fields", []))
        return [
            f"{path}.{n}.id is the field status, which a workflow governs"
            for n, f in told
            if f["id"] == status
        ]

    def _update_one(
        self, call: Call, batch: Batch, item: dict[str, Any], entries: dict[str, Entry], only_empty: bool
    ) -> None:
        old = batch.uploads.get(item["id"]) or self.core.store.get(Upload, item["id"])
        if old is None or old.gone or not visible(call, old):
            return  # B26: dropped in silence
        if only_empty:  # B30
            held = {key for key, entry in old.entries.items() if entry.values}
            entries = {key: entry for key, entry in entries.items() if key not in held}
        status, completing = item.get("upload_status", old.status), item.get("upload_status") == "COMPLETED"
        if old.status == "COMPLETED" and status != "COMPLETED":
            raise invalid("upload_status of a COMPLETED upload must stay COMPLETED")
        new = replace(
            old,
            status=status,
            entries={**old.entries, **entries, **self._by_workflow(call.project)},
            file_locked=item.get("file_locked", old.file_locked),
            expected_container_id=item.get("document_container_id", old.expected_container_id),
            file_id=item.get("file_upload_id", old.file_id),
        )
        file = self._linked(call, batch, new) if completing or "file_upload_id" in item else None
        if completing and (wrong := self._unverified(call, new)):  # B25: there and then, at no other time
            batch.failed.append({"id": new.key, "code": wrong[0], "message": wrong[1]})
            return
        if file is not None:
            batch.links[file.key] = replace(file, linked_to=new.key)
        if completing:
            new = replace(new, verified_file=new.file_id)
        if completing and old.status != "COMPLETED":
            new = replace(new, completed_at=self.core.clock.now())
            batch.completed[new.key] = None
        batch.uploads[new.key] = new
        batch.success[new.key] = None

    def _by_workflow(self, project: Project) -> dict[str, Entry]:
        """What a workflow that governs `status` sets it to, over whatever was sent: the list's first value (B52)."""
        if not self.core.options.workflow_governs_status:
            return {}
        field = project.by_name["status"]
        return {field.id: Entry((next(value.id for value in field.values if value.active),), "SYSTEM")}

    def _linked(self, call: Call, batch: Batch, upload: Upload) -> StoredFile | None:
        """The file that the upload names; 500 where another upload has it (B28)."""
        if upload.file_id is None:
            return None
        file = batch.links.get(upload.file_id) or self.core.store.get(StoredFile, upload.file_id)
        if file is None or file.project_id != call.project.id or files.is_expired(self.core, file):
            return None
        if file.linked_to not in (None, upload.key):
            message = "The file upload is linked to another document"
            raise refuse(500, "INTERNAL_SERVER_ERROR", message, upload.key, "file_linked_twice")
        return file if files.is_own(file, call) else None  # B60

    def _unverified(self, call: Call, upload: Upload) -> tuple[int, str] | None:
        """Why the file of an upload that is to be COMPLETED cannot be had, as code and message (B25)."""
        if upload.file_id is None:  # B28
            message = "COMPLETED was set and no file is linked"
            raise refuse(500, "INTERNAL_SERVER_ERROR", message, upload.key, "no_file")
        file, wrong = files.usable(call, upload.file_id)
        if wrong[0] == 409:
            call.slipped("file_not_available", wrong[1])
        return None if file else wrong

    def _keep(self, project: Project, batch: Batch) -> None:
        """Store all of a batch in one step, then start what follows completion (B32)."""
        records: list[Any] = list(batch.links.values())
        for upload in batch.uploads.values():
            if upload.key in batch.completed:
                upload = self.processing.opened(project, upload)
            records += changed(self.core, project, upload)
        self.core.store.put(*records)
        for key in batch.completed:
            self.processing.start(project, key)

    def _shelf(self, call: Call, name: str, sort: str = "") -> Sequence[Upload]:
        """What the caller may see of a list, as it is sorted."""
        store, shelf = self.core.store, (call.project.id, name)
        key = _sort_key(call.project, sort) if sort else None
        rows = store.ordered(Upload, shelf, sort, key, sort.startswith("-"))
        if not call.is_admin:  # B65
            rows = [u for u in rows if u.owner == call.user.id]
        return all_in_sight(call, rows)

    def _list(self, call: Call, name: str) -> Response:
        rows = self._shelf(call, name, call.query.get("sort", ""))
        if wanted := call.query.get("search", "").casefold():
            rows = [u for u in rows if wanted in f"{u.file_name}|{u.criteria}".casefold()]
        return call.listing(rows, lambda upload: upload_view(call, upload))

    def list_(self, call: Call) -> Response:
        """COMPLETED uploads that were neither submitted nor deleted."""
        return self._list(call, "listed")

    def recycled(self, call: Call) -> Response:
        """What people have deleted (B50)."""
        return self._list(call, "deleted")

    def show(self, call: Call) -> Response:
        key = call.path("document_upload_id")
        if not is_ulid(key):
            raise invalid("document_upload_id must be a ULID")
        upload = self.core.store.get(Upload, key)
        if upload is not None and visible(call, upload):
            if upload.is_listed:
                return data(upload_view(call, upload))
            if upload.in_bin:  # B50
                raise refuse(
                    self.core.options.deleted_status, "UPLOAD_NOT_FOUND", "The upload was deleted", key
                )
        raise refuse(404, "UPLOAD_NOT_FOUND", "The upload was not found", key)  # B32, B47

    def selected(self, call: Call) -> Response:
        """Those of the ids that a list would show; the others are left out."""
        found = (self.core.store.get(Upload, key) for key in dict.fromkeys(call.body["ids"]))
        rows = [u for u in found if u is not None and u.is_listed and visible(call, u)]
        status = 200 if call.request.url.path.startswith("/rest/v2.2") else 201
        return call.listing(rows, lambda upload: upload_view(call, upload), status)


def _has_label(project: Project, items: list[dict[str, Any]]) -> bool:
    """True where a look-up field is set to the text of one of its values, not to its id (B29)."""
    for item in items:
        found = project.by_id.get(item["id"])
        if found is not None and found.is_lookup:
            texts = {text for value in found.values for text in (value.label, value.code)}
            if any(value in texts and value not in found.by_id for value in item["values"]):
                return True
    return False


def _sort_key(project: Project, sort: str) -> Any:
    """By creation, by name, or by the first value of a field that is given by name or id."""
    wanted = sort.removeprefix("-")
    if wanted in ("created_at", "uploaded_at"):
        return attrgetter("key")
    if wanted == "name":
        return attrgetter("criteria")
    found = project.by_id.get(wanted) or project.by_name.get(wanted)
    if found is None:
        raise invalid(f"sort {wanted[:80]!r} names no field of this project")
    return naming.sorted_by(found)
