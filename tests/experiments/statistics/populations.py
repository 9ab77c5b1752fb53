"""Data as awkward as error rates are: skewed, near zero, two-peaked, and with data sets that seeds share."""

from __future__ import annotations

import numpy as np

POPULATIONS = ("normal", "near zero", "stuck runs")


def draw(population: str, shape: int | tuple[int, ...], seed: int) -> np.ndarray:
    """Error rates in percent of whole runs of 1000 points."""
    generator = np.random.default_rng(seed)
    if population == "normal":
        return generator.normal(4, 1, shape)
    near_zero = np.round(generator.gamma(1.2, 0.4, shape), 1)
    if population == "near zero":
        return near_zero
    return np.where(generator.random(shape) < 0.1, np.round(generator.normal(50, 1.6, shape), 1), near_zero)


def population_mean(population: str) -> float:
    return float(draw(population, 4_000_000, 99).mean())


def shared_data_sets(simulations: int, sets: int = 60, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """(sets * 15, simulations) values around 0 in which the data set matters as much as the run, and the sets' labels."""
    generator = np.random.default_rng(seed)
    of_set = np.repeat(generator.normal(size=(sets, simulations)), 15, axis=0)
    return of_set + generator.normal(size=of_set.shape), np.repeat(np.arange(sets), 15)
