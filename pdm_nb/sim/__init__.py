"""A double of the Document Management service, for tests, training and demonstrations.

`Simulator` serves the contract on 127.0.0.1 or in-process; `main` is the command `pdm-nb sim`; `write_samples`
writes documents to try it with, `write_register` somebody's spreadsheet about them. Imports nothing of
`pdm_nb` outside this package, so that client and simulator are able to disagree.
"""

from __future__ import annotations

from .runtime.clock import ManualClock, RealClock
from .samples import Sample, write_register, write_samples
from .server import Simulator, main
from .world.scenarios import SCENARIOS

__all__ = [
    "SCENARIOS",
    "ManualClock",
    "RealClock",
    "Sample",
    "Simulator",
    "main",
    "write_register",
    "write_samples",
]
