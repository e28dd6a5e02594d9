"""Suggestions of machine learning and file names that were dismissed."""
