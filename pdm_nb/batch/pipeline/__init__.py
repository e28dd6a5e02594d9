"""What a batch sends: upload, wait for machine learning, submit."""
