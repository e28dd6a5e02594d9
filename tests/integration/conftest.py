"""Fixtures for whole workflows: a simulator behind a socket and documents to upload."""

from tests.support.simulator.fixtures import make_site, site

__all__ = ["make_site", "site"]
