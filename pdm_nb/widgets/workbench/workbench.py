"""The workbench: one application from sign-in to report. It holds service, project and batch; its parts do the work.

page ◄── _state, _page ── Workbench ── connect.py, importing.py, documents.py, running.py, submitting.py …
page ◄── Table (rows of all steps) ── documents.py ── batch
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ...errors import PdmError
from ...runs import loop
from ..application.application import Application, ApplicationPart
from ..application.help_pages import HelpPages
from ..application.texts import LEFT, RUN_CONTINUES, SELECT_FILES, SELECT_PROJECT, count
from ..grid.table_widget import Table
from .connect import Connect
from .document_pane import DocumentPane
from .document_rows import Depends
from .documents import Documents
from .header import Header, batch_name
from .imports.importing import Importing
from .imports.receiving import Receiving
from .reopening import Reopening
from .requirement_cards import RequirementCards
from .review.pictures import Pictures
from .review.spellings import Spellings
from .running import Running, is_not_read
from .session_code import SessionCode
from .step_row import ORDER, Figures, outcome, primary, step_row
from .submitting import Submitting

PACE = 0.3  # seconds between two states: with the table's patches, less than ten messages a second
VIEWS = ("workbench", "sign_in", "requirements", "grid", "upload", "review", "submit", "report")


class Workbench(Application):
    """Sign in, import files, edit, upload, review, submit and report; or one of these in a view of its own.

    The attributes `service`, `project` and `batch` are for continuing in code; they are None until that step is done.

    Parameters
    ----------
    start : Project or Batch, optional
        What to work on. If not given, the workbench starts with the sign-in.
    view : str
        "workbench" for all, or one part: "sign_in", "requirements", "grid", "upload", "review", "submit" or "report".
    depends : mapping, optional
        Narrows the list of a field by the value of another field:
        ``{"location": ("building", {"Tower": ["Level 1", "Level 2"], "Annex": ["Ground"]})}`` shows for `location` only
        the values that match `building`. Other values can still be typed.
    environment : str
        The environment that the sign-in form shows first, such as "production".

    Raises
    ------
    ValueError
        If `view` is unknown, or the view needs a project or a batch.

    Examples
    --------
    >>> Workbench()
    Workbench(not signed in)
    """

    def __init__(
        self,
        start: Any = None,
        *,
        view: str = "workbench",
        depends: Depends | None = None,
        environment: str = "sim",
    ) -> None:
        self.documents: Documents | None = None
        super().__init__(view)
        if view not in VIEWS:
            raise ValueError(f"Unknown view {view!r}. Use one of {', '.join(VIEWS)}.")
        self.service: Any = None
        self.project: Any = None
        self.batch: Any = None
        self.reported = ""  # the file of the last report
        self.step = view if view in ORDER else "prepare" if view == "grid" else "connect"
        self._depends = depends
        self._states, self._later = Counter[str](), 0
        self.not_read = 0  # documents that machine learning did not read in time
        self._throttle = loop.Throttle(self.update, PACE)
        self.header, self.code = Header(self), SessionCode(self)
        self.receiving = Receiving(self)
        self.connect, self.importing = Connect(self, environment), Importing(self)
        self.running, self.submitting = Running(self), Submitting(self)
        self.pane, self.reopening, self.pictures = DocumentPane(self), Reopening(self), Pictures(self)
        self.parts |= {
            "bench": Navigation(self),
            "help": HelpPages(),
            "header": self.header,
            "connect": self.connect,
            "importing": self.importing,
            "receiving": self.receiving,
            "running": self.running,
            "run": self.running.controls,
            "submitting": self.submitting,
            "code": self.code,
            "pane": self.pane,
            "pictures": self.pictures,
            "reopening": self.reopening,
            "spellings": Spellings(self),
            "requirements": RequirementCards(self),
        }
        self._start(start)

    def _start(self, start: Any) -> None:
        if start is None:
            self.update()
        elif hasattr(start, "view"):
            self.open_batch(start)
        else:
            self.open_project(start)
        if self._view == "requirements":
            self.perform("requirements", "open", {})

    @property
    def table(self) -> Table:
        """The table of the documents."""
        if self.documents is None:
            raise PdmError(SELECT_FILES)
        return self.documents.table

    @property
    def states(self) -> Counter[str]:
        """The number of documents by state, as people see it."""
        return self._states

    # -- what is open
    def start_over(self) -> None:
        """Leave the batch, the project and the sign-in."""
        self.leave_batch()
        self.service, self.project = None, None
        self.importing.forget()
        self.connect.signed_out()
        self.go("connect")

    def open_service(self, service: Any) -> None:
        """Use a sign-in; the project and the batch before are left.

        Parameters
        ----------
        service : Service
            The sign-in.
        """
        self._leave_all()
        self.service, self.project = service, None
        if not self.reopening.after_sign_in():
            self.connect.signed_in()
        self.update()

    def open_project(self, project: Any) -> None:
        """Work in a project; the batch before is left.

        Parameters
        ----------
        project : Project
            The project.
        """
        self._leave_all()
        self.project = project
        self.service = getattr(project, "service", self.service)
        self.pictures.forget()
        self.connect.refresh()
        self.go("import")

    def open_batch(self, batch: Any) -> None:
        """Work on a batch; the batch before is left.

        Parameters
        ----------
        batch : Batch
            The batch.
        """
        if batch is not self.batch:
            self.leave_batch()
            self.batch = batch
            self.project = getattr(batch.view, "project", self.project)
            self.service = getattr(self.project, "service", self.service)
            self.connect.refresh()
            self.code.forget()
            self.documents = self.parts["documents"] = Documents(self, batch, self._depends)
            self.show(table=f"IPY_MODEL_{self.documents.table.model_id}")
        self.go("prepare" if self._view == "workbench" else self.step)

    def leaving(self) -> str:
        """What to say when the batch is left: it stays open, and a run continues; "" without a batch."""
        if self.batch is None:
            return ""
        name = batch_name(self.batch.view.journal_path)
        return (RUN_CONTINUES if self.running.is_running else LEFT).format(name=name)

    def _leave_all(self) -> None:
        """Leave the batch and the register whose mapping is in progress, and say so."""
        sentences = [one for one in (self.leaving(), self.importing.leaving()) if one]
        self.leave_batch()
        self.importing.forget()
        if sentences:
            self.say(" ".join(sentences))

    def leave_batch(self) -> None:
        """Leave the batch: it stays open, and a run continues."""
        if self.batch is None or self.documents is None:
            return
        self.say(self.leaving())
        self.parts.pop("documents", None)
        self.documents.close()
        self.pane.forget()
        self.batch, self.documents, self.reported = None, None, ""
        self.submitting.forget()
        self.show(table="")

    def go(self, step: str) -> None:
        """Open a step.

        Parameters
        ----------
        step : str
            "connect", "import", "prepare", "upload", "review", "submit" or "report".
        """
        if step not in ORDER:
            raise ValueError(f"Unknown step {step!r}. Use one of {', '.join(ORDER)}.")
        if step == "import" and self.project is None:
            raise PdmError(SELECT_PROJECT)
        if step not in ("connect", "import") and self.batch is None:
            raise PdmError(SELECT_FILES)
        if step == "submit" and self.step != "submit":
            self.submitting.forget()  # documents may have changed since it was planned
        self.step = step
        self.update()

    # -- state
    def poke(self) -> None:
        """Show the present state soon; from any thread, and as often as needed."""
        self._throttle.poke()

    def update(self) -> None:
        """Show the present state."""
        self._count()
        now = self.figures()
        with self.hold_sync():
            self.show(
                step=self.step,
                steps=step_row(now),
                outcome=outcome(self.step, now),
                primary=primary(self.step, now),
                documents=now.documents,
                kept=self.batch.view.kept if self.batch is not None else 0,
                reported=self.reported,
            )
            for part in (self.header, self.running, self.submitting, self.code, self.reopening):
                part.refresh()

    def _count(self) -> None:
        documents = self.batch.view.documents if self.batch is not None else []
        self._states = Counter(document.state_label for document in documents)
        self._later = sum(1 for document in documents if document.state == "held" and document.ml)
        self.not_read = sum(map(is_not_read, documents))

    def figures(self) -> Figures:
        """The figures that the steps are made of."""
        documents = self.documents
        if documents is None:
            return Figures(self.service is not None, self.project is not None)
        submitted = {one.id for one in self.batch.view.documents if one.state == "submitted"}
        verdicts = documents.rows.verdicts.verdicts
        return Figures(
            self.service is not None,
            self.project is not None,
            True,
            self._states,
            self._later,
            sum(1 for id_ in documents.errors if id_ not in submitted),
            sum(documents.rows.differences.values()),
            verdicts["ready"] + verdicts["to be checked"],
            self.running.name,
            bool(self.reported),
            self.not_read,
        )

    # -- display
    def close(self) -> None:
        """Stop listening to the batch, and close the view. The batch stays open."""
        if self.parts:
            self.running.follower.stop()
        if self.documents is not None:
            self.pane.forget()
            self.documents.close()
            self.documents = None
        super().close()

    def summary(self) -> str:
        """Return what is open, such as "25 documents"."""
        if self.batch is not None:
            return count(len(self.batch.view.documents), "document")
        if self.project is not None:
            return str(self.project.name)
        return "signed in" if self.service is not None else "not signed in"

    def static(self) -> dict[str, str]:
        """Return the first rows as a static table, by MIME type."""
        return self.documents.table.static() if self.documents is not None else {}


class Navigation(ApplicationPart):
    """Opens steps."""

    actions = ("go",)

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench

    def go(self, step: str) -> None:
        """Open a step, without the message of the previous step."""
        self.bench.show(note=None)
        self.bench.go(step)
