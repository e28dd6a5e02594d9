"""The local store of revisions: what a project contains, as far as it was read."""
