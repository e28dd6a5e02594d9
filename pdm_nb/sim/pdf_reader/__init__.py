"""Reads title blocks of PDFs: the simulator's machine learning."""
