"""The wire, without the wire: what to ask, what an answer means, which error it is, whether to try again.

Pure functions of their arguments. `requests` builds, `decode` reads, `faults` judges. No HTTP library, no
files, no clock: `client.py` is the thin adapter that sends.
"""
