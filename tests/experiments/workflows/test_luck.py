"""Whose luck an error is, of made-up errors: what counts, what is lost, and the files."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import experiments.workflows.luck as module
from experiments.config.luck_design import LuckDesign, luck_design
from experiments.config.study import Arm, Study
from experiments.config.trial import Trial, TrialConfig
from experiments.errors import InterruptedRunError, MissingTrialsError
from experiments.output.luck_manifest import read_luck_manifest
from experiments.running.runner import RunSummary
from experiments.statistics.luck_shares import components, luck_shares
from experiments.workflows.luck import (
    Luck,
    judge_luck,
    read_errors,
    redraw_luck,
    shares_table,
    tell_luck,
    values_table,
    write_luck,
)

CONFIG = TrialConfig(hidden=(4,), epochs=3, train_size=24, test_size=2000, batch_size=8, engine="compiled")
DESIGN = luck_design(CONFIG, range(8, 20))
MOONS = luck_design(CONFIG.replace(data="moons"), range(8, 20))


def made_up(design: LuckDesign) -> pd.DataFrame:
    """Errors in which the data weigh most, and the initial weights half as much."""
    draws = np.random.default_rng(2)
    effects = {(source, seed): draws.normal() for source in design.sources for seed in design.seeds}
    errors = {}
    for source, _, row, column, trial in design.squares():
        block = next(block for block in design.blocks if trial.seed in block)
        drawn = {name: block[row] if name == source else block[column] for name in design.sources}
        error = 0.2 + 0.02 * effects["data", drawn["data"]] + 0.01 * effects["init", drawn["init"]]
        errors[trial] = error + 0.004 * draws.normal(), error
    return values_table(design, errors)


def squares(values: pd.DataFrame, column: str) -> dict[str, np.ndarray]:
    """Source -> (blocks, 4, 4)."""
    return {source: part[column].to_numpy().reshape(-1, 4, 4) for source, part in values.groupby("source", sort=False)}


def judged(design: LuckDesign = DESIGN, values: pd.DataFrame | None = None, seeds_per_data_set: int = 1) -> Luck:
    values = made_up(design) if values is None else values
    return judge_luck(design, "fate", values, RunSummary(len(values)), seeds_per_data_set, ["a notice"])


def test_a_row_of_values_is_a_cell_of_a_square_and_what_is_not_there_is_nan():
    cells = list(DESIGN.squares())
    errors = {trial: (number / 1000, number / 2000) for number, (*_, trial) in enumerate(cells)}
    lacking = Trial(CONFIG.replace(init_seed=13), 14)
    del errors[lacking]
    table = values_table(DESIGN, errors)
    assert list(table.columns) == ["source", "block", "drawn_by", "others_by", "test_error", "true_error"]
    assert len(table) == len(cells) == 3 * 3 * 16
    for row, (source, block, *_, trial) in zip(table.itertuples(), cells, strict=True):
        assert (row.source, row.block, row.others_by) == (source, block, trial.seed)
        assert row.drawn_by == DESIGN.config.replace(**trial.config.to_dict()).seed_of(source, trial.seed)
        expected = errors.get(trial, (math.nan, math.nan))
        assert (row.test_error, row.true_error) == pytest.approx(expected, nan_ok=True)
    gone = table[table["test_error"].isna()]
    assert [(row.source, row.drawn_by, row.others_by) for row in gone.itertuples()] == [("init", 13, 14)]


def test_where_the_true_error_is_known_the_test_set_comes_on_top_of_it():
    values = made_up(DESIGN)
    luck = judged(values=values)
    true = squares(values, "true_error")
    p = np.array(list(true.values()))
    sampling = (p * (1 - p) / 2000).mean((0, 2, 3))
    whole = np.mean([components(square).sum(-1) for square in true.values()], 0) + sampling
    table = luck.table.set_index("source")
    assert list(table.index) == ["data", "init", "order", "interactions", "test set"] and not luck.inside
    for source in DESIGN.sources:
        assert table.loc[source, "alone"] == pytest.approx(components(true[source])[:, 0].mean() / whole.mean())
    assert table.loc["test set", "alone"] == pytest.approx(sampling.mean() / whole.mean())
    assert luck.deviation == pytest.approx(math.sqrt(whole.mean()))
    assert luck.mean == pytest.approx(values["test_error"].mean())
    assert (luck.blocks, luck.lost, luck.shared, luck.seeds_per_data_set) == (3, 0, None, 1)
    assert (luck.name, luck.files, luck.notices, luck.report.total) == ("fate", [], ["a notice"], len(values))
    assert luck.values is values and luck.design is DESIGN


def test_of_other_data_the_test_set_is_a_part_of_what_was_measured():
    values = made_up(MOONS)
    luck = judged(MOONS, values)
    test = squares(values, "test_error")
    p = np.array(list(test.values()))
    # Measured shares of 2000 points: n - 1 makes their variance unbiased.
    sampling = (p * (1 - p) / 1999).mean((0, 2, 3))
    whole = np.mean([components(square).sum(-1) for square in test.values()], 0)
    table = luck.table.set_index("source")
    assert luck.inside and table.loc["test set", "alone"] == pytest.approx(sampling.mean() / whole.mean())
    assert table.loc["data", "alone"] == pytest.approx(components(test["data"])[:, 0].mean() / whole.mean())
    assert luck.deviation == pytest.approx(math.sqrt(whole.mean()))


def test_runs_on_one_data_set_show_all_but_what_the_data_own():
    values = made_up(DESIGN)
    luck = judged(values=values, seeds_per_data_set=2)
    parts = components(squares(values, "test_error")["data"])
    expected = (parts[:, 1] + parts[:, 2]).mean() / parts.sum(-1).mean()
    assert 0 < expected < 1 and luck.shared.value == pytest.approx(expected)
    assert list(luck.table.iloc[-1][["source", "alone", "low", "high"]]) == [
        "one data set",
        luck.shared.value,
        luck.shared.low,
        luck.shared.high,
    ]
    fixed = luck_design(CONFIG.replace(data_seed=1), range(8, 16))
    errors = {trial: (0.01 * trial.seed, 0.02 * trial.seed) for *_, trial in fixed.squares()}
    assert judged(fixed, values_table(fixed, errors), seeds_per_data_set=2).shared is None


def test_a_block_without_one_of_its_trials_counts_for_no_source():
    values = made_up(DESIGN)
    gone = (values["source"] == "init") & (values["block"] == 1) & (values["drawn_by"] == 13) & (values["others_by"] == 14)
    assert gone.sum() == 1
    values.loc[gone, ["test_error", "true_error"]] = np.nan
    luck = judged(values=values)
    assert (luck.blocks, luck.lost) == (2, 1)
    kept = values[values["block"] != 1]
    assert luck.mean == pytest.approx(kept["test_error"].mean())
    assert luck.table.equals(judged(replace(DESIGN, seeds=range(8, 16)), kept).table)
    values.loc[values["block"] == 2, "test_error"] = np.nan
    with pytest.raises(MissingTrialsError, match=r"^1 of 3 blocks of 4 seeds have all their trials, and 2 are needed"):
        judged(values=values)


def test_interactions_and_the_test_set_own_nothing_together_with_others():
    found = luck_shares(squares(made_up(DESIGN), "test_error"), np.full(3, 0.0001))
    table = shares_table(found, found.test_set)
    assert list(table.columns) == ["source", "alone", "low", "high", "together", "together_low", "together_high"]
    init = table.set_index("source").loc["init"]
    assert tuple(init) == (*vars(found.alone["init"]).values(), *vars(found.together["init"]).values())
    assert table.iloc[:3, 4:].notna().all(axis=None) and table.iloc[3:, 4:].isna().all(axis=None)
    assert list(table["source"][3:]) == ["interactions", "test set"]
    assert shares_table(found, None).iloc[-1, 1:].isna().all()


def stored(**results):
    """A reader that has a trial of two epochs for each seed of one configuration: `s3=(losses, errors)`."""

    def read(config, seeds):
        for seed in seeds:
            loss, error = results[f"s{seed}"]
            measured = {"train_loss": np.array(loss), "test_error": np.array(error)}
            yield seed, SimpleNamespace(epochs=np.array([0, 1]), measured=measured, parameters={"seed": seed})

    return SimpleNamespace(results=read)


def test_the_final_errors_of_stored_trials_are_nan_from_where_they_diverged(monkeypatch):
    monkeypatch.setattr(module, "true_error", lambda config, seed, parameters: parameters["seed"] / 100)
    reader = stored(s3=([0.5, 0.1], [0.5, 0.25]), s4=([0.5, 1e7], [0.5, 0.3]), s5=([0.5, np.nan], [0.5, np.nan]))
    trials = [Trial(CONFIG, seed) for seed in (5, 3, 4)]
    found = read_errors(trials, reader)
    assert set(found) == set(trials)
    assert found[Trial(CONFIG, 3)] == (0.25, 0.03)
    assert np.isnan([found[Trial(CONFIG, seed)] for seed in (4, 5)]).all()
    (moons,) = read_errors([Trial(MOONS.config, 3)], reader).values()
    assert moons == pytest.approx((0.25, math.nan), nan_ok=True)


@pytest.fixture
def figures(monkeypatch):
    """The figures that are saved, by the names of their files."""
    saved = {}

    def save(figure, path, digest):
        saved[path.name] = figure, digest
        path.write_bytes(b"")

    monkeypatch.setattr(module, "save", save)
    return saved


def test_the_files_hold_the_shares_the_values_and_what_they_are(tmp_path, figures):
    luck = judged(seeds_per_data_set=2)
    files = write_luck(luck, tmp_path, "minifw luck --name fate")
    assert files == [tmp_path / name for name in ("fate.csv", "fate.trials.csv", "fate.png", "fate.json")]
    lines = files[0].read_text().splitlines()
    assert lines[0] == "source,alone,low,high,together,together_low,together_high"
    first = luck.table.iloc[0]
    assert lines[1] == "data," + ",".join(f"{value:.6g}" for value in first[1:])
    assert lines[-1].startswith("one data set,") and lines[-1].endswith(",,,") and len(lines) == 7
    values = files[1].read_text().splitlines()
    assert values[0] == "source,block,drawn_by,others_by,test_error,true_error"
    row = luck.values.iloc[17]
    assert values[18] == f"data,1,12,13,{row.test_error:.6g},{row.true_error:.6g}"
    described = json.loads(files[3].read_text())
    expected = {
        "name": "fate",
        "command": "minifw luck --name fate",
        "first_seed": 8,
        "rounds": 12,
        "blocks": 3,
        "sources": ["data", "init", "order"],
        "left_out": {"dropout": "nothing is dropped"},
        "seeds_per_data_set": 2,
        "settings": json.loads(json.dumps(DESIGN.config.to_dict())),
    }
    assert {name: described[name] for name in expected} == expected and "cpu" in described
    read = read_luck_manifest(tmp_path, "fate")
    assert read is not None and read.design.sources == DESIGN.sources and read.seeds_per_data_set == 2
    assert luck.notices == ["a notice"]


def test_the_figure_counts_the_seeds_of_whole_blocks_and_shows_no_row_of_one_data_set(tmp_path, figures):
    values = made_up(DESIGN)
    values.loc[values["block"] == 0, "test_error"] = np.nan
    luck = judged(values=values, seeds_per_data_set=2)
    write_luck(luck, tmp_path)
    figure, digest = figures["fate.png"]
    caption = " ".join(figure.get_supxlabel().split())
    assert "bootstrap interval over 8 seeds in blocks of four" in caption
    assert f"Standard deviation of the test error: {100 * luck.deviation:.2f} points." in caption
    assert caption.endswith("Engine: compiled.")
    assert len(figure.axes[0].get_yticklabels()) == 5
    assert digest == module.data_digest(luck.table)


def test_results_of_other_settings_get_another_name_and_those_of_the_same_are_replaced(tmp_path, figures):
    first = judged()
    write_luck(first, tmp_path)
    before = (tmp_path / "fate.csv").read_bytes()
    same = judged()
    write_luck(same, tmp_path)
    assert same.notices == ["a notice"] and not list(tmp_path.glob("*@*"))
    other = luck_design(CONFIG.replace(lr=0.5), range(8, 20))
    later = judged(other)
    write_luck(later, tmp_path)
    kept = f"fate@{Study('fate', (Arm('fate', CONFIG),), range(8, 20)).settings_digest()}"
    assert later.notices == ["a notice", f"fate held results of other settings; they are kept as {kept}"]
    assert sorted(path.name for path in tmp_path.glob("*@*")) == sorted(f"{kept}{end}" for end in module.ENDS)
    assert (tmp_path / f"{kept}.csv").read_bytes() == before
    assert json.loads((tmp_path / "fate.json").read_text())["settings"]["lr"] == 0.5


@pytest.fixture
def small():
    """A design of 80 trials that train in no time."""
    return luck_design(CONFIG.replace(test_size=16), range(4, 12))


def test_what_the_store_holds_is_not_trained_again_and_is_drawn_again_byte_for_byte(tmp_path, small):
    told = tell_luck(small, "fate", tmp_path, seeds_per_data_set=2, command="minifw luck")
    assert (told.report.total, told.report.computed, told.seeds_per_data_set) == (8 + 3 * 24, 8 + 3 * 24, 2)
    assert [path.name for path in told.files] == [f"fate{end}" for end in module.ENDS]
    before = {path: path.read_bytes() for path in told.files}
    manifest = read_luck_manifest(tmp_path, "fate")
    for path in told.files[:3]:
        path.unlink()
    again = redraw_luck(manifest, tmp_path)
    assert (again.report.total, again.report.computed, again.files) == (80, 0, told.files)
    assert {path: path.read_bytes() for path in again.files} == before
    more = tell_luck(replace(small, seeds=range(4, 16)), "fate", tmp_path)
    assert (more.report.total, more.report.computed, more.blocks) == (120, 40, 3)


def test_a_luck_without_its_trials_cannot_be_drawn_again(tmp_path, small):
    tell_luck(small, "fate", tmp_path, command="minifw luck --seed 4")
    manifest = read_luck_manifest(tmp_path, "fate")
    with pytest.raises(MissingTrialsError, match=r"^there is no .*nowhere"):
        redraw_luck(manifest, tmp_path / "nowhere")
    longer = replace(manifest, design=replace(manifest.design, seeds=range(4, 16)))
    with pytest.raises(MissingTrialsError, match=r"^40 of 120 trials are not in .*: minifw luck --seed 4$"):
        redraw_luck(longer, tmp_path)


def test_ctrl_c_says_how_many_trials_are_stored(tmp_path, small):
    tell_luck(small, "fate", tmp_path)

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(InterruptedRunError) as stopped:
        tell_luck(replace(small, seeds=range(4, 16)), "fate", tmp_path, on_progress=stop)
    assert (stopped.value.finished, stopped.value.total) == (80, 120)
