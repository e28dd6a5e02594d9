"""A service that counts calls in two windows and reports one of them in its headers. Time is a number (B11, B12)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

NOW = 1_790_000_000.0


def headers(limit: object = 25, remaining: object = 10, reset: object = NOW + 8) -> dict[str, str]:
    named = {"limit": limit, "remaining": remaining, "reset": reset}
    return {f"x-rate-limit-{key}": str(given) for key, given in named.items()}


@dataclass
class Model:
    """Two fixed windows, each started by the first call after its end; reports the one with the smaller share left."""

    hourly: int
    spike: int
    length: float = 10.0
    rounded: bool = True
    used: list[int] = field(default_factory=lambda: [0, 0])
    ends: list[float] = field(default_factory=lambda: [0.0, 0.0])
    refused: int = 0
    served: list[list[int]] = field(default_factory=lambda: [[0], [0]])

    def call(self, now: float) -> tuple[int, dict[str, str]]:
        limits = (self.hourly, self.spike)
        for which, seconds in enumerate((3600.0, self.length)):
            if now >= self.ends[which]:
                self.used[which], self.ends[which] = 0, now + seconds
                self.served[which].append(0)
            self.used[which] += 1
            self.served[which][-1] += 1
        over = [limit < used for limit, used in zip(limits, self.used, strict=True)]
        self.refused += any(over)
        share = [1 - used / limit for limit, used in zip(limits, self.used, strict=True)]
        which = share.index(min(share))
        end = math.ceil(self.ends[which]) if self.rounded else self.ends[which]
        told = headers(limits[which], max(0, limits[which] - self.used[which]), end)
        return (429 if any(over) else 200), told
