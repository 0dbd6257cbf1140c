"""Optimizers, gradients, schedules."""
