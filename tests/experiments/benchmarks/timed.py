"""What tests of times share: a clock that only tasks move, a small network, and who was timed with how many trials."""

import pandas as pd

from experiments.benchmarks.interleave import COLUMNS, Task
from experiments.config.trial import TrialConfig

SMALL = TrialConfig(hidden=(4, 3), train_size=24, test_size=8, batch_size=6, epochs=3)


class FakeClock:
    """A clock that only tasks move."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[str] = []

    def __call__(self) -> float:
        return self.now

    def task(self, name: str, *seconds: float, **options) -> Task:
        """A task that takes those seconds, one after another, over and over."""
        left: list[float] = []

        def run() -> None:
            left.extend([] if left else seconds)
            self.calls.append(name)
            self.now += left.pop(0)

        return Task(name, name, run, **options)


def shape(frame: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Trials by engine and arm, once it is sure that each was timed in every repetition."""
    assert list(frame.columns) == list(COLUMNS) and (frame["seconds"] >= 0).all()
    counts = frame.groupby(["engine", "arm"])["repetition"].agg(["count", "nunique"])
    assert (counts == frame["repetition"].nunique()).all(axis=None)
    return frame.drop_duplicates(["engine", "arm"]).set_index(["engine", "arm"])["trials"].to_dict()
