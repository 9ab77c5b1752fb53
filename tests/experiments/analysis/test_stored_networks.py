"""A network from its stored parameters."""

from experiments.analysis.stored_networks import load_model
from experiments.config.trial import Trial
from experiments.training.torch_trials import TorchTrial
from tests.experiments.training.trained import SMALL, train


def test_a_stored_torch_trial_classifies_as_it_was_measured():
    (result,) = train(SMALL, "torch", range(1))
    training = TorchTrial([Trial(SMALL, 0)])
    model = load_model(SMALL, result.parameters)
    data = training.data["test"]
    wrong = (model(data.inputs).sum(-1) > 0).long() != data.labels
    assert float(wrong.double().mean()) == result.measured["test_error"][-1]
