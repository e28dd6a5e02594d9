"""Helpers of the tests: JupyterLab in a browser."""
