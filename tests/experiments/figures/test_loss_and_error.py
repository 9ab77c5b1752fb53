"""What figures show, asked of the artists on them: every line, band, star and label against the table it is drawn from."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

from experiments.config.comparison import ARMS
from experiments.config.study import Arm, Study
from experiments.figures.arms import arm_colour, arm_style
from experiments.figures.curve import rounds_text
from experiments.figures.loss_and_error import error_figure, loss_figure
from experiments.figures.ours_and_torch import errors_figure
from experiments.figures.png import read_texts
from experiments.figures.style import COLOURS, GREY, LABEL_POINTS, _spread_out, data_digest, label_lines, new_figure, save, wrap
from experiments.figures.timing import ORDER, implementation_colour
from experiments.statistics.bootstrap import interval_of_mean
from tests.experiments.madeup import CONFIG, diverge, history_of, study_of


def panels(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.get_visible()]


def curves_of(axes: Axes) -> list[np.ndarray]:
    """The data (epochs, values) of every line that is no star."""
    return [np.array(line.get_data()) for line in axes.get_lines() if line.get_marker() != "*"]


def stars(axes: Axes) -> list[tuple[float, float, str]]:
    lines = [line for line in axes.get_lines() if line.get_marker() == "*"]
    return [(float(line.get_xdata()[0]), float(line.get_ydata()[0]), to_hex(line.get_color())) for line in lines]


def band(axes: Axes, index: int) -> tuple[np.ndarray, np.ndarray]:
    """Low and high ends of a band by epoch."""
    x, y = axes.collections[index].get_paths()[0].vertices.T
    low, high = ([edge(y[x == epoch]) for epoch in np.unique(x)] for edge in (np.min, np.max))
    return np.array(low), np.array(high)


def labels(axes: Axes) -> dict[str, str]:
    return {text.get_text(): to_hex(text.get_color()) for text in axes.texts}


def words(figure: Figure) -> tuple[str, str]:
    """Title and caption on one line each."""
    return " ".join(figure.get_suptitle().split()), " ".join(figure.get_supxlabel().split())


def values(table: pd.DataFrame, arm: str, metric: str) -> np.ndarray:
    """Seeds x epochs, taken from the table row by row."""
    rows = table[table["arm"] == arm]
    return np.array([[*rows[rows["seed"] == seed].sort_values("epoch")[metric]] for seed in sorted(set(rows["seed"]))])


ONE = study_of("only", rounds=6, first=4)
ONE_TABLE = history_of(ONE)
TWO = study_of("b", "a")
TWO_TABLE = history_of(TWO)


def test_one_arms_loss_shows_every_round_their_mean_and_its_interval():
    (axes,) = panels(loss_figure(ONE, ONE_TABLE))
    rounds = values(ONE_TABLE, "only", "train_loss")
    lines = axes.get_lines()
    assert len(lines) == 7
    for line, expected in zip(lines, [*rounds, rounds.mean(0)], strict=True):
        np.testing.assert_allclose(line.get_data(), (range(6), expected))
    assert {to_hex(line.get_color()) for line in lines[:6]} == {GREY.lower()}
    np.testing.assert_allclose(band(axes, 0), interval_of_mean(rounds))
    assert labels(axes) == {"mean": to_hex(lines[6].get_color())}
    assert axes.get_xlim() == (0, 5) and axes.get_ylim()[0] == 0


def test_one_arms_errors_are_those_of_both_splits_in_percent():
    figure = error_figure(ONE, ONE_TABLE)
    (axes,) = panels(figure)
    for index, metric in enumerate(("train_error", "test_error")):
        found = 100 * values(ONE_TABLE, "only", metric)
        np.testing.assert_allclose(curves_of(axes)[index], (range(6), found.mean(0)))
        np.testing.assert_allclose(band(axes, index), interval_of_mean(found))
    assert list(labels(axes)) in (["training", "test"], ["test", "training"])
    train, test = (100 * values(ONE_TABLE, "only", f"{split}_error")[:, -1].mean() for split in ("train", "test"))
    assert words(figure)[0] == f"After 5 epochs the mean error is {train:.2f} % training and {test:.2f} % test"


def test_captions_name_rounds_line_and_band():
    figures = [loss_figure(ONE, ONE_TABLE), error_figure(ONE, ONE_TABLE), loss_figure(TWO, TWO_TABLE)]
    title = words(figures[0])[0]
    last = values(ONE_TABLE, "only", "train_loss")[:, -1]
    assert f"{last.mean():.3g} on average, from {last.min():.3g} to {last.max():.3g} over 6 rounds" in title
    for _, caption in map(words, figures):
        assert "mean" in caption and "The band is the 95 % bootstrap interval of the mean." in caption
        assert "n = 6 rounds (seeds " in caption
        assert "Stars" not in caption
    assert rounds_text(study_of("a", rounds=1, first=9)) == "n = 1 round (seed 9)."
    assert rounds_text(ONE, 2) == "n = 6 rounds (seeds 4 to 9). 2 diverged and are left out from there."


def test_captions_say_what_is_resampled_and_what_is_missing():
    shared = study_of("a", "b", seeds_per_data_set=3)
    assert (
        "interval of the mean, resampled by whole data sets of 3 rounds." in words(error_figure(shared, history_of(shared)))[1]
    )
    one = study_of("a", "b", seeds_per_data_set=15)
    assert "One data set has no interval." in words(error_figure(one, history_of(one)))[1]
    unfinished = TWO_TABLE[(TWO_TABLE["arm"] == "b") | (TWO_TABLE["seed"] < 4)]
    assert "Of single arms only 4 rounds are finished." in words(loss_figure(TWO, unfinished))[1]
    assert "finished" not in words(loss_figure(TWO, TWO_TABLE))[1]


def test_lines_of_text_break_neither_numbers_from_units_nor_n():
    text = "of tanh-recomputed 95 % here n = 200 rounds (seeds 0 to 199) end in Table 1."
    for width in range(16, 50):
        lines = wrap(text, width).splitlines()
        assert " ".join(lines) == text
        for whole in ("tanh-recomputed", "95 %", "n = 200 rounds", "Table 1", "(seeds 0 to 199)"):
            assert any(whole in line for line in lines)


def test_one_round_has_no_interval():
    study = study_of("only", rounds=1)
    figure = error_figure(study, history_of(study))
    assert "One round has no interval." in words(figure)[1] and "bootstrap" not in words(figure)[1]


@pytest.mark.parametrize(("draw", "quantity", "scale"), [(loss_figure, "loss", 1), (error_figure, "error", 100)])
def test_arms_share_a_panel_for_each_split(draw, quantity, scale):
    found = panels(draw(TWO, TWO_TABLE))
    assert len(found) == 2
    for axes, split in zip(found, ("train", "test"), strict=True):
        for index, arm in enumerate("ba"):
            expected = scale * values(TWO_TABLE, arm, f"{split}_{quantity}")
            np.testing.assert_allclose(curves_of(axes)[index], (range(6), expected.mean(0)))
            np.testing.assert_allclose(band(axes, index), interval_of_mean(expected))
        assert labels(axes) == {arm: arm_colour(TWO, arm).lower() for arm in "ab"}
    assert found[0].get_ylim() == found[1].get_ylim()


def ranked(*means: float, spread: float = 0.001, rounds: int = 6, **settings) -> tuple[str, str]:
    """Title and caption of the errors of arms a, b ... that end at these means, the second scattered by `spread`."""
    study = study_of(*"abcdefgh"[: len(means)], rounds=rounds, **settings)
    table = history_of(study)
    last = table["epoch"] == 5
    for name, mean in zip("abcdefgh", means, strict=False):
        scatter = np.linspace(-spread, spread, rounds) if name == "b" else 0.0
        table.loc[last & (table["arm"] == name), "test_error"] = mean + scatter
    return words(error_figure(study, table))


def test_the_title_ranks_the_arms():
    title, caption = ranked(0.04, 0.02)
    assert title == "Mean test error ends lowest with b (2 %) and highest with a (4 %)"
    assert "clear" not in caption


def test_the_title_claims_no_difference_that_the_seeds_explain():
    title, caption = ranked(0.04, 0.038, spread=0.02)
    assert title == "No clear difference: mean test error ends lowest with b (3.8 %) and highest with a (4 %)"
    assert "the 95 % interval of its paired mean, widened for the choice of arms, excludes 0" in caption
    one = "In one {} the mean test error ends lowest with b (2 %) and highest with a (4 %)"
    assert ranked(0.04, 0.02, spread=0, rounds=1)[0] == one.format("round")
    assert ranked(0.04, 0.02, seeds_per_data_set=15)[0] == one.format("data set")
    assert ranked(0.04, 0.04, spread=0)[0] == "Mean test error ends at 4 % with every arm"


def test_among_more_arms_the_furthest_apart_must_differ_by_more():
    """0 lies outside the 95 % interval of one difference, but within that for the largest of 28."""
    assert "No clear" not in ranked(0.04, 0.037, spread=0.004)[0]
    assert "No clear" in ranked(0.04, 0.037, *[0.038] * 6, spread=0.004)[0]


def test_a_difference_of_arms_that_share_data_sets_is_one_of_data_sets():
    assert "No clear" not in ranked(0.04, 0.0375, spread=0.004, rounds=12)[0]
    assert "No clear" in ranked(0.04, 0.0375, spread=0.004, rounds=12, seeds_per_data_set=4)[0]


def test_diverged_trials_are_left_out_of_the_mean_and_counted():
    table = diverge(diverge(TWO_TABLE, "a", 2, 3), "a", 4, 5)
    figure = loss_figure(TWO, table)
    rows = values(table, "a", "train_loss")
    np.testing.assert_allclose(curves_of(panels(figure)[0])[1][1], np.nanmean(rows, 0))
    assert "2 of a diverged and are left out from there." in words(figure)[1]
    only = dataclasses.replace(study_of("b", "c"), arms=(TWO.arm("b"), Arm("c", CONFIG)))
    both = pd.concat([table, history_of(study_of("c"))])
    assert "diverged" not in words(loss_figure(only, both))[1] and "with a " not in words(loss_figure(only, both))[0]
    for seed in TWO.seeds:
        table = diverge(diverge(table, "a", seed, 1), "b", seed, 1)
    assert words(error_figure(TWO, table))[0] == "Every trial diverged"


def test_where_single_rounds_go_astray_medians_and_quartiles_are_shown():
    table = TWO_TABLE.copy()
    table.loc[(table["arm"] == "a") & (table["seed"] == 3) & (table["epoch"] > 2), ["train_loss", "test_loss"]] = 1e6
    figure = loss_figure(TWO, table)
    rows = [values(table, arm, "train_loss") for arm in "ba"]
    axes = panels(figure)[0]
    for index, expected in enumerate(rows):
        np.testing.assert_allclose(curves_of(axes)[index][1], np.median(expected, 0))
        np.testing.assert_allclose(band(axes, index), np.quantile(expected, [0.25, 0.75], axis=0))
    title, caption = words(figure)
    medians = {arm: np.median(values(table, arm, "test_loss")[:, -1]) for arm in "ab"}
    best, lowest = min(medians, key=medians.get), min(medians.values())
    assert title.startswith(f"No clear difference: median test loss ends lowest with {best} ({lowest:.3g})")
    table.loc[table["arm"] == "b", "test_loss"] += 1e7
    assert words(loss_figure(TWO, table))[0].startswith("Median test loss ends lowest with a (")
    assert (
        "median over the rounds" in caption and "middle half of the rounds" in caption and "bootstrap interval" not in caption
    )
    assert "mean sign of its pairs" in caption
    assert "median" not in words(loss_figure(TWO, TWO_TABLE))[1]


def test_errors_are_means_even_where_most_rounds_have_none():
    table = TWO_TABLE.copy()
    table.loc[(table["epoch"] > 2) & (table["seed"] != 3), ["train_error", "test_error"]] = 0
    title, caption = words(error_figure(TWO, table))
    assert "mean" in title.lower() and "median" not in (title + caption).lower()


def ending_at(low: float, study: Study = TWO, **others: float) -> pd.DataFrame:
    """A history of the study that begins at losses of 1 and ends at `low`; `others` are the ends of single arms."""
    table = history_of(study)
    for arm in study.arms:
        for metric in ("train_loss", "test_loss"):
            rows = table["arm"] == arm.name
            table.loc[rows, metric] = np.geomspace(1, others.get(arm.name, low), 6)[table.loc[rows, "epoch"]]
    return table


@pytest.mark.parametrize("study", [ONE, TWO, study_of(*"abcdefg")], ids=["one arm", "a panel a split", "a panel an arm"])
def test_a_scale_is_logarithmic_where_small_values_would_lie_on_the_axis(study):
    for low, expected in ((0.1, "linear"), (0.01, "log")):
        figure = loss_figure(study, ending_at(low, study))
        name = figure.get_supylabel() or panels(figure)[0].get_ylabel()
        for axes in panels(figure):
            bottom, top = axes.get_ylim()
            assert axes.get_yscale() == expected and top > 1
            assert bottom == 0 if expected == "linear" else 0 < bottom < low
        assert "loss (mean squared error)" in name and name.endswith("logarithmic") == (expected == "log")
        assert "cut off" not in words(figure)[1]


def test_a_few_low_rounds_make_no_scale_logarithmic_but_lie_on_it():
    for low, expected in ((0.1, "linear"), (0.01, "log")):
        table = ending_at(low, ONE)
        table.loc[(table["seed"] == 7) & (table["epoch"] == 4), "train_loss"] = 1e-4
        (axes,) = panels(loss_figure(ONE, table))
        assert axes.get_yscale() == expected and axes.get_ylim()[0] < 1e-4


def test_no_panel_is_empty_however_far_apart_its_arms_end():
    study = study_of(*"abcdefgh")
    found = panels(loss_figure(study, ending_at(0.2, study, c=1e-4, d=1e5)))
    assert found[0].get_yscale() == "log"
    for axes in found:
        bottom, top = axes.get_ylim()
        assert all(((bottom < y) & (y < top)).all() for _, y in curves_of(axes))


def test_what_reaches_zero_leaves_a_logarithmic_scale_and_the_caption_says_so():
    table = ending_at(0.01)
    table.loc[(table["arm"] == "a") & (table["epoch"] == 4), "test_loss"] = 0.0
    figure = loss_figure(TWO, table)
    assert panels(figure)[0].get_ylim()[0] == pytest.approx(0.01 / 1.5)
    assert "What lies below the logarithmic scale is cut off." in words(figure)[1]


def test_numbers_on_logarithmic_scales_are_plain():
    figure = loss_figure(TWO, ending_at(0.01))
    axes = panels(figure)[0]
    figure.draw_without_rendering()
    written = [text.get_text() for text in axes.get_yticklabels() if text.get_text()]
    assert {"0.01", "0.02", "0.05", "0.1", "1"} <= set(written)


def test_arms_far_apart_in_length_share_a_logarithmic_axis_and_are_labelled_where_they_end():
    long = CONFIG.replace(epochs=500, evaluate_every=50)
    study = Study("s", (Arm("short", CONFIG), Arm("long", long)), range(3))
    axes = panels(loss_figure(study, history_of(study)))[0]
    assert (axes.get_xscale(), axes.get_xlabel()) == ("symlog", "epoch, logarithmic")
    assert {text.get_text(): text.xy[0] for text in axes.texts} == {"short": 5, "long": 500}
    within = {text.get_text(): bool(text.get_path_effects()) for text in axes.texts}
    assert within == {"short": True, "long": False}, "a name on other lines needs a white edge"
    assert "long is measured every 50 epochs." in words(axes.figure)[1]
    assert panels(loss_figure(TWO, TWO_TABLE))[0].get_xscale() == "linear"


def test_an_arm_has_one_colour_and_style_in_every_figure():
    study = study_of(*"fbdace")
    table = history_of(study)
    looks = set()
    for figure in (loss_figure(study, table), error_figure(study, table)):
        for axes in panels(figure):
            by_colour = {to_hex(line.get_color()): line.get_linestyle() for line in axes.get_lines()}
            assert len(by_colour) == 6
            looks |= {(name, colour, by_colour[colour]) for name, colour in labels(axes).items()}
    assert looks == {(arm, arm_colour(study, arm).lower(), arm_style(study, arm)) for arm in "abcdef"}


def test_an_implementation_has_one_colour_in_curves_dots_and_times():
    study = Study("s", tuple(Arm(name, CONFIG.replace(**changes)) for name, changes in ARMS.items()), range(4))
    figure = errors_figure(study, history_of(study))
    for axes in panels(figure):
        dots = [to_hex(found.get_facecolor()[0]) for found in axes.collections if len(found.get_offsets()) == 4]
        assert dots == [implementation_colour(name).lower() for name in ARMS]
    assert [arm_colour(study, name) for name in ARMS] == [implementation_colour(name) for name in ORDER] == list(COLOURS[:4])


def test_errors_side_by_side_show_every_seed_and_the_paired_difference():
    study = Study("s", tuple(Arm(name, CONFIG.replace(**changes)) for name, changes in ARMS.items()), range(4))
    table = history_of(study)
    figure = errors_figure(study, table)
    finals = {name: 100 * values(table, name, "test_error")[:, -1] for name in ARMS}
    axes = panels(figure)[1]
    dots = [found.get_offsets() for found in axes.collections if len(found.get_offsets()) == 4]
    for column, (name, found) in enumerate(zip(ARMS, dots, strict=True)):
        np.testing.assert_allclose(found, [(column, value) for value in finals[name]])
    joined = [line.get_ydata() for line in axes.get_lines() if to_hex(line.get_color()) == GREY.lower()]
    np.testing.assert_allclose(joined, list(zip(finals["minifw"], finals["torch"], strict=True)))
    low, high = interval_of_mean(finals["torch"] - finals["minifw"])
    difference = (finals["torch"] - finals["minifw"]).mean()
    assert f"test error {difference:+.2f} ({low:+.2f} to {high:+.2f})" in words(figure)[0]


def test_errors_side_by_side_leave_no_panel_empty():
    study = Study("s", tuple(Arm(name, CONFIG.replace(test_size=0, **changes)) for name, changes in ARMS.items()), range(4))
    assert [axes.get_title() for axes in errors_figure(study, history_of(study)).axes] == ["training"]
    table = history_of(study)
    for seed in study.seeds:
        table = diverge(table, "torch", seed, 3)
    assert words(errors_figure(study, table)) == ("Every pair of trials diverged", "")


@pytest.mark.parametrize(("count", "columns"), [(6, 2), (7, 4), (9, 3), (12, 4), (13, 5), (30, 5)])
def test_more_than_six_arms_become_small_multiples(count, columns):
    names = [f"arm-{k}" for k in range(count)]
    study = study_of(*names)
    table = history_of(study)
    found = panels(error_figure(study, table))
    assert found[0].get_subplotspec().get_gridspec().ncols == columns
    if count <= 6:
        assert len(found) == 2
        return
    assert [axes.get_title(loc="left") or axes.get_title() for axes in found] == names
    for axes, name in zip(found, names, strict=True):
        for index, metric in enumerate(("train_error", "test_error")):
            np.testing.assert_allclose(curves_of(axes)[index][1], 100 * values(table, name, metric).mean(0))
        assert axes.get_ylim() == found[0].get_ylim()
    named = [index for index, axes in enumerate(found) if labels(axes)]
    assert named == list(range(columns - 1, count, columns)), "once a row, at its end"
    assert all(set(labels(found[index])) == {"training", "test"} for index in named)
    assert len({labels(found[index])["test"] for index in named}) == 1
    assert {axes.get_xlabel() for axes in found[-(count % columns or columns) :]} == {"epoch"}


def test_in_small_multiples_lines_are_named_where_they_arrive():
    study = study_of(*"abcdefgh")
    table = history_of(study)
    for seed in study.seeds:
        table = diverge(table, "d", seed, 2)
    found = panels(error_figure(study, table))
    assert [index for index, axes in enumerate(found) if labels(axes)] == [2, 7]


@pytest.mark.parametrize(
    ("name", "arm", "expected"),
    [
        ("train-fernandez", "fernandez", {"train": 3.85, "test": 3.50}),
        ("sweep-optimizers", "adam", {"test": 5.56}),
        ("train-bhatt", "bhatt", {}),
    ],
)
def test_a_star_lies_at_the_published_value(name, arm, expected):
    study = study_of(arm, name=name)
    figure = error_figure(study, history_of(study))
    (axes,) = panels(figure)
    colour = {"train": COLOURS[0].lower(), "test": COLOURS[1].lower()}
    assert stars(axes) == [(5.0, pytest.approx(value), colour[split]) for split, value in expected.items()]
    assert ("Stars: the published values after the last epoch" in words(figure)[1]) == bool(expected)


def test_stars_of_several_arms_have_their_colours_and_lie_in_the_panel_of_their_split():
    study = study_of("sgd", "adam", "other", name="sweep-optimizers", validation_size=10)
    found = panels(loss_figure(study, history_of(study)))
    assert [len(stars(axes)) for axes in found] == [0, 0, 2]
    gaps = [max(text.xyann[0] for text in axes.texts) for axes in found]
    assert gaps[0] == gaps[1] < gaps[2], "names keep clear of stars"
    assert stars(found[2]) == [(5.0, 0.3411, COLOURS[0].lower()), (5.0, 0.2466, COLOURS[1].lower())]
    assert found[2].get_ylim()[1] > 0.3411


def middle_of_star(axes: Axes, line) -> np.ndarray:
    """Pixels."""
    return line.get_transform().transform(np.column_stack(line.get_data()))[0]


def test_no_star_hides_another():
    study = study_of("relu-normal", "relu-uniform", "tanh-normal", "sigmoid-uniform", name="sweep-activations")
    figure = error_figure(study, history_of(study))
    assert "Stars: the published values after the last epoch, side by side where one would hide another." in words(figure)[1]
    for axes in panels(figure):
        found = [line for line in axes.get_lines() if line.get_marker() == "*"]
        middles = np.array([middle_of_star(axes, line) for line in found])
        apart = np.linalg.norm(middles[:, None] - middles, axis=-1)[np.triu_indices(4, 1)]
        assert apart.min() >= found[0].get_markersize() * axes.figure.dpi / 72 - 1e-6
        unmoved = axes.transData.transform([(5, y) for _, y, _ in stars(axes)])
        np.testing.assert_allclose(middles[:, 1], unmoved[:, 1])
        assert (middles[:, 0] <= unmoved[:, 0] + 1e-6).all() and np.isclose(middles[:, 0], unmoved[:, 0]).any()


@pytest.mark.parametrize("error", [0.001, 0.2])
def test_stars_lie_within_the_scale(error):
    study = study_of("fernandez", name="train-fernandez")
    table = history_of(study)
    table[["train_error", "test_error"]] = error
    (axes,) = panels(error_figure(study, table))
    bottom, top = axes.get_ylim()
    assert len(stars(axes)) == 2 and all(bottom < value < top for _, value, _ in stars(axes))


def test_where_a_report_contradicts_itself_a_line_has_two_stars():
    study = study_of("train", name="train")
    found = stars(panels(error_figure(study, history_of(study)))[0])
    assert [value for _, value, _ in found] == [8.03, 4.0, 8.73]


def test_a_star_alone_stands_at_the_last_epoch():
    study = study_of("adam", "other", name="sweep-optimizers")
    figure = error_figure(study, history_of(study))
    (axes,) = [axes for axes in panels(figure) if stars(axes)]
    (line,) = [line for line in axes.get_lines() if line.get_marker() == "*"]
    np.testing.assert_allclose(middle_of_star(axes, line), axes.transData.transform((5, 5.56)))
    assert "Stars: the published values after the last epoch." in words(figure)[1]


def positions(ends: list[tuple[float, str, str]], top: float = 10.0) -> tuple[list[str], np.ndarray, float, float]:
    """Names from below, where their middles lie in pixels, the height of a label, and the lower edge of the axes."""
    figure, grid = new_figure()
    axes = grid[0, 0]
    axes.set(xlim=(0, 1), ylim=(0, top))
    label_lines(axes, 1, ends)
    figure.draw_without_rendering()
    middles = sorted((float(axes.transData.transform(text.xy)[1]), text.get_text()) for text in axes.texts)
    step = figure.dpi * LABEL_POINTS / 72
    return [name for _, name in middles], np.array([y for y, _ in middles]), step, float(axes.transData.transform((0, 0))[1])


def test_labels_keep_apart_in_the_order_of_their_lines_and_above_the_axis():
    ends = [(0.01, "low", "k"), (0.0, "lowest", "k"), (5.0, "b", "k"), (5.02, "c", "k"), (4.99, "a", "k"), (5.01, "bc", "k")]
    names, middles, step, floor = positions(ends)
    assert names == ["lowest", "low", "a", "b", "bc", "c"]
    assert np.diff(middles).min() >= step - 3
    assert middles[0] >= floor + step / 2 - 3


def test_labels_of_lines_that_are_apart_stay_at_their_ends():
    names, middles, _, floor = positions([(2.0, "a", "k"), (8.0, "b", "k"), (99.0, "outside", "k")])
    top = floor + (middles[1] - middles[0]) / 6 * 10
    assert names == ["a", "b", "outside"]
    assert middles[2] == pytest.approx(top, abs=4)
    assert positions([])[0] == []


def test_labels_that_would_touch_are_spread_around_their_mean():
    assert _spread_out([10, 10, 10], 5, 0) == [5, 10, 15]
    assert _spread_out([10, 12, 40], 5, 0) == [8.5, 13.5, 40]
    assert _spread_out([0, 0, 30], 5, 2) == [2, 7, 30]
    random = np.random.default_rng(0)
    for _ in range(100):
        wanted = sorted(random.uniform(0, 60, 8))
        placed = _spread_out(wanted, 5, -100)
        assert np.diff(placed).min() >= 5 - 1e-9
        assert np.mean(placed) == pytest.approx(np.mean(wanted))


def test_the_same_data_give_the_same_bytes_and_carry_their_digest(tmp_path):
    for name, table in (("one", TWO_TABLE), ("again", TWO_TABLE.copy()), ("other", history_of(TWO, 1))):
        save(error_figure(TWO, table), tmp_path / f"{name}.png", data_digest(table))
    one, again, other = ((tmp_path / f"{name}.png").read_bytes() for name in ("one", "again", "other"))
    assert one == again != other
    with Image.open(tmp_path / "one.png") as image:
        assert image.width > 600
    texts = read_texts(tmp_path / "one.png")
    assert list(texts) == ["Title", "Description", "Data-Digest"] and texts["Data-Digest"] == data_digest(TWO_TABLE)
    assert "mean test error ends lowest with " in texts["Title"] and "n = " in texts["Description"]
    assert read_texts(tmp_path / "none.png") == {}


def test_a_picture_in_256_colours_is_the_one_that_was_drawn(tmp_path):
    figure = error_figure(TWO, TWO_TABLE)
    save(figure, tmp_path / "small.png", "")
    drawn = np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int)
    with Image.open(tmp_path / "small.png") as image:
        kept = np.asarray(image.convert("RGB")).astype(int)
    assert kept.shape == drawn.shape
    assert np.abs(kept - drawn).max() < 40 and np.abs(kept - drawn).mean() < 0.5


def test_the_digest_sees_every_number():
    changed = TWO_TABLE.copy()
    changed.loc[17, "test_loss"] *= 1 + 1e-15
    assert len({data_digest(TWO_TABLE), data_digest(changed), data_digest(TWO_TABLE.iloc[:-1])}) == 3
    assert data_digest(TWO_TABLE) == data_digest(TWO_TABLE.copy())


def test_the_loss_is_named_with_its_unit():
    for loss, said in (("mse", "training loss (mean squared error)"), ("cross-entropy", "training loss (cross-entropy, nats)")):
        study = study_of("only", loss=loss)
        assert panels(loss_figure(study, history_of(study)))[0].get_ylabel() == said
    mixed = dataclasses.replace(TWO, arms=(TWO.arms[0], Arm("a", CONFIG.replace(loss="cross-entropy"))))
    assert panels(loss_figure(mixed, TWO_TABLE))[1].get_ylabel() == "test loss (of its own kind)"
