"""Figures are drawn by the tests of figures; a test that does not look at them may have dots instead."""

import pytest


@pytest.fixture
def dots(monkeypatch):
    from matplotlib.figure import Figure

    from experiments.output import study_files

    for name in study_files.FIGURES:
        monkeypatch.setitem(study_files.FIGURES, name, lambda material: Figure(figsize=(0.3, 0.3)))


@pytest.fixture(autouse=True)
def no_lines_of_progress(monkeypatch):
    """On a machine that is busy a run of milliseconds may take long enough for lines that no test is about."""
    from cli import console

    monkeypatch.setattr(console, "SECONDS_BEFORE_FIRST_LINE", 600.0)
