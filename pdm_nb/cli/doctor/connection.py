"""Checks of the service: network, certificate, sign-in, project and permissions. Only reads.

One sign-in shows where it stops: what comes before that works, and what comes after it is not known.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...errors import (
    ConnectionFailed,
    ConnectionRejected,
    PdmError,
    SettingsError,
)
from .diagnosis import INFO, OK, PROBLEM, Diagnosis

if TYPE_CHECKING:
    from ... import Service

STAGES = ("Service", "Network", "Certificate and proxy", "Sign-in", "Project")
FIXES = {
    "Service": "Set the variable that the message names, or write it to the settings file.",
    "Network": "Check the network, VPN and proxy; open the address in a browser.",
    "Certificate and proxy": "Ask your network administrator for the certificate or the proxy's sign-in.",
    "Sign-in": "Check the client id and secret, and that they belong to this environment.",
    "Project": "Ask a company administrator for access, or correct the project.",
}


def connection(options: argparse.Namespace) -> Iterator[Diagnosis]:
    """Sign in and open the project; report each stage."""
    from ... import connect

    try:
        service = connect(settings=options.settings)
    except PdmError as error:
        yield from _stopped(_stage(error), error)
        return
    with service:
        for stage in STAGES[:3]:
            yield Diagnosis(stage, OK, service.environment if stage == "Service" else "the service responds")
        yield Diagnosis("Sign-in", OK, f"{service.user}, {service.company}")
        yield from _project(service)


def _stage(error: PdmError) -> str:
    if isinstance(error, ConnectionRejected):
        return "Certificate and proxy"
    if isinstance(error, ConnectionFailed):
        return "Certificate and proxy" if "proxy" in str(error).split("Check")[0].lower() else "Network"
    if isinstance(error, SettingsError):
        return "Service"
    return "Sign-in"


def _stopped(stage: str, error: PdmError) -> Iterator[Diagnosis]:
    """Report the stages before the one that failed, that one, and that the others were not tried."""
    at = STAGES.index(stage)
    yield from (
        Diagnosis(one, OK if one == "Service" else INFO, "is set" if one == "Service" else "reached")
        for one in STAGES[:at]
    )
    yield _problem(stage, error)
    yield from (
        Diagnosis(one, INFO, f"not checked, since {stage[0].lower()}{stage[1:]} has a problem")
        for one in (*STAGES[at + 1 :], "Permissions")
    )


def _problem(stage: str, error: PdmError) -> Diagnosis:
    """Split a message into what is wrong and what to do."""
    what, _, to_do = str(error).partition(". ")
    return Diagnosis(stage, PROBLEM, what, to_do or FIXES[stage])


def _project(service: Service) -> Iterator[Diagnosis]:
    try:
        project = service.project()
        table = project.permissions()
    except PdmError as error:
        yield _problem("Project", error)
        return
    yield Diagnosis("Project", OK, f"{project.name} ({project.id})")
    for right, known, detail, ask in (
        table[["right", "known", "detail", "ask"]].fillna("").to_numpy().tolist()
    ):
        status = OK if known == "yes" else PROBLEM if known == "no" else INFO
        if right == "View the recycle bin" and status == PROBLEM:
            status = INFO  # nothing that uploads need
        yield Diagnosis(
            f"Permission: {right}",
            status,
            detail if known == "yes" else f"{known}: {detail}",
            ask if status == PROBLEM else "",
        )
