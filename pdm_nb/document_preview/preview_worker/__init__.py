"""The program of the worker process, which imports nothing else of the package so that it starts quickly."""
