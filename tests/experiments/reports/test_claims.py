"""What is declared of the reports: nothing missing, nothing misquoted, nothing that the studies cannot answer."""

from __future__ import annotations

import math
import re
from collections import Counter

import pytest
import torch

from experiments.claims.kinds import (
    Bound,
    Checked,
    Claim,
    Deviation,
    Equal,
    Insignificant,
    NotTestable,
    Order,
    TimeRatio,
    Value,
)
from experiments.claims.quantities import Quantity, is_percent
from experiments.claims.wording import published_number, quantities, statement
from experiments.reports.catalogue import CLAIMS, REPORTS, STUDIES, claims_digest
from experiments.verdicts.judge import judge

LISTED = {"feng": ("F", 8), "bordignon": ("B", 11), "fernandez": ("C", 8), "bamberger": ("D", 11), "bhatt": ("E", 6)}

# Every number of the reports' results.
PRINTED = {
    "feng": "4 8.03 8.73 7.47 8.81 5.50 5.37",
    "bordignon": "0.3411 0.2466 0.1008 0.1589 0.1282 89.44 94.44 95.67 94.22 95.00",
    "fernandez": "3.85 3.50",
    "bamberger": "1.82 1.87 2.50 2.12 2.07 2.13 0.84 0.85 0.77 1.7 0.48 49.9 1.95 1.87 1.77 2.07 1.09 50.1 60 "
    "0.01 0.09 0.23 0.19 0.16 0.12 0.41 0.22 0.17 0.90 0.21 0.00 0.28 0.27 0.81",
    "bhatt": "0.5 11",
}

ALL_STUDIES = STUDIES
OTHER_METRICS = {"rising_iterations", "errors_near_border"}
every_claim = pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)


def number_of(claim: Claim) -> str:
    found = re.match(r"[A-Z]\d+", claim.id)
    assert found
    return found.group()


@pytest.mark.parametrize("report", LISTED)
def test_every_listed_claim_is_declared(report: str) -> None:
    letter, count = LISTED[report]
    assert {number_of(claim) for claim in REPORTS[report].claims} == {f"{letter}{number}" for number in range(1, count + 1)}
    assert {claim.report for claim in REPORTS[report].claims} == {report}


@pytest.mark.parametrize("report", PRINTED)
def test_every_printed_number_is_there(report: str) -> None:
    found = Counter()
    for claim in REPORTS[report].claims:
        text = f"{claim.quote} {getattr(claim, 'published', '')}".replace(",", ".")
        found.update({float(number) for number in re.findall(r"\d+\.?\d*", text)})
    assert not set(map(float, PRINTED[report].split())) - set(found)


@pytest.mark.parametrize("claim", [claim for claim in CLAIMS if isinstance(claim, Value)], ids=lambda claim: claim.id)
def test_a_value_is_the_number_in_its_quote(claim: Value) -> None:
    assert claim.published in [float(number) for number in re.findall(r"\d+\.?\d*", claim.quote.replace(",", "."))]


def test_values_of_tables_are_rows_of_their_own() -> None:
    published = Counter(number_of(claim) for claim in CLAIMS if isinstance(claim, Value))
    assert published == {"F2": 1, "F3": 4, "B9": 10, "C1": 2, "D8": 12}
    assert sum(isinstance(claim, TimeRatio) and number_of(claim) == "D8" for claim in CLAIMS) == 15, "every two networks"
    assert sum(isinstance(claim, Deviation) for claim in CLAIMS) == 12


def test_names_are_unique_and_what_is_contradicted_exists() -> None:
    names = [claim.id for claim in CLAIMS]
    assert len(set(names)) == len(names)
    assert {other for claim in CLAIMS for other in claim.contradicts} <= set(names)


@every_claim
def test_a_claim_says_where_it_is_and_what_it_rests_on(claim: Claim) -> None:
    assert claim.place and claim.quote and claim.n >= 1
    assert len(claim.quote) <= 100
    assert statement(claim) or claim.kind in ("granularity", "not testable")
    match claim:
        case Value():
            margin, reason = claim.allowed()
            assert margin > 0 and reason
        case Equal():
            assert claim.margin > 0 and claim.margin_reason and claim.pairs
        case Order():
            assert claim.pairs and bool(claim.slack) == bool(claim.slack_reason)
            assert 1 <= (claim.at_least or 1) <= len(claim.pairs)
        case Bound():
            assert claim.limit_reason
        case TimeRatio():
            assert claim.evidence and not claim.fitted
        case NotTestable() | Checked():
            assert claim.reason
        case Deviation():
            assert claim.allowed()[0] > 0 and claim.allowed()[1]
        case Insignificant():
            assert len(claim.printed) == len(claim.arms) == 6


