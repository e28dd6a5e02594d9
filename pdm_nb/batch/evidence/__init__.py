"""The evidence of a batch: where each document comes from, who changed its cells, what became of it."""

from .batch_evidence import BatchEvidence

__all__ = ["BatchEvidence"]
