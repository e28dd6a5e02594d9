"""Updating document uploads: values, file, container and status (B25–B32, B75).

How this works: `UploadBatch` collects the changes of all items; then all are stored in one step, or the whole request is
refused (B27). `documents/processing.py` runs what follows completion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..documents import naming
from ..documents.call import Call
from ..documents.containers import changed_upload, history
from ..documents.field_values import parse_fields
from ..documents.processing import Processing
from ..documents.visibility import is_visible
from ..runtime.contract import MAX_DETAILS
from ..runtime.responses import invalid, refuse
from ..world.records import Container, Entry, StoredFile, Upload
from ..world.simulator_core import Core
from ..world.world import Project
from . import file_uploads

Item = dict[str, Any]


@dataclass(slots=True)
class UploadBatch:
    """The changes of an update, before they are stored (B27)."""

    uploads: dict[str, Upload] = field(default_factory=dict)
    links: dict[str, StoredFile] = field(default_factory=dict)
    success: dict[str, None] = field(default_factory=dict)
    failed: list[dict[str, Any]] = field(default_factory=list)
    completed: dict[str, None] = field(default_factory=dict)


class UpdateUploads:
    """The operation that updates a batch of uploads."""

    def __init__(self, core: Core, processing: Processing) -> None:
        self.core = core
        self.processing = processing

    def update(self, call: Call, listed: Callable[[], Sequence[Upload]]) -> dict[str, Any]:
        """Update uploads; return the changed ones and those whose file could not be verified (B25).

        `listed` returns the uploads that the list shows.
        """
        params, only_empty = call.body["update_params"], call.body.get("only_update_empty_fields", False)
        wanted = self._parse_all(call, params)
        batch = UploadBatch()
        with self.core.store.lock:
            if call.body.get("update_all_document_uploads"):
                params = [{"id": upload.key} for upload in listed()]  # B75
                wanted *= len(params)
            for item, entries in zip(params, wanted, strict=True):
                self._update_one(call, batch, item, entries, only_empty)
            self._store(call.project, batch)
        success = [{"id": key} for key in batch.success if key not in call.left_out]
        return {"success": success, "failed": batch.failed}

    def _parse_all(self, call: Call, params: list[Item]) -> list[dict[str, Entry]]:
        """The entries that each item sets; 400 with every error of the batch (B29)."""
        wanted: list[dict[str, Entry]] = []
        errors: list[str] = []
        client_error = ""
        for number, item in enumerate(params):
            path = f"update_params.{number}"
            fields = item.get("fields", [])
            entries, found = parse_fields(
                self.core.world, call.project, fields, f"{path}.fields", self.core.options
            )
            wanted.append(entries)
            errors += found + self._governed(call.project, item, f"{path}.fields")
            if "document_container_id" in item and self._container(call.project, item) is None:
                errors.append(f"{path}.document_container_id names no container of this project")
            if found and _has_label(call.project, fields):
                client_error = "label_for_id"
        if call.body.get("update_all_document_uploads") and len(params) != 1:
            errors.append("update_params must hold one item with update_all_document_uploads")
        if errors:
            raise invalid(*errors[:MAX_DETAILS], client_error=client_error)
        return wanted

    def _governed(self, project: Project, item: Item, path: str) -> list[str]:
        """The errors of setting `status`, if a workflow governs it and setting it is refused (B52)."""
        if self.core.options.workflow_governs_status != "refused":
            return []
        status = project.by_name["status"].id
        return [
            f"{path}.{n}.id is the field status, which a workflow governs"
            for n, one in enumerate(item.get("fields", []))
            if one["id"] == status
        ]

    def _update_one(
        self, call: Call, batch: UploadBatch, item: Item, entries: dict[str, Entry], only_empty: bool
    ) -> None:
        old = batch.uploads.get(item["id"]) or self.core.store.get(Upload, item["id"])
        if old is None or old.gone or not is_visible(call, old):
            return  # B26: dropped silently
        if only_empty:  # B30
            filled = {key for key, entry in old.entries.items() if entry.values}
            entries = {key: entry for key, entry in entries.items() if key not in filled}
        if old.status == "COMPLETED" and item.get("upload_status", "COMPLETED") != "COMPLETED":
            raise invalid("upload_status of a COMPLETED upload must stay COMPLETED")
        new = self._with_values(call.project, old, item, entries)
        completing = item.get("upload_status") == "COMPLETED" or self._completes_itself(call, new)
        file = self._file_to_link(call, batch, new) if completing or "file_upload_id" in item else None
        if completing and (error := self._verification_error(call, new)):  # B25: verified now and never again
            batch.failed.append({"id": new.key, "code": error[0], "message": error[1]})
            return
        if file is not None:
            batch.links[file.key] = replace(file, linked_to=new.key)
        if completing:
            new = replace(new, status="COMPLETED", verified_file=new.file_id)
        if completing and old.status != "COMPLETED":
            new = replace(self._with_name(call.project, new), completed_at=self.core.clock.now())
            batch.completed[new.key] = None
        batch.uploads[new.key] = new
        batch.success[new.key] = None

    def _with_values(self, project: Project, old: Upload, item: Item, entries: dict[str, Entry]) -> Upload:
        """The upload with the values of the item, of its container, and of a workflow."""
        new = replace(
            old,
            status=item.get("upload_status", old.status),
            entries={**old.entries, **entries},
            file_locked=item.get("file_locked", old.file_locked),
            file_id=item.get("file_upload_id", old.file_id),
        )
        if (container := self._container(project, item)) is not None:
            new = self._in_container(new, container)
        elif _name(project, new) != _name(project, old):
            new = replace(new, placed_in="")  # B40: another name means another container
        return replace(new, entries={**new.entries, **self._workflow_status(project)})

    def _container(self, project: Project, item: Item) -> Container | None:
        """The container that an item names by its id (B75)."""
        if "document_container_id" not in item:
            return None
        rows = (one for one in self.core.store.rows(Container) if one.project_id == project.id)
        return next((one for one in rows if one.id == item["document_container_id"]), None)

    def _in_container(self, upload: Upload, container: Container) -> Upload:
        """The upload in a container; empty fields take the values of the container's latest revision (B75)."""
        taken = {
            key: Entry(entry.values, "CONTAINER_MATCH")
            for revision in history(self.core, container)[-1:]
            for key, entry in revision.entries.items()
            if entry.values and not upload.entries.get(key, Entry()).values
        }
        criteria = container.key.partition("/")[2]
        return replace(upload, entries={**upload.entries, **taken}, placed_in=criteria)

    def _workflow_status(self, project: Project) -> dict[str, Entry]:
        """The value of `status` if a workflow governs it, whatever was sent: the first value of the list (B52)."""
        if not self.core.options.workflow_governs_status:
            return {}
        field = project.by_name["status"]
        return {field.id: Entry((next(value.id for value in field.values if value.active),), "SYSTEM")}

    def _completes_itself(self, call: Call, upload: Upload) -> bool:
        """True if the option is set and the upload has a usable file and all required values (B32)."""
        if not self.core.options.completes_itself or upload.status == "COMPLETED" or upload.file_id is None:
            return False
        rule = naming.rule_for(call.project, upload.entries)
        if naming.missing_fields(call.project, rule, upload.entries):
            return False
        return file_uploads.find_usable(call, upload.file_id)[0] is not None

    def _with_name(self, project: Project, upload: Upload) -> Upload:
        """A completed upload; an empty name is filled from the file name if the option says so (B33)."""
        field = project.by_name["name"]
        if self.core.options.empty_name != "filled" or field.is_computed:
            return upload
        if naming.values_of(upload.entries, field):
            return upload
        name = Entry((naming.stem(upload.file_name),), "SYSTEM")
        return replace(upload, entries={**upload.entries, field.id: name})

    def _file_to_link(self, call: Call, batch: UploadBatch, upload: Upload) -> StoredFile | None:
        """The file with the upload's `file_id`; 500 if it is linked to another upload (B28)."""
        if upload.file_id is None:
            return None
        file = batch.links.get(upload.file_id) or self.core.store.get(StoredFile, upload.file_id)
        if file is None or file.project_id != call.project.id or file_uploads.is_expired(self.core, file):
            return None
        if file.linked_to not in (None, upload.key):
            message = "The file upload is linked to another document"
            raise refuse(500, "INTERNAL_SERVER_ERROR", message, upload.key, "file_linked_twice")
        return file if file_uploads.is_own(file, call) else None  # B60

    def _verification_error(self, call: Call, upload: Upload) -> tuple[int, str] | None:
        """Why the file of an upload to be COMPLETED cannot be verified, as code and message (B25)."""
        if upload.file_id is None:  # B28
            message = "COMPLETED was set and no file is linked"
            raise refuse(500, "INTERNAL_SERVER_ERROR", message, upload.key, "no_file")
        file, error = file_uploads.find_usable(call, upload.file_id)
        if error[0] == 409:
            call.record_client_error("file_not_available", error[1])
        return None if file else error

    def _store(self, project: Project, batch: UploadBatch) -> None:
        """Store the batch in one step, then start the jobs that follow completion (B32)."""
        records: list[Any] = list(batch.links.values())
        for upload in batch.uploads.values():
            if upload.key in batch.completed:
                upload = self.processing.with_initial_statuses(project, upload)
            records += changed_upload(self.core, project, upload)
        self.core.store.put(*records)
        for key in batch.completed:
            self.processing.start(project, key)


def _name(project: Project, upload: Upload) -> str:
    return naming.document_name(project, upload.entries, upload.file_name)


def _has_label(project: Project, items: list[Item]) -> bool:
    """True if a look-up field is set to the label or code of a value instead of its id (B29)."""
    for item in items:
        found = project.by_id.get(item["id"])
        if found is not None and found.is_lookup:
            texts = {text for value in found.values for text in (value.label, value.code)}
            if any(value in texts and value not in found.by_id for value in item["values"]):
                return True
    return False
