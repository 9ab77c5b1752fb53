"""Which lanes of a chunk train together, and what is told while they do."""

from __future__ import annotations

import pytest

from experiments.config.trial import Trial
from experiments.training.driver import cut_into_trainings, train_lanes
from tests.experiments.storing import TINY, trials

FAST = TINY.replace(lr=0.5)


@pytest.mark.parametrize(
    ("engine", "sizes"), [("compiled", [5]), ("stack", [5]), ("single", [1] * 5), ("torch", [1] * 5), ("vmap", [3, 2])]
)
def test_lanes_train_together_as_their_engine_says(engine, sizes):
    lanes = [Trial(config.replace(engine=engine), seed) for config, seed in [(TINY, 0), (TINY, 1), (TINY, 2)]]
    lanes += [Trial(FAST.replace(engine=engine), seed) for seed in (0, 1)]
    groups = cut_into_trainings(lanes)
    assert [len(group) for group in groups] == sizes and [lane for group in groups for lane in group] == lanes


def test_news_are_the_share_done_in_epochs_with_means_over_the_trials_at_hand():
    """Two trials one after the other, of three epochs each: after each measurement, (epochs done) // 2."""
    told = []
    lanes = trials(TINY.replace(engine="single"), range(2))
    results = train_lanes(lanes, lambda *news: told.append(news))
    assert [epoch for epoch, _, _ in told] == [0, 0, 1, 1, 1, 2, 2, 3]
    losses = [value for result in results for value in result.measured["train_loss"]]
    errors = [value for result in results for value in result.measured["train_error"]]
    assert [loss for _, loss, _ in told] == pytest.approx(losses) and [error for *_, error in told] == pytest.approx(errors)
    stacked = []
    together = train_lanes(trials(TINY.replace(engine="stack"), range(4)), lambda *news: stacked.append(news))
    assert [epoch for epoch, _, _ in stacked] == [0, 1, 2, 3]
    means = [sum(result.measured["train_loss"][k] for result in together) / 4 for k in range(4)]
    assert [loss for _, loss, _ in stacked] == pytest.approx(means)
