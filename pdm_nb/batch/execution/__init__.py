"""What all steps of a run share: the client, the journal and the figures that are reported."""
