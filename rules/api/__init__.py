"""Renamed, reordered, respelled or removed names."""
