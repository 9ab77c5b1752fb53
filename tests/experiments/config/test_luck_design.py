"""Which trials are crossed, and what is left out."""

import pytest

from experiments.config.luck_design import luck_design
from experiments.config.settings import SettingError
from experiments.config.trial import TrialConfig

CONFIG = TrialConfig(hidden=(4,), epochs=2, dropout=(0.2,))


def test_every_source_is_crossed_with_all_the_others():
    design = luck_design(CONFIG, range(8, 16))
    assert design.sources == ("data", "init", "order", "dropout") and not design.left_out
    cells = list(design.squares())
    assert len(cells) == 4 * 2 * 16
    for source, block, row, column, trial in cells:
        drawn_by, others_by = 8 + 4 * block + row, 8 + 4 * block + column
        for purpose in design.sources:
            assert trial.config.seed_of(purpose, trial.seed) == (drawn_by if purpose == source else others_by)
    own = {trial for *_, trial in cells if trial.config == design.config}
    assert {trial.seed for trial in own} == set(range(8, 16))
    assert len({trial for *_, trial in cells}) == 8 + 4 * 2 * 12


def test_seeds_have_data_sets_of_their_own():
    assert luck_design(CONFIG.replace(seeds_per_data_set=15), range(8)).config.seeds_per_data_set == 1


@pytest.mark.parametrize(
    ("settings", "source", "reason"),
    [
        ({"shuffle": False}, "order", "samples are not shuffled"),
        ({"batch_size": 1000}, "order", "one batch holds all samples"),
        ({"dropout": (0.0,)}, "dropout", "nothing is dropped"),
        ({"init_seed": 3}, "init", "the same in every trial, by --init-seed"),
    ],
)
def test_a_source_without_effect_is_left_out_with_the_reason(settings, source, reason):
    design = luck_design(CONFIG.replace(**settings), range(8))
    assert design.left_out == {source: reason} and source not in design.sources


def test_what_cannot_be_told_is_named():
    with pytest.raises(SettingError, match="without test points"):
        luck_design(CONFIG.replace(test_size=0), range(8))
    fixed = CONFIG.replace(data_seed=1, init_seed=1, order_seed=1, dropout_seed=1)
    with pytest.raises(SettingError, match="nothing is left to chance"):
        luck_design(fixed, range(8))
    for rounds in (4, 10):
        with pytest.raises(ValueError, match=f"{rounds} is not a multiple of 4 from 8 on"):
            luck_design(CONFIG, range(rounds))
