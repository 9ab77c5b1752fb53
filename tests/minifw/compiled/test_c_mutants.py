"""Mistakes that published mini-frameworks shipped, put into copies of the C source: the comparison with torch must fail."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.special import ndtri

from minifw.compiled import Engine, Generators, Trials, train
from minifw.compiled.source_digest import SOURCE
from tests.minifw.compiled.builds import COMPILERS, compile_engine, engine_of
from tests.minifw.compiled.references import Case, flat, torch_fit

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Mutant:
    """`old` becomes `new` in a file of the source."""

    mistake: str
    file: str
    old: str
    new: str

    def __str__(self) -> str:
        return self.mistake


MUTANTS = [
    Mutant("Adam's bias correction without the power t", "optimizers.h", "power1[lane] *= b1[lane]", "power1[lane] = b1[lane]"),
    Mutant(
        "Adam's t raised once per parameter",
        "optimizers.h",
        "power1[lane] *= b1[lane];",
        "for (int64_t k = 0; k < u->count; k++)\n            power1[lane] *= b1[lane];",
    ),
    Mutant(
        "every rule's t raised once per layer", "optimizers.h", "++progress[PROGRESS_STEPS]", "(progress[PROGRESS_STEPS] += 2)"
    ),
    Mutant(
        "Adam with the square root of the first moment", "optimizers.h", "square_root(v[k]) * root_scale", "square_root(m[k])"
    ),
    Mutant("Adagrad that never accumulates", "optimizers.h", "s[k] += g * g", "s[k] = g * g"),
    Mutant(
        "MSE backward divided by the batch where forward divides by all elements",
        "losses.h",
        "return d[FIELD_REDUCTION] == BATCHMEAN ? batch : batch * elements_per_sample(d)",
        "return batch",
    ),
    Mutant(
        "cross-entropy backward not divided by the batch",
        "losses.h",
        "(dy[k] / sum - t[k]) * (real)scale",
        "dy[k] / sum - t[k]",
    ),
    Mutant(
        "softmax without the max shift, in the gradient",
        "losses.h",
        "dy[k] = exponential(y[k] - shift)",
        "dy[k] = exponential(y[k] - 0 * shift)",
    ),
    Mutant(
        "softmax without the max shift, in the value",
        "losses.h",
        "vec shift = largest(y, outputs), sum = {0};\n    vec log_sum",
        "vec shift = {0}, sum = {0};\n    vec log_sum",
    ),
    Mutant("dropout without 1/(1-p)", "dropout.h", "(real)(1 / (1 - p[lane]))", "1"),
    Mutant("dropout with p as keep probability", "dropout.h", "double scaled = p[lane]", "double scaled = (1 - p[lane])"),
    Mutant("dropout reusing a stale mask in evaluation", "dropout.h", "l.y[k] = l.x[k];", "l.y[k] = l.x[k] * l.mask[k];"),
    Mutant(
        "momentum buffer that aliases the gradient",
        "optimizers.h",
        ".state = {state,",
        ".state = {at(d, d[FIELD_AT_GRADIENTS]),",
    ),
    Mutant(
        "buffers that all parameters share", "optimizers.h", "b[k] = select(u->has_momentum, average, b[k])", "b[0] = average"
    ),
    Mutant("normal numbers that are zero", "draws.h", "= normal_quantile(whole)", "= (vec){0}"),
    Mutant("the loss averaged over trials before backward", "losses.h", "scale = 1.0 /", "scale = 1.0 / LANES /"),
    Mutant("sigmoid' as (s-1)/s", "activations.h", "y[k] * ((real)1 - y[k])", "(y[k] - (real)1) / y[k]"),
    Mutant("relu' as 1 at 0 and below", "activations.h", "y[k] <= (real)0", "y[k] < (real)0"),
    Mutant("tanh' from the input", "activations.h", "(real)1 - y[k] * y[k]", "(real)1 - y[k]"),
    Mutant(
        "a bias that only the last chunk of a batch reaches",
        "affine.h",
        "vec sum = first ? zero : l.bias_gradient[j]",
        "vec sum = zero",
    ),
    Mutant(
        "a batch that only its last chunk reaches",
        "affine.h",
        "first ? (matrix){&zero, 0, 0} : gradient",
        "(matrix){&zero, 0, 0}",
    ),
    Mutant("a decay of the rate before the first epoch's end", "training.h", "if (epoch < d[FIELD_EPOCHS])", "if (epoch == 1)"),
    Mutant("weight decay of the gradient", "optimizers.h", "u->weight_decay * u->p[k]", "u->weight_decay * u->g[k]"),
    Mutant("centered RMSprop that adds the square", "optimizers.h", "spread -= average[k]", "spread += average[k]"),
    Mutant("the last of equal outputs decides", "evaluation.h", "label = select(y[k] > best", "label = select(y[k] >= best"),
]


def case(**settings) -> Case:
    numbers = settings.pop("numbers", {})
    return Case(
        **{"hidden": (5, 4), "activations": ("tanh", "sigmoid"), "epochs": 3} | settings, numbers=tuple(numbers.items())
    )


VARIED = {"lr": (0.05, 0.01, 0.02), "weight_decay": (0.1, 0.0, 0.01)}
CASES = [
    case(numbers=VARIED | {"momentum": (0.9, 0.5, 0.0), "dampening": (0.0, 0.3, 0.0), "lr_decay_epoch": (1.0, 0.5, 0.9)}),
    case(numbers={"momentum": (0.9,) * 3}, nesterov=True, batch_size=31, reduction="batchmean"),
    case(optimizer="rmsprop", numbers=VARIED | {"momentum": (0.5, 0.0, 0.9)}),
    case(optimizer="rmsprop", centered=True, numbers={"lr": (0.001,) * 3, "eps": (1e-3,) * 3}),
    case(optimizer="adagrad", numbers=VARIED | {"lr_decay": (0.1, 0.0, 0.5), "initial_accumulator_value": (0.1, 0.0, 0.1)}),
    case(optimizer="adadelta", numbers=VARIED),
    case(optimizer="adam", numbers=VARIED, loss="cross-entropy", rates=((0.3, 0.0, 0.5), (0.2, 0.2, 0.2))),
    case(loss="cross-entropy", reduction="mean", outputs=4),
    case(out="tanh", decision="pm1", activations=("relu", "tanh"), features=3),
]


def check_against_torch(engine: Engine) -> None:
    """Raises AssertionError unless every case trains as torch's modules do."""
    for each in CASES:
        trials = each.trials_from(5, engine)
        history, _, optimizer = torch_fit(each, trials, 5)
        ours = train(each.settings(), trials, engine=engine)
        values = np.concatenate([values.reshape(len(values), -1) for values in ours.parameters], 1)
        np.testing.assert_allclose(values, flat(optimizer, optimizer.flat.value), rtol=1e-8, atol=1e-10)
        for split in ("train", "test"):
            np.testing.assert_allclose(ours.loss[split], torch.stack(history.loss[split]).numpy(), rtol=1e-8)
            np.testing.assert_allclose(ours.error[split], torch.stack(history.error[split]).numpy(), rtol=1e-12)


