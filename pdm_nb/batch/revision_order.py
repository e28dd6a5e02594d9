"""The order of the kinds of revisions of a batch, as it is shown and set."""

from __future__ import annotations

from dataclasses import astuple

import pandas as pd

from .. import frames
from ..rules.revision_scheme import RevisionScheme
from .batch_core import BatchCore
from .journal.states import State


class RevisionOrder:
    """The part of `BatchView` that shows and sets the revision scheme."""

    _core: BatchCore

    def revision_order(self, *examples: str) -> pd.DataFrame:
        """Show which kinds of revisions the batch has and in which order they become versions, or change that order (B41).

        Whether letters come before numbers, or P02.1 before P02, depends on the project. The order is stored with the batch,
        and also decides whether a revision is older than those that the project already has.

        Parameters
        ----------
        *examples : str
            Revisions, oldest first, with one of each kind: "A", "0", "AB", or "A < 0 < AB". "usual" forgets what was set;
            without examples, the order is only shown.

        Returns
        -------
        DataFrame
            One row per kind: kind (string), count (Int64), first, last (string), order (Int64; missing if it is not known),
            known_by ("set", "usual" or empty; string).

        Examples
        --------
        >>> _ = batch.set_cells([(0, "revision", "B"), (1, "revision", "0")])
        >>> batch.view.revision_order("A", "0")[["kind", "first", "order"]].to_numpy().tolist()
        [['letters', 'B', 1], ['numbers', '0', 2]]
        """
        table = self._core.table
        if examples:
            self._core.check_idle()
            table.evaluator.set_revision_scheme(RevisionScheme.of(() if examples == ("usual",) else examples))
            table.release_fixed(self._core.ids(State.HELD))
        texts = (table.evaluator.text(id_, "revision") for id_ in self._core.journal.documents)
        return frames.frame(
            frames.REVISION_KINDS, map(astuple, table.evaluator.revision_scheme.summary(texts))
        )
