"""Reading document revisions: the list, the bin, and those selected by id (B51, B62, B63, B68, B69)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from starlette.responses import Response

from ..documents.call import Call, Handler
from ..documents.documents import all_in_sight
from ..runtime.responses import CODES, refuse
from ..world.core import Core
from ..world.records import Revision
from .revision_filters import RevisionQuery, order
from .revision_rows import revision_row
from .submit_uploads import SubmitUploads


class DocumentRevisions:
    """The operations on document revisions."""

    def __init__(self, core: Core) -> None:
        self.core = core

    @property
    def handlers(self) -> dict[str, Handler]:
        return {
            "createDocumentRevisions": SubmitUploads(self.core).create,
            "listRevisions": self.list_,
            "listRecycledRevisions": self.recycled,
            "listSelectedRevisions": self.selected,
        }

    def list_(self, call: Call) -> Response:
        """Beta, and behind the store by the index's delay (B62)."""
        if not self.core.options.revision_list:
            status = self.core.options.revision_list_status
            raise refuse(status, CODES[status], "The list of revisions is not open to this caller")
        return self._shown(call, recycled=False)

    def recycled(self, call: Call) -> Response:
        """The bin, for who may view it: here, an admin (B62)."""
        if not call.is_admin:
            raise refuse(403, "FORBIDDEN", "The right to view the bin is missing")
        return self._shown(call, recycled=True)

    def selected(self, call: Call) -> Response:
        """The revisions of these ids; unknown and recycled ones are left out, as are blanks and duplicates (B68)."""
        ids = dict.fromkeys(key for text in call.body["ids"] if (key := text.strip()))
        found = (self.core.store.get(Revision, key) for key in ids)
        rows = [r for r in found if r is not None and r.shelf == (call.project.id, False)]
        status = 200 if call.request.url.path.startswith("/rest/v2.2") else 201  # B70
        return call.listing(rows, lambda r: revision_row(call, r), status)

    def _shown(self, call: Call, recycled: bool) -> Response:
        """One page of a list; what the caller may not see is left out, unless it was asked for by id (B51, B62).

        Then it comes masked. Bare ids are no rows: there is nothing in them to mask or to leave out.
        """
        query = RevisionQuery.of(call)
        rows: Sequence[Revision] = [row for row in self._ordered(call, query, recycled) if query.passes(row)]
        if query.ids is None and call.query.get("view") != "ids_only":
            rows = all_in_sight(call, rows)
        return call.listing(rows, lambda r: revision_row(call, r))

    def _ordered(self, call: Call, query: RevisionQuery, recycled: bool) -> Sequence[Revision]:
        name, key = order(call, query, recycled)
        rows = self.core.store.ordered(Revision, (call.project.id, recycled), name, key)
        if recycled or not self.core.options.index_seconds:
            return rows
        indexed = self.core.clock.now() - self.core.options.index_seconds
        binned = self.core.store.shelf(Revision, (call.project.id, True))
        stale = [replace(r, recycled_at=None) for r in binned if (r.recycled_at or 0) > indexed]
        if stale:  # recycled, and the index does not know it yet
            rows = sorted([*rows, *stale], key=key)
        return [row for row in rows if row.created_at <= indexed]
