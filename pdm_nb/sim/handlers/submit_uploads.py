"""Submitting uploads: an invalid item refuses the whole request, a failure concerns one item (B41–B48)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from ..documents import naming
from ..documents.call import Call, data
from ..documents.containers import changed_revision, history, in_workflow, members, position_of
from ..documents.visibility import is_visible
from ..runtime.responses import ApiError, ErrorDetail, invalid, refuse
from ..world.records import Container, Entry, Revision, StoredFile, Upload
from ..world.simulator_core import Core
from ..world.system_fields import RUNNING, RUNNING_STEP
from ..world.world import Project, Value

Item = dict[str, Any]
STALE = "The upload was changed in the meantime: fetch it again and retry with its new event id"


class SubmitUploads:
    """The operation that turns uploads into revisions."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def create(self, call: Call) -> Response:
        """Submit uploads. One invalid item refuses all (B44); `failures` lists items that fail individually (B45)."""
        items: list[Item] = call.body["uploads"]
        if not self.core.options.can_submit and self.core.options.denied_submit == 403:  # B52
            raise refuse(403, "FORBIDDEN", "The permission Submit New Files is missing")
        with self.core.store.lock:
            self._refuse_invalid(call, items)
            ids: list[str] = []
            failures: list[dict[str, str]] = []
            for item in items:
                upload = self._upload(item)
                failure = self._failure(call, item, upload)
                if failure:
                    failures.append(failure)
                else:
                    ids.append(self._submit(call, upload, item))
        result: dict[str, Any] = {"ids": ids, "failures": failures}
        if call.request.url.path.startswith("/rest/v2.0"):
            result["failureIds"] = [failure["upload_id"] for failure in failures]  # B45
        return data(result, 201)

    def _upload(self, item: Item) -> Upload:
        upload = self.core.store.get(Upload, item["id"])
        assert upload is not None, "an invalid item was refused before"
        return upload

    def _failure(self, call: Call, item: Item, upload: Upload) -> dict[str, str]:
        """Why this item fails individually (B45); empty if it does not."""
        reason, message = "", ""
        if upload.key in call.failing:
            reason, message = "UNKNOWN_FAILURE", "Something went wrong: try again"
        elif self.core.options.stale_event_id == "failure" and _is_stale(item, upload):
            reason, message = "CONCURRENCY_CONFLICT", STALE
        return {"upload_id": upload.key, "reason_code": reason, "message": message} if reason else {}

    def _refuse_invalid(self, call: Call, items: list[Item]) -> None:
        """422 with a detail per invalid item (B44)."""
        seen: set[tuple[str, str]] = set()
        details: list[ErrorDetail] = []
        for number, item in enumerate(items):
            if item["id"] in (other["id"] for other in items[:number]):
                raise invalid(f"uploads.{number}.id is in the request twice")
            detail = next(self._errors(call, item, seen), None)
            if detail is not None:
                details.append(detail)
        if not details:
            return
        consumed = all(d.reason == "UPLOAD_NOT_FOUND" and self._is_consumed(d.source or "") for d in details)
        raise ApiError(self.core.options.consumed_status if consumed else 422, details)  # B47

    def _is_consumed(self, key: str) -> bool:
        upload = self.core.store.get(Upload, key)
        return upload is not None and upload.gone == "submitted"

    def _errors(self, call: Call, item: Item, seen: set[tuple[str, str]]) -> Iterator[ErrorDetail]:
        """Why an item cannot be submitted; only the first reason is reported."""
        key, project = item["id"], call.project
        if not self.core.options.can_submit:
            yield ErrorDetail("PERMISSION_DENIED", "The permission Submit New Files is missing", key)  # B52
        upload = self.core.store.get(Upload, key)
        if upload is None or not upload.is_listed or not is_visible(call, upload):
            yield ErrorDetail("UPLOAD_NOT_FOUND", "The upload was not found", key)
            return
        file = self.core.store.get(StoredFile, upload.file_id or "")
        if file is None or file.linked_to != key or upload.verified_file not in (None, file.key):
            yield ErrorDetail("FILE_KEY_MISMATCH", "The upload's file is not the one that was verified", key)
        rule = naming.rule_for(project, upload.entries)
        if missing := naming.missing_fields(project, rule, upload.entries):
            names = ", ".join(field.name for field in missing)
            yield ErrorDetail("INVALID_INPUT", f"Required fields have no value: {names}", key)
        if self.core.options.stale_event_id == "refused" and _is_stale(item, upload):  # B45
            yield ErrorDetail("CONCURRENCY_CONFLICT", STALE, key)
        yield from self._duplicate(project, upload, rule.allow_duplicates, seen)
        yield from self._workflow(call, upload, item)

    def _duplicate(
        self, project: Project, upload: Upload, allowed: bool, seen: set[tuple[str, str]]
    ) -> Iterator[ErrorDetail]:
        """A revision value that the container, or an earlier item of this request, already has (B42)."""
        key = _container_key(upload)
        value = (key, _text(project, upload, "revision"))
        earlier = history(self.core, self.core.store.get(Container, key))
        taken = {(key, _text(project, other, "revision")) for other in earlier} | seen
        seen.add(value)
        if not allowed and value in taken:
            message = f"The container already has the revision {value[1]!r}"
            yield ErrorDetail("DUPLICATE_REVISION", message, upload.key)

    def _workflow(self, call: Call, upload: Upload, item: Item) -> Iterator[ErrorDetail]:
        """A workflow in the container, unless the caller terminates it and has the permission (B48)."""
        reason, status = item.get("termination_reason"), item.get("terminated_revision_status_id")
        if bool(reason) != bool(status):
            message = "termination_reason and terminated_revision_status_id go together"
            yield ErrorDetail("INVALID_INPUT", message, upload.key)
        if status and not getattr(call.project.by_name["status"].by_id.get(status), "active", False):  # B21
            message = "terminated_revision_status_id is not the id of a value of status"
            yield ErrorDetail("INVALID_INPUT", message, upload.key)
        container = self.core.store.get(Container, _container_key(upload))
        running = in_workflow(self.core, container)
        if container is None or not running:
            return
        if reason and (call.is_admin or self.core.options.workflow_manager):
            return
        code = "WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION" if reason else "WORKFLOW_CONFLICT"
        more = _conflict(call.project, container, running, upload)
        yield ErrorDetail(code, "Workflows run in this container", upload.key, more)

    def _submit(self, call: Call, upload: Upload, item: Item) -> str:
        """Consume the upload and add the next version to its container (B41, B47)."""
        core, now = self.core, self.core.clock.now()
        container = core.store.get(Container, _container_key(upload))
        assert container is not None
        placeholder = next((one for one in members(core, container) if one.placeholder), None)
        version, key = container.last_version + 1, core.new_id()
        revision = Revision(
            key=key,
            project_id=call.project.id,
            container_id=container.id,
            container_key=container.key,
            upload_id=upload.key,
            file_id=upload.file_id or "",
            file_name=upload.file_name,
            mime_type=upload.mime_type,
            owner=upload.owner,
            version=version,
            created_at=now,
            position=position_of(version),
            workflow_id=core.new_id() if core.options.workflow_on_submit else "",  # B48
            event_id=core.new_id(),
            completed_at=upload.completed_at or now,
            file_locked=call.body.get("file_locked", False) or upload.file_locked,
            entries=upload.entries,
            placeholder_id=placeholder.key if placeholder else None,
            match_type="EXACT" if placeholder else None,  # B76
        )
        kept = tuple(one for one in container.revisions if placeholder is None or one != placeholder.key)
        core.store.put(
            *self._terminated(call, container, item),
            *([replace(placeholder, filled_by=key)] if placeholder else []),
            revision,
            replace(upload, gone="submitted", revision_id=key),
            replace(container, revisions=(*kept, key), last_version=version),
        )
        return key

    def _terminated(self, call: Call, container: Container, item: Item) -> Iterator[Revision]:
        """The container's revisions whose workflow the submit terminates, as changed by that (B48, B69)."""
        status = item.get("terminated_revision_status_id")
        if not status:
            return
        entry = {call.project.by_name["status"].id: Entry((status,), "MANUAL")}
        for one in in_workflow(self.core, container):
            yield changed_revision(
                self.core, one, call.user.id, workflow_id="", entries={**one.entries, **entry}
            )


