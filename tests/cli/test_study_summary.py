"""What a study says on the screen, from made-up final values."""

import io

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from cli import console
from cli.study_summary import interval_note, show_outcome
from experiments.analysis.ranking import rank_arms
from experiments.analysis.tables import COLUMNS, summary_table
from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.running.runner import RunSummary
from experiments.statistics.bootstrap import summarise
from experiments.workflows.run_study import StudyResult

CONFIG = TrialConfig()


def study_of(rounds: int, first: int = 0, each: int = 1, arms: tuple[str, ...] = ("a",)) -> Study:
    return Study("s", tuple(Arm(name, CONFIG.replace(seeds_per_data_set=each)) for name in arms), range(first, first + rounds))


def outcome_of(study: Study, errors: dict[str, list[float]], *, test: bool = True) -> StudyResult:
    """The test error as given, the training error half of it, losses ten times."""
    rows = []
    for arm, values in errors.items():
        for seed, value in zip(study.seeds, values, strict=True):
            measured = dict.fromkeys(COLUMNS[3:], np.nan) | {"train_loss": 10 * value, "train_error": value / 2}
            measured |= {"test_loss": 20 * value, "test_error": value} if test else {}
            rows.append({"arm": arm, "seed": seed, "epoch": 1, **measured})
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return StudyResult(study, table, summary_table(study, table), [], RunSummary(len(rows)))


@pytest.fixture
def shown(monkeypatch):
    def show(outcome: StudyResult, width: int = 80) -> list[str]:
        file = io.StringIO()
        monkeypatch.setattr(console, "stdout", lambda: Console(file=file, width=width, highlight=False))
        show_outcome(outcome)
        return file.getvalue().splitlines()

    return show


def rows_of(lines: list[str], arm: str) -> list[str]:
    """The rows of tables that begin with the arm's name; a sentence may begin with it too, but ends with a full stop."""
    return [" ".join(line.split()) for line in lines if line.split()[:1] == [arm] and not line.rstrip().endswith(".")]


ERRORS = {"first": [0.2, 0.3, 0.4, 0.3, 0.3, 0.3, 0.3], "sigmoid-uniform-0.001": [0.1, 0.2, 0.3, 0.1, 0.1, 0.2, np.nan]}


def test_several_arms_are_one_table_and_the_paired_differences(shown):
    lines = shown(outcome_of(study_of(7, arms=tuple(ERRORS)), ERRORS))
    low, high = (100 * getattr(summarise(np.array(ERRORS["first"])), end) for end in ("low", "high"))
    assert rows_of(lines, "first") == [f"first 30.00 5.77 {low:.2f} to {high:.2f} 6.000 15.00 3.000"]
    main, paired = rows_of(lines, "sigmoid-uniform-0.001")
    assert main.startswith("sigmoid-uniform-0.001 16.67 8.16 ") and main.endswith(" 3.333 8.33 1.667")
    assert paired.startswith("sigmoid-uniform-0.001 -13.33 ") and paired.endswith(" 100 % 6 lower")
    text = " ".join(" ".join(lines).split())
    assert "Interval: bootstrap of the mean. Diverged and left out: 1 of sigmoid-uniform-0.001. Engine: compiled." in text
    assert text.count("arm ") == 2 and max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("rounds", "each", "verdict"),
    [(2, 1, "too few seeds"), (5, 1, "too few seeds"), (6, 1, "lower"), (10, 2, "too few seeds"), (12, 2, "lower")],
)
def test_below_six_seeds_or_data_sets_no_arm_is_called_lower(shown, rounds, each, verdict):
    errors = {"first": [0.4] * rounds, "other": [0.3 - 0.001 * place for place in range(rounds)]}
    lines = shown(outcome_of(study_of(rounds, each=each, arms=tuple(errors)), errors))
    assert rows_of(lines, "other")[1].endswith(f" 100 % {rounds} {verdict}")
    assert max(map(len, lines)) <= 80


def test_verdicts_of_the_terminal_are_those_of_the_title(shown):
    step = [0.01, -0.01] * 3
    errors = {"a": [0.1] * 6, "b": [0.101 + x for x in step], "c": [0.3 + x for x in step]}
    study = study_of(6, arms=tuple(errors))
    outcome = outcome_of(study, errors)
    lines = shown(outcome)
    assert [rows_of(lines, arm)[1].split(" 6 ")[1] for arm in "bc"] == ["not told apart", "higher"]
    sentence = rank_arms(study, outcome.history, "test_error").sentence()
    assert sentence.startswith("Mean test error ends lowest with a (10 %), not told apart from b; highest with c")
    assert f"{sentence}." in " ".join(" ".join(lines).split())


def test_without_a_test_set_the_training_error_leads(shown):
    lines = shown(outcome_of(study_of(7, arms=tuple(ERRORS)), ERRORS, test=False))
    (row,) = rows_of(lines, "first")
    assert row.startswith("first 15.00 2.89 ") and row.endswith(" 3.000")
    assert "test error" not in " ".join(lines) and "mean training error" in " ".join(" ".join(lines).split()).lower()


def test_an_arm_that_diverged_altogether_has_dashes(shown):
    lines = shown(outcome_of(study_of(2, arms=("a", "b")), {"a": [0.5, 0.25], "b": [np.nan, np.nan]}))
    assert rows_of(lines, "b") == ["b - - - - - -", "b - - - 0 -"]


@pytest.mark.parametrize(
    ("study", "note"),
    [
        (study_of(1), "One round gives no interval."),
        (study_of(2), "Interval: bootstrap of the mean; with only 2 rounds it is min to max."),
        (study_of(4, 7), "Interval: bootstrap of the mean; with only 4 rounds it is min to max."),
        (study_of(5), "Interval: bootstrap of the mean."),
        (
            study_of(15, each=15),
            "No interval: all rounds share one data set; from --rounds 16 on there are several.",
        ),
        (
            study_of(2, 16, 15),
            "No interval: all rounds share one data set; from --rounds 15 on there are several.",
        ),
        (
            study_of(16, each=15),
            "Interval: bootstrap of the mean over 2 data sets, so few that it is the lowest to the highest of their means.",
        ),
        (study_of(10, each=2), "Interval: bootstrap of the mean over 5 data sets."),
    ],
)
def test_a_note_says_what_the_interval_is(study, note):
    assert interval_note(study) == note


@pytest.mark.parametrize("size", [2, 3, 4])
def test_the_interval_of_few_rounds_is_min_to_max(size):
    values = np.random.default_rng(size).normal(size=size)
    found = summarise(values)
    assert (found.low, found.high) == pytest.approx((values.min(), values.max()))


def test_the_rounds_that_the_note_asks_for_give_an_interval():
    for first in (0, 14, 15, 16):
        needed = int(interval_note(study_of(1, first, 15)).split("--rounds ")[1].split()[0])
        assert interval_note(study_of(needed - 1, first, 15)).startswith("No interval")
        assert interval_note(study_of(needed, first, 15)).startswith("Interval: bootstrap of the mean over 2 data sets")
