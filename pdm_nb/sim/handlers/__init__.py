"""The operations of the API, the login host, storage and the control API."""
