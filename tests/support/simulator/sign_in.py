"""Short ways to sign in at the simulator."""

from __future__ import annotations

import re

from tests.support.simulator.api_caller import ApiCaller

OOB = "urn:ietf:wg:oauth:2.0:oob"


def client(caller: ApiCaller) -> dict[str, str]:
    return {"client_id": caller.sim.client_id, "client_secret": caller.sim.client_secret}


def code(caller: ApiCaller, redirect_uri: str = OOB) -> str:
    asked = {"response_type": "code", "client_id": caller.sim.client_id, "redirect_uri": redirect_uri}
    page = caller.send("POST", "/oauth/authorize", data=asked | {"approve": "1"})
    found = re.search(r'<code id="authorization_code">(\w+)</code>', page.text)
    assert found
    return found[1]
