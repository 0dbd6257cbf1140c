"""Layers, contrib, slim, RNN."""
