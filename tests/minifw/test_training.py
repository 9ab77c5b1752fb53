"""fit against torch.nn, autograd and torch.optim; what it measures, and what happens when a trial diverges."""

from dataclasses import dataclass, field

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from minifw import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    CrossEntropyLoss,
    DataLoader,
    Dataset,
    Dropout,
    History,
    Module,
    MSELoss,
    ReLU,
    RMSprop,
    Sequential,
    Sigmoid,
    Tanh,
    disc,
    evaluate,
    fit,
    run_epochs,
    stack,
    to_torch,
    unstack,
)
from minifw.targets import TARGETS
from tests.minifw.helpers import EXACT, generator, like_ours, linear

SAMPLES, EPOCHS = 23, 5
RULES = {rule.__name__: rule for rule in (SGD, RMSprop, Adagrad, Adadelta, Adam)}


@dataclass(frozen=True)
class Run:
    """One way of training; the same for ours and for torch."""

    name: str
    activation: type[Module] = Tanh
    targets: str = "pm1"
    loss: str = "mean"
    batch_size: int = 10
    rule: str = "SGD"
    options: dict = field(default_factory=lambda: {"lr": 0.1})
    lr_decay: float = 1.0

    def __str__(self) -> str:
        return self.name

    def model(self, seed: int = 0) -> Sequential:
        outputs = TARGETS[self.targets].outputs
        return Sequential(
            linear(2, 7, seed), self.activation(), linear(7, 5, seed + 50), self.activation(), linear(5, outputs, seed)
        )

    def our_loss(self) -> MSELoss | CrossEntropyLoss:
        return CrossEntropyLoss() if self.loss == "cross-entropy" else MSELoss(self.loss)

    def torch_loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        if self.loss == "cross-entropy":
            return nn.functional.cross_entropy(outputs, targets)
        total = nn.functional.mse_loss(outputs, targets, reduction="sum")
        return total / {"mean": outputs.numel(), "batchmean": len(outputs), "sum": 1}[self.loss]


