"""What a claim leads to: the likeliest figure that was drawn, its study and command, and the arms it compares in pairs."""

from __future__ import annotations

import dataclasses

import pytest

from experiments.claims.finding import Finding, Section
from experiments.pages.chains import arm_pairs, claim_chains
from experiments.pages.findings import Told
from experiments.reports.catalogue import CLAIMS

BY_ID = {claim.id: claim for claim in CLAIMS}


def told(figure: str, claim: str, against: tuple[str, ...] = ()) -> Told:
    return Told(Finding(Section.HOLDS, "A finding", "", {claim: "reproduced"}, figure, "minifw"), against=against)


@pytest.mark.parametrize(
    ("claim", "files", "figure"),
    [
        ("F1", {"train_error.png", "compare-torch_error.png"}, "train_error.png"),
        ("F3-test", {"values-feng.png", "train_error.png"}, "values-feng.png"),
        ("F3-test", {"train_error.png"}, "train_error.png"),
        ("F2", {"train_boundary.png", "values-feng.png"}, "train_boundary.png"),
        ("E4-size", {"train_error.png"}, ""),
    ],
)
def test_a_claim_leads_to_the_likeliest_figure_that_was_drawn(material, claim, files, figure):
    page = dataclasses.replace(material, files=files, findings=())
    assert claim_chains(page)[claim].figure == figure


def test_the_figure_of_a_finding_comes_first_unless_the_ledger_is_against_it(material):
    files = {"train_error.png", "sweep-batch_time.png"}
    shown = [told("sweep-batch_time.png", "F1")]
    assert claim_chains(dataclasses.replace(material, files=files, findings=shown))["F1"].figure == "sweep-batch_time.png"
    denied = [told("sweep-batch_time.png", "F1", ("F1 is undecided",))]
    assert claim_chains(dataclasses.replace(material, files=files, findings=denied))["F1"].figure == "train_error.png"


def test_a_claim_leads_to_its_study_and_command_or_to_its_report(material):
    chains = claim_chains(material)
    assert (chains["F1"].study, chains["F1"].command) == ("train", "minifw train --rounds 2")
    assert (chains["F5"].study, chains["F5"].command) == ("", "minifw reproduce feng")
    assert set(chains) == set(BY_ID)


def test_arms_are_named_in_pairs():
    assert arm_pairs(BY_ID["B5"]) == ("adam < sgd", "adagrad < sgd", "rmsprop < sgd", "adadelta < sgd")
    assert len(arm_pairs(BY_ID["B8"])) == 10 and arm_pairs(BY_ID["B8"])[0] == "adagrad < adadelta"
    assert len(arm_pairs(BY_ID["D1-train-error"])) == 15 and "relu-normal = relu-uniform" in arm_pairs(BY_ID["D1-train-error"])
    assert arm_pairs(BY_ID["F1"]) == arm_pairs(BY_ID["F5"]) == ()
