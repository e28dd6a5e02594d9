"""Panels for a batch: sign-in, requirements, metadata grid, upload, status, submit, and the workbench."""
