"""Trials by the compiled engine in Python, and scripts that do the same in the page."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from pathlib import Path

import numpy as np

import experiments.pages
from experiments.analysis.parameter_digest import parameter_digest
from experiments.config.trial import TrialConfig
from experiments.pages.recipe import names, recipe
from experiments.training.data import sizes, targets_of
from experiments.training.seeds import generator
from minifw.compiled import Dropout, Generators, Settings, Split, Trained, Trials, dense_layers, load_engine, train
from minifw.compiled.points import draw_disc, encode, scale_points
from minifw.compiled.settings import NUMBERS
from minifw.compiled.wasm import WASM
from minifw.compiled.weights import draw_weights

TEMPLATES = Path(experiments.pages.__file__).parent / "templates"
TRAINER = "".join((TEMPLATES / name).read_text() for name in ("sha256.js", "trainer.js"))


def streams(seeds, purpose: str) -> Generators:
    return Generators([generator(seed, purpose).initial_seed() for seed in seeds], load_engine("wasm"))


def splits(config: TrialConfig, seeds) -> dict[str, Split]:
    data_sets = [config.data_set(seed) for seed in seeds]
    drawn = {name: draw_disc(streams(data_sets, f"{name} points"), size) for name, size in sizes(config).items()}
    training = drawn["train"][0]
    return {
        name: Split(scale_points(config.scale, training, points), labels, encode(config.targets, labels))
        for name, (points, labels) in drawn.items()
    }


def parameters(config: TrialConfig, seeds) -> list[np.ndarray]:
    drawn = []
    for layer, fans in enumerate(pairwise((2, *config.hidden, targets_of(config).outputs))):
        draws = streams(seeds, f"initialisation of layer {layer}")
        for shape in (fans, (1, fans[1])):
            zero = shape != fans and config.bias_init == "zero"
            values = draw_weights(config.init, draws, shape, fans, config.init_scale)
            drawn.append(np.zeros_like(values) if zero else values)
    return drawn


def trained(config: TrialConfig, seeds) -> Trained:
    """What Python's engine makes of the seeds of some settings."""
    config = config.resolve()
    drops = [layer for layer, rate in enumerate(config.dropout) if rate]
    data = splits(config, seeds)
    settings = Settings(
        layers=dense_layers(
            (2, *config.hidden, targets_of(config).outputs), config.act, config.out, [rate > 0 for rate in config.dropout]
        ),
        decision=config.targets,
        nesterov=bool(config.nesterov),
        centered=bool(config.centered),
        **{name: getattr(config, name) for name in ("loss", "optimizer", "batch_size", "epochs", "reduction", "shuffle")},
        **{name: getattr(config, name) for name in ("evaluate_every", "dtype")},
    )
    trials = Trials(
        numbers={name: getattr(config, name) for name in (*NUMBERS[config.optimizer], "lr_decay_epoch")},
        parameters=parameters(config, seeds),
        training=data["train"],
        measured=data,
        order_generators=streams(seeds, "shuffling").state,
        dropouts=[
            Dropout(np.full(len(seeds), config.dropout[layer]), streams(seeds, f"dropout after layer {layer}").state)
            for layer in drops
        ],
        initial_state=config.initial_accumulator_value or 0.0,
    )
    return train(settings, trials, engine=load_engine("wasm"))


def digests_of(result: Trained) -> list[str]:
    """The digest of each trial's parameters."""
    names = [f"{name}{layer}" for layer in range(len(result.parameters) // 2) for name in ("weight", "bias")]
    return [
        parameter_digest({name: values[trial] for name, values in zip(names, result.parameters, strict=True)})
        for trial in range(len(result.parameters[0]))
    ]


def run_in_page(driver, script: str, **given):
    """What a script returns that knows the trainer, the engine's module, its names and what is given."""
    told = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in {"names": names(), **given}.items())
    letters = base64.b64encode(WASM.read_bytes()).decode()
    module = f"new WebAssembly.Module(Uint8Array.from(atob('{letters}'), (letter) => letter.charCodeAt(0)))"
    return driver.execute_script(f"{TRAINER}\n{told}\nconst engine = new Engine({module}, names);\n{script}")


def trained_in_page(driver, config: TrialConfig, seeds):
    """The same by the page's script: training and test errors and digests of the seeds."""
    return run_in_page(
        driver,
        "const block = new Block(engine, told, seeds);\n"
        "while (block.nextMeasurement());\n"
        "const digests = seeds.map((_, lane) => parameterDigest(block.parameters(lane)));\n"
        "return { errors: block.datasets.map((_, k) => block.errors(k)), digests };",
        told=recipe(config),
        seeds=list(seeds),
    )
