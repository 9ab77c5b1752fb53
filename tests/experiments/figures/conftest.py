"""Trained networks, for figures that are drawn from the store."""

import pytest

from experiments.figures.catalogue import FIGURES, Material
from experiments.files import STORE_NAME
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.workflows.run_study import run_study
from tests.experiments.figures.trained import STUDY


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="session")
def table(folder):
    return run_study(STUDY, folder).history


@pytest.fixture
def draw(folder, table):
    """Draws a figure by name."""
    with Store(folder / STORE_NAME) as store:
        yield lambda name, study=STUDY, history=table: FIGURES[name](Material(study, history, TrialReader(store)))
