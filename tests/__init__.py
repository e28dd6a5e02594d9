"""Tests of pdm_nb. Run them with `python -m pytest`."""
