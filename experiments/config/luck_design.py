"""Which trials tell whose luck an error is: small squares in which one source of chance is crossed with all the others.

A trial draws from four sources: its data set, its initial weights, the order of its samples, its dropout masks. A block has
BLOCK seeds. For each source there is a square of BLOCK x BLOCK trials: row i draws that source with the block's i-th seed,
column j everything else with its j-th. On the diagonal stand the trials of the seeds themselves, which all squares share.
Imports no torch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from experiments.config.settings import LAYERS, SOURCES, SettingError, option_name
from experiments.config.trial import Trial, TrialConfig

BLOCK = 4
MIN_BLOCKS = 2
# Rows of a table of shares that stand beside the sources.
INTERACTIONS, TEST_SET, ONE_DATA_SET = "interactions", "test set", "one data set"


@dataclass(frozen=True)
class LuckDesign:
    """The settings, the sources that act in them, those left out with the reason, and the seeds.

    Every seed has a data set of its own here, whatever the settings say: a source that seeds share cannot be told apart.
    """

    config: TrialConfig
    sources: tuple[str, ...]
    left_out: dict[str, str]
    seeds: range

    @property
    def blocks(self) -> list[range]:
        """The seeds of each block."""
        return [self.seeds[start : start + BLOCK] for start in range(0, len(self.seeds), BLOCK)]

    def trial(self, source: str, drawn_by: int, others_by: int) -> Trial:
        """The trial of a seed in which one source draws with another seed."""
        if drawn_by == others_by:
            return Trial(self.config, others_by)
        return Trial(self.config.replace(**{f"{source}_seed": drawn_by}), others_by)

    def squares(self) -> Iterator[tuple[str, int, int, int, Trial]]:
        """Every cell: source, block, row, column and trial. The diagonal comes once for each source."""
        for source in self.sources:
            for number, seeds in enumerate(self.blocks):
                for row, drawn_by in enumerate(seeds):
                    for column, others_by in enumerate(seeds):
                        yield source, number, row, column, self.trial(source, drawn_by, others_by)


def luck_design(config: TrialConfig, seeds: range) -> LuckDesign:
    """The design for some settings.

    Raises SettingError, naming the setting, where nothing is left to chance or nothing is tested, and ValueError for seeds that
    do not make at least MIN_BLOCKS whole blocks.
    """
    if len(seeds) % BLOCK or len(seeds) < MIN_BLOCKS * BLOCK:
        least = MIN_BLOCKS * BLOCK
        raise ValueError(f"{len(seeds)} is not a multiple of {BLOCK} from {least} on: seeds are crossed {BLOCK} by {BLOCK}")
    if not config.test_size:
        raise SettingError("test_size", "without test points there is no test error whose luck could be told")
    left_out = {source: reason for source in SOURCES if (reason := _without_effect(config, source))}
    sources = tuple(source for source in SOURCES if source not in left_out)
    if not sources:
        named = "; ".join(f"{source}: {reason}" for source, reason in left_out.items())
        raise SettingError("data_seed", f"nothing is left to chance ({named})")
    return LuckDesign(config.replace(seeds_per_data_set=1), sources, left_out, seeds)


def _without_effect(config: TrialConfig, source: str) -> str:
    """Why a source changes nothing, or nothing."""
    if getattr(config, f"{source}_seed") is not None:
        return f"the same in every trial, by {option_name(f'{source}_seed')}"
    if source == "order" and not config.shuffle:
        return "samples are not shuffled"
    if source == "order" and config.batch_size >= config.train_size:
        return "one batch holds all samples"
    if source == "dropout" and config.model == LAYERS and not any(config.dropout):
        return "nothing is dropped"
    return ""
