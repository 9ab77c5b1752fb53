"""Intervals, tests and predictions on arrays."""
