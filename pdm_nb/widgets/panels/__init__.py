"""Panels around a batch: sign-in, requirements, status, submit, and the workbench."""
