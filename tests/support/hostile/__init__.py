"""A hostile service and a hostile storage behind a real socket, and what is expected of each of their responses."""
