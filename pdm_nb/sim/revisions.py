"""Document revisions: submitting uploads, and reading what came of it (B41–B49, B62, B63)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.responses import Response

from . import naming
from .core import Call, Core, Handler, data
from .documents import SYSTEM_FIELDS, all_in_sight, in_sight, masked_view, revision_view, system_of, visible
from .http import CODES, ApiError, Fault, invalid, refuse
from .records import Container, Revision, StoredFile, Upload
from .values import is_moment
from .world import Project

Item = dict[str, Any]
Filter = Callable[[Revision], bool]


class Revisions:
    """The operations on document revisions."""

    def __init__(self, core: Core) -> None:
        self.core = core

    @property
    def handlers(self) -> dict[str, Handler]:
        return {
            "createDocumentRevisions": self.create,
            "listRevisions": self.list_,
            "listRecycledRevisions": self.recycled,
            "listSelectedRevisions": self.selected,
        }

    def create(self, call: Call) -> Response:
        """Submit. One bad item refuses all (B44); what fails by itself is told in `failures` (B45)."""
        items: list[Item] = call.body["uploads"]
        locked = call.body.get("file_locked", False)
        with self.core.store.lock:
            self._refuse_bad(call, items)
            ids: list[str] = []
            failures = []
            for item in items:
                upload = self.core.store.get(Upload, item["id"])
                assert upload is not None
                if upload.key in call.failing:  # B45
                    failures.append(_failure(upload, "UNKNOWN_FAILURE", "Something went wrong: try again"))
                elif (
                    self.core.options.validate_event_id and item["upload_latest_event_id"] != upload.event_id
                ):
                    failures.append(_conflict(upload))
                else:
                    ids.append(self._submit(call.project, upload, locked))
        answer: dict[str, Any] = {"ids": ids, "failures": failures}
        if call.request.url.path.startswith("/rest/v2.0"):
            answer["failureIds"] = [failure["upload_id"] for failure in failures]  # B45
        return data(answer, 201)

    def _refuse_bad(self, call: Call, items: list[Item]) -> None:
        """422 with a detail per offending item (B44)."""
        seen: set[tuple[str, str]] = set()
        faults: list[Fault] = []
        for number, item in enumerate(items):
            if item["id"] in (other["id"] for other in items[:number]):
                raise invalid(f"uploads.{number}.id is in the request twice")
            fault = self._fault_of(call, item, seen)
            if fault is not None:
                faults.append(fault)
        if not faults:
            return
        consumed = all(f.reason == "UPLOAD_NOT_FOUND" and self._is_consumed(f.source or "") for f in faults)
        raise ApiError(self.core.options.consumed_status if consumed else 422, faults)  # B47

    def _is_consumed(self, key: str) -> bool:
        upload = self.core.store.get(Upload, key)
        return upload is not None and upload.gone == "submitted"

    def _fault_of(self, call: Call, item: Item, seen: set[tuple[str, str]]) -> Fault | None:
        """Why an item cannot be submitted, or None."""
        key, project = item["id"], call.project
        if not self.core.options.can_submit:
            return Fault("PERMISSION_DENIED", "The permission Submit New Files is missing", key)  # B52
        upload = self.core.store.get(Upload, key)
        if upload is None or not upload.is_listed or not visible(call, upload):
            return Fault("UPLOAD_NOT_FOUND", "The upload was not found", key)
        file = self.core.store.get(StoredFile, upload.file_id or "")
        if file is None or file.linked_to != key or upload.verified_file not in (None, file.key):
            return Fault("FILE_KEY_MISMATCH", "The upload's file is not the one that was verified", key)
        rule = naming.rule_for(project, upload.entries)
        if missing := naming.missing_fields(project, rule, upload.entries):
            names = ", ".join(field.name for field in missing)
            return Fault("INVALID_INPUT", f"Required fields have no value: {names}", key)
        return self._duplicate(project, upload, rule.allow_duplicates, seen) or self._workflow(
            call, upload, item
        )

    def _duplicate(
        self, project: Project, upload: Upload, allowed: bool, seen: set[tuple[str, str]]
    ) -> Fault | None:
        """A revision value that the container, or an earlier item of this request, already has (B42)."""
        mark = (_container_key(upload), _revision_value(project, upload))
        taken = {(mark[0], _revision_value(project, other)) for other in self._history(mark[0])} | seen
        seen.add(mark)
        if allowed or mark not in taken:
            return None
        return Fault("DUPLICATE_REVISION", f"The container already has the revision {mark[1]!r}", upload.key)

    def _workflow(self, call: Call, upload: Upload, item: Item) -> Fault | None:
        """A workflow on the container's revisions is ended by the caller's word, or stands in the way (B48)."""
        reason, status = item.get("termination_reason"), item.get("terminated_revision_status_id")
        if bool(reason) != bool(status):
            both = "termination_reason and terminated_revision_status_id go together"
            return Fault("INVALID_INPUT", both, upload.key)
        if status and not getattr(call.project.by_name["status"].by_id.get(status), "active", False):  # B21
            return Fault("INVALID_INPUT", "terminated_revision_status_id is no value of status", upload.key)
        container = self.core.store.get(Container, _container_key(upload))
        if container is None or not container.in_workflow:
            return None
        if reason and (call.is_admin or self.core.options.workflow_manager):
            return None
        more = {
            "document_container_id": container.id,
            "existing_revisions_with_workflows": [{"id": key} for key in container.revisions[-1:]],
            "conflicting_uploads_with_workflow": [{"id": upload.key}],
        }
        code = "WORKFLOW_CONFLICT_INSUFFICIENT_PERMISSION" if reason else "WORKFLOW_CONFLICT"
        return Fault(code, "A revision of this document is in a workflow", upload.key, more)

    def _submit(self, project: Project, upload: Upload, locked: bool) -> str:
        """Consume the upload; its container gets the next version (B41, B47)."""
        now = self.core.clock.now()
        container = self.core.store.get(Container, _container_key(upload))
        assert container is not None
        version = container.last_version + 1
        revision = Revision(
            key=self.core.new_id(),
            project_id=project.id,
            container_id=container.id,
            container_key=container.key,
            upload_id=upload.key,
            file_id=upload.file_id or "",
            file_name=upload.file_name,
            mime_type=upload.mime_type,
            owner=upload.owner,
            version=version,
            created_at=now,
            event_id=self.core.new_id(),
            completed_at=upload.completed_at or now,
            file_locked=locked or upload.file_locked,
            entries=upload.entries,
        )
        revisions = (*container.revisions, revision.key)
        in_workflow = self.core.options.workflow_on_submit  # B48
        self.core.store.put(
            revision,
            replace(upload, gone="submitted", revision_id=revision.key),
            replace(container, revisions=revisions, last_version=version, in_workflow=in_workflow),
        )
        return revision.key

    def _history(self, container_key: str) -> list[Revision]:
        """A container's revisions; a recycled one is no longer among them (B63)."""
        container = self.core.store.get(Container, container_key)
        found = (self.core.store.get(Revision, key) for key in (container.revisions if container else ()))
        return [revision for revision in found if revision is not None and not revision.recycled]

    def list_(self, call: Call) -> Response:
        """Private and beta: filters, sort, and behind the store by the index's delay (B62)."""
        if not self.core.options.revision_list:
            status = self.core.options.revision_list_status
            raise refuse(status, CODES[status], "The list of revisions is not open to this caller")
        indexed = self.core.clock.now() - self.core.options.index_seconds
        rows = [r for r in self._of(call, recycled=False) if r.created_at <= indexed]
        return self._shown(call, rows)

    def recycled(self, call: Call) -> Response:
        """The bin, for who may view it: here, an admin (B62)."""
        if not call.is_admin:
            raise refuse(403, "ACCESS_DENIED", "The right to view the bin is missing")
        return self._shown(call, self._of(call, recycled=True))

    def selected(self, call: Call) -> Response:
        """The revisions of these ids; unknown and recycled ones are left out (B51, B62). Carries `upload_id` (B46)."""
        found = (self.core.store.get(Revision, key) for key in dict.fromkeys(call.body["ids"]))
        rows = [r for r in found if r is not None and r.shelf == (call.project.id, False)]
        # B51: what the caller may not see is there, with a mask on
        return call.listing(rows, lambda r: revision_view(call, r) if in_sight(call, r) else masked_view(r))

    def _of(self, call: Call, recycled: bool) -> Sequence[Revision]:
        return all_in_sight(call, self.core.store.shelf(Revision, (call.project.id, recycled)))

    def _shown(self, call: Call, rows: Sequence[Revision]) -> Response:
        filters = list(_filters(call))
        passing = [row for row in rows if all(passes(row) for passes in filters)]
        return call.listing(_sorted(call, passing), lambda revision: revision_view(call, revision))