RUNS = [
    Run("SGD"),
    Run("ReLU", activation=ReLU, targets="binary", batch_size=1),
    Run("sigmoid, batchmean", activation=Sigmoid, loss="batchmean", batch_size=23),
    Run("cross-entropy", targets="onehot", loss="cross-entropy"),
    Run("sum", loss="sum", options={"lr": 0.01}),
    Run("momentum", options={"lr": 0.1, "momentum": 0.9}),
    Run("nesterov and decay", options={"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    Run("falling rate", options={"lr": 0.2, "momentum": 0.5}, lr_decay=0.7),
    Run("Adam", rule="Adam", targets="onehot", loss="cross-entropy", options={"lr": 0.01}),
    Run("RMSprop", rule="RMSprop", activation=Sigmoid, options={"lr": 0.01, "centered": True}),
    Run("Adagrad", rule="Adagrad", options={"lr": 0.1, "lr_decay": 0.01}),
    Run("Adadelta", rule="Adadelta", options={}),
]


def dataset(targets="pm1", trials=None) -> Dataset:
    drawn = [disc(SAMPLES, generator(100 + seed)) for seed in range(trials or 1)]
    points, labels = (torch.stack(parts) if trials else parts[0] for parts in zip(*drawn, strict=True))
    return Dataset(points, labels, TARGETS[targets].encode(labels))


def train_with_torch(run: Run, model: nn.Module, data: Dataset, batches) -> tuple[list[Tensor], list[Tensor]]:
    """(losses over the data set before and after each epoch, losses of every batch)."""
    optimizer = getattr(torch.optim, run.rule)(model.parameters(), **run.options)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, run.lr_decay)
    epochs, steps = [run.torch_loss(model(data.inputs), data.targets).detach()], []
    for _ in range(EPOCHS):
        for x, _, y in batches:
            optimizer.zero_grad()
            loss = run.torch_loss(model(x), y)
            loss.backward()
            optimizer.step()
            steps.append(loss.detach())
        schedule.step()
        epochs.append(run.torch_loss(model(data.inputs), data.targets).detach())
    return epochs, steps


def fit_ours(run: Run, model: Module, data: Dataset, loader: DataLoader, epochs=EPOCHS, lr_decay=None, **options) -> History:
    optimizer = RULES[run.rule](model.parameters(), **(run.options | options))
    decide, decay = TARGETS[run.targets].decide, run.lr_decay if lr_decay is None else lr_decay
    return fit(model, run.our_loss(), optimizer, loader, epochs, decide, lr_decay=decay, record_steps=True)


@pytest.mark.parametrize("run", RUNS, ids=str)
def test_training_is_that_of_torch(run):
    data, model = dataset(run.targets), run.model()
    twin = to_torch(model)
    epochs, steps = train_with_torch(run, twin, data, DataLoader(data, run.batch_size, generators=[generator(1)]))
    history = fit_ours(run, model, data, DataLoader(data, run.batch_size, generators=[generator(1)]))
    assert history.epochs == list(range(EPOCHS + 1))
    assert_close(torch.stack(history.loss["train"]), torch.stack(epochs), rtol=0, atol=1e-9)
    assert_close(torch.stack(history.steps), torch.stack(steps), rtol=0, atol=1e-9)
    for ours, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        assert_close(ours.value, like_ours(theirs), rtol=0, atol=1e-9)


@pytest.mark.parametrize("run", RUNS, ids=str)
def test_a_stack_trains_as_its_trials_do_alone(run):
    data = dataset(run.targets, trials=3)
    ensemble = stack([run.model(seed) for seed in range(3)])
    history = fit_ours(run, ensemble, data, DataLoader(data, run.batch_size, generators=[generator(s) for s in range(3)]))
    for seed, part in enumerate(unstack(ensemble)):
        own, model = Dataset(data.inputs[seed], data.labels[seed], data.targets[seed]), run.model(seed)
        alone = fit_ours(run, model, own, DataLoader(own, run.batch_size, generators=[generator(seed)]))
        assert_close(part.state_dict(), model.state_dict(), rtol=0, atol=1e-9)
        assert_close(torch.stack(history.loss["train"])[:, seed], torch.stack(alone.loss["train"]), rtol=0, atol=1e-9)
        assert_close(torch.stack(history.error["train"])[:, seed], torch.stack(alone.error["train"]), rtol=0, atol=1e-9)


def test_a_falling_rate_may_differ_from_trial_to_trial():
    run, data, decays = Run("SGD"), dataset(trials=2), [0.5, 1.0]
    ensemble = stack([run.model(seed) for seed in range(2)])
    loader = DataLoader(data, 10, shuffle=False)
    fit_ours(run, ensemble, data, loader, lr_decay=torch.tensor(decays, dtype=torch.float64))
    for seed, part in enumerate(unstack(ensemble)):
        alone = stack([run.model(seed) for seed in range(2)])
        fit_ours(run, alone, data, loader, lr_decay=decays[seed])
        assert_close(part.state_dict(), unstack(alone)[seed].state_dict(), rtol=0, atol=1e-12)


def test_a_diverged_trial_is_empty_from_its_first_infinite_loss_and_its_neighbours_keep_their_bits():
    run, data = Run("SGD"), dataset(trials=3)

    def train(rates):
        ensemble = stack([Sequential(linear(2, 5, seed), linear(5, 2, seed + 50)) for seed in range(3)])
        loader = DataLoader(data, 10, generators=[generator(seed) for seed in range(3)])
        history = fit_ours(run, ensemble, data, loader, epochs=12, lr=torch.tensor(rates, dtype=torch.float64))
        return ensemble, torch.stack(history.loss["train"]), torch.stack(history.error["train"])

    calm, wild = train([0.1, 0.1, 0.1]), train([0.1, 0.8, 0.1])
    first = int(wild[1][:, 1].isnan().nonzero()[0])
    assert 1 < first < 12
    assert wild[1][:first, 1].isfinite().all()
    assert wild[1][first:, 1].isnan().all()
    assert wild[2][first:, 1].isnan().all()
    assert wild[2][:first, 1].isfinite().all()
    for ours, other in zip(calm[1:], wild[1:], strict=True):
        assert_close(ours[:, [0, 2]], other[:, [0, 2]], **EXACT)
    for one, other in zip(calm[0].parameters(), wild[0].parameters(), strict=True):
        assert_close(one.value[[0, 2]], other.value[[0, 2]], **EXACT)


def test_a_trial_that_diverged_on_one_split_is_empty_on_all_and_for_good():
    history, error = History(), torch.tensor([0.1, 0.2])
    losses = [(torch.tensor([1.0, 2.0]), torch.tensor([3.0, torch.inf])), (torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0]))]
    for epoch, (train, test) in enumerate(losses):
        history.add(epoch, {"train": (train, error), "test": (test, error)})
    for values in (history.loss, history.error):
        for split in ("train", "test"):
            assert torch.stack(values[split]).isnan().tolist() == [[False, True]] * 2


