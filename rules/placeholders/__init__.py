"""Placeholders and feeds."""
