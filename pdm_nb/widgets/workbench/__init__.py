"""The workbench: one application from sign-in to report, and the parts of its state. The page is in `frontend/src/app`."""
