"""Looking through a batch: spellings to merge, suggestions to dismiss, and pictures.

Its parts get the workbench, which is above this package, as `bench`.
"""
