"""The revisions of one project: its local store, opened when it is needed, and how it is kept up to date."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

from ...api.limits.call_queue import CURRENT_RUN
from ...batch import open_batch
from ...batch.backend import ProjectBackend
from ...batch.remote.existing_documents import KnownRevisions
from ...errors import JournalError, ServiceError
from ...model import FieldValue, Revision, Value
from ...runs.run import Run
from .freshness import Freshness
from .revision_store import RevisionStore
from .revision_sync import NoRevisionList, Report, RevisionSync
from .row_encoder import MASKED, UNREAD, VISIBLE, FieldFacts

T = TypeVar("T")
FRESH = 900.0  # seconds for which the store counts as up to date, as the configuration does
MOST = 10_000  # rows that a check reads at most: a project may have a million
EXISTING = (
    "name", "original_filename", "item_content", "version", "revision", "uploaded_at", "updated_at", "created_at",
    "file_size", "format",
)  # fmt: skip  # fields that documents are compared by


class RevisionSource:
    """The revisions of one project, as one account sees them.

    Attributes
    ----------
    keeps_file : bool
        False if the store must not outlive the process; set it before the first look.
    """

    def __init__(self, project: ProjectBackend, *, account: str) -> None:
        self._project, self._account = project, account
        self.keeps_file = True
        self._sync: RevisionSync | None = None

    @property
    def sync(self) -> RevisionSync:
        """What brings the store up to date; the store is opened with it."""
        if self._sync is None:
            project = self._project
            known = lambda: open_batch.revision_ids(project)  # noqa: E731
            self._sync = RevisionSync(project.client, project.scope, self._open(), known)
        return self._sync

    @property
    def store(self) -> RevisionStore:
        return self.sync.store

    def _open(self) -> RevisionStore:
        """Open the file next to the notebook; in memory if there can be none."""
        client = self._project.client
        if not (self.keeps_file and client.keeps_files):
            return RevisionStore(None)
        try:
            return RevisionStore(self.path)
        except JournalError as error:
            client.notices.add(self._project.scope.documents("2.0", ""), f"Revisions are not kept: {error}")
            return RevisionStore(None)

    @property
    def path(self) -> Path:
        """The file of the store: one for each project and account, since accounts may see different revisions."""
        scope = self._project.scope
        key = (self._project.client.environment.api_url, scope.company_id, scope.project_id, self._account)
        digest = hashlib.sha256("|".join(key).encode()).hexdigest()[:8]
        name = re.sub(r"[^\w.-]+", "-", self._project.name).strip("-.") or "project"
        return Path(open_batch.FOLDER).absolute() / f"{name}-revisions-{digest}.sqlite"

    def learn_fields(self) -> None:
        """Add the project's fields to the store. Fails for a project without access."""
        fields = self._project.configuration.fields.values()
        self.store.add_fields(
            [
                FieldFacts(one.name, one.id, one.label, one.type_name, one.variant)
                for one in fields
                if one.active and one.visible
            ]
        )

    def expire(self) -> None:
        """Let the next look bring the store up to date, after something was submitted; also that of other processes."""
        if self._sync is not None or self.path.exists():
            self.store.set_facts(expired=True)

    @property
    def is_fresh(self) -> bool:
        """True if the store was brought up to date within the last 15 minutes, and not expired since."""
        at = self.store.fact("synced_at")
        return not self.store.fact("expired", False) and at is not None and 0 <= self.sync.now() - at < FRESH

    @property
    def is_complete(self) -> bool:
        """True once all rows were read, so that every other update takes a few calls."""
        return self.store.fact("full_at") is not None

    @property
    def freshness(self) -> str:
        """How fresh and complete the store is, as a sentence."""
        return Freshness.of(self.store).sentence(self.sync.now)

    async def update(self, *, report: Report = lambda **_: None, **how: Any) -> None:
        """Bring the store up to date; see `RevisionSync.sync`."""
        self.store.set_facts(expired=False)  # first: what is submitted meanwhile expires it again
        try:
            await self.sync.sync(report=report, **how)
        except BaseException:
            self.store.set_facts(expired=True)
            raise

    def start(self, name: str, work: Callable[[Run[T], Report], Coroutine[Any, Any, T]]) -> Run[T]:
        """Start work as a run, whose calls can be paused and leave room for those of people."""
        client = self._project.client

        async def whole(run: Run[T]) -> T:
            CURRENT_RUN.set(run.pause_control)
            before = client.calls.total()
            return await work(
                run, lambda **facts: run.report(api_calls=client.calls.total() - before, **facts)
            )

        return Run(name, whole)

    async def known_revisions(self) -> KnownRevisions:
        """Return the revisions that documents are compared with: at most so many rows are read for it."""
        missing: list[str] = []
        failed = False
        try:
            await self.update(most=MOST)
        except NoRevisionList:
            return KnownRevisions(
                missing=("this service does not offer the list of revisions, so only uploads were compared",)
            )
        except ServiceError as error:
            missing.append(f"the list of revisions could not be read completely ({error})")
            failed = True
        else:
            missing += [note.rstrip(".") for note in self.store.fact("notes", ())]
            if self.store.count(UNREAD):
                missing.append(f"only the newest {MOST:,} revisions were compared")
        return KnownRevisions(list(self.revisions()), tuple(missing), failed, self.store.count(MASKED))

    def revisions(self) -> Iterator[Revision]:
        """Yield the visible revisions with the fields that documents are compared by."""
        store = self.store
        facts = {
            name: store.names.facts[store.names.fields[name]]
            for name in EXISTING
            if name in store.names.fields
        }
        for row in store.rows(states=(VISIBLE,)):
            fields, cells = [], store.names.cells(row)
            for name, one in facts.items():
                content = store.names.decoded(cells[store.names.fields[name]])
                values = (
                    (Value("", "", content),)
                    if isinstance(content, str)
                    else (Value(*value) for value in content)
                )
                fields.append(FieldValue(one.id, name, one.type, one.label, tuple(values) if content else ()))
            yield Revision(row.id, row.container_id or "", row.upload_id, tuple(fields))
