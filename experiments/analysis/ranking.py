"""Which arms differ by more than the seed: one test that feeds the titles of figures, the terminal and the pages."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.analysis.tables import final_values, groups_of, rows_by_arm
from experiments.config.study import Study
from experiments.formatting import SPLIT_NAMES, listed
from experiments.statistics.bootstrap import summarise
from experiments.statistics.differences import MIN_UNITS
from experiments.statistics.significance import holm, p_of_mean, p_of_sign

ALPHA = 0.05
MAX_NAMED = 6
TOO_FEW = "too few seeds"
NOT_TOLD_APART = "not told apart"
NO_DIFFERENCE = "No clear difference"


@dataclass(frozen=True)
class Ranking:
    """The arms of a study in a final metric, and which pairs of them differ.

    centres: the mean of each arm that has values, or the median, from the lowest to the highest.
    differences: how far the first of a pair lies above the second on average over the seeds that both have.
    p: the p-value of each pair, adjusted for the number of pairs; NaN where a pair has too few seeds.
    units: what is independent, `seeds` or `data sets`; fewest: how many of them the pair has that shares fewest.
    """

    metric: str
    robust: bool
    centres: dict[str, float]
    differences: Mapping[tuple[str, str], float]
    p: Mapping[tuple[str, str], float]
    units: str
    fewest: int

    @property
    def best(self) -> str:
        """The arm that ends lowest."""
        return next(iter(self.centres))

    @property
    def worst(self) -> str:
        """The arm that ends highest."""
        return list(self.centres)[-1]

    @property
    def tied(self) -> list[str]:
        """The arms that are not told apart from the best, the lowest first."""
        return [arm for arm in self.centres if arm != self.best and not self.p[arm, self.best] < ALPHA]

    def verdict(self, arm: str, other: str) -> str:
        """Whether the arm is `lower` or `higher` than the other, `not told apart`, or has `too few seeds`."""
        p = self.p.get((arm, other), math.nan)
        if math.isnan(p):
            return TOO_FEW
        if p >= ALPHA:
            return NOT_TOLD_APART
        return "lower" if self.differences[arm, other] < 0 else "higher"

    @property
    def unclear(self) -> bool:
        """Whether some arm is not told apart from the best although there are seeds enough."""
        return len(self.centres) > 1 and any(self.p[arm, self.best] >= ALPHA for arm in self.tied)

    def sentence(self) -> str:
        """The arm that ends lowest with all that are not told apart from it, and the one that ends highest; of two, how far."""
        if not self.centres:
            return "Every trial diverged"
        split, quantity = self.metric.split("_")
        what = f"{'median' if self.robust else 'mean'} {SPLIT_NAMES[split]} {quantity}"
        low, high = (self._value(arm) for arm in (self.best, self.worst))
        if self.centres[self.best] == self.centres[self.worst]:
            return f"{what.capitalize()} ends at {low} with {self._all_arms()}"
        between = f"{what} ends between {low} ({self.best}) and {high} ({self.worst})"
        if math.isnan(self.p[self.worst, self.best]):
            return f"Too few {self.units} to rank arms ({self.fewest} of at least {MIN_UNITS}): {between}"
        if len(self.tied) == len(self.centres) - 1:
            return f"{NO_DIFFERENCE}: {between}"
        if len(self.centres) == 2:
            return f"{what.capitalize()} ends {self._gap()} lower with {self.best} ({low}) than with {self.worst} ({high})"
        if not self.tied:
            return f"{what.capitalize()} ends lowest with {self.best} ({low}) and highest with {self.worst} ({high})"
        highest = "" if self.worst in self.tied else f"; highest with {self.worst} ({high})"
        return f"{what.capitalize()} ends lowest with {self.best} ({low}), {NOT_TOLD_APART} from {self._ties()}{highest}"

    def note(self) -> str:
        """What "not told apart" means, and the arms that are meant where the sentence only counts them.

        Nothing where all arms end at one value, of which the sentence says just that.
        """
        if not self.unclear or self.centres[self.best] == self.centres[self.worst]:
            return ""
        named = f" {NOT_TOLD_APART.capitalize()} from {self.best}: {listed(self.tied)}." if self._counted else ""
        term = NO_DIFFERENCE if len(self.tied) == len(self.centres) - 1 else NOT_TOLD_APART.capitalize()
        return f"{named} {term}: p is {ALPHA} or more in {self.test}."

    @property
    def test(self) -> str:
        """The test that tells arms apart, in words."""
        of = "" if self.units == "seeds" else f" of {self.units}"
        return f"a {'sign' if self.robust else 't'} test of the paired differences{of}, adjusted for all pairs of arms"

    @property
    def _counted(self) -> bool:
        return MAX_NAMED < len(self.tied) < len(self.centres) - 1

    def _ties(self) -> str:
        return f"{len(self.tied)} of {len(self.centres) - 1} others" if self._counted else listed(self.tied)

    def _all_arms(self) -> str:
        return {1: self.best, 2: "both arms"}.get(len(self.centres), "every arm")

    def _gap(self) -> str:
        scale, unit = (100, " points") if self.metric.endswith("error") else (1, "")
        return f"{scale * (self.centres[self.worst] - self.centres[self.best]):.3g}{unit}"

    def _value(self, arm: str) -> str:
        scale, unit = (100, " %") if self.metric.endswith("error") else (1, "")
        return f"{scale * self.centres[arm]:.3g}{unit}"


def rank_arms(study: Study, table: pd.DataFrame, metric: str, *, robust: bool = False) -> Ranking:
    """Compares all arms of a study in a final metric, seed by seed.

    Each pair gets the p-value of its paired differences, by data sets where seeds share them; Holm's rule adjusts them for
    the number of pairs, for the best of several arms is chosen by looking at all of them. `robust` takes medians and signs in
    place of means, for values that single trials hold far up.
    """
    finals = {arm: final_values(rows, arm, metric) for arm, rows in rows_by_arm(study, table).items()}
    ordered = centres_of(study, table, metric, robust=robust)
    pairs = {pair: (finals[pair[0]] - finals[pair[1]]).dropna() for pair in itertools.combinations(ordered, 2)}
    enough = {pair: left for pair, left in pairs.items() if _independent(study, left) >= MIN_UNITS}
    adjusted = holm([_p(study, left, robust) for left in enough.values()])
    p = dict.fromkeys(pairs, math.nan) | dict(zip(enough, adjusted.tolist(), strict=True))
    means = {pair: float((np.sign(left) if robust else left).mean()) for pair, left in pairs.items()}
    return Ranking(
        metric,
        robust,
        ordered,
        differences=means | {(b, a): -value for (a, b), value in means.items()},
        p=p | {(b, a): value for (a, b), value in p.items()},
        units="seeds" if study.seeds_per_data_set == 1 else "data sets",
        fewest=min((_independent(study, left) for left in pairs.values()), default=0),
    )


def centres_of(study: Study, table: pd.DataFrame, metric: str, *, robust: bool = False) -> dict[str, float]:
    """The mean of the final values of each arm that has some, or the median; the lowest first."""
    finals = {arm: final_values(rows, arm, metric) for arm, rows in rows_by_arm(study, table).items()}
    centres = {
        arm: float(values.median() if robust else values.mean()) for arm, values in finals.items() if values.notna().any()
    }
    return {arm: centres[arm] for arm in sorted(centres, key=lambda arm: centres[arm])}


def _independent(study: Study, differences: pd.Series) -> int:
    groups = groups_of(study, differences.index)
    return len(differences if groups is None else np.unique(groups))


def _p(study: Study, differences: pd.Series, robust: bool) -> float:
    found = (p_of_sign if robust else p_of_mean)(differences.to_numpy(), groups_of(study, differences.index))
    return 1.0 if math.isnan(found) else found


def paired_table(study: Study, table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Every arm minus the study's first, seed by seed, in a final metric: one row an arm.

    Columns: arm, pairs (seeds in which neither diverged), mean, low, high (95 % bootstrap interval of the mean difference),
    lower (share of seeds in which the arm is below the first, ties counting half) and verdict, see `Ranking.verdict`.
    """
    reference = study.arms[0].name
    first = final_values(table, reference, metric)
    ranking = rank_arms(study, table, metric)
    rows = []
    for arm in study.arms[1:]:
        differences = (final_values(table, arm.name, metric) - first).dropna()
        summary = summarise(differences.to_numpy(), groups_of(study, differences.index))
        lower = float(((differences < 0) + 0.5 * (differences == 0)).mean())
        verdict = ranking.verdict(arm.name, reference)
        rows.append((arm.name, summary.n, summary.mean, summary.low, summary.high, lower, verdict))
    return pd.DataFrame(rows, columns=["arm", "pairs", "mean", "low", "high", "lower", "verdict"])
