"""Lists of document revisions: all, recycled, and selected by id (B51, B62, B63, B68, B69)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from starlette.responses import Response

from ..documents.call import Call, Handler
from ..documents.visibility import without_hidden
from ..runtime.responses import CODES, refuse
from ..world.records import Revision
from ..world.simulator_core import Core
from .revision_filters import RevisionQuery, order
from .revision_rows import revision_row
from .submit_uploads import SubmitUploads


class DocumentRevisions:
    """The operations on document revisions."""

    def __init__(self, core: Core) -> None:
        self.core = core

    @property
    def handlers(self) -> dict[str, Handler]:
        """The handlers by operation."""
        return {
            "createDocumentRevisions": SubmitUploads(self.core).create,
            "listRevisions": self.list_,
            "listRecycledRevisions": self.recycled,
            "listSelectedRevisions": self.selected,
        }

    def list_(self, call: Call) -> Response:
        """Return the revisions; the list may be unavailable (beta) or delayed by its index (B62)."""
        if not self.core.options.revision_list:
            status = self.core.options.revision_list_status
            raise refuse(status, CODES[status], "The list of revisions is not open to this caller")
        return self._page(call, recycled=False)

    def recycled(self, call: Call) -> Response:
        """Return the recycled revisions; here, only to an admin (B62)."""
        if not call.is_admin:
            raise refuse(403, "FORBIDDEN", "The right to view the bin is missing")
        return self._page(call, recycled=True)

    def selected(self, call: Call) -> Response:
        """Return revisions by id; unknown and recycled ones, blanks and duplicates are omitted (B68)."""
        ids = dict.fromkeys(key for text in call.body["ids"] if (key := text.strip()))
        found = (self.core.store.get(Revision, key) for key in ids)
        rows = [r for r in found if r is not None and r.list_key == (call.project.id, False)]
        status = 200 if call.request.url.path.startswith("/rest/v2.2") else 201  # B70
        return call.listing(rows, lambda r: revision_row(call, r), status)

    def _page(self, call: Call, recycled: bool) -> Response:
        """Return one page of a list. Hidden revisions are omitted, or masked if requested by id (B51, B62).

        With `view=ids_only` all ids are returned: there is nothing to mask.
        """
        query = RevisionQuery.of(call)
        rows: Sequence[Revision] = [row for row in self._ordered(call, query, recycled) if query.passes(row)]
        if query.ids is None and call.query.get("view") != "ids_only":
            rows = without_hidden(call, rows)
        return call.listing(rows, lambda r: revision_row(call, r))

    def _ordered(self, call: Call, query: RevisionQuery, recycled: bool) -> Sequence[Revision]:
        name, key = order(call, query, recycled)
        rows = self.core.store.sorted_list(Revision, (call.project.id, recycled), name, key)
        if recycled or not self.core.options.index_seconds:
            return rows
        indexed = self.core.clock.now() - self.core.options.index_seconds
        in_bin = self.core.store.in_list(Revision, (call.project.id, True))
        stale = [replace(r, recycled_at=None) for r in in_bin if (r.recycled_at or 0) > indexed]
        if stale:  # recycled, but still in the index
            rows = sorted([*rows, *stale], key=key)
        return [row for row in rows if row.created_at <= indexed]
