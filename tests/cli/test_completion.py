"""What a shell is offered when Tab is pressed, asked for as bash asks."""

import pytest
from typer.testing import CliRunner

from cli.main import app
from experiments.config.settings import OPTIMIZERS
from experiments.reports.catalogue import PRESETS, STUDIES
from tests.cli.terminal import train


def offered(typed: str) -> list[str]:
    """What is offered for the last word of a line."""
    words = typed.split(" ")
    asked = {"_MINIFW_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    return CliRunner().invoke(app, [], env=asked).output.split()


SWEEPS = [name for name in STUDIES if name.startswith("sweep-")]


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("minifw train --optimizer ", list(OPTIMIZERS)),
        ("minifw train --optimizer ada", ["adagrad", "adadelta", "adam"]),
        ("minifw train --act relu,", ["relu,relu", "relu,tanh", "relu,sigmoid"]),
        ("minifw train --act relu,t", ["relu,tanh"]),
        ("minifw train --init he_", ["he_normal", "he_uniform"]),
        ("minifw train --dtype ", ["float32", "float64"]),
        ("minifw train --lr ", []),
        ("minifw train --preset ", list(PRESETS)),
        ("minifw train --reading ", list(PRESETS["feng"].readings)),
        ("minifw train --preset fernandez --reading ", list(PRESETS["fernandez"].readings)),
        ("minifw sweep-init --reading lit", ["literal-variance", "literal-std"]),
        ("minifw sweep-init --inits ", ["xavier", "uniform"]),
        ("minifw study ", list(STUDIES)),
        ("minifw study sweep-losses --reading ", list(STUDIES["sweep-losses"].readings)),
        ("minifw sweep --over mo", ["momentum=", "model="]),
        ("minifw sweep --over act=relu,s", ["act=relu,sigmoid"]),
        ("minifw activations --acts relu,s", ["relu,sigmoid"]),
        ("minifw sweep-o", ["sweep-optimizers"]),
    ],
)
def test_values_are_offered(typed, values):
    assert offered(typed) == values


def test_readings_of_a_comparison_are_those_of_its_preset():
    spec = next(spec for spec in STUDIES.values() if spec.command == "compare-torch" and spec.report == "bhatt")
    assert offered("minifw compare-torch --preset bhatt --reading ") == list(spec.readings)


def test_stored_names_are_offered(tmp_path, dots):
    for name in ("first", "fast", "other"):
        train(tmp_path, "--rounds", 1, "--name", name)
    assert offered(f"minifw plot --results-dir {tmp_path} f") == ["fast", "first"]
    assert offered(f"minifw plot --results-dir {tmp_path / 'empty'} ") == []
