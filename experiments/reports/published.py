"""The published numbers beside ours, looked up among the declared claims. Imports no torch."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from experiments.claims.kinds import Equal, Order, Value
from experiments.claims.quantities import FINAL
from experiments.claims.readings import split_reading
from experiments.config.settings import SettingError
from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.reports.catalogue import CLAIMS, STUDIES

# Settings that say where and how often is measured, and change no number that is.
WITHOUT_EFFECT = {"evaluate_every": 1, "record_steps": False, "device": "cpu"}


@dataclass(frozen=True)
class Published:
    """A printed number, errors in percent, with its deviation over runs where that is printed, and where it stands."""

    value: float
    place: str
    std: float | None = None


def published_of(study: str, arm: Arm, metric: str) -> tuple[Published, ...]:
    """The printed numbers that an arm of a study may be compared with: none unless it has the study's declared settings."""
    return published_finals(study, arm.name, metric) if is_declared(study, arm) else ()


def is_declared(study: str, arm: Arm) -> bool:
    """Whether the arm has the settings that a report's study of that name, or a reading of it, declares for it."""
    name, reading = split_reading(study, STUDIES)
    if name not in STUDIES:
        return False
    try:
        declared = STUDIES[name].build(reading=reading or None, arms=[arm.name]).arms[0].config
    except SettingError:
        return False
    return _measured_alike(declared) == _measured_alike(arm.config)


def _measured_alike(config: TrialConfig) -> str:
    return config.replace(**WITHOUT_EFFECT).key()


@functools.cache
def published_claims(study: str, arm: str, metric: str) -> tuple[Value, ...]:
    """The claims that print a metric of an arm after the last epoch: two where a report contradicts itself.

    A reading of a study has the study's numbers, but for those that it takes for means over other epochs.
    """
    base, reading = split_reading(study, {claim.study for claim in CLAIMS})
    return tuple(
        claim
        for claim in CLAIMS
        if isinstance(claim, Value)
        and claim.quantity.metric == metric
        and (base, arm) in ((claim.study, claim.quantity.arm), *claim.alike)
        and dict(claim.windows).get(reading, claim.quantity.window) == FINAL
    )


def published_finals(study: str, arm: str, metric: str) -> tuple[Published, ...]:
    """The printed numbers after the last epoch; where only an accuracy is printed, the error that it leaves."""
    errors = [Published(claim.published, claim.place, claim.published_std) for claim in published_claims(study, arm, metric)]
    if errors or not metric.endswith("_error"):
        return tuple(errors)
    accuracies = published_claims(study, arm, metric.replace("_error", "_accuracy"))
    return tuple(Published(100 - claim.published, claim.place, claim.published_std) for claim in accuracies)


def published_windows(study: Study, metric: str) -> tuple[tuple[int, int], ...]:
    """The ranges of epochs, both included, over which a report compares a metric of arms, where all have its settings.

    All epochs together are no range of their own.
    """
    if not all(is_declared(study.name, arm) for arm in study.arms):
        return ()
    base, _ = split_reading(study.name, STUDIES)
    compared = (
        side.window
        for claim in CLAIMS
        if isinstance(claim, Order | Equal) and claim.study == base
        for pair in claim.pairs
        for side in (pair.lower, pair.higher)
        if side.metric == metric
    )
    ranges = {(window.first, window.last): None for window in compared if window.first is not None and window.last is not None}
    longest = max(arm.config.epochs for arm in study.arms)
    return tuple((first, last) for first, last in ranges if first < last and (first, last) != (1, longest))
