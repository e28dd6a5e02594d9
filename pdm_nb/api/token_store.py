"""A file that keeps sign-ins, so that they survive the process and several processes share them (B6).

This is the only place that writes secrets to disk, and only if the user asks for it. The file has mode 0600, is replaced
as a whole, and is locked while one process renews a token. `auth.py` decides when; this module knows nothing of the
service.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ..errors import SettingsError
from ..file_writing.whole_file import whole_file
from .auth import Credentials, Secret, Token
from .environments import Environment

log = logging.getLogger("pdm_nb")
RETRY_EVERY = 0.05  # seconds between two tries to get the lock
PATIENCE = 120.0  # seconds: longer than the time-out of the login host
OTHERS = 0o077  # the bits of a file's mode for group and others


class TokenStore:
    """The entry of one sign-in in the file."""

    def __init__(
        self, path: str | os.PathLike[str], environment: Environment, credentials: Credentials
    ) -> None:
        self.path = Path(os.path.realpath(Path(path).expanduser()))
        self._key = f"{environment.api_url} {credentials.client_id} {credentials.redirect_uri}"

    def __repr__(self) -> str:
        return f"<TokenStore {self.path}>"

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Lock the file, so that no other process renews meanwhile. Polls, so that waiting can be cancelled."""
        lock = FileLock(f"{self.path}.lock", mode=0o600, thread_local=False)
        end = time.monotonic() + PATIENCE
        while not self._acquire(lock):
            if time.monotonic() > end:
                raise SettingsError(
                    f"The token store {self.path} is locked by another process. End it, or set another file in "
                    "PDM_NB_TOKEN_STORE."
                )
            await asyncio.sleep(RETRY_EVERY)
        try:
            yield
        finally:
            lock.release()

    def _acquire(self, lock: FileLock) -> bool:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock.acquire(blocking=False)
        except Timeout:
            return False
        except (OSError, NotImplementedError) as error:
            raise self._unusable(error) from None
        return True

    # -- the entry
    def load(self) -> Token | None:
        """Return the stored token. Raises `SettingsError` if other users can read the file, or it is not a token store."""
        self._check_private()
        found = self._entries()
        if found is None:
            raise SettingsError(
                f"{self.path} is damaged or not a token store. Delete it and sign in again, or set another file in "
                "PDM_NB_TOKEN_STORE."
            )
        return found.get(self._key)

    def save(self, token: Token) -> None:
        """Store a token. A failure is logged only: the sign-in remains valid in this process."""
        self._change(token)

    def forget(self) -> None:
        self._change(None)

    def _change(self, token: Token | None) -> None:
        try:
            found = self._entries()
            if found is not None:  # None: damaged since it was read, which `load` reports
                self._replace({**found, self._key: token})
        except SettingsError as error:
            log.warning("%s", error)
        except OSError as error:
            log.warning("%s", self._unusable(error))

    def _check_private(self) -> None:
        try:
            mode = self.path.stat().st_mode
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._unusable(error) from None
        if os.name == "posix" and mode & OTHERS:
            raise SettingsError(
                f"The token store {self.path} is readable by other users. Run chmod 600 on it, and sign in again if "
                "someone may have read it."
            )

    def _entries(self) -> dict[str, Token] | None:
        """Return all entries by key, None if the file is not a token store. No variable holds its text."""
        try:
            return {key: _token_of(row) for key, row in json.loads(self.path.read_bytes() or b"{}").items()}
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._unusable(error) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def _replace(self, entries: dict[str, Token | None]) -> None:
        """Replace the file as a whole, so that no process reads it half written."""
        with whole_file(self.path, private=True) as draft, draft.open("w") as file:
            json.dump({key: _row_of(token) for key, token in entries.items() if token}, file, indent=1)

    def _unusable(self, error: Exception) -> SettingsError:
        reason = getattr(error, "strerror", None) or type(error).__name__
        return SettingsError(
            f"The token store {self.path} cannot be used ({reason}). Check the file and its folder, or set another file "
            "in PDM_NB_TOKEN_STORE."
        )


def _row_of(token: Token) -> dict[str, Any]:
    return {
        "access_token": token.access.reveal(),
        "refresh_token": token.refresh.reveal() if token.refresh else None,
        "expires_at": token.expires_at,
        "early": token.early,
        "sign_in": token.sign_in,
    }


def _token_of(row: dict[str, Any]) -> Token:
    refresh = row["refresh_token"]
    return Token(
        Secret(str(row["access_token"])),
        Secret(str(refresh)) if refresh else None,
        float(row["expires_at"]),
        float(row["early"]),
        str(row["sign_in"]),
    )
