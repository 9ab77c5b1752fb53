"""How long chunks are estimated to take."""

from experiments.config.trial import TrialConfig
from experiments.running.estimate import estimate_seconds
from experiments.training.lanes import plan_chunks
from tests.experiments.storing import trials


def test_more_work_is_estimated_to_take_longer():
    one = estimate_seconds(plan_chunks(trials(TrialConfig(), range(10))))
    for more in (
        trials(TrialConfig(), range(1000)),
        trials(TrialConfig(epochs=100), range(10)),
    ):
        assert estimate_seconds(plan_chunks(more)) > 1.5 * one


def test_of_torchs_engines_each_step_costs_its_dispatch():
    one, more = (estimate_seconds(plan_chunks(trials(TrialConfig(engine="stack", batch_size=k), range(10)))) for k in (10, 5))
    assert more > 1.5 * one
