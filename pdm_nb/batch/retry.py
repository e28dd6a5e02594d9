"""Restarts documents that failed, and resolves unconfirmed ones: what people do between two runs."""

from __future__ import annotations

from ..errors import InputError
from .batch_core import BatchCore
from .journal.journal import Step
from .journal.states import Event, State
from .pipeline.confirm import confirm
from .table.row_selection import Rows


class Retry:
    """The methods of `Batch` that let the next run try documents again."""

    def __init__(self, core: BatchCore) -> None:
        self._core = core

    def retry(self, rows: Rows = None) -> list[int]:
        """Restart documents: the next `upload()` uploads them again from the beginning.

        A document on hold whose cell was fixed needs no retry: `upload()` and `submit()` continue it.

        Parameters
        ----------
        rows : int, str, list, mask, DataFrame or None
            The documents, as in `set`: those of them that failed, were deleted in Procore, or are on hold. None: all that
            failed or were deleted.

        Returns
        -------
        list of int
            The ids of the restarted documents.

        Raises
        ------
        RunError
            While a run is in progress.

        Examples
        --------
        >>> batch.retry()  # nothing failed
        []
        """
        self._core.check_idle()
        journal = self._core.journal
        states = {State.FAILED, State.GONE} | ({State.HELD} if rows is not None else set())
        restarted = [id_ for id_ in self._core.table.select(rows) if journal.documents[id_].state in states]
        for id_ in restarted:
            journal.note([Step(id_, Event.REPLAN, journal.forget_upload(id_))])
        return restarted

    def confirm(self, rows: Rows, *, exists: bool) -> list[int]:
        """Confirm whether unconfirmed documents became revisions, after looking for them in Procore (B66).

        The service does not show the result of their submit, so they are not submitted again automatically, and their
        later versions wait. Versions that waited are released.

        Parameters
        ----------
        rows : int, str, list, mask, DataFrame or None
            The documents, as in `set`. All of them must be unconfirmed.
        exists : bool
            True if the revisions are in Procore: the documents are submitted, without a revision id. False if they are
            not: the documents can be submitted again. If a revision exists after all, that creates a second one.

        Returns
        -------
        list of int
            The ids of the documents.

        Raises
        ------
        InputError
            If a document is not unconfirmed; then nothing is changed.
        RunError
            While a run is in progress.

        Examples
        --------
        >>> unconfirmed = batch.status().query("state == 'unconfirmed'")
        >>> batch.confirm(unconfirmed, exists=True)
        []
        """
        self._core.check_idle()
        ids = self._core.table.select(rows)
        for document in map(self._core.journal.documents.__getitem__, ids):
            if document.state != State.UNCONFIRMED:
                raise InputError(
                    f"{document.name} (row {document.id}) is {document.state_label}, not unconfirmed. Leave it out of "
                    "the rows."
                )
        confirm(self._core.table, ids, exists=exists)
        return ids
