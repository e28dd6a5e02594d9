"""Pictures of a project (extra `plots`): interactive in JupyterLab, and as PNG, SVG or HTML without a browser."""
