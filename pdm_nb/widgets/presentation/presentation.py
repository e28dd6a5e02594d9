"""The workbench with a bar that plays a story: the presenter decides when the next scene comes."""

from __future__ import annotations

from typing import Any

from ..application.application import ApplicationPart
from ..workbench.workbench import Workbench
from .scenes import SCENES
from .stage import ML_SECONDS, Stage

MINUTES = 10  # for the whole story


class PresentedWorkbench(Workbench):
    """The workbench with a story of ten minutes, against a simulator of its own.

    People can click and type in it between two scenes. *Start again* brings everything back to the beginning.

    Parameters
    ----------
    ml_seconds : float
        How long machine learning of the simulator takes at most.

    Examples
    --------
    >>> PresentedWorkbench()
    PresentedWorkbench(not signed in)
    """

    def __init__(self, *, ml_seconds: float = ML_SECONDS) -> None:
        self.presentation: Presentation | None = None
        super().__init__()
        self.presentation = self.parts["presentation"] = Presentation(self, Stage(ml_seconds))
        self.presentation.refresh()

    def update(self) -> None:
        """Show the present state."""
        super().update()
        if self.presentation is not None:
            self.presentation.refresh()

    def close(self) -> None:
        """Remove what the presentation made, and close the view."""
        if self.presentation is not None:
            presentation, self.presentation = self.presentation, None
            presentation.clear()
        super().close()


class Presentation(ApplicationPart):
    """Plays the scenes one after the other."""

    actions = ("next", "restart")

    def __init__(self, bench: PresentedWorkbench, stage: Stage) -> None:
        self.bench, self.stage = bench, stage
        self._number = 0

    def refresh(self) -> None:
        """Show the scene, and whether the next one can come."""
        scene = SCENES[self._number]
        following = SCENES[self._number + 1].title if self._number + 1 < len(SCENES) else ""
        left = round(MINUTES * (len(SCENES) - 1 - self._number) / (len(SCENES) - 1))
        self.bench.show(
            presentation={
                "number": self._number + 1,
                "scenes": len(SCENES),
                "title": scene.title,
                "text": scene.text,
                "next": following,
                "minutes": left,
                "waiting": self.bench.running.is_running,
            }
        )

    def next(self) -> None:
        """Play the next scene. While a run is in progress, nothing happens: the run belongs to this scene."""
        if self._number + 1 == len(SCENES) or self.bench.running.is_running:
            return
        self.bench.show(note=None)
        SCENES[self._number + 1].play(self.bench, self.stage)
        self._number += 1
        self.bench.update()

    def restart(self) -> None:
        """Go back to the first scene, with a new simulator and new files."""
        self.clear()
        self._number = 0
        SCENES[0].play(self.bench, self.stage)
        self.bench.show(note=None)

    def clear(self) -> None:
        """Close the batch and remove what was made."""
        batch: Any = self.bench.batch
        journal = None
        if batch is not None:
            journal = batch.view.journal_path
            self.bench.leave_batch()
            batch.close()
        self.stage.clear(journal)