def test_evaluate_measures_in_evaluation_mode_and_puts_the_mode_back():
    data, decide = dataset(), TARGETS["pm1"].decide
    model = Sequential(linear(2, 50), Dropout(0.5, generator()), linear(50, 2))
    for mode in (True, False):
        loss, error = evaluate(model.train(mode), MSELoss(), data, decide)
        assert [module.training for module in model.modules()] == [mode] * 4
        outputs = model.eval()(data.inputs)
        assert_close(loss, (outputs - data.targets).square().mean())
        assert error.item() == pytest.approx((decide(outputs) != data.labels).sum().item() / SAMPLES)


def test_dropout_is_on_while_fit_trains():
    model = Sequential(linear(2, 4), Dropout(0.5, generator()), linear(4, 2)).eval()
    loader = DataLoader(dataset(), 10)
    fit(model, MSELoss(), SGD(model.parameters()), loader, 1, TARGETS["pm1"].decide, evaluate_on={"train": dataset()})
    drawn = torch.rand(SAMPLES * 4 + 1, dtype=torch.float64, generator=generator())[-1]
    assert model[1].stream.draw(1).item() == drawn


def test_measures_the_splits_and_epochs_that_are_asked_for():
    run, data, other = Run("SGD"), dataset(), dataset(trials=2)
    other = Dataset(other.inputs[1], other.labels[1], other.targets[1])
    model, called = run.model(), []
    history = fit(
        model,
        MSELoss(),
        SGD(model.parameters(), lr=0.1),
        DataLoader(data, 10),
        7,
        TARGETS["pm1"].decide,
        evaluate_on={"train": data, "test": other},
        evaluation_loss=MSELoss("batchmean"),
        evaluate_every=3,
        on_epoch=lambda epoch, so_far: called.append((epoch, list(so_far.epochs))),
    )
    assert history.epochs == [0, 3, 6, 7]
    assert called == [(0, [0]), (3, [0, 3]), (6, [0, 3, 6]), (7, [0, 3, 6, 7])]
    assert history.steps == []
    for split, measured in {"train": data, "test": other}.items():
        loss, error = evaluate(model, MSELoss("batchmean"), measured, TARGETS["pm1"].decide)
        assert (len(history.loss[split]), len(history.error[split])) == (4, 4)
        assert (history.loss[split][-1], history.error[split][-1]) == (loss, error)


@pytest.mark.parametrize(("epochs", "every"), [(-1, 1), (1, 0)])
def test_refuses_a_negative_number_of_epochs_and_to_measure_never(epochs, every):
    model = Run("SGD").model()
    loader = DataLoader(dataset(), 10)
    with pytest.raises(ValueError, match=f"not {epochs} and {every}"):
        fit(model, MSELoss(), SGD(model.parameters()), loader, epochs, TARGETS["pm1"].decide, evaluate_every=every)


def test_any_training_can_be_run_epoch_by_epoch():
    trained, history = [], History(steps=[torch.tensor(9.0)])

    def measure():
        return {"train": (torch.tensor(float(len(trained))), torch.tensor(0.5))}

    seen = []
    returned = run_epochs(
        trained.append, measure, 4, evaluate_every=3, history=history, on_epoch=lambda epoch, _: seen.append(epoch)
    )
    assert returned is history
    assert trained == [1, 2, 3, 4]
    assert (history.epochs, seen) == ([0, 3, 4], [0, 3, 4])
    assert [loss.item() for loss in history.loss["train"]] == [0, 3, 4]
    assert run_epochs(trained.append, measure, 0).epochs == [0]
    with pytest.raises(ValueError, match="not -1 and 1"):
        run_epochs(trained.append, measure, -1)


@pytest.mark.parametrize(
    ("trials", "decide"),
    [
        (None, lambda outputs: outputs[..., :1] > 0),
        (3, lambda outputs: (outputs > 0).long()),
        (3, lambda outputs: outputs[0].argmax(-1)),
    ],
)
def test_labels_of_another_shape_are_refused_with_how_to_decide(trials, decide):
    data = dataset(trials=trials)
    model = stack([linear(2, 2, seed) for seed in range(trials)]) if trials else linear(2, 2)
    with pytest.raises(ValueError, match=r"decide gave labels .* for \(.*23,?\); .*outputs\.argmax\(-1\)"):
        evaluate(model, MSELoss(), data, decide)


