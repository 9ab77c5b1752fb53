"""What the ledger says about the five reports, told; `experiments.findings` says when a finding may be told."""

from __future__ import annotations

from experiments.findings import Finding, Kind

FINDINGS: tuple[Finding, ...] = (
    Finding(
        Kind.NOT_AS_DESCRIBED,
        "Feng's Figure 2 and Table I cannot come from one training",
        "The text reads 4 % after 50 epochs off Figure 2; Table I prints {F3-test.published:.2f} % for what it calls the same "
        "configuration. As described, the network ends at {F2.ours:.2f} % ({F2.low:.2f} to {F2.high:.2f}), between the two.",
        {"F2": "not reproduced", "F3-test": "not reproduced", "F6-test": "not reproduced"},
        "contradiction-feng.png",
        "minifw reproduce feng --rounds 1000",
    ),
)
