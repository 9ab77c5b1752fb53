"""The same epoch by JAX; collected where the extra `minifw[bench]` is installed, see conftest.py."""

import numpy as np

from experiments.benchmarks import epochs
from experiments.benchmarks.jax_steps import jax_epoch
from tests.experiments.benchmarks.timed import SMALL


def test_jax_trains_as_the_single_engine_does():
    config = SMALL.replace(batch_size=8, train_size=24, dtype="float64")
    training, _ = epochs.prepare(config.replace(shuffle=False), "single", 1)
    training.train_epoch()
    (ours,), theirs = training.arrays()["weight0"], jax_epoch(config, 1)()
    np.testing.assert_allclose(ours, np.asarray(theirs["weight0"])[0], atol=1e-5)