def test_evaluate_puts_every_mode_back_also_after_an_error():
    model = Sequential(linear(2, 4), Dropout(0.5), linear(4, 2))
    model[1].eval()
    modes = [True, True, False, True]
    evaluate(model, MSELoss(), dataset(), TARGETS["pm1"].decide)
    assert [module.training for module in model.modules()] == modes
    with pytest.raises(ValueError, match="Linear expects"):
        evaluate(model, MSELoss(), Dataset(torch.zeros(3, 5), torch.zeros(3), torch.zeros(3, 2)), TARGETS["pm1"].decide)
    assert [module.training for module in model.modules()] == modes


def test_a_layer_that_was_frozen_stays_frozen_while_fit_trains():
    model = Sequential(linear(2, 4), Dropout(0.5, generator()), linear(4, 2))
    model[1].eval()
    fit(model, MSELoss(), SGD(model.parameters()), DataLoader(dataset(), 10), 1, TARGETS["pm1"].decide)
    assert [module.training for module in model.modules()] == [True, True, False, True]
    assert model[1].stream.draw(1).item() == torch.rand(1, dtype=torch.float64, generator=generator()).item()


@pytest.mark.parametrize("decay", [0.7, torch.tensor([0.5, 1.0, 0.9], dtype=torch.float64)], ids=["a number", "per trial"])
def test_two_calls_of_fit_train_as_one_does(decay):
    run, data = Run("Adam", rule="Adam", options={"lr": 0.01}), dataset(trials=3)

    def build():
        model = stack([run.model(seed) for seed in range(3)])
        return model, Adam(model.parameters(), lr=0.01), DataLoader(data, 10, generators=[generator(s) for s in range(3)])

    def train(parts, epochs, history=None):
        model, optimizer, loader = parts
        options = {"lr_decay": decay, "evaluate_every": 2, "history": history}
        return fit(model, MSELoss(), optimizer, loader, epochs, TARGETS["pm1"].decide, **options)

    whole, halves = build(), build()
    once = train(whole, 5)
    twice = train(halves, 2, train(halves, 3))
    assert_close(halves[0].state_dict(), whole[0].state_dict(), **EXACT)
    assert (once.epochs, twice.epochs) == ([0, 2, 4, 5], [0, 2, 3, 4, 5])
    assert_close(twice.loss["train"][-1], once.loss["train"][-1], **EXACT)


def test_one_data_set_serves_every_trial_of_a_stack_in_the_type_of_its_parameters():
    points, labels = disc(23, generator())
    data = Dataset(points, labels, "pm1")

    def build():
        return stack([Sequential(linear(2, 5, seed), linear(5, 2, seed)).float() for seed in range(3)])

    ensemble, twin = build(), build()
    history = fit(ensemble, MSELoss(), SGD(ensemble.parameters(), lr=0.1), data, 2, generators=[generator(s) for s in range(3)])
    three = data.to(torch.float32, torch.device("cpu")).for_trials(3)
    loader = DataLoader(three, 10, generators=[generator(s) for s in range(3)])
    expected = fit(twin, MSELoss(), SGD(twin.parameters(), lr=0.1), loader, 2)
    assert_close(ensemble.state_dict(), twin.state_dict(), **EXACT)
    assert_close(history.error["train"], expected.error["train"], **EXACT)
    assert_close(evaluate(ensemble, MSELoss(), data.to(torch.float32, torch.device("cpu")))[0], history.loss["train"][-1])


def test_fit_takes_a_data_set_fifty_epochs_and_batches_of_ten():
    model, data, sizes = Run("SGD").model(), dataset(), []

    class Watched(MSELoss):
        def gradient(self, prediction, target):
            sizes.append(len(target))
            return super().gradient(prediction, target)

    history = fit(model, Watched(), SGD(model.parameters(), lr=0.1), data, decide=TARGETS["pm1"].decide)
    assert history.epochs == list(range(51))
    assert sizes == [10, 10, 3] * 50
    fit(model, Watched(), SGD(model.parameters(), lr=0.1), data, 1, TARGETS["pm1"].decide, batch_size=23)
    assert sizes[150:] == [23]


def test_fit_says_when_it_cannot_tell_labels_and_when_a_loader_is_asked_for_another_batch_size():
    model, data = Run("SGD").model(), dataset()
    with pytest.raises(ValueError, match=r'decide=lambda outputs: outputs\.argmax\(-1\).*targets="onehot"'):
        fit(model, MSELoss(), SGD(model.parameters()), data, 1)
    with pytest.raises(ValueError, match="the loader has its batch size and generators"):
        fit(model, MSELoss(), SGD(model.parameters()), DataLoader(data, 10), 1, batch_size=5)
