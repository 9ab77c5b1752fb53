"""What saved networks make of the points in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from experiments.config.csv_table import read_points
from experiments.config.user_files import UserFile, digest_of, read_text
from experiments.output.model_file import SavedNetworks, read_networks
from experiments.training.user_code import errors_of_user_code


@dataclass(frozen=True)
class Prediction:
    """A row for each point: its class, the share of networks that voted for it, and their mean outputs.

    networks: what gave them. columns: those of the file that were taken, in the order of the networks' features.
    """

    table: pd.DataFrame
    networks: SavedNetworks
    columns: tuple[str, ...]


def predict_file(model: Path | str, points: Path | str, run_code: bool = False) -> Prediction:
    """The class that most of a file's networks give each point of a table, the first of equals.

    Args:
        model: what `--save` wrote.
        points: a CSV file with a column for each feature, by the name it had in training, or in its order.
        run_code: whether Python in the file may run, see `read_networks`.

    Raises ModelFileError, and ValueError naming line and column of what is wrong with the points.

    Example:
        >>> from experiments import STUDIES, predict_file, run_study
        >>> study = STUDIES["train"].build(rounds=4, given={"hidden": (5,), "epochs": 3})
        >>> _ = run_study(study, "results", save_networks=True)
        >>> from pathlib import Path
        >>> _ = Path("points.csv").write_text("x,y\\n0.5,0.5\\n0.1,0.9\\n")
        >>> predict_file("results/train.safetensors", "points.csv").table.columns.to_list()
        ['class', 'vote', 'output 1', 'output 2']
    """
    networks = read_networks(Path(model), run_code)
    numbers, columns = read_points(_read(Path(points)), networks.features)
    inputs = torch.tensor(numbers, dtype=torch.float64).view(-1, len(networks.features))
    with errors_of_user_code():
        outputs = networks.outputs(inputs)
    labels = networks.targets.decide(outputs).numpy()
    table = tabulate(outputs.double().numpy(), labels, networks.classes, networks.output_names)
    return Prediction(table, networks, columns)


def _read(path: Path) -> UserFile:
    texts = ((path.name, read_text(path)),)
    return UserFile(digest_of(texts), path=str(path), texts=texts)


def tabulate(outputs: np.ndarray, labels: np.ndarray, classes: Sequence[str], output_names: Sequence[str]) -> pd.DataFrame:
    """The table of outputs (networks, points, outputs) and labels (networks, points)."""
    votes = np.stack([(labels == label).mean(0) for label in range(len(classes))])
    means = outputs.mean(0)
    named = {f"output {name}": means[:, place] for place, name in enumerate(output_names)}
    chosen = votes.argmax(0)
    return pd.DataFrame({"class": [classes[label] for label in chosen], "vote": votes.max(0), **named})
