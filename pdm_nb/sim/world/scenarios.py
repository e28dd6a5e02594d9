"""The named scenarios: each a project's plan and changes to the default options, and what one can learn by it.

`docs/scenarios.md` is `page()`; a test holds the two together.
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

FILES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a simulator is set to. `options` go over the defaults of `Options`, and under what the caller says."""

    name: str
    purpose: str
    story: str
    plan: project_templates.ProjectTemplate = project_templates.RIVERSIDE
    options: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    edition: str = ""  # of a project that a file describes

    @property
    def world(self) -> str:
        """What a data folder belongs to: another world would have other ids."""
        return f"{self.name} {self.edition}".strip()


ALL = (
    Scenario(
        "default",
        "The usual way, without accidents.",
        "Riverside Tower: drawings keep to an ISO 19650 naming standard and need a date, specifications need their "
        "section, everything else a description. The name of a document is a plain field that has to be set (B33). "
        "In addition a project with one rule for all, and one that is closed.",
    ),
    Scenario(
        "iso19650",
        "A naming standard that is enforced for every document, with UK codes.",
        "Riverside Tower, where not drawings alone but every document is named project-originator-volume-location-"
        "type-discipline-number, such as `RST-DEM-V1-ZZ-RP-A-0101`: its name is computed from these fields and cannot "
        "be set (B33). What a file's name does not contain has to be filled in before the document can be submitted.",
        project_templates.ISO_19650,
    ),
    Scenario(
        "us-ncs",
        "Drawing sheets by the US National CAD Standard.",
        "Sample Medical Center: a drawing is named by discipline and number, as `A-101`; disciplines are the "
        "standard's letters, with a second one for a part (`AD`, `FX`). No originator, volume or location.",
        project_templates.US_NCS,
    ),
    Scenario(
        "messy",
        "A project that has been lived in.",
        "Riverside Tower years later: lists full of values that are no longer used, custom fields that are inactive "
        "or readonly, three conditional rules of which two apply to a structural drawing, and no revision twice.",
        project_templates.MESSY,
        {"allow_duplicate_revisions": False},
    ),
    Scenario(
        "no-permission",
        "A caller who may look, and nothing else.",
        "Riverside Tower for a Standard user in no permission group: create answers 403, submit 422 (B52), and "
        "neither shows before it is tried (B65).",
        options={"can_upload": False, "can_submit": False, "access_level": "Standard"},
    ),
    Scenario(
        "workflow-conflicts",
        "Documents whose revisions are in a workflow.",
        "Riverside Tower, where each submitted revision enters a workflow: the next revision of the same document is "
        "refused until the submit says why the workflow ends, and with which status (B48). Submit anything twice. "
        "Uploads show the workflow that they are assigned to (B74).",
        options={"workflow_on_submit": True, "assigned_workflow": "Design review"},
    ),
    Scenario(
        "unknown-fields",
        "Fields of a type and a variant that no documentation names.",
        "Riverside Tower with two more custom fields: one of the type `boolean`, one of the variant `weighted`. "
        "Both are in every list, neither can be set, and nothing else depends on them (B20).",
        project_templates.UNKNOWN_FIELDS,
    ),
    Scenario(
        "placeholders",
        "Documents that are awaited.",
        "Riverside Tower with three placeholders among its revisions: rows without a file, with an assignee and a due "
        "date (B76). A PDF of the same name takes the place of one when it is submitted.",
        options={"placeholders": 3},
    ),
    Scenario(
        "slow-ml",
        "Machine learning at the slow end of what is usual.",
        "Riverside Tower; machine learning takes 30 seconds a document (B35).",
        options={"ml_seconds": 30.0},
    ),
    Scenario(
        "stormy",
        "A day on which much goes wrong.",
        "Riverside Tower with accidents by chance, the same ones for the same seed: of a hundred calls, PUTs and "
        "machine-learning jobs five meet a fault. A client that waits and tries again gets through what people have "
        "not deleted meanwhile.",
        options={"storm": 0.05},
    ),
    Scenario(
        "tight-limits",
        "Rate limits that a careless client runs into at once.",
        "Riverside Tower with 3,600 calls an hour and 25 in 10 seconds (B11). Whoever goes on calling keeps being "
        "refused (B12).",
        options={"hourly_limit": 3600, "spike_limit": 25},
    ),
    Scenario(
        "large",
        "A project of a size at which carelessness shows.",
        f"Riverside Tower with {project_templates.LARGE_LIST} values in a list, {project_templates.LARGE_FIELDS} fields, and 20,000 uploads "
        "that wait to be submitted. The first start takes some seconds.",
        project_templates.LARGE,
        {"uploads": 20_000},
    ),
)
SCENARIOS: dict[str, Scenario] = {one.name: one for one in ALL}


