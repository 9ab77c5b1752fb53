"""What a study says on the screen, from made-up final values."""

import io

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from cli import screen
from cli.outcomes import interval, number, show_outcome
from experiments.api import Outcome
from experiments.config import TrialConfig
from experiments.runner import RunReport
from experiments.statistics import summarise
from experiments.study import Arm, Study
from experiments.tables import COLUMNS, summary_table

CONFIG = TrialConfig()


def study_of(rounds: int, first: int = 0, each: int = 1, arms: tuple[str, ...] = ("a",)) -> Study:
    return Study("s", tuple(Arm(name, CONFIG.replace(seeds_per_data_set=each)) for name in arms), range(first, first + rounds))


def outcome_of(study: Study, errors: dict[str, list[float]], *, test: bool = True) -> Outcome:
    """The test error as given, the training error half of it, losses ten times."""
    rows = []
    for arm, values in errors.items():
        for seed, value in zip(study.seeds, values, strict=True):
            measured = dict.fromkeys(COLUMNS[3:], np.nan) | {"train_loss": 10 * value, "train_error": value / 2}
            measured |= {"test_loss": 20 * value, "test_error": value} if test else {}
            rows.append({"arm": arm, "seed": seed, "epoch": 1, **measured})
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return Outcome(study, table, summary_table(study, table), [], RunReport(len(rows)))


@pytest.fixture
def shown(monkeypatch):
    def show(outcome: Outcome, width: int = 80) -> list[str]:
        file = io.StringIO()
        monkeypatch.setattr(screen, "stdout", lambda: Console(file=file, width=width, highlight=False))
        show_outcome(outcome)
        return file.getvalue().splitlines()

    return show


def rows_of(lines: list[str], arm: str) -> list[str]:
    return [" ".join(line.split()) for line in lines if line.split()[:1] == [arm]]


ERRORS = {"first": [0.2, 0.3, 0.4, 0.3, 0.3], "sigmoid-uniform-0.001": [0.1, 0.2, 0.3, 0.1, np.nan]}


def test_several_arms_are_one_table_and_the_paired_differences(shown):
    lines = shown(outcome_of(study_of(5, arms=tuple(ERRORS)), ERRORS))
    low, high = (100 * getattr(summarise(np.array(ERRORS["first"])), end) for end in ("low", "high"))
    assert rows_of(lines, "first") == [f"first 30.00 7.07 {low:.2f} to {high:.2f} 6.000 15.00 3.000"]
    main, paired = rows_of(lines, "sigmoid-uniform-0.001")
    assert main.startswith("sigmoid-uniform-0.001 17.50 9.57 ") and main.endswith(" 3.500 8.75 1.750")
    assert paired.startswith("sigmoid-uniform-0.001 -12.50 ") and paired.endswith(" 100 % 4 lower")
    text = " ".join(" ".join(lines).split())
    assert "Interval: bootstrap of the mean. Diverged and left out: 1 of sigmoid-uniform-0.001." in text
    assert text.count("arm ") == 2 and max(map(len, lines)) <= 80


def test_without_a_test_set_the_training_error_leads(shown):
    lines = shown(outcome_of(study_of(5, arms=tuple(ERRORS)), ERRORS, test=False))
    (row,) = rows_of(lines, "first")
    assert row.startswith("first 15.00 3.54 ") and row.endswith(" 3.000")
    assert "test" not in " ".join(lines)


def test_an_arm_that_diverged_altogether_has_dashes(shown):
    lines = shown(outcome_of(study_of(2, arms=("a", "b")), {"a": [0.5, 0.25], "b": [np.nan, np.nan]}))
    assert rows_of(lines, "b") == ["b - - - - - -", "b - - - 0 -"]


@pytest.mark.parametrize(
    ("value", "text"), [(1.23456, "1.235"), (99999.0, "99999.000"), (1.5e200, "1.50e+200"), (-2e6, "-2.00e+06"), (np.nan, "-")]
)
def test_numbers_stay_short(value, text):
    assert number(value, 3) == text


def test_an_interval_has_both_ends_or_none():
    assert (interval("-1.00", "2.00"), interval("-", "-")) == ("-1.00 to 2.00", "-")
