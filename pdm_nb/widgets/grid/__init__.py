"""The metadata grid: an editable table in JupyterLab."""