def _conflict(upload: Upload) -> dict[str, str]:
    message = "The upload was changed in the meantime: fetch it again and retry with its new event id"
    return _failure(upload, "CONCURRENCY_CONFLICT", message)


def _failure(upload: Upload, reason: str, message: str) -> dict[str, str]:
    return {"upload_id": upload.key, "reason_code": reason, "message": message}


def _container_key(upload: Upload) -> str:
    return f"{upload.project_id}/{upload.criteria}"


def _revision_value(project: Project, record: Upload | Revision) -> str:
    return "".join(naming.values_of(record.entries, project.by_name["revision"]))


def _sorted(call: Call, rows: Sequence[Revision]) -> list[Revision]:
    """By `sort`: created_at, uploaded_at, file_size, file_format or a field id; `-` for descending (B62)."""
    sort = call.query.get("sort", "")
    wanted = sort.removeprefix("-")
    field = call.project.by_id.get(wanted)
    sizes = call.core.store
    keys: dict[str, Any] = {
        "": lambda r: r.key,
        "created_at": lambda r: r.key,
        "uploaded_at": lambda r: r.completed_at,
        "file_size": lambda r: getattr(sizes.get(StoredFile, r.file_id), "size", 0),
        "file_format": lambda r: r.file_name.rpartition(".")[2].lower(),
    }
    if field is not None:
        keys[wanted] = naming.sorted_by(field)
    if wanted not in keys:
        raise invalid(
            f"sort {wanted[:80]!r} is not one of created_at, uploaded_at, file_size, file_format, a field id"
        )
    return sorted(rows, key=keys[wanted], reverse=sort.startswith("-"))


