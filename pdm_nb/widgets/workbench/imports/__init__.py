"""The step Import: paths, registers with their saved mappings, and files that the browser sends.

Its parts get the workbench, which is above this package, as `bench`.
"""
