"""Behaviour that changed without a change of name."""
