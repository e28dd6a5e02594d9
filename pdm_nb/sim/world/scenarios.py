"""The named scenarios of the simulator, and scenarios that are read from a file.

A scenario is the template of a project, changes to the default options, and faults. `page` writes
`docs/reference/scenarios.md`; a test checks that the page is up to date.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from ..runtime.faults import Fault
from ..runtime.options import Options
from ..runtime.parse_config import read, strict
from . import project_templates

SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Scenario:
    """Describe how a simulator is set up.

    Parameters
    ----------
    name : str
        The name that `find_scenario` finds it by.
    purpose : str
        One line: what the scenario is for.
    story : str
        What the project and the service are like, for people who read `docs/reference/scenarios.md`.
    template : ProjectTemplate
        The first project of the company.
    options : mapping of str to object
        Options that differ from the defaults of `Options`. The caller's own options take precedence.
    faults : tuple of Fault
        Faults that a new simulator starts with.
    project_hash : str
        A hash of the project of a scenario file; empty for the named scenarios.
    """

    name: str
    purpose: str
    story: str
    template: project_templates.ProjectTemplate = project_templates.RIVERSIDE
    options: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    project_hash: str = ""

    @property
    def identity(self) -> str:
        """What a data folder is bound to: the name and the project, since another project has other ids."""
        return f"{self.name} {self.project_hash}".strip()


ALL = (
    Scenario(
        "default",
        "The usual case, without faults.",
        "Riverside Tower: drawings follow an ISO 19650 naming standard and require a date, specifications require "
        "their section, all other documents require a description. The name of a document is a plain field that you "
        "have to set (B33). The company has two more projects: one with a single rule for all documents, and one that "
        "is inactive.",
    ),
    Scenario(
        "iso19650",
        "A naming standard that applies to every document, with UK codes.",
        "Riverside Tower, but every document, not only drawings, is named project-originator-volume-location-"
        "type-discipline-number, such as `RST-DEM-V1-ZZ-RP-A-0101`. The name is computed from these fields and cannot "
        "be set (B33). Fill in what the file name does not contain before you submit the document.",
        project_templates.ISO_19650,
    ),
    Scenario(
        "us-ncs",
        "Drawing sheets named by the US National CAD Standard.",
        "Sample Medical Center: the name of a drawing consists of discipline and number, such as `A-101`. The "
        "disciplines are the letters of the standard; a second letter stands for a part of the discipline (`AD`, "
        "`FX`). The project has no originator, volume or location.",
        project_templates.US_NCS,
    ),
    Scenario(
        "messy",
        "A project that has been in use for years.",
        "Riverside Tower with lists full of inactive values, with custom fields that are inactive or read-only, and "
        "with three conditional rules, two of which apply to a structural drawing. Duplicate revisions are not "
        "allowed.",
        project_templates.MESSY,
        {"allow_duplicate_revisions": False},
    ),
    Scenario(
        "in-use",
        "A project with the revisions of two years, to explore and to clean up.",
        "The project of *messy* with 240 documents in several versions. One in ten lacks a required field, others have "
        "values that are inactive by now, names off the naming standard, names that made two documents of one, revisions "
        "out of order, or an old revision as the current version. 40 uploads are ready to submit, and five documents are "
        "expected.",
        project_templates.MESSY,
        {"allow_duplicate_revisions": False, "revisions": 240, "uploads": 40, "placeholders": 5},
    ),
    Scenario(
        "no-permission",
        "A user who may only view documents.",
        "Riverside Tower for a Standard user who is in no permission group: create returns 403 and submit returns 422 "
        "(B52). Nothing shows this before the call is made (B65).",
        options={"can_upload": False, "can_submit": False, "access_level": "Standard"},
    ),
    Scenario(
        "workflow-conflicts",
        "Documents whose revisions are in a workflow.",
        "Riverside Tower, but a workflow starts for every submitted revision. The next revision of the same document "
        "is rejected until the submit gives a reason for ending the workflow and its final status (B48). To see it, "
        "submit any document twice. Uploads show the workflow that they are assigned to (B74).",
        options={"workflow_on_submit": True, "assigned_workflow": "Design review"},
    ),
    Scenario(
        "unknown-fields",
        "Fields with a type and a variant that the documentation does not list.",
        "Riverside Tower with two more custom fields: one of the type `boolean` and one of the variant `weighted`. "
        "Both appear in every list, neither can be set, and nothing else depends on them (B20).",
        project_templates.UNKNOWN_FIELDS,
    ),
    Scenario(
        "placeholders",
        "Documents that are expected.",
        "Riverside Tower with three placeholders among its revisions: rows without a file, with an assignee and a due "
        "date (B76). When you submit a PDF of the same name, it replaces the placeholder.",
        options={"placeholders": 3},
    ),
    Scenario(
        "slow-ml",
        "Slow machine learning.",
        "Riverside Tower; machine learning takes 30 seconds per document (B35).",
        options={"ml_seconds": 30.0},
    ),
    Scenario(
        "stormy",
        "Many random faults.",
        "Riverside Tower with random faults: 5 % of all calls, PUTs and machine-learning jobs fail. The same seed "
        "gives the same faults. A client that waits and retries succeeds with every document that was not deleted by "
        "somebody in the meantime.",
        options={"storm": 0.05},
    ),
    Scenario(
        "tight-limits",
        "Low rate limits.",
        "Riverside Tower with 3,600 calls per hour and 25 calls per 10 seconds (B11). A client that continues to call "
        "after a rejection is rejected again (B12).",
        options={"hourly_limit": 3600, "spike_limit": 25},
    ),
    Scenario(
        "large",
        "A large project.",
        f"Riverside Tower with a list of {project_templates.LARGE_LIST} values, {project_templates.LARGE_FIELDS} "
        "fields, and 20,000 uploads that are ready to submit. The first start takes some seconds.",
        project_templates.LARGE,
        {"uploads": 20_000},
    ),
)
SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in ALL}


def find_scenario(name: str | Path) -> Scenario:
    """Return the scenario of this name, or read it from a file.

    Parameters
    ----------
    name : str or path
        A name in `SCENARIOS`, or the path of a YAML or JSON file.

    Returns
    -------
    Scenario

    Raises
    ------
    ValueError
        If the name is unknown, or if the file cannot be read or is invalid.
    """
    if isinstance(name, str) and name in SCENARIOS:
        return SCENARIOS[name]
    if Path(name).suffix.lower() in SUFFIXES:
        return read_scenario(Path(name))
    raise ValueError(
        f"unknown scenario {str(name)!r}: use {', '.join(SCENARIOS)}, or the path of a file ({', '.join(SUFFIXES)})"
    )


@strict
@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """The content of a scenario file. Anything left out is taken from the scenario that it is based on."""

    name: str = ""
    purpose: str = ""
    story: str = ""
    based_on: str = "default"
    options: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    project: project_templates.ProjectTemplate | None = None


def read_scenario(path: Path) -> Scenario:
    """Read a scenario from a YAML or JSON file.

    Raises
    ------
    ValueError
        If the file cannot be read or is invalid; the message names the file and the problem.
    """
    try:
        loaded = yaml.safe_load(path.read_text("utf-8-sig"))
        content = read(ScenarioFile, {} if loaded is None else loaded, "the scenario")
        if content.based_on not in SCENARIOS:
            raise ValueError(f"based_on: unknown scenario {content.based_on!r}, use {', '.join(SCENARIOS)}")
        options = read(Options, content.options, "the options")
        if reserved := [name for name in ("seed", "data") if name in content.options]:
            raise ValueError(
                f"options.{reserved[0]} cannot be set in a file: set it when you start the simulator"
            )
    except (OSError, UnicodeError) as error:
        raise ValueError(f"cannot read the scenario file {path}: {error}") from None
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"the scenario file {path} is invalid: {' '.join(str(error).split())}") from None
    given = {name: getattr(options, name) for name in content.options}
    return _scenario(content, SCENARIOS[content.based_on], given, path.stem)


def _scenario(content: ScenarioFile, base: Scenario, options: Mapping[str, Any], name: str) -> Scenario:
    project = content.project
    return replace(
        base,
        name=(content.name or name) if project else base.name,
        purpose=content.purpose or base.purpose,
        story=content.story or base.story,
        template=project or base.template,
        options={**base.options, **options},
        faults=content.faults,
        project_hash=hashlib.sha256(repr(project).encode()).hexdigest()[:12] if project else "",
    )


def page() -> str:
    """Return the page about the scenarios, in Markdown."""
    lines = [
        "# The scenarios of the simulator",
        "",
        "Generated from `pdm_nb/sim/world/scenarios.py` "
        "(`python -c \"from pdm_nb.sim.world.scenarios import page; print(page(), end='')\"`);",
        "a test checks that this page is up to date. To start a scenario, use `pdm-nb sim --scenario NAME`, or",
        "`Simulator(scenario=NAME)` in Python. Options that you give in addition take precedence.",
    ]
    for scenario in ALL:
        lines += ["", f"## {scenario.name}", f"*{scenario.purpose}* {scenario.story}"]
        if scenario.options:
            options = ", ".join(f"`{name}={value!r}`" for name, value in scenario.options.items())
            lines += ["", f"Options: {options}."]
    return "\n".join(lines) + "\n"
