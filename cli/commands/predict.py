"""`minifw predict`: what saved networks make of points in a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import console
from cli.errors import ending_well
from cli.options import Json, Quiet, fail
from experiments.config.settings import SettingError

if TYPE_CHECKING:
    from experiments.workflows.predict import Prediction

MAX_ROWS_SHOWN = 20
MOST_NAMED = 12

Model = Annotated[Path, typer.Argument(metavar="MODEL", help="A file that --save wrote, e.g. results/train.safetensors.")]
Points = Annotated[Path, typer.Argument(metavar="POINTS.csv", help="A table with a column for each feature.")]
RunCode = Annotated[bool, typer.Option("--run-code", help="Run the Python in MODEL, of layers of one's own. Trust it first.")]


def predict(model: Model, points: Points, run_code: RunCode = False, json: Json = False, quiet: Quiet = False) -> None:
    """Give each point of a table the class that most of the saved networks vote for.

    Example: minifw predict results/train.safetensors points.csv > classes.csv

    A row a point: its class, the share of networks that voted for it, and the mean of their outputs. Off a terminal it is CSV.
    """
    with ending_well() as interruption:
        from experiments.output.model_file import ModelFileError
        from experiments.workflows.predict import predict_file

        interruption.loaded()
        try:
            found = predict_file(model, points, run_code)
        except ModelFileError as error:
            raise fail("MODEL", str(error)) from None
        except SettingError as error:
            raise fail("POINTS.csv", error.message) from None
        except ValueError as error:
            raise fail("POINTS.csv", str(error)) from None
    with console.output(json=json, quiet=quiet):
        if found.columns != found.networks.features:
            console.say(f"Note: {_taken(found.columns, found.networks.features)}, in this order.")
        show(found)
        console.show_json(lambda: {"model": model, "seeds": found.networks.seeds, "points": found.table})


def _taken(columns: Sequence[str], features: Sequence[str]) -> str:
    """Which columns stand for which features; how many, where they are more than a line holds."""
    if len(columns) > MOST_NAMED:
        return f"the {len(columns)} columns are taken for the networks' features"
    return f"columns {', '.join(columns)} are taken for {', '.join(features)}"


def show(found: Prediction) -> None:
    """A table of the first points on a terminal, CSV with all of them off it."""
    table = found.table
    if not console.stdout().is_terminal:
        console.show_plain(table.to_csv(index=False, float_format="%.6g"))
        return
    outputs = [name for name in table if name.startswith("output")]
    rows = [
        [str(place + 1), row["class"], f"{100 * row['vote']:.0f} %", *(f"{row[name]:.3g}" for name in outputs)]
        for place, row in table.head(MAX_ROWS_SHOWN).iterrows()
    ]
    left_out = len(table) - len(rows)
    console.show_table(
        f"{console.counted(len(table), 'point')} by {console.counted(len(found.networks.seeds), 'network')}",
        ["point", "class", "vote", *outputs],
        rows,
        "vote: share of the networks; outputs are means."
        + (f" {left_out} more points; send the output to a file to have all, as CSV." if left_out else ""),
    )
