"""Replaces generated ids by existing ones of the seeded world, so that calls get further than a 404.

A value is replaced by one of the same form, so that valid values stay valid and invalid ones stay invalid. The choice
depends only on the case: the same case gets the same ids. Some cases are not changed.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from typing import Any

from schemathesis import Case
from schemathesis.core import NotSet

from pdm_nb.sim.handlers.file_uploads import SMALLEST
from pdm_nb.sim.runtime.ids import is_ulid
from pdm_nb.sim.world.records import Revision, StoredFile, Upload
from tests.support.simulator.seeded import Service

AS_THEY_ARE = 0.05  # the share of cases that nothing is changed in
ELSEWHERE = 0.06  # the share of ids that name what is there, but not for this call


class Grounding:
    """Grounds cases in the world of one service."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.bodies: dict[str, Callable[[Any, random.Random], None]] = {
            "getToken": self._token,
            "createDocumentUploads": self._nothing,
            "updateDocumentUploads": self._update,
            "createDocumentRevisions": self._submit,
            "createDocumentRevisionsV20": self._submit,
            "createUpload": self._announce,
        }

    def ground(self, case: Case) -> None:
        """Change a case in its place."""
        chance = random.Random(_digest(case))
        if chance.random() < AS_THEY_ARE:
            return
        name = name_of(case)
        self._ground_path(case, name, chance)
        self._ground_query(case, chance)
        self._ground_company(case, self._company(chance))
        if name == "completeUpload":
            self._complete(case, chance)
        elif name in self.bodies:
            self.bodies[name](case.body, chance)
        else:
            self._ids(case.body, name, chance)

    def ground_place(self, case: Case) -> None:
        """Leave the body and the ids of things: company and project become the caller's own, and the query is grounded."""
        own = {"company_id": str(self.service.company), "project_id": str(self.service.project.id)}
        case.path_parameters |= own
        self._ground_company(case, self.service.company)
        self._ground_query(case, random.Random(_digest(case)))

    def _ground_company(self, case: Case, company: int) -> None:
        for header, value in (case.headers or {}).items():
            if header.lower() == "procore-company-id" and str(value).lstrip("-").isdecimal():
                case.headers[header] = str(company)

    def _company(self, chance: random.Random) -> int:
        return 1 if chance.random() < ELSEWHERE / 3 else self.service.company

    def _project(self, chance: random.Random) -> int:
        projects = self.service.world.projects
        return (chance.choice(projects) if chance.random() < ELSEWHERE else projects[0]).id

    def _ground_path(self, case: Case, name: str, chance: random.Random) -> None:
        known: dict[str, Callable[[], Any]] = {
            "company_id": lambda: self._company(chance),
            "project_id": lambda: self._project(chance),
            "document_upload_id": lambda: self._upload(chance),
            "document_revision_id": lambda: self._revision(chance, name),
            "upload_id": lambda: self._file(chance, name),
            "field_id_or_name": lambda: self._field(chance),
        }
        for parameter in case.path_parameters or {}:
            case.path_parameters[parameter] = str(known[parameter]())

    def _ground_query(self, case: Case, chance: random.Random) -> None:
        query = case.query or {}
        world = self.service.world
        known: dict[str, Callable[[], Any]] = {
            "company_id": lambda: self._company(chance),
            "project_id": lambda: self._project(chance),
            "client_id": lambda: world.client_id,
            "redirect_uri": lambda: "urn:ietf:wg:oauth:2.0:oob",
            "sort": lambda: (
                chance.choice(("", "-")) + chance.choice(("created_at", *self._sorted_by(case, chance)))
            ),
        }
        for name in known.keys() & query.keys():
            if isinstance(query[name], int | str) and not isinstance(query[name], bool):
                numbers = name in ("company_id", "project_id")
                if not numbers or str(query[name]).lstrip("-").isdecimal():
                    query[name] = known[name]()
        per_page = query.get("per_page")
        if isinstance(per_page, int) and per_page > 100 and chance.random() > ELSEWHERE:
            query["per_page"] = per_page % 100 + 1  # the bound that the contract leaves to words (B9)
        if isinstance(query.get("filters"), dict) and chance.random() > ELSEWHERE:
            query["filters"] = {
                key: "x" for key in ("document_container_id", "number") if chance.random() < 0.3
            }

    def _sorted_by(self, case: Case, chance: random.Random) -> list[str]:
        """A field, where the case is about the project that has any."""
        own = str((case.path_parameters or {}).get("project_id")) == str(self.service.project.id)
        return [self._field(chance)] if own else []

    def _field(self, chance: random.Random) -> str:
        field = chance.choice(self.service.project.fields)
        return chance.choice((field.id, field.name))

    def _upload(self, chance: random.Random) -> str:
        """Mostly one that is listed, else one of any state and project."""
        listed = self._listed()
        any_at_all = chance.random() < 0.2 or not listed
        return chance.choice([u.key for u in (self.service.records(Upload) if any_at_all else listed)])

    def _revision(self, chance: random.Random, name: str) -> str:
        """Mostly one that is where the operation looks: among the revisions, or in the bin."""
        revisions = self.service.records(Revision)
        there = [one for one in revisions if one.recycled == ("Recycled" in name)]
        return chance.choice(there if there and chance.random() > ELSEWHERE else revisions).key

    def _listed(self) -> list[Upload]:
        return self.service.sim._core.store.in_list(Upload, (self.service.project.id, "listed"))

    def _file(self, chance: random.Random, name: str) -> str:
        """A file that is still open, where it is to be completed; else of any state."""
        files = self.service.records(StoredFile)
        opened = [f for f in files if f.status in ("ready", "receiving") and f.parts[0].etag]
        wanted = opened if name == "completeUpload" and opened and chance.random() < 0.8 else files
        return chance.choice(wanted).key

    def _nothing(self, body: Any, chance: random.Random) -> None:
        """Nothing in it names anything."""

    def _token(self, body: Any, chance: random.Random) -> None:
        world = self.service.world
        if isinstance(body, dict):
            body |= {"client_id": world.client_id} if isinstance(body.get("client_id"), str) else {}
            body |= (
                {"client_secret": world.client_secret}
                if isinstance(body.get("client_secret", ""), str)
                else {}
            )

    def _ids(self, body: Any, name: str, chance: random.Random) -> None:
        """`ids` of uploads, or of revisions."""
        ids = body.get("ids") if isinstance(body, dict) else None
        if not isinstance(ids, list):
            return
        revisions = [r.key for r in self.service.records(Revision)]
        for place, key in enumerate(ids):
            if isinstance(key, str) and is_ulid(key):
                ids[place] = chance.choice(revisions) if "Revisions" in name else self._upload(chance)

    def _items(self, body: Any, name: str) -> list[dict[str, Any]]:
        """The items of a batch that have the id of something."""
        found = body.get(name) if isinstance(body, dict) else None
        items = found if isinstance(found, list) else []
        named = [item for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)]
        return [item for item in named if is_ulid(item["id"])]

    def _submit(self, body: Any, chance: random.Random) -> None:
        """Uploads as they are, each once, with their latest events; few with a wrong one."""
        listed = self._listed()
        chance.shuffle(listed)
        for item in self._items(body, "uploads"):
            if not listed or chance.random() < ELSEWHERE:
                item["id"] = self._upload(chance)
                continue
            upload = listed.pop()
            item["id"] = upload.key
            if isinstance(item.get("upload_latest_event_id"), str) and chance.random() > ELSEWHERE:
                item["upload_latest_event_id"] = upload.event_id
            ending = ("termination_reason", "terminated_revision_status_id")
            if chance.random() > 0.2 and all(isinstance(item.get(name, ""), str) for name in ending):
                for name in ending:
                    item.pop(name, None)

    def _update(self, body: Any, chance: random.Random) -> None:
        """Uploads and fields of the project, with values that are theirs."""
        free = [
            f.key for f in self.service.records(StoredFile) if f.status == "available" and not f.linked_to
        ]
        for item in self._items(body, "update_params"):
            item["id"] = self._upload(chance)
            if isinstance(item.get("file_upload_id"), str) and free and chance.random() < 0.7:
                item["file_upload_id"] = chance.choice(free)
            if item.get("upload_status") in ("INCOMPLETE", "PLACEHOLDER") and chance.random() < 0.7:
                item["upload_status"] = "COMPLETED"
            if isinstance(item.get("fields"), list):
                for setting in item["fields"]:
                    self._setting(setting, chance)

    def _setting(self, setting: Any, chance: random.Random) -> None:
        if not isinstance(setting, dict) or not isinstance(setting.get("id"), str):
            return
        settable = [
            f for f in self.service.project.fields if f.active and not f.readonly and not f.is_computed
        ]
        field = chance.choice(settable if chance.random() > ELSEWHERE else self.service.project.fields)
        setting["id"] = field.id
        if setting.get("label_source") == "SYSTEM" and chance.random() > ELSEWHERE:
            setting["label_source"] = "MANUAL"
        values = setting.get("values")
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            return
        if field.is_lookup:
            texts = [value.id for value in field.values if value.active] or [
                str(self.service.world.users[0].id)
            ]
            values[:] = [chance.choice(texts) for _ in values]
        elif field.type in ("numeric", "timestamp"):
            values[:] = ["1.5" if field.type == "numeric" else "2026-03-05T00:00:00Z" for _ in values]
        if not field.is_multiple:
            del values[1:]

    def _announce(self, body: Any, chance: random.Random) -> None:
        """Sizes that add up, where all of them are numbers (B54)."""
        segments = body.get("segments") if isinstance(body, dict) else None
        if not isinstance(segments, list) or not all(isinstance(segment, dict) for segment in segments):
            return
        sizes = [body.get("file_size"), *(segment.get("size", 1) for segment in segments)]
        if not segments or not all(type(size) is int and size > 0 for size in sizes):
            return
        if chance.random() < ELSEWHERE or max(sizes[1:]) > 104_857_600 or len(segments) > 10_000:
            return
        for segment in segments[:-1]:
            segment["size"] = SMALLEST
        segments[-1]["size"] = 17
        body["file_size"] = SMALLEST * (len(segments) - 1) + 17

    def _complete(self, case: Case, chance: random.Random) -> None:
        """As many ETags as the file has parts, and most of them right."""
        etags = case.body.get("part_etags") if isinstance(case.body, dict) else None
        if not isinstance(etags, list) or not all(etag is None or isinstance(etag, str) for etag in etags):
            return
        found = {f.key: f for f in self.service.records(StoredFile)}.get(
            case.path_parameters.get("upload_id")
        )
        if found is not None and chance.random() > ELSEWHERE:
            etags[:] = [part.etag if chance.random() < 0.7 else None for part in found.parts]


def name_of(case: Case) -> str:
    """The operation's id in the contract."""
    return str(case.operation.definition.raw["operationId"])


def _digest(case: Case) -> str:
    body = None if isinstance(case.body, NotSet) else case.body  # the former's repr has an address in it
    parts = (case.operation.label, case.path_parameters, case.query, dict(case.headers or {}), body)
    return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()
