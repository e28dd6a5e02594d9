"""The scenes of the presentation: what people read, and what happens in the workbench.

A scene uses the actions of the workbench, as a click would. Nothing is prepared in the service: the simulator is new.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .stage import Stage

if TYPE_CHECKING:
    from ..workbench.workbench import Workbench

PROJECT = "Riverside Tower"
DECISIONS: tuple[tuple[str, list[str]], ...] = (
    ("confirm", ["case", "suffix"]),
    ("use", ["type", "Dwg", "Drawing"]),
    ("use", ["type", "3D model", "Model"]),
    ("use", ["status", "S3 - Review & comment", "S3"]),
    ("constant", ["project", "RST"]),
)


@dataclass(frozen=True)
class Scene:
    """One scene: its title and text, and what it does. The next one waits until a run has ended."""

    title: str
    text: str
    play: Callable[[Workbench, Stage], None]


def _begin(bench: Workbench, stage: Stage) -> None:
    bench.start_over()


def _sign_in(bench: Workbench, stage: Stage) -> None:
    bench.open_service(stage.service)
    projects = bench.service.projects()
    bench.connect.open_project(str(projects.loc[projects["name"] == PROJECT, "id"].iloc[0]))


def _read_register(bench: Workbench, stage: Stage) -> None:
    bench.importing.look(str(stage.register))
    bench.importing.reopen(folder=str(stage.documents))


def _decide(bench: Workbench, stage: Stage) -> None:
    for method, arguments in DECISIONS:
        bench.importing.decide(method, arguments)


def _import(bench: Workbench, stage: Stage) -> None:
    bench.importing.make()


def _check(bench: Workbench, stage: Stage) -> None:
    bench.perform("documents", "check", {})


def _upload(bench: Workbench, stage: Stage) -> None:
    bench.go("upload")
    bench.running.upload()


def _review(bench: Workbench, stage: Stage) -> None:
    bench.go("review")


def _accept(bench: Workbench, stage: Stage) -> None:
    bench.perform("documents", "accept", {})


def _plan(bench: Workbench, stage: Stage) -> None:
    bench.go("submit")
    bench.submitting.plan()


def _submit(bench: Workbench, stage: Stage) -> None:
    if bench.step != "submit" or not (bench._page.get("plan") or {}).get("hash"):
        _plan(bench, stage)
    bench.submitting.submit(confirmed=True, hash=bench._page["plan"]["hash"])


def _fix(bench: Workbench, stage: Stage) -> None:
    bench.go("prepare")
    sections = {sample.path.name: sample.spec_section for sample in stage.samples if sample.spec_section}
    held = [one for one in bench.batch.view.documents if one.state == "held"]
    bench.batch.set_cells(
        [
            (one.id, "spec_section", sections[name])
            for one in held
            if (name := Path(one.path).name) in sections
        ]
    )


def _report(bench: Workbench, stage: Stage) -> None:
    bench.go("report")
    bench.code.report(str(stage.folder / "report.xlsx"))


SCENES = (
    Scene(
        "Sixty documents and a spreadsheet",
        "A contractor has sent 60 documents, and a register about them with headings and words of its own. They belong in "
        "Document Management as revisions, which cannot be edited through the API. The service is a simulator: "
        "everything you see happens, and nothing leaves this computer.",
        _begin,
    ),
    Scene(
        "Sign in",
        "The header shows the account, the project, the batch and the calls that are left. The row below has the steps "
        "from import to report.",
        _sign_in,
    ),
    Scene(
        "Somebody else's register",
        "The sheet and the headings were found below the title block. Each column has a proposal with its confidence, and "
        "each value that is not in a list of the project is listed once. What cannot be decided is a question.",
        _read_register,
    ),
    Scene(
        "Five decisions",
        "File names match except for upper and lower case and the suffix; three words are translated; the project code is "
        "the same for all. The decisions can be saved as a profile: the next register of this contractor has no question.",
        _decide,
    ),
    Scene(
        "One table, from here to the report",
        "One row per document, stored in a journal that survives a crash. Click a cell and type, copy and paste, press "
        "Ctrl+Z. The filters at the left count every value; the pane at the right shows the title block.",
        _import,
    ),
    Scene(
        "What the service would reject",
        "The rules of the project are checked before anything is sent. Nine specifications lack their section. Nothing is "
        "guessed, so they stay empty for now, and the others do not have to wait.",
        _check,
    ),
    Scene(
        "Upload",
        "Files and metadata are sent within the rate limits; the run can be paused and cancelled. Machine learning then "
        "reads each PDF. Watch the states change.",
        _upload,
    ),
    Scene(
        "What machine learning read",
        "Values that it filled in, with their confidence, and values that differ from ours. Nothing of ours is overwritten. "
        "Open a document in the pane and compare it with the title block before you accept.",
        _review,
    ),
    Scene(
        "Accept",
        "Suggestions are accepted one by one, by column, or above a confidence, and can be undone until the submit.",
        _accept,
    ),
    Scene(
        "What becomes what",
        "A revision is permanent, so the plan comes first: what is new, what becomes a new version, and what stays on hold "
        "with the reason.",
        _plan,
    ),
    Scene(
        "Submit",
        "Exactly this plan is submitted. Nine documents stay on hold, and the line at the bottom shows it.",
        _submit,
    ),
    Scene(
        "Fix what is on hold",
        "The sections are on the first pages of the specifications. They are entered, and the findings disappear.",
        _fix,
    ),
    Scene("Submit the rest", "Only the nine are submitted. No document is submitted twice.", _submit),
    Scene(
        "Evidence",
        "The report has every document, finding and step. Press Code to see the same job as Python. Start again brings "
        "everything back to the beginning.",
        _report,
    ),
)
