"""Mistakes that published mini-frameworks shipped, each put into a copy of ours: the named test file must fail.

A mistake that cannot be written here stands in the table too, with the reason.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COPIED = ("minifw", "tests/minifw", "pyproject.toml")
PYTEST_SAYS_A_TEST_FAILED, AT_ONCE = 1, 2


@dataclass(frozen=True)
class Mutant:
    """`old` becomes `new` in minifw/`file`, and tests/minifw/test_`killer`.py fails."""

    mistake: str
    file: str
    old: str
    new: str
    killer: str

    def __str__(self) -> str:
        return self.mistake


@dataclass(frozen=True)
class Unwritable:
    """A mistake for which there is no place in this design."""

    mistake: str
    reason: str


PUBLISHED = [
    Mutant(
        "Adam's bias correction without the power t",
        "optimizers.py",
        "power.mul_(beta)",
        "power.copy_(beta)",
        "optimizers",
    ),
    Mutant(
        "Adam's t raised once per parameter",
        "optimizers.py",
        "power.mul_(beta)",
        "power.mul_(beta ** len(self.flat.parameters))",
        "optimizers",
    ),
    Mutant(
        "every rule's t raised once per parameter",
        "optimizer_base.py",
        'vars(self)["steps"] += 1',
        'vars(self)["steps"] += len(self.flat.parameters)',
        "optimizers",
    ),
    Mutant(
        "Adam with the square root of the first moment",
        "optimizers.py",
        "(v / bias_correction2).sqrt_()",
        "(m / bias_correction1).abs_().sqrt_()",
        "optimizers",
    ),
    Mutant(
        "Adagrad that never accumulates",
        "optimizers.py",
        "self.square_sum.addcmul_(g, g)",
        "self.square_sum.addcmul(g, g)",
        "optimizers",
    ),
    Mutant(
        "momentum buffer that aliases the gradient",
        "optimizers.py",
        "b.copy_(g) if self.steps == 1 else b.mul_(self.momentum).addcmul_(self.undampened, g)",
        "b = self.velocity = g if self.steps == 1 else b.mul_(self.momentum).addcmul_(self.undampened, g)",
        "optimizers",
    ),
    Mutant(
        "buffers that two parameters share",
        "flat.py",
        "self.offsets.append(size)",
        "self.offsets.append(0)",
        "optimizers",
    ),
    Mutant(
        "MSE backward divided by the batch where forward divides by all elements",
        "losses.py",
        "1 / self.divisor(prediction)",
        '1 / (len(prediction) if self.reduction == "mean" else self.divisor(prediction))',
        "losses",
    ),
    Mutant(
        "cross-entropy backward not divided by the batch",
        "losses.py",
        "torch.softmax(prediction, -1).sub_(target).mul_(scale)",
        "torch.softmax(prediction, -1).sub_(target)",
        "losses",
    ),
    Mutant(
        "softmax without the max shift, in the gradient",
        "losses.py",
        "torch.softmax(prediction, -1)",
        "(prediction.exp() / prediction.exp().sum(-1, keepdim=True))",
        "losses",
    ),
    Mutant(
        "softmax without the max shift, in the value",
        "losses.py",
        "torch.log_softmax(prediction, -1)",
        "(prediction - prediction.exp().sum(-1, keepdim=True).log())",
        "losses",
    ),
    Mutant(
        "(N,1) minus (N,) broadcasting to (N,N) in a loss",
        "losses.py",
        "if target.shape != prediction.shape:",
        "if target.shape[0] != prediction.shape[0]:",
        "losses",
    ),
    Mutant(
        "the loss of a stack averaged over trials before backward",
        "losses.py",
        "1 / self.divisor(prediction)",
        "1 / self.divisor(prediction) / (len(prediction) if prediction.dim() == 3 else 1)",
        "losses",
    ),
    Mutant(
        "dropout without 1/(1-p)",
        "dropout.py",
        "(kept * self.scale())",
        "kept",
        "dropout",
    ),
    Mutant(
        "dropout with p as keep probability",
        "dropout.py",
        "        self.p = p\n",
        "        self.p = 1 - p\n",
        "dropout",
    ),
    Mutant(
        "dropout reusing a stale mask in evaluation",
        "dropout.py",
        "        self.saved = None\n        if not self.training:",
        "        if not self.training:",
        "dropout",
    ),
    Mutant(
        "normal initialisation that gives zeros",
        "initializers.py",
        "_normal_with(1.0, shape, generator)",
        "_normal_with(0.0, shape, generator)",
        "initializers",
    ),
    Mutant(
        "fan computed on the leading axis of the tensor, for a bias the axis of length 1",
        "linear.py",
        "initializer(shape, in_features, out_features, generator)",
        "initializer(shape, shape[0], shape[1], generator)",
        "initializers",
    ),
    Mutant(
        "Xavier as sqrt(1/fan_in)",
        "initializers.py",
        "_normal_with(math.sqrt(2 / (fan_in + fan_out)), shape, generator)",
        "_normal_with(math.sqrt(1 / fan_in), shape, generator)",
        "initializers",
    ),
    Mutant(
        "sigmoid' as (s-1)/s",
        "activations.py",
        "torch.ops.aten.sigmoid_backward(dy, self.saved)",
        "dy * (self.saved - 1) / self.saved",
        "layers",
    ),
]
# Mistakes of other kinds, in the slow tier.
OTHERS = [
    Mutant(
        "1 - beta taken in the parameters' type",
        "optimizer_base.py",
        "return self.per_element(1 - _checked(name, value, below))",
        "return 1 - self.per_element(_checked(name, value, below))",
        "optimizers",
    ),
    Mutant(
        "Nesterov's momentum left out",
        "optimizers.py",
        "torch.addcmul(g, self.momentum, b) if self.nesterov else b",
        "b",
        "optimizers",
    ),
    Mutant(
        "dampening in the first step too",
        "optimizers.py",
        "b.copy_(g) if self.steps == 1 else",
        "b.mul_(0).addcmul_(self.undampened, g) if self.steps == 1 else",
        "optimizers",
    ),
    Mutant(
        "the centre added to the variance",
        "optimizers.py",
        "v = torch.addcmul(v, self.average, self.average, value=-1)",
        "v = torch.addcmul(v, self.average, self.average, value=1)",
        "optimizers",
    ),
    Mutant(
        "Adagrad's rate that falls one step early",
        "optimizers.py",
        "(1 + (self.steps - 1) * self.lr_decay)",
        "(1 + self.steps * self.lr_decay)",
        "optimizers",
    ),
    Mutant(
        "Adadelta's step average taken before the step",
        "optimizers.py",
        "u.mul_(self.rho).addcmul_(d * d, self.one_minus_rho)",
        "u.mul_(self.rho).addcmul_(g * g, self.one_minus_rho)",
        "optimizers",
    ),
    Mutant(
        "a state without one of the buffers",
        "optimizers.py",
        'STATE = ("average", "square_average", "powers")',
        'STATE = ("average", "square_average")',
        "optimizers",
    ),
    Mutant(
        "weight decay of the other sign",
        "optimizer_base.py",
        "torch.addcmul(g, self.weight_decay, p) if",
        "torch.addcmul(g, self.weight_decay, p, value=-1) if",
        "optimizers",
    ),
    Mutant(
        "the decay of the rate inverted",
        "optimizer_base.py",
        "dtype=torch.float64) * factor",
        "dtype=torch.float64) / factor",
        "training",
    ),
    Mutant(
        "a rate that falls from the base each time",
        "training.py",
        "optimizer.decay_lr(lr_decay)",
        "optimizer.set_lr(torch.as_tensor(optimizer.base_lr, dtype=torch.float64))",
        "training",
    ),
    Mutant(
        "normal draws in float32",
        "initializers.py",
        "torch.randn(shape, dtype=torch.float64, generator=generator).mul_(std)",
        "torch.randn(shape, dtype=torch.float32, generator=generator).double().mul_(std)",
        "initializers",
    ),
    Mutant(
        "uniform draws in float32",
        "initializers.py",
        "torch.rand(shape, dtype=torch.float64, generator=generator).mul_(2 * bound)",
        "torch.rand(shape, dtype=torch.float32, generator=generator).double().mul_(2 * bound)",
        "initializers",
    ),
    Mutant(
        "a gradient that overwrites what was there",
        "linear.py",
        "self.weight.grad.addmm_(self.saved.mT, rows)",
        "self.weight.grad.copy_(self.saved.mT @ rows)",
        "layers",
    ),
    Mutant(
        "a pickled optimiser whose parameters are no longer the model's",
        "flat.py",
        "self.__init__(parameters)",
        "self.__init__([Parameter(parameter.value) for parameter in parameters])",
        "flat",
    ),
    Mutant(
        "a step without a backward pass",
        "flat.py",
        "self.zeroed_at is not None and self.grad._version == self.zeroed_at",
        "False",
        "optimizer_base",
    ),
    Mutant(
        "a cross-entropy of 0 times minus infinity",
        "losses.py",
        ".masked_fill(target == 0, 0)",
        "",
        "losses",
    ),
    Mutant(
        "a loss that does not notice the model's other calls",
        "losses.py",
        "        check_is_last(belongs_to)\n",
        "",
        "passes",
    ),
    Mutant(
        "evaluation mode that is left on",
        "training.py",
        "            module.training = training",
        "            module.training = True",
        "training",
    ),
    Mutant(
        "products rounded to eight bits",
        "arithmetic.py",
        'torch.set_float32_matmul_precision("highest")\n    try',
        "torch.get_float32_matmul_precision()\n    try",
        "arithmetic",
    ),
    Mutant(
        "a buffer without a trial axis",
        "stack.py",
        "        return values[0].dim()\n",
        "        return None if _all_equal(values) else values[0].dim()\n",
        "stack",
    ),
    Mutant(
        "buffers left out of the state",
        "module.py",
        "        yield from self.named_buffers()\n",
        "        yield from ()\n",
        "module",
    ),
    Mutant(
        "modules in a dict that nobody finds",
        "nesting.py",
        "isinstance(value, (list, tuple, dict))",
        "isinstance(value, (list, tuple))",
        "nesting",
    ),
    Mutant(
        "tied weights that come untied in torch",
        "interop.py",
        "self.converted.setdefault(id(ours), nn",
        "self.converted.setdefault(len(self.converted), nn",
        "interop",
    ),
    Mutant(
        "a checkpoint without the place of the dropout draws",
        "checkpoint.py",
        '        stream.load_state_dict(saved["draws"][name])\n',
        "        pass\n",
        "checkpoint",
    ),
    Mutant(
        "a module that runs twice with what it saw last",
        "first_pass.py",
        "visit.calls > 1 and used",
        "visit.calls > 2 and used",
        "first_pass",
    ),
    Mutant(
        "a gradient check that looks only where training does",
        "gradcheck.py",
        "and id(held) not in known",
        "and held is module",
        "gradcheck",
    ),
    Mutant(
        "the variance of all samples in place of the sample variance",
        "scaling.py",
        "return points.std(-2, keepdim=True)",
        "return points.std(-2, keepdim=True, correction=0)",
        "scaling",
    ),
    Mutant(
        "a label next to another sample's inputs",
        "data.py",
        "rows.flatten()).view",
        "rows.flatten().flip(0)).view",
        "data",
    ),
    Mutant(
        "a table whose trials are its epochs",
        "history.py",
        "reshape(len(self.epochs), -1).T.flatten()",
        "reshape(len(self.epochs), -1).flatten()",
        "history",
    ),
    Mutant(
        "bits of a trial that depend on the trials beside it: a power of a whole buffer",
        "optimizers.py",
        "power.mul_(beta)",
        "power.copy_(beta**self.steps)",
        "seeds",
    ),
    Mutant(
        "bits of a trial that depend on the trials beside it: torch.sigmoid",
        "activations.py",
        "torch.tanh(x * 0.5).mul(0.5).add_(0.5)",
        "torch.sigmoid(x)",
        "operators",
    ),
    Mutant(
        "bits of a trial that depend on the trials beside it: batches that start anywhere",
        "data.py",
        "torch.nn.functional.pad(rows, (0, padding))",
        "rows",
        "data",
    ),
]

MUTANTS = [*PUBLISHED, *OTHERS]
UNWRITABLE = [
    Unwritable(
        "state keyed by name",
        "parameters have no name, and an optimiser has no table: its state is one tensor laid out like the parameters",
    ),
    Unwritable(
        "fan computed on the trial axis",
        "a layer draws its weight before `stack` gives it a trial axis, and initialisers are given both fans and a shape of "
        "two axes; the nearest mistake, fans from the drawn tensor's own axes, is a mutant above",
    ),
]


def copy_to(folder: Path) -> Path:
    for name in COPIED:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, target)
    return folder


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """In that folder, on its own copy of the package: its conftest refuses to test any other."""
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "--tb=line", "--assert=plain", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


def survives(mutant: Mutant, folder: Path) -> str | None:
    """What pytest said, unless a test of the named file failed."""
    path = copy_to(folder) / "minifw" / mutant.file
    source = path.read_text()
    if source.count(mutant.old) != 1:
        return f"{mutant.old!r} stands {source.count(mutant.old)} times in {mutant.file}"
    path.write_text(source.replace(mutant.old, mutant.new))
    result = run_pytest(folder, f"tests/minifw/test_{mutant.killer}.py")
    return None if result.returncode == PYTEST_SAYS_A_TEST_FAILED else f"exit code {result.returncode}\n{result.stdout[-2000:]}"


def run_unchanged(folder: Path, asked: Sequence[Mutant]) -> subprocess.CompletedProcess:
    killers = sorted({mutant.killer for mutant in asked})
    return run_pytest(copy_to(folder), *(f"tests/minifw/test_{killer}.py" for killer in killers))


def run_without_the_package(folder: Path) -> subprocess.CompletedProcess:
    shutil.rmtree(copy_to(folder) / "minifw")
    return run_pytest(folder, "tests/minifw/test_losses.py")


@pytest.fixture(scope="module")
def jobs(request, tmp_path_factory) -> Iterator[dict[str | Callable, Future]]:
    """The runs asked for, started at once and worked off in the order of the tests that wait for them."""
    parameters = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    asked = [values["mutant"] for values in parameters if isinstance(values.get("mutant"), Mutant)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        started: dict[str | Callable, Future] = {
            run_unchanged: pool.submit(run_unchanged, tmp_path_factory.mktemp("copy"), asked),
            run_without_the_package: pool.submit(run_without_the_package, tmp_path_factory.mktemp("copy")),
        }
        mutants = {m.mistake: pool.submit(survives, m, tmp_path_factory.mktemp("mutant")) for m in asked}
        yield started | mutants
        pool.shutdown(cancel_futures=True)


def test_the_copy_passes_as_it_is(jobs):
    result = jobs[run_unchanged].result()
    assert result.returncode == 0, result.stdout[-2000:]


def test_the_copys_tests_refuse_to_test_another_package(jobs):
    result = jobs[run_without_the_package].result()
    assert result.returncode not in (0, PYTEST_SAYS_A_TEST_FAILED), result.stdout[-2000:]


@pytest.mark.parametrize("mutant", [*PUBLISHED, *(pytest.param(other, marks=pytest.mark.slow) for other in OTHERS)], ids=str)
def test_a_mutant_is_killed(mutant, jobs):
    survived = jobs[mutant.mistake].result()
    assert survived is None, survived


@pytest.mark.parametrize("missing", UNWRITABLE, ids=lambda missing: missing.mistake)
def test_a_mistake_that_cannot_be_written_says_why(missing):
    assert len(missing.reason) > 40
    assert missing.mistake not in {mutant.mistake for mutant in MUTANTS}
