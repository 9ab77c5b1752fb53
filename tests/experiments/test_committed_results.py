"""The results that visitors see agree with one another: the ledger with its tables, the pages with the ledger."""

from __future__ import annotations

import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.summaries import DIGESTS
from experiments.claims.kinds import Bound, Order, TimeRatio, Value
from experiments.claims.quantities import FINAL, is_percent
from experiments.output.manifest import read_manifest
from experiments.pages.findings import tell
from experiments.reports.catalogue import CLAIMS, FINDINGS, REPORTS, claims_digest
from experiments.verdicts.changes import rounds_of
from experiments.verdicts.ledger_file import read_ledger
from experiments.verdicts.rules import MIN_SEEDS
from tests.experiments.pending import (
    CHANGED_SINCE,
    DECLARED_SINCE,
    FINDINGS_SINCE,
    GONE_SINCE,
    changed_since,
    declared_since,
    is_pending,
)

RESULTS = Path(__file__).parents[2] / "results" / "thousand-seeds"

BY_ID = {claim.id: claim for claim in CLAIMS}
TIMED = {claim.id for claim in CLAIMS if isinstance(claim, TimeRatio)}


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    found = read_ledger(RESULTS)
    assert found is not None
    return found.set_index("claim", drop=False)


def finals(study: str, arm: str, metric: str) -> pd.Series:
    """Final values in percent by seed, straight from the committed table."""
    table = pd.read_csv(RESULTS / f"{study}.finals.csv.gz", dtype={DIGESTS: str})
    rows = table[table["arm"] == arm].set_index("seed")
    if metric.endswith("_accuracy"):
        return 100 - 100 * rows[metric.replace("_accuracy", "_error")]
    return rows[metric] * (100 if is_percent(metric) else 1)


def committed(study: str) -> bool:
    return (RESULTS / f"{study}.finals.csv.gz").exists()


SAMPLED = [
    claim.id
    for claim in CLAIMS
    if isinstance(claim, Value | Bound)
    and claim.quantity.window == FINAL
    and committed(claim.study)
    and claim.quantity.metric.endswith(("_loss", "_error", "_accuracy"))
    and not is_pending(claim.id)
]


PAIRED = [
    claim.id
    for claim in CLAIMS
    if isinstance(claim, Order)
    and committed(claim.study)
    and [(pair.lower.window, pair.higher.window) for pair in claim.pairs] == [(FINAL, FINAL)]
    and not is_pending(claim.id)
]


def test_every_declared_claim_has_its_row_or_is_pending(ledger):
    """Rows are of the rules that they were judged by; what waits for the next ledger is listed, and nothing else is."""
    for found, patterns in (
        (declared_since(ledger), DECLARED_SINCE),
        (changed_since(ledger), CHANGED_SINCE),
        (set(ledger["claim"]) - set(BY_ID), GONE_SINCE),
    ):
        assert all(any(fnmatch(claim, pattern) for pattern in patterns) for claim in found), sorted(found)
        assert all(any(fnmatch(claim, pattern) for claim in found) for pattern in patterns)


def test_every_row_rests_on_enough_seeds(ledger):
    counted = ledger[(ledger["seeds"] > 0)]
    assert len(counted) > 60 and (counted["seeds"] >= MIN_SEEDS).all()