@every_claim
def test_a_claim_speaks_of_arms_and_epochs_that_its_study_has(claim: Claim) -> None:
    for quantity in quantities(claim):
        spec = ALL_STUDIES[claim.study]
        assert quantity.arm in spec.arms
        settings = {**spec.settings, **spec.arms[quantity.arm]}
        assert (quantity.window.last or 0) <= settings.get("epochs", 50)
        assert not quantity.metric.startswith("validation") or settings.get("validation_size", 0) > 0
        known = re.fullmatch(r"(train|validation|test)_(loss|error|accuracy|loss_gap)", quantity.metric)
        assert known or quantity.metric in OTHER_METRICS


@every_claim
def test_fitted_follows_the_study_and_windows_name_its_readings(claim: Claim) -> None:
    if claim.study:
        spec = ALL_STUDIES[claim.study]
        assert claim.fitted == spec.fitted
        assert {reading for reading, _ in claim.windows} <= set(spec.readings)


@every_claim
def test_every_claim_can_be_judged(claim: Claim) -> None:
    class Nothing:
        def studies(self) -> list[str]:
            return []

        def sample(self, study: str, quantity: Quantity) -> None:
            return None

        def time(self, name: str, numerator: tuple[str, ...], denominator: tuple[str, ...], difference: bool) -> None:
            return None

    assert judge(claim, Nothing()).claim is claim


def test_chance_errors_have_a_margin_of_their_own() -> None:
    """15 % of 50 % would call anything from 42 to 58 % the same."""
    stuck = [
        claim
        for claim in CLAIMS
        if isinstance(claim, Value) and is_percent(claim.quantity.metric) and 40 < claim.published < 60
    ]
    assert len(stuck) == 2
    assert all(claim.allowed()[0] == 3.2 for claim in stuck)


def test_the_digest_is_that_of_the_declared_claims() -> None:
    assert re.fullmatch(r"[0-9a-f]{8}", claims_digest())
    assert claims_digest() == claims_digest()


def test_only_printed_numbers_stand_in_published() -> None:
    """Limits of our own are told in what must hold, and an equal time that nobody printed is no printed 1."""
    shown = {claim.id for claim in CLAIMS if isinstance(claim, Bound | TimeRatio) and not math.isnan(published_number(claim))}
    limits = {claim.id for claim in CLAIMS if isinstance(claim, Bound)}
    assert shown & limits == {"E1-train", "E1-test", "E1-torch-train", "E1-torch-test"}
    assert {"D3", "D9", "C3", "C6", "C7", "E5"} & shown == set()


def test_that_all_networks_take_the_same_time_is_no_success() -> None:
    """Were every ratio 1, the pairs whose printed times differ by more than a tenth would all fail."""
    times = [claim for claim in CLAIMS if isinstance(claim, TimeRatio) and claim.id.startswith("D8-time")]
    held = [abs(1 - claim.published) <= claim.margin * claim.published for claim in times]
    apart = [abs(claim.published - 1) > 0.11 for claim in times]
    assert sum(apart) >= 7 and not any(same for same, far in zip(held, apart, strict=True) if far)


def test_the_tanh_that_is_timed_computes_it_again_as_the_reports_does() -> None:
    for claim in CLAIMS:
        if isinstance(claim, TimeRatio) and claim.id.startswith(("D2", "D7", "D8")):
            assert not {
                arm for arm in (*claim.numerator, *claim.denominator) if arm.startswith("tanh-") and "recomputed" not in arm
            }


def test_pytorch_draws_as_feng_says_and_he_does_not() -> None:
    """F7 in two halves, by torch itself: the bound is 1 / sqrt(fan_in), and He's sqrt(6 / fan_in) is never reached."""
    weight = torch.nn.Linear(25, 4000).weight.abs().max().item()
    assert 0.99 / 5 < weight <= 1 / 5 < math.sqrt(6 / 25)
    held = {claim.id: claim.holds for claim in CLAIMS if isinstance(claim, Checked) and claim.report == "feng"}
    assert held == {"F7-pytorch": True, "F7-he": False}
