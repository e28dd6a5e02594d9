"""The table widget that all panels use: columns, live cells, the messages to and from the browser."""
