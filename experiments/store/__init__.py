"""Finished trials in one SQLite file."""
