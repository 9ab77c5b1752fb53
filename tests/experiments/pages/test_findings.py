"""A finding is told with the ledger's numbers, and only while the ledger bears it out."""

from __future__ import annotations

import pandas as pd

from experiments.claims.finding import Finding, Section
from experiments.pages.findings import tell, tell_all

VERDICTS = ["not reproduced", "compatible"]
LEDGER = pd.DataFrame(
    {
        "claim": ["F2", "F3-test"],
        "kind": "value",
        "verdict": VERDICTS,
        "ours": [6.273, 1.0],
        "fitted": [False, True],
        "seeds": [90, 400],
        "diverged": [12, 5],
    }
)
NEGATIVE = LEDGER.head(1).assign(verdict="undecided", ours=-1.5, kind="order")
TEXT = "Ours is {F2.ours:.2f} %, theirs {F3-test.ours:g}."


def finding(**verdicts: str) -> Finding:
    named = {claim.replace("_", "-"): verdict for claim, verdict in verdicts.items()}
    return Finding(Section.LUCK, "A title", TEXT, named, "train_loss.png", "minifw train --rounds {rounds}")


def test_numbers_come_from_the_ledger():
    told = tell(finding(F2="not reproduced", F3_test="compatible"), LEDGER)
    assert told.text == "Ours is 6.27 %, theirs 1." and told.fitted
    assert told.command == "minifw train --rounds 405", "those that diverged were run as well"
    alone = tell(finding(F2="not reproduced"), LEDGER)
    assert not alone.fitted and alone.command == "minifw train --rounds 102"


def test_what_the_ledger_contradicts_is_named_and_not_told():
    told = tell(finding(F2="reproduced", F3_test="compatible", B1="reproduced"), LEDGER)
    assert told.against == ("F2 is not reproduced", "B1 was not run") and not told.text


def test_a_ledger_that_bears_nothing_out_has_no_page():
    assert tell_all([finding(F2="reproduced")], LEDGER) == []
    both = tell_all([finding(F2="reproduced"), finding(F2="not reproduced")], LEDGER)
    assert [bool(one.against) for one in both] == [True, False]


def test_the_size_of_a_difference_has_no_sign():
    told = tell(Finding(Section.LUCK, "A title", "By {F2.size:g}.", {"F2": "undecided"}, "a.png", "minifw"), NEGATIVE)
    assert (told.text, told.against, told.fitted) == ("By 1.5.", (), False)


SHARES = pd.DataFrame(
    {
        "source": ["data", "init", "order", "interactions", "test set", "one data set"],
        "alone": [0.2, 0.35, 0.1, 0.3, 0.05, 0.9],
    }
)


def of_luck(**sources: str) -> Finding:
    text = "The weights own {luck[feng][init]:.0%}, {F2.ours:.1f}."
    return Finding(Section.LUCK, "A title", text, {"F2": "not reproduced"}, "a.png", "minifw luck", sources)


def test_a_finding_on_luck_has_the_shares_and_is_told_while_its_source_owns_the_most():
    assert tell(of_luck(feng="init"), LEDGER, {"feng": SHARES}).text == "The weights own 35 %, 6.3."
    told = tell(of_luck(feng="data", bhatt="init"), LEDGER, {"feng": SHARES})
    assert told.against == ("most is not of data in feng", "whose luck bhatt's errors are was not computed") and not told.text
    assert tell(of_luck(feng="init"), LEDGER).against == ("whose luck feng's errors are was not computed",)
    finite = SHARES.assign(alone=SHARES["alone"].where(SHARES["source"] != "test set", 0.66))
    assert tell(of_luck(feng="init"), LEDGER, {"feng": finite}).against == ("most is not of init in feng",)
    assert tell(of_luck(feng="test set"), LEDGER, {"feng": finite}).text, "as the title of its figure says"
    (one,) = tell_all([of_luck(feng="init")], LEDGER, {"feng": SHARES})
    assert one.text.startswith("The weights own 35 %")


def test_rows_of_a_kind_are_counted_by_verdict():
    text = "{counts[value][compatible]} of {counts[value][all]}, {counts[value][reproduced]} more."
    told = tell(Finding(Section.OVERALL, "A title", text, {"F2": "not reproduced"}, "a.png", "minifw"), LEDGER)
    assert told.text == "1 of 2, 0 more."
