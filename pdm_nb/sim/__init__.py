"""A simulator of the Document Management service, for tests, training and demonstrations.

`Simulator` serves the API on 127.0.0.1 or in-process, and `main` is the command `pdm-nb sim`. `write_samples` writes
sample documents, `write_register` a spreadsheet about them.

This package imports nothing of `pdm_nb` outside itself, so that client and simulator can disagree. Its folders import
downwards only: `handlers` > `documents` > `world` > `runtime`; `pdf_reader` and `samples` stand apart.
"""

from __future__ import annotations

from .command import main
from .runtime.clock import ManualClock, RealClock
from .samples import Sample, write_register, write_samples
from .server import Simulator
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