def check_large_logits(engine: Engine) -> None:
    """e^1000 overflows, softmax of it does not."""
    each = case(loss="cross-entropy", hidden=(), activations=(), epochs=1)
    start = each.trials_from(0, engine)
    start.parameters[1][:] = 1000
    ours = train(each.settings(), start, engine=engine)
    assert all(np.isfinite(values).all() for values in (*ours.parameters, *ours.loss.values()))


def check_equal_outputs(engine: Engine) -> None:
    """Zero weights give equal outputs, of which the first decides; and relu's derivative at 0 is 0."""
    each = case(hidden=(3,), activations=("relu",), epochs=1, batch_size=31)
    start = each.trials_from(0, engine)
    zeros = [np.zeros_like(values) for values in start.parameters]
    zeros[2][:] = 1
    ours = train(
        each.settings(), Trials(start.numbers, zeros, start.training, start.measured, start.order_generators), engine=engine
    )
    np.testing.assert_array_equal(ours.error["train"][0], start.training.labels.astype(bool).mean(-1))
    assert not ours.parameters[0].any() and not ours.parameters[1].any()


def check_normal_numbers(engine: Engine) -> None:
    uniform = Generators([1, 2], engine).uniform(100)
    np.testing.assert_allclose(Generators([1, 2], engine).normal(100), ndtri(uniform + 2.0**-54), atol=1e-12)


CHECKS = [check_against_torch, check_large_logits, check_equal_outputs, check_normal_numbers]


def mutated(mutant: Mutant, folder: Path) -> Path:
    shutil.copytree(SOURCE, source := folder / "source")
    path = source / mutant.file
    text = path.read_text()
    assert text.count(mutant.old) == 1, f"{mutant.old!r} stands {text.count(mutant.old)} times in {mutant.file}"
    path.write_text(text.replace(mutant.old, mutant.new))
    return source


def failures(engine: Engine) -> list[str]:
    failed = []
    for check in CHECKS:
        try:
            with np.errstate(all="ignore"):
                check(engine)
        except AssertionError:
            failed.append(check.__name__)
    return failed


def test_the_source_as_it_is_passes(tmp_path):
    assert failures(engine_of(compile_engine(tmp_path, COMPILERS[0], 16, "-O1"), 16)) == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_mutant_is_killed(mutant, tmp_path):
    path = compile_engine(tmp_path, COMPILERS[0], 16, "-O1", source=mutated(mutant, tmp_path))
    assert failures(engine_of(path, 16)), f"{mutant} survives"
