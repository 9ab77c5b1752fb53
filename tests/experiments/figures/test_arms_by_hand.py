"""What a figure of arms says below it and on its axes, without a figure."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.config.study import Arm, Study
from experiments.figures.arms import arm_colour, arm_style, axis_name, one_kind, quantity_name, rounds_of_arms, style_text
from experiments.figures.curve import Curve
from experiments.figures.style import COLOURS, LINE_STYLES
from tests.experiments.madeup import CONFIG, study_of


def shown(*diverged: int, rounds: int = 6) -> dict[str, Curve]:
    """Curves of arms a, b, ... of which so many rounds diverged; the last arm has so many rounds."""
    one = np.zeros(2)
    counts = [6] * (len(diverged) - 1) + [rounds]
    curves = (Curve(one, one, one, one, np.zeros((n, 2)), gone) for n, gone in zip(counts, diverged, strict=True))
    return dict(zip("abcdef", curves, strict=False))


@pytest.mark.parametrize(
    ("diverged", "text"),
    [
        ((0, 0), ""),
        ((0, 2), " 2 of b diverged and are left out from there."),
        ((1, 0, 2), " 3 of a and c diverged and are left out from there."),
        ((1, 1, 1, 0), " 3 of a and b and c diverged and are left out from there."),
        ((1, 1, 1, 3), " 6 of 4 arms diverged and are left out from there."),
    ],
)
def test_what_diverged_is_counted_over_the_arms_and_up_to_three_are_named(diverged, text):
    assert rounds_of_arms(study_of(*"abcdef"), shown(*diverged)) == f"n = 6 rounds (seeds 0 to 5).{text}"


def test_an_arm_of_which_rounds_are_missing_is_told():
    found = rounds_of_arms(study_of(*"ab"), shown(0, 0, rounds=5))
    assert found == "n = 6 rounds (seeds 0 to 5). Of single arms only 5 rounds are finished."


def losses(*names: str) -> Study:
    return Study("s", tuple(Arm(f"{name}{k}", CONFIG.replace(loss=name)) for k, name in enumerate(names)), range(2))


def test_axes_have_the_unit_of_what_all_arms_measure():
    same, mixed = losses("mse", "mse"), losses("mse", "cross-entropy")
    assert one_kind(same, "loss") and one_kind(mixed, "error") and not one_kind(mixed, "loss")
    assert axis_name(mixed, "validation_error") == "validation error (% of points)"
    assert axis_name(same, "train_loss") == "training loss (mean squared error)"
    assert quantity_name(losses("cross-entropy"), "test_loss") == "loss (cross-entropy, nats)"
    assert quantity_name(mixed, "test_loss") == "loss (of its own kind)"


def test_colours_and_styles_go_round_and_of_pairs_each_has_its_own():
    many = study_of(*(f"arm{k}" for k in range(9)))
    assert [arm_colour(many, arm.name) for arm in many.arms] == [*COLOURS, COLOURS[0]]
    assert [arm_style(many, arm.name) for arm in many.arms] == [*LINE_STYLES, *LINE_STYLES, LINE_STYLES[0]]
    pairs = study_of("relu-he", "relu-normal", "tanh-he", "tanh-normal")
    assert [arm_colour(pairs, arm.name) for arm in pairs.arms] == [COLOURS[0], COLOURS[0], COLOURS[1], COLOURS[1]]
    assert [arm_style(pairs, arm.name) for arm in pairs.arms] == ["-", "--", "-", "--"]
    assert style_text(pairs) == " Unbroken: he; dashed: normal." and style_text(many) == ""
    assert style_text(study_of("relu-he", "tanh-normal")) == ""
    five = study_of(*(f"{one}-{other}" for one in "ab" for other in "vwxyz"))
    assert style_text(five) == " Unbroken: v; dashed: w; dots and dashes: x; dotted: y; unbroken: z."
