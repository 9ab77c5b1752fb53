"""Trials by the compiled engine in Python, and by the script of the page."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path

from experiments.analysis.parameter_digest import parameter_digest
from experiments.config.trial import Trial, TrialConfig
from experiments.pages import render
from experiments.pages.recipe import names, recipe
from experiments.training.compiled_trials import CompiledTraining
from experiments.training.results import TrialResult
from minifw.compiled.wasm import WASM

TEMPLATES = Path(render.__file__).parent / "templates"
TRAINER = "".join((TEMPLATES / name).read_text() for name in ("sha256.js", "trainer.js"))
TRAIN = """
const block = new Block(engine, told, seeds);
while (block.nextMeasurement());
const digests = seeds.map((_, lane) => parameterDigest(block.parameters(lane)));
return { errors: block.datasets.map((_, k) => block.errors(k)), digests };
"""


def trained(config: TrialConfig, seeds: Sequence[int]) -> list[TrialResult]:
    """What Python's engine makes of the seeds of some settings."""
    return CompiledTraining([Trial(config, seed) for seed in seeds]).run()


def digests_of(results: Sequence[TrialResult]) -> list[str]:
    """The digest of each trial's parameters."""
    return [parameter_digest(result.parameters) for result in results]


def final_errors(results: Sequence[TrialResult], split: str) -> list[float]:
    """The error of each trial on a split after the last epoch."""
    return [float(result.measured[f"{split}_error"][-1]) for result in results]


def run_in_page(driver, script: str, **given):
    """What a script returns that knows the trainer, the engine, its names and what is given."""
    told = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in {"names": names(), **given}.items())
    letters = base64.b64encode(WASM.read_bytes()).decode()
    module = f"new WebAssembly.Module(Uint8Array.from(atob('{letters}'), (letter) => letter.charCodeAt(0)))"
    return driver.execute_script(f"{TRAINER}\n{told}\nconst engine = new Engine({module}, names);\n{script}")


def trained_in_page(driver, config: TrialConfig, seeds: Sequence[int]):
    """The same by the page's script: errors of every split and digests of the seeds."""
    return run_in_page(driver, TRAIN, told=recipe(config), seeds=list(seeds))
