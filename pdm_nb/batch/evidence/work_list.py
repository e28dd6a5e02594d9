"""What undoes a batch: after an upload or a submit that is work for people, in the web tool of Procore (B49, B66)."""

from __future__ import annotations

from urllib.parse import urlsplit

import pandas as pd

from ... import frames
from ..journal.journal import Journal
from ..journal.states import State

COLUMNS = {
    "order": frames.WHOLE, "document": frames.WHOLE, "file": frames.TEXT, "what": frames.TEXT, "name": frames.TEXT,
    "version": frames.WHOLE, "id": frames.TEXT, "to_do": frames.TEXT, "link": frames.TEXT,
}  # fmt: skip
REVISION = "Documents: find the name, select this version, move it to the recycle bin."
UPLOAD = "Uploads: find the file, move it to the recycle bin. Then batch.upload() reports it as deleted, and batch.remove() removes it."
UNCLEAR = "Look for the name in Documents and in Uploads. Move what is there to the recycle bin."
# Host of the API -> the web application. The contract names no address of a single document.
WEB = {
    "api.procore.com": "https://app.procore.com",
    "sandbox.procore.com": "https://sandbox.procore.com",
    "api.procoregov.com": "https://app.procoregov.com",
}


def work_list(journal: Journal) -> pd.DataFrame:
    """Return what has to be moved to the recycle bin, the newest versions first: columns `COLUMNS`."""
    link = project_link(journal)
    name = next((id_ for id_, one in journal.fields.items() if one == "name"), "")
    rows = []
    for document in journal.documents.values():
        if document.state == State.SUBMITTED:
            what, id_, to_do = "revision", document.revision_id, REVISION
        elif document.state in (State.UNCONFIRMED, State.SUBMITTING):
            what, id_, to_do = "unconfirmed", document.upload_id, UNCLEAR
        elif document.ml and document.state != State.GONE:
            what, id_, to_do = "upload", document.upload_id, UPLOAD
        else:  # nothing that a list of the service shows (B23, B60)
            continue
        text = journal.cell(document.id, name).text or document.name
        version = frames.whole(document.version)
        rows.append((document.id, document.name, what, text, version, id_, to_do, link))
    rows.sort(key=lambda row: -(row[4] or 0))  # a later version before the one that it follows
    return frames.frame(COLUMNS, [(number, *row) for number, row in enumerate(rows, 1)])


def project_link(journal: Journal) -> str:
    """Return the address of the project in the web application, "" if it is not known."""
    web = WEB.get(urlsplit(journal.identity.api_url).netloc, "")
    return f"{web}/{journal.identity.project_id}/project/home" if web else ""