@pytest.mark.parametrize("claim", SAMPLED)
def test_a_mean_of_the_ledger_is_that_of_its_table_with_an_interval_as_wide(ledger, claim):
    """Another bootstrap with other draws, by whole data sets where seeds share them."""
    row, quantity = ledger.loc[claim], BY_ID[claim].quantity
    values = finals(BY_ID[claim].study, quantity.arm, quantity.metric)
    kept = values.dropna()
    assert (len(kept), len(values) - len(kept)) == (row["seeds"], row["diverged"])
    assert row["ours"] == pytest.approx(kept.mean(), rel=1e-4, abs=1e-4)
    size = 15 if row["report"] == "bamberger" else 1
    means = kept.groupby(kept.index // size).mean().to_numpy()
    random = np.random.default_rng(5)
    drawn = means[random.integers(len(means), size=(4000, len(means)))].mean(1)
    low, high = np.quantile(drawn, [(1 - row["level"]) / 2, (1 + row["level"]) / 2])
    width = high - low
    assert [row["low"], row["high"]] == pytest.approx([low, high], abs=0.12 * width + 1e-6)


@pytest.mark.parametrize("claim", PAIRED)
def test_an_order_of_the_ledger_is_that_of_its_table(ledger, claim):
    row, (pair,) = ledger.loc[claim], BY_ID[claim].pairs
    lower, higher = (finals(BY_ID[claim].study, side.arm, side.metric) for side in (pair.lower, pair.higher))
    difference = higher - lower
    assert difference.count() == row["seeds"]
    ranked = difference.mask(higher.isna(), np.inf).mask(lower.isna(), -np.inf)
    expected = ranked.median() if row["diverged"] else difference.mean()
    assert row["ours"] == pytest.approx(expected, rel=1e-3 if row["diverged"] else 1e-4, abs=1e-4)


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda found: found.title)
def test_the_ledger_bears_every_finding_out(ledger, finding):
    """Times aside, which another machine may turn, and what is pending."""
    if finding.title in FINDINGS_SINCE:
        return
    tables = {name: RESULTS / f"luck-{name}.csv" for name in REPORTS}
    luck = {name: pd.read_csv(path) for name, path in tables.items() if path.exists()}
    told = tell(finding, ledger.reset_index(drop=True), luck)
    assert not told.against or set(finding.verdicts) <= TIMED
    if not told.against:
        assert told.text in (RESULTS / "FINDINGS.md").read_text(encoding="utf-8")


def test_pages_name_the_claims_they_rest_on_and_link_to_files_that_are_there():
    for name in ("README.md", "FINDINGS.md"):
        text = (RESULTS / name).read_text(encoding="utf-8")
        assert all((RESULTS / link).is_file() for link in re.findall(r"\]\(([^)#]+)\)", text))
    found = {
        re.search(r"\(digest (?:`|<code>)(\w{8})", (RESULTS / name).read_text(encoding="utf-8"))
        for name in ("README.md", "index.html")
    }
    assert len({match.group(1) for match in found if match}) == 1 and None not in found
    assert (claims_digest() in (RESULTS / "README.md").read_text(encoding="utf-8")) == (not DECLARED_SINCE)


def test_every_figure_and_table_is_of_the_rounds_of_the_ledger(ledger):
    """One run wrote them all: each study of the ledger has as many seeds in its tables as its description says."""
    for study, rounds in rounds_of(ledger.reset_index(drop=True)).items():
        manifest = read_manifest(RESULTS, study)
        assert manifest is not None and manifest.study.rounds == rounds, study
        if committed(study):
            assert pd.read_csv(RESULTS / f"{study}.finals.csv.gz", usecols=["seed"])["seed"].nunique() == rounds, study


def test_what_commands_write_is_left_to_the_user():
    """Nothing directly in results/ is committed, nor the store and the histories of the committed run."""
    ignored = ["results/train_loss.png", "results/claims.csv", "results/README.md", "results/trials.sqlite"]
    ignored += [f"results/thousand-seeds/{name}" for name in ("trials.sqlite", "train.csv", "luck-feng.trials.csv")]
    kept = [
        "results/thousand-seeds/train_loss.png",
        "results/thousand-seeds/claims.csv",
        "results/thousand-seeds/a.finals.csv.gz",
        "results/thousand-seeds/luck-feng.csv",
    ]
    found = subprocess.run(
        ["git", "check-ignore", "--no-index", *ignored, *kept], cwd=RESULTS.parents[1], capture_output=True, text=True
    )
    assert found.stdout.split() == ignored


def test_the_readme_links_to_results_that_are_committed():
    root = RESULTS.parents[1]
    links = re.findall(r"\]\((results/[^)#]+)\)", (root / "README.md").read_text(encoding="utf-8"))
    assert len(links) >= 4 and all((root / link).is_file() and "/thousand-seeds/" in link for link in links)


def test_the_committed_files_stay_under_ten_megabytes():
    patterns = ("*.png", "*.json", "*.md", "*.html", "*.means.csv.gz", "*.finals.csv.gz", "*.timing.csv", "claims.csv")
    patterns += ("luck-?*.csv", "calibrate.csv")
    files = {path for pattern in patterns for path in RESULTS.glob(pattern) if not path.name.endswith(".trials.csv")}
    assert sum(path.stat().st_size for path in files) < 10e6
    assert (RESULTS / "index.html").stat().st_size < 5e6
