"""Mistakes that were made or nearly made, each found by the tests of its own module.

`python -m tests.mutation.planted` prints a line of JSON for each: the mistake, and what is wrong with how it was found.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.copies import load_once
from tests.mutation.sample import PASSED, Workplace, workers_on_copies

ROOT = Path(__file__).parents[2]
A_TEST_FAILED, AT_ONCE, SECONDS = 1, 2, 200.0


@dataclass(frozen=True)
class Planted:
    """`old` becomes `new` in `file`, and the test file `killer` fails."""

    mistake: str
    file: str
    old: str
    new: str
    killer: str


def _statistics(module: str, mistake: str, old: str, new: str) -> Planted:
    killer = f"tests/experiments/statistics/test_{module}_by_hand.py"
    return Planted(mistake, f"experiments/statistics/{module}.py", old, new, killer)


def _rules(mistake: str, old: str, new: str) -> Planted:
    return Planted(mistake, "experiments/verdicts/rules.py", old, new, "tests/experiments/verdicts/test_rules_by_hand.py")


def _judging(module: str, mistake: str, old: str, new: str) -> Planted:
    killer = f"tests/experiments/verdicts/test_{module}_by_hand.py"
    return Planted(mistake, f"experiments/verdicts/{module}.py", old, new, killer)


def _lanes(mistake: str, old: str, new: str) -> Planted:
    killer = "tests/experiments/training/test_lanes_by_hand.py"
    return Planted(mistake, "experiments/training/lanes.py", old, new, killer)


def _settings(mistake: str, old: str, new: str) -> Planted:
    killer = "tests/experiments/config/test_trial_by_hand.py"
    return Planted(mistake, "experiments/config/trial.py", old, new, killer)


def _figure(module: str, mistake: str, old: str, new: str, killer: str | None = None) -> Planted:
    return Planted(
        mistake, f"experiments/figures/{module}.py", old, new, f"tests/experiments/figures/test_{killer or module}.py"
    )


def _recovery(mistake: str, old: str, new: str) -> Planted:
    killer = "tests/experiments/store/test_recovery_by_hand.py"
    return Planted(mistake, "experiments/store/recovery.py", old, new, killer)


PLANTED = [
    _statistics(
        "bootstrap", "percentiles of few values as if they were many", "if n < 2:\n        return level", "return level"
    ),
    _statistics(
        "bootstrap", "Student's t with n degrees of freedom", "stdtrit(n - 1, (1 - level) / 2)", "stdtrit(n, (1 - level) / 2)"
    ),
    _statistics(
        "bootstrap",
        "a two-sided tail on each side",
        "tail = (1 - expanded_level(level, n)) / 2",
        "tail = 1 - expanded_level(level, n)",
    ),
    _statistics("bootstrap", "the deviation of a population for that of a sample", ".std(ddof=1)", ".std(ddof=0)"),
    _statistics(
        "bootstrap",
        "groups taken for single values",
        "n = len(values) if groups is None else len(np.unique(groups))",
        "n = len(values)",
    ),
    _statistics("significance", "Holm's factors upwards", "np.arange(len(p), 0, -1)", "np.arange(1, len(p) + 1)"),
    _statistics(
        "significance",
        "Holm without its running maximum",
        "np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))",
        "p[order] * np.arange(len(p), 0, -1)",
    ),
    _statistics(
        "significance",
        "equivalence by the smaller of two tails",
        "return max(p_above(differences, -margin",
        "return min(p_above(differences, -margin",
    ),
    Planted(
        "seeds needed in proportion to the deviation, not to its square",
        "experiments/statistics/significance.py",
        "deviation <= distance * math.sqrt(n)",
        "deviation <= distance * n",
        "tests/experiments/statistics/test_significance.py",
    ),
    _statistics(
        "prediction",
        "a study that draws from our runs without their uncertainty",
        "np.take_along_axis(resample, generator",
        "np.take_along_axis(np.broadcast_to(np.arange(size), resample.shape), generator",
    ),
    _statistics(
        "prediction",
        "runs of one data set drawn with replacement",
        ".argsort(1)",
        ".argmin(1)[:, None].repeat(chosen.shape[1], 1)",
    ),
    _statistics(
        "variance",
        "groups of any size counted alike",
        "(sizes * (means - values.mean()) ** 2)",
        "((means - values.mean()) ** 2)",
    ),
    _statistics(
        "times",
        "a median of ratios for a ratio of medians",
        "over_occasions(wide[numerator] / wide[denominator])",
        "over_occasions(wide[numerator] * 0 + wide[numerator].median() / wide[denominator].median())",
    ),
    _rules(
        "an interval that touches the point lies above it",
        "_three_ways(low > point, high < point + negligible)",
        "_three_ways(low >= point, high < point + negligible)",
    ),
    _rules("nothing is negligible", "high < point + negligible", "high < point"),
    _rules("below for above", "_three_ways(high < point, low > point)", "_three_ways(low > point, high < point)"),
    _rules(
        "an interval that straddles an end counts as outside", "(high < least) | (low > most)", "(low < least) | (high > most)"
    ),
    _rules("a wide prediction resolves", "2 * RESOLVABLE * margin", "4 * RESOLVABLE * margin"),
    _rules(
        "without an interval a verdict",
        "    if not (math.isfinite(low) and math.isfinite(high)):\n        return Outcome.UNDECIDED\n",
        "",
    ),
    _judging("paired", "the weakest pair never decides", "[count - 1]", "[0]"),
    _judging("paired", "the other way round is not tested", "holds=2 * holds", "holds=holds"),
    _judging(
        "judge", "better on the wrong side of a bound from above", "(1 if claim.below else -1)", "(1 if claim.below else 1)"
    ),
    _judging(
        "judge", "contradictions of studies that share their draws", "claim.n, later.groups, 1)", "claim.n, later.groups)"
    ),
    _lanes(
        "a trial in another lane than its seed's",
        "range(block * size, (block + 1) * size)",
        "range(block * size, (block + 1) * size)[::-1]",
    ),
    _lanes(
        "only the lanes asked for", "(Trial(trial.config, seed), (key, seed) in asked)", "(Trial(trial.config, seed), True)"
    ),
    _lanes("stacks of different structure", "trial.config.structure(), {}", '"", {}'),
    _lanes("chunks longer than allowed", "math.ceil(lanes / most)", "1"),
    _settings(
        "nesterov no longer separates stacks",
        '"Nesterov\'s momentum", Switch(), per_trial=False',
        '"Nesterov\'s momentum", Switch()',
    ),
    _settings(
        "centered no longer separates stacks",
        '"Divide by the centred deviation", Switch(), per_trial=False',
        '"Divide by the centred deviation", Switch()',
    ),
    Planted(
        "the decay of the rate inverted",
        "experiments/training/trials.py",
        "self.optimizer.decay_lr(self.lr_decay)",
        "self.optimizer.decay_lr(1 / self.lr_decay)",
        "tests/experiments/training/test_trials.py",
    ),
    Planted(
        "normal draws in float32",
        "minifw/initializers.py",
        "torch.randn(shape, dtype=torch.float64",
        "torch.randn(shape, dtype=torch.float32",
        "tests/minifw/test_initializers.py",
    ),
    Planted(
        "seeds needed to reach the farthest edge",
        "experiments/verdicts/estimate.py",
        "distance = min(abs(self.number - edge) for edge in edges)",
        "distance = max(abs(self.number - edge) for edge in edges)",
        "tests/experiments/verdicts/test_estimate.py",
    ),
    Planted(
        "leaving a store does not let go of its file",
        "experiments/store/store.py",
        "def __exit__(self, *_: object) -> None:\n        self.close()",
        "def __exit__(self, *_: object) -> None:\n        pass",
        "tests/experiments/store/test_database.py",
    ),
    _recovery("a file set aside over another", "if not aside.exists():", "if aside.exists():"),
    _recovery(
        "a recovery that fails in silence",
        "            _remove(new)\n            raise",
        "            _remove(new)\n            return None",
    ),
    _recovery(
        "a busy file taken for a damaged one", "            raise\n        return None", "            pass\n        return None"
    ),
    _figure("published_values", "bars of another height", "counts / counts.max()", "counts * counts.max()"),
    _figure(
        "published_values",
        "verdicts beside another row",
        "axes.text(1.01, 0.5, verdict",
        "axes.text(1.01, 0.7, verdict",
        "looks",
    ),
    _figure("published_values", "no title over values", "    title(figure, _finding(rows))\n", ""),
    _figure("iterations", "twice the factor in a title", "100 * rises", "200 * rises"),
    _figure("iterations", "no title over iterations", '    title(figure, f"Within an epoch', '    str(f"Within an epoch'),
    _figure("timing", "a time left out of a title", "torch.nn when stacked{alone}", "torch.nn when stacked"),
    _figure("timing", "no title over times", '    title(figure, f"Ours takes', '    str(f"Ours takes'),
]


def find(planted: Planted) -> str | None:
    """Plants a mistake in a copy; what is wrong, or None where a test of the named file fails."""
    here = Workplace.mine
    places = (here.folder / planted.file).read_text(encoding="utf-8").count(planted.old)
    if places != 1:
        return f"{planted.old!r} stands {places} times in {planted.file}"
    run = here.run_with(planted.file, lambda source: source.replace(planted.old, planted.new), [planted.killer], SECONDS)
    return None if run.code == A_TEST_FAILED else f"exit code {run.code}\n{run.output}"


def find_unchanged(killer: str) -> str | None:
    """What is wrong where a killer does not pass on the tree as it is."""
    run = Workplace.mine.run_without((killer,), SECONDS)
    return None if run.code == PASSED else f"exit code {run.code}\n{run.output}"


def main() -> None:
    """A line of JSON for each test file as it is, and for each mistake."""
    load_once()
    killers = sorted({planted.killer for planted in PLANTED})
    with workers_on_copies(ROOT, AT_ONCE) as workers:
        unchanged, found = workers.map(find_unchanged, killers), workers.map(find, PLANTED)
        for name, wrong in [*zip(killers, unchanged, strict=True), *zip(PLANTED, found, strict=True)]:
            print(json.dumps([name if isinstance(name, str) else name.mistake, wrong]))


if __name__ == "__main__":
    main()
