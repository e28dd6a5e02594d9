"""What the service reports to a batch: configuration, documents that exist already, values of uploads."""
