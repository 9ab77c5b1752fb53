"""What trials of one block have in common, checked: what the engine does not know is refused by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from minifw.compiled.descriptor import DECISIONS, DTYPES, LAYER_KINDS, LOSSES, OPTIMIZERS, REDUCTIONS
from minifw.compiled.errors import UnsupportedError

# The numbers each optimiser takes, one for each trial, and the epoch's decay of the rate that all of them take.
NUMBERS: dict[str, tuple[str, ...]] = {
    "sgd": ("lr", "momentum", "dampening", "weight_decay"),
    "rmsprop": ("lr", "alpha", "eps", "weight_decay", "momentum"),
    "adagrad": ("lr", "lr_decay", "weight_decay", "eps"),
    "adadelta": ("lr", "rho", "eps", "weight_decay"),
    "adam": ("lr", "beta1", "beta2", "eps", "weight_decay"),
}
STATE_BUFFERS: dict[str, tuple[str, ...]] = {
    "sgd": ("velocity",),
    "rmsprop": ("square_average", "average", "velocity"),
    "adagrad": ("square_sum",),
    "adadelta": ("square_average", "square_step_average"),
    "adam": ("average", "square_average"),
}


@dataclass(frozen=True)
class Layer:
    """One layer: `affine`, `relu`, `tanh`, `sigmoid` or `dropout`, from `inputs` to `outputs` features."""

    kind: str
    inputs: int
    outputs: int
    bias: bool = False


def dense_layers(
    widths: Sequence[int], activations: Sequence[str], out: str = "none", dropout_after: Sequence[bool] = ()
) -> tuple[Layer, ...]:
    """The layers of a network: affine maps between the widths, an activation behind each, and dropout where asked for."""
    layers: list[Layer] = []
    names = [*activations, out]
    drops = [*(dropout_after or [False] * len(activations)), False]
    for inputs, outputs, name, drop in zip(widths[:-1], widths[1:], names, drops, strict=True):
        layers.append(Layer("affine", inputs, outputs, bias=True))
        if name != "none":
            layers.append(Layer(name, outputs, outputs))
        if drop:
            layers.append(Layer("dropout", outputs, outputs))
    return tuple(layers)


@dataclass(frozen=True)
class Settings:
    """All that decides a training and is no number. Raises UnsupportedError, naming it, for what the engine does not know.

    layers: from the features to the outputs. loss: `mse` or `cross-entropy`. decision: how outputs become a label, `pm1` (their
    sum above 0), `binary` (above 1/2) or `onehot` (the largest, the first of equals). The rest is as in `minifw.fit`.
    """

    layers: tuple[Layer, ...]
    loss: str
    decision: str
    optimizer: str
    batch_size: int
    epochs: int
    reduction: str = "mean"
    nesterov: bool = False
    centered: bool = False
    shuffle: bool = True
    evaluate_every: int = 1
    record_steps: bool = False
    dtype: str = "float32"

    def __post_init__(self) -> None:
        for name, known in CHOICES.items():
            if getattr(self, name) not in known:
                raise UnsupportedError(
                    f"the compiled engine knows no {name} {getattr(self, name)!r}; it knows {', '.join(known)}"
                )
        for layer in self.layers:
            if layer.kind not in LAYER_KINDS:
                raise UnsupportedError(f"the compiled engine knows no layer {layer.kind!r}; it knows {', '.join(LAYER_KINDS)}")
        self._check_widths()
        for name, low in {"batch_size": 1, "epochs": 0, "evaluate_every": 1}.items():
            if getattr(self, name) < low:
                raise ValueError(f"{name} must be at least {low}, not {getattr(self, name)}")

    def _check_widths(self) -> None:
        if not self.layers:
            raise ValueError("a network needs at least one layer")
        width = self.layers[0].inputs
        for layer in self.layers:
            if layer.inputs != width or layer.outputs < 1 or (layer.kind != "affine" and layer.outputs != width):
                raise ValueError(f"{layer} does not follow a layer of {width} features")
            width = layer.outputs

    @property
    def features(self) -> int:
        """How many inputs a sample has."""
        return self.layers[0].inputs

    @property
    def outputs(self) -> int:
        """How many outputs a sample has."""
        return self.layers[-1].outputs

    @property
    def parameter_shapes(self) -> list[tuple[int, int]]:
        """For each affine layer that of its weight (in, out) and, where it has one, of its bias (1, out)."""
        shapes = []
        for layer in self.layers:
            if layer.kind == "affine":
                shapes += [(layer.inputs, layer.outputs), *([(1, layer.outputs)] if layer.bias else [])]
        return shapes

    @property
    def dropouts(self) -> int:
        """How many dropout layers there are."""
        return sum(layer.kind == "dropout" for layer in self.layers)

    def measured_epochs(self) -> np.ndarray:
        """Epoch 0, every so many epochs, and the last."""
        epochs = list(range(0, self.epochs + 1, self.evaluate_every))
        return np.array(epochs if epochs[-1] == self.epochs else [*epochs, self.epochs])

    def check_numbers(self, numbers: Mapping[str, object]) -> None:
        """Raises ValueError unless these are the optimiser's numbers, and `lr_decay_epoch`."""
        expected = {*NUMBERS[self.optimizer], "lr_decay_epoch"}
        if missing := sorted(expected - numbers.keys()):
            raise ValueError(f"{self.optimizer} needs {', '.join(missing)}")
        if unknown := sorted(numbers.keys() - expected):
            raise UnsupportedError(f"{self.optimizer} takes no {', '.join(unknown)}")


CHOICES = {
    "loss": LOSSES,
    "reduction": REDUCTIONS,
    "decision": DECISIONS,
    "optimizer": OPTIMIZERS,
    "dtype": DTYPES,
}
