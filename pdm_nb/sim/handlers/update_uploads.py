"""Updating document uploads: which values, which file, which container, and whether they are COMPLETED (B25–B32, B75).

An update is worked out as a whole and stored in one step, or refused as a whole (B27). What runs after completion is
`processing.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..documents import naming
from ..documents.call import Call
from ..documents.containers import history
from ..documents.documents import changed, visible
from ..documents.field_values import read_fields
from ..documents.processing import Processing
from ..runtime.contract import MOST_FAULTS
from ..runtime.responses import invalid, refuse
from ..world.core import Core
from ..world.records import Container, Entry, StoredFile, Upload
from ..world.world import Project
from . import file_uploads

Item = dict[str, Any]


@dataclass(slots=True)
class UploadBatch:
    """An update while it is worked out; nothing is stored before all of it is (B27)."""

    uploads: dict[str, Upload] = field(default_factory=dict)
    links: dict[str, StoredFile] = field(default_factory=dict)
    success: dict[str, None] = field(default_factory=dict)
    failed: list[dict[str, Any]] = field(default_factory=list)
    completed: dict[str, None] = field(default_factory=dict)


class UpdateUploads:
    """The update of a batch of uploads."""

    def __init__(self, core: Core, processing: Processing) -> None:
        self.core = core
        self.processing = processing

    def update(self, call: Call, listed: Callable[[], Sequence[Upload]]) -> dict[str, Any]:
        """Who was changed, and whose file could not be verified (B25); `listed` returns what a list shows."""
        params, only_empty = call.body["update_params"], call.body.get("only_update_empty_fields", False)
        wanted = self._read_all(call, params)
        batch = UploadBatch()
        with self.core.store.lock:
            if call.body.get("update_all_document_uploads"):
                params = [{"id": upload.key} for upload in listed()]  # B75
                wanted *= len(params)
            for item, entries in zip(params, wanted, strict=True):
                self._update_one(call, batch, item, entries, only_empty)
            self._keep(call.project, batch)
        success = [{"id": key} for key in batch.success if key not in call.left_out]
        return {"success": success, "failed": batch.failed}

    def _read_all(self, call: Call, params: list[Item]) -> list[dict[str, Entry]]:
        """The entries that each item asks for; 400 with every fault of the batch (B29)."""
        wanted: list[dict[str, Entry]] = []
        faults: list[str] = []
        slip = ""
        for number, item in enumerate(params):
            path = f"update_params.{number}"
            asked = item.get("fields", [])
            entries, found = read_fields(
                self.core.world, call.project, asked, f"{path}.fields", self.core.options
            )
            wanted.append(entries)
            faults += found + self._governed(call.project, item, f"{path}.fields")
            if "document_container_id" in item and self._container(call.project, item) is None:
                faults.append(f"{path}.document_container_id names no container of this project")
            if found and _has_label(call.project, asked):
                slip = "label_for_id"
        if call.body.get("update_all_document_uploads") and len(params) != 1:
            faults.append("update_params must hold one item with update_all_document_uploads")
        if faults:
            raise invalid(*faults[:MOST_FAULTS], slip=slip)
        return wanted

    def _governed(self, project: Project, item: Item, path: str) -> list[str]:
        """Where a workflow governs `status` and setting it is refused, the faults of setting it (B52)."""
        if self.core.options.workflow_governs_status != "refused":
            return []
        status = project.by_name["status"].id
        return [
            f"{path}.{n}.id is the field status, which a workflow governs"
            for n, asked in enumerate(item.get("fields", []))
            if asked["id"] == status
        ]

    def _update_one(
        self, call: Call, batch: UploadBatch, item: Item, entries: dict[str, Entry], only_empty: bool
    ) -> None:
        old = batch.uploads.get(item["id"]) or self.core.store.get(Upload, item["id"])
        if old is None or old.gone or not visible(call, old):
            return  # B26: dropped without a word
        if only_empty:  # B30
            held = {key for key, entry in old.entries.items() if entry.values}
            entries = {key: entry for key, entry in entries.items() if key not in held}
        if old.status == "COMPLETED" and item.get("upload_status", "COMPLETED") != "COMPLETED":
            raise invalid("upload_status of a COMPLETED upload must stay COMPLETED")
        new = self._with_values(call.project, old, item, entries)
        completing = item.get("upload_status") == "COMPLETED" or self._completes_itself(call, new)
        file = self._linked(call, batch, new) if completing or "file_upload_id" in item else None
        if completing and (wrong := self._unverified(call, new)):  # B25: there and then, at no other time
            batch.failed.append({"id": new.key, "code": wrong[0], "message": wrong[1]})
            return
        if file is not None:
            batch.links[file.key] = replace(file, linked_to=new.key)
        if completing:
            new = replace(new, status="COMPLETED", verified_file=new.file_id)
        if completing and old.status != "COMPLETED":
            new = replace(self._named(call.project, new), completed_at=self.core.clock.now())
            batch.completed[new.key] = None
        batch.uploads[new.key] = new
        batch.success[new.key] = None

    def _with_values(self, project: Project, old: Upload, item: Item, entries: dict[str, Entry]) -> Upload:
        """The upload with what the item sets, and what its container or a workflow brings along."""
        new = replace(
            old,
            status=item.get("upload_status", old.status),
            entries={**old.entries, **entries},
            file_locked=item.get("file_locked", old.file_locked),
            file_id=item.get("file_upload_id", old.file_id),
        )
        if (container := self._container(project, item)) is not None:
            new = self._placed(new, container)
        elif _name(project, new) != _name(project, old):
            new = replace(new, placed_in="")  # B40: another name moves it
        return replace(new, entries={**new.entries, **self._by_workflow(project)})

    def _container(self, project: Project, item: Item) -> Container | None:
        """The container that an item names by its id (B75)."""
        if "document_container_id" not in item:
            return None
        rows = (one for one in self.core.store.rows(Container) if one.project_id == project.id)
        return next((one for one in rows if one.id == item["document_container_id"]), None)

    def _placed(self, upload: Upload, container: Container) -> Upload:
        """The upload in a container, with the values of its latest revision where it has none itself (B75)."""
        taken = {
            key: Entry(entry.values, "CONTAINER_MATCH")
            for revision in history(self.core, container)[-1:]
            for key, entry in revision.entries.items()
            if entry.values and not upload.entries.get(key, Entry()).values
        }
        criteria = container.key.partition("/")[2]
        return replace(upload, entries={**upload.entries, **taken}, placed_in=criteria)

    def _by_workflow(self, project: Project) -> dict[str, Entry]:
        """What a workflow that governs `status` sets it to, over whatever was sent: the list's first value (B52)."""
        if not self.core.options.workflow_governs_status:
            return {}
        field = project.by_name["status"]
        return {field.id: Entry((next(value.id for value in field.values if value.active),), "SYSTEM")}

    def _completes_itself(self, call: Call, upload: Upload) -> bool:
        """True once an upload has a usable file and all required values, where the option has that (B32)."""
        if not self.core.options.completes_itself or upload.status == "COMPLETED" or upload.file_id is None:
            return False
        rule = naming.rule_for(call.project, upload.entries)
        if naming.missing_fields(call.project, rule, upload.entries):
            return False
        return file_uploads.usable(call, upload.file_id)[0] is not None

    def _named(self, project: Project, upload: Upload) -> Upload:
        """A just completed upload, with a name from its file name where the service fills an empty one (B33)."""
        field = project.by_name["name"]
        if self.core.options.empty_name != "filled" or field.is_computed:
            return upload
        if naming.values_of(upload.entries, field):
            return upload
        name = Entry((naming.stem(upload.file_name),), "SYSTEM")
        return replace(upload, entries={**upload.entries, field.id: name})

    def _linked(self, call: Call, batch: UploadBatch, upload: Upload) -> StoredFile | None:
        """The file that the upload names; 500 where another upload has it (B28)."""
        if upload.file_id is None:
            return None
        file = batch.links.get(upload.file_id) or self.core.store.get(StoredFile, upload.file_id)
        if file is None or file.project_id != call.project.id or file_uploads.is_expired(self.core, file):
            return None
        if file.linked_to not in (None, upload.key):
            message = "The file upload is linked to another document"
            raise refuse(500, "INTERNAL_SERVER_ERROR", message, upload.key, "file_linked_twice")
        return file if file_uploads.is_own(file, call) else None  # B60

    def _unverified(self, call: Call, upload: Upload) -> tuple[int, str] | None:
        """Why the file of an upload that is to be COMPLETED cannot be had, as code and message (B25)."""
        if upload.file_id is None:  # B28
            message = "COMPLETED was set and no file is linked"
            raise refuse(500, "INTERNAL_SERVER_ERROR", message, upload.key, "no_file")
        file, wrong = file_uploads.usable(call, upload.file_id)
        if wrong[0] == 409:
            call.slipped("file_not_available", wrong[1])
        return None if file else wrong

    def _keep(self, project: Project, batch: UploadBatch) -> None:
        """Store all of a batch in one step, then start what follows completion (B32)."""
        records: list[Any] = list(batch.links.values())
        for upload in batch.uploads.values():
            if upload.key in batch.completed:
                upload = self.processing.opened(project, upload)
            records += changed(self.core, project, upload)
        self.core.store.put(*records)
        for key in batch.completed:
            self.processing.start(project, key)


def _name(project: Project, upload: Upload) -> str:
    return naming.document_name(project, upload.entries, upload.file_name)


def _has_label(project: Project, items: list[Item]) -> bool:
    """True where a look-up field is set to the text of one of its values, not to its id (B29)."""
    for item in items:
        found = project.by_id.get(item["id"])
        if found is not None and found.is_lookup:
            texts = {text for value in found.values for text in (value.label, value.code)}
            if any(value in texts and value not in found.by_id for value in item["values"]):
                return True
    return False
