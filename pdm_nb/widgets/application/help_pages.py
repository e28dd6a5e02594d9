"""The help pages that `?` opens: about a step, a view or a finding. They are files of the package: no network is needed."""

from __future__ import annotations

from ... import help
from .application import ApplicationPart


class HelpPages(ApplicationPart):
    """Returns help pages."""

    actions = ("page",)

    def page(self, topic: str) -> dict[str, str]:
        """Return a page: its name, title, and text as HTML of ours. Links to other pages are `#name`."""
        page = help.topic(topic)
        return {"name": page.name, "title": page.title, "html": page.html}
