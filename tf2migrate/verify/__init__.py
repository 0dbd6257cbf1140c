"""Runs a program and its migration and compares what they do; TensorFlow is imported in child processes only."""

from tf2migrate.verify.pair import verify_pair

__all__ = ["verify_pair"]
