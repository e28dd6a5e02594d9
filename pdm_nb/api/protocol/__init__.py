"""The protocol of the service without HTTP: requests, responses, errors and retries.

Pure functions of their arguments: `requests` builds calls, `decode` and `decode_documents` read responses,
`error_mapping` selects exceptions and decides what may be sent again. No HTTP library, no files, no clock: `client.py`
sends.
"""