def find_scenario(name: str | Path) -> Scenario:
    """The scenario of a name, or in a file; ValueError that lists the names, or says what is wrong with the file."""
    if isinstance(name, str) and name in SCENARIOS:
        return SCENARIOS[name]
    if Path(name).suffix.lower() in FILES:
        return read_scenario(Path(name))
    raise ValueError(
        f"no scenario is called {str(name)!r}; there are {', '.join(SCENARIOS)}, or a file ({', '.join(FILES)})"
    )


@strict
@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """What a scenario file may say. What it leaves out is as in the scenario that it is based on."""

    name: str = ""
    purpose: str = ""
    story: str = ""
    based_on: str = "default"
    options: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    project: project_templates.ProjectTemplate | None = None


def read_scenario(path: Path) -> Scenario:
    """A scenario from a YAML or JSON file; ValueError with the file's name and what is wrong with it."""
    try:
        text = path.read_text("utf-8-sig")
        told = read(ScenarioFile, {} if (held := yaml.safe_load(text)) is None else held, "the scenario")
        if told.based_on not in SCENARIOS:
            raise ValueError(f"based_on: there is no scenario {told.based_on!r}, but {', '.join(SCENARIOS)}")
        options = read(Options, told.options, "the options")
        if unfit := [name for name in ("seed", "data") if name in told.options]:
            raise ValueError(f"options.{unfit[0]} is for whoever starts the simulator to say")
    except (OSError, UnicodeError) as error:
        raise ValueError(f"the scenario file {path} cannot be read: {error}") from None
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"the scenario file {path} is not right: {' '.join(str(error).split())}") from None
    given = {name: getattr(options, name) for name in told.options}
    return _scenario(told, SCENARIOS[told.based_on], given, path.stem)


def _scenario(told: ScenarioFile, base: Scenario, options: Mapping[str, Any], name: str) -> Scenario:
    edition = hashlib.sha256(repr(told.project).encode()).hexdigest()[:12] if told.project else ""
    return replace(
        base,
        name=(told.name or name) if told.project else base.name,
        purpose=told.purpose or base.purpose,
        story=told.story or base.story,
        plan=told.project or base.plan,
        options={**base.options, **options},
        faults=told.faults,
        edition=edition,
    )


def page() -> str:
    """The page about the scenarios, in Markdown."""
    lines = [
        "# The scenarios of the simulator",
        "",
        "Generated from `pdm_nb/sim/scenarios.py` "
        "(`python -c \"from pdm_nb.sim.world.scenarios import page; print(page(), end='')\"`);",
        "a test holds the two together. `pdm-nb sim --scenario NAME` serves one; from Python it is",
        "`Simulator(scenario=NAME)`, and any option that is given beside it goes first.",
    ]
    for one in ALL:
        lines += ["", f"## {one.name}", f"*{one.purpose}* {one.story}"]
        if one.options:
            told = ", ".join(f"`{name}={value!r}`" for name, value in one.options.items())
            lines += ["", f"Options: {told}."]
    return "\n".join(lines) + "\n"
