"""Explores what a project contains: revisions in a local store, changes, placeholders, downloads, comparisons."""
