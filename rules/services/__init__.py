"""Savers, summaries, metrics, estimators, flags, files."""
