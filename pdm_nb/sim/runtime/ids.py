"""Ids and secrets in the service's formats: ULIDs (B3) and opaque tokens, repeatable by seed, or random."""

from __future__ import annotations

import random
import re
import threading

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


def is_ulid(text: str) -> bool:
    """Return True if a text has the format of a ULID."""
    return ULID.fullmatch(text) is not None


def _millisecond(ulid: str) -> int:
    return sum(ALPHABET.index(letter) << 5 * place for place, letter in enumerate(reversed(ulid[:10])))


def moment_of(ulid: str) -> float:
    """Return when a ULID was made, in Unix seconds."""
    return _millisecond(ulid) / 1000


class Ids:
    """A source of ids, the same for the same seed. Without a seed nobody can predict them.

    Ids sort in the order they were made, even within one millisecond, and after the id `after`.
    """

    def __init__(self, seed: int | str | None, after: str = "") -> None:
        self._random = random.SystemRandom() if seed is None else random.Random(seed)
        self._lock = threading.Lock()
        self._millisecond = _millisecond(after) + 1 if after else -1
        self._tail = self._random.getrandbits(79) if after else 0

    def ulid(self, seconds: float) -> str:
        """Return a new ULID: 48 bits of time in milliseconds, then 80 random bits."""
        with self._lock:
            millisecond = max(int(seconds * 1000), self._millisecond)
            if millisecond == self._millisecond:
                self._tail += 1
            else:
                self._millisecond, self._tail = millisecond, self._random.getrandbits(79)
            number = (millisecond << 80) | self._tail
        return "".join(ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))

    def token(self, length: int = 43) -> str:
        """Return a random string: an access token, a code or a secret."""
        letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        with self._lock:
            return "".join(self._random.choice(letters) for _ in range(length))

    def jitter(self, most: float) -> float:
        """Return a random number from 0 to `most`."""
        with self._lock:
            return self._random.uniform(0.0, most)