def _is_stale(item: Item, upload: Upload) -> bool:
    return bool(item["upload_latest_event_id"] != upload.event_id)


def _conflict(
    project: Project, container: Container, running: list[Revision], upload: Upload
) -> dict[str, Any]:
    """The details of a conflict: the container, its revisions in a workflow, and the upload (B48)."""
    return {
        "document_container_id": container.id,
        "existing_revisions_with_workflows": [
            {
                **_reference(project, one),
                "workflow_instance_id": one.workflow_id,
                "assigned_workflow": RUNNING,
                "workflow_current_step": RUNNING_STEP,
                "status": _text(project, one, "status"),
            }
            for one in running
        ],
        "conflicting_uploads_with_workflow": [_reference(project, upload)],
    }


def _reference(project: Project, record: Upload | Revision) -> dict[str, str]:
    return {"id": record.key, "name": record.file_name, "revision": _text(project, record, "revision")}


def _container_key(upload: Upload) -> str:
    return f"{upload.project_id}/{upload.criteria}"


def _text(project: Project, record: Upload | Revision, name: str) -> str:
    """The content of a field: the labels of its values, or the literal."""
    field = project.by_name[name]
    values = naming.values_of(record.entries, field)
    known: dict[str, Value] = field.by_id
    return ", ".join(known[one].label if one in known else one for one in values)