def _filters(call: Call) -> Iterator[Filter]:
    """What a revision has to pass: each of the query's `filters[…]` (B62)."""
    for name, text in call.request.query_params.multi_items():
        if asked := re.fullmatch(r"filters\[([^\]]+)\](\[\])?", name):
            yield _filter(call, asked[1], text)


def _filter(call: Call, name: str, text: str) -> Filter:
    if name == "document_container_id":
        return lambda r: r.container_id == text
    if name == "updated_at":
        first, end = _span(text)
        return lambda r: first <= r.created_at < end
    if name in SYSTEM_FIELDS:
        return lambda r: any(text in value.values() for value in system_of(call, r).get(name, []))
    field = call.project.by_name.get(name)
    if field is None:
        raise invalid(f"filters.{name[:80]} names no field of this project")
    if field.is_computed:
        return lambda r: naming.document_name(call.project, r.entries, r.file_name) == text
    return lambda r: text in naming.values_of(r.entries, field)


def _span(text: str) -> tuple[float, float]:
    """`<start>...<end>`, both needed."""
    start, dots, end = text.partition("...")
    if not dots or not is_moment(start) or not is_moment(end):
        raise invalid("filters.updated_at must be <start>...<end>, both in ISO 8601, UTC")
    return datetime.fromisoformat(start).timestamp(), datetime.fromisoformat(end).timestamp()
