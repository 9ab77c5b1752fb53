"""The same steps by JAX, jit(vmap(scan)), where it is installed: how fast a compiler that is not ours makes them.

Plain gradient descent on the mean squared error of a network of relu and tanh, which is what feng's study trains.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

from experiments.config.trial import Trial, TrialConfig
from experiments.training.data import stack_data
from experiments.training.weights import draw_parameters


def has_jax(config: TrialConfig) -> bool:
    """Whether JAX is installed and the settings are those that are written out here."""
    plain = config.optimizer == "sgd" and not config.momentum and not config.weight_decay and not any(config.dropout)
    settings = config.resolve()
    shape = (settings.loss, settings.reduction, settings.out, set(settings.act)) == ("mse", "mean", "tanh", {"relu"})
    return bool(importlib.util.find_spec("jax") and plain and shape and config.train_size % config.batch_size == 0)


def jax_epoch(config: TrialConfig, trials: int) -> Callable[[], dict[str, Any]]:
    """What trains an epoch of so many trials on batches drawn before, compiled already, and gives their parameters."""
    import jax
    import jax.numpy as jnp

    lanes = [Trial(config, seed) for seed in range(trials)]
    data = stack_data(lanes)["train"]

    def in_batches(values: np.ndarray) -> Any:
        return jnp.asarray(values.reshape(trials, -1, config.batch_size, values.shape[-1]), config.dtype)

    drawn = {name: jnp.asarray(values, config.dtype) for name, values in draw_parameters(lanes).items()}
    layers, lr = len(drawn) // 2, config.resolve().lr

    def loss(parameters: dict[str, Any], x: Any, y: Any) -> Any:
        for k in range(layers):
            x = x @ parameters[f"weight{k}"] + parameters[f"bias{k}"]
            x = jnp.tanh(x) if k == layers - 1 else jax.nn.relu(x)
        return jnp.mean((x - y) ** 2)

    def step(parameters: dict[str, Any], batch: tuple[Any, Any]) -> tuple[dict[str, Any], None]:
        gradients = jax.grad(loss)(parameters, *batch)
        return {name: value - lr * gradients[name] for name, value in parameters.items()}, None

    epoch = jax.jit(jax.vmap(lambda parameters, x, y: jax.lax.scan(step, parameters, (x, y))[0]))
    batches = in_batches(data.inputs), in_batches(data.targets)
    jax.block_until_ready(epoch(drawn, *batches))
    return lambda: jax.block_until_ready(epoch(drawn, *batches))
