"""What Feng, Sun and Wang claim."""

from __future__ import annotations

from functools import partial

from experiments.claims.kinds import Checked, Claim, Contradiction, Equal, Order, Pair, TimeRatio, Value
from experiments.claims.quantities import FINAL, Quantity, epochs

TRAIN_ERROR = Quantity("train", "train_error", FINAL)
TEST_ERROR = Quantity("train", "test_error", FINAL)
TABLE = (("epoch-average", epochs(1, 50)),)

_value = partial(Value, report="feng", n=10)
_table = partial(_value, windows=TABLE, contradicts=("F2", "F6-train", "F6-test"))
_ours = partial(_table, place="Table I, row Ours", study="train", alike=(("compare-torch", "minifw"),))
_similar = partial(
    Equal,
    report="feng",
    place="Section III-B, on Table I",
    quote="the errors [...] for both frameworks are very similar",
    n=10,
    margin=0.5,
    margin_reason="what the report calls very similar differs by 0.56 and 0.08 points",
)
_figures_apart = partial(
    Contradiction,
    report="feng",
    place="Figure 2 and Table I",
    quote="We use the same configuration",
    study="train",
    n=10,
    windows=TABLE,
    note="Both are means over 10 rounds of one configuration. Under epoch-average the second number is a mean over epochs.",
)
_fact = partial(Checked, report="feng", place="Section I-C, equation 6")

CLAIMS: tuple[Claim, ...] = (
    Order(
        id="F1",
        report="feng",
        place="Section III-A, on Figure 2",
        quote="the train error is slightly smaller than test error",
        study="train",
        n=10,
        pairs=(Pair(TRAIN_ERROR, TEST_ERROR),),
    ),
    Equal(
        id="F1-close",
        report="feng",
        place="Section III-A, on Figure 2",
        quote="The train and test errors are very close",
        study="train",
        n=10,
        pairs=(Pair(TRAIN_ERROR, TEST_ERROR),),
        margin=0.5,
        margin_reason="half a point is the least that the default margin tells apart",
    ),
    _value(
        id="F2",
        place="Section III-A, on Figure 2",
        quote="After 50 epochs, the error can be about 4%",
        study="train",
        quantity=TEST_ERROR,
        published=4.0,
        contradicts=("F3-train", "F3-test"),
        note="Figure 2 shows both errors; the test error is judged.",
    ),
    _ours(id="F3-train", quote="8.03%", quantity=TRAIN_ERROR, published=8.03),
    _ours(id="F3-test", quote="8.73%", quantity=TEST_ERROR, published=8.73),
    _table(
        id="F3-torch-train",
        place="Table I, row Pytorch",
        quote="7.47%",
        study="compare-torch",
        quantity=Quantity("torch", "train_error"),
        published=7.47,
    ),
    _table(
        id="F3-torch-test",
        place="Table I, row Pytorch",
        quote="8.81%",
        study="compare-torch",
        quantity=Quantity("torch", "test_error"),
        published=8.81,
    ),
    *(
        _similar(
            id=f"F4-{split}",
            study="compare-torch",
            windows=TABLE,
            pairs=(Pair(Quantity("minifw", f"{split}_error"), Quantity("torch", f"{split}_error")),),
        )
        for split in ("train", "test")
    ),
    *(
        _similar(
            id=f"F4-vmap-{split}",
            study="compare-vmap",
            pairs=(Pair(Quantity("minifw", f"{split}_error"), Quantity("vmap", f"{split}_error")),),
            note="PyTorch by torch.func's vmapped gradients and steps, which stand in for torch.nn's: from the same seed they "
            "agree to 1e-9 over the first epochs, in float64.",
        )
        for split in ("train", "test")
    ),
    TimeRatio(
        id="F5",
        report="feng",
        place="Table I, column Time(s)",
        quote="5.50 s and 5.37 s",
        n=10,
        evidence="feng-time",
        numerator=("single",),
        denominator=("torch",),
        published=round(5.50 / 5.37, 3),
        note="Ours over PyTorch's, one network at a time as in the report; seconds depend on the machine.",
    ),
    _figures_apart(
        id="F6-train",
        first=TRAIN_ERROR,
        first_published=4.0,
        second=TRAIN_ERROR,
        second_published=8.03,
        contradicts=("F3-train",),
    ),
    _figures_apart(
        id="F6-test",
        first=TEST_ERROR,
        first_published=4.0,
        second=TEST_ERROR,
        second_published=8.73,
        contradicts=("F3-test",),
    ),
    _fact(
        id="F7-pytorch",
        quote="The initialization is consistent with the Pytorch Linear module",
        holds=True,
        reason="PyTorch's Linear does draw weights and biases from U(+-1/sqrt(fan_in))",
    ),
    _fact(
        id="F7-he",
        quote="which uses the initialization in the paper [1]",
        holds=False,
        reason="He et al. derive the bound sqrt(6/fan_in), which is sqrt(6) times as wide",
    ),
    *(
        Order(
            id=f"F8-{split}",
            report="feng",
            place="Section III-B",
            quote="our Mini framework can work as well as Pytorch",
            study="compare-torch",
            n=10,
            windows=TABLE,
            pairs=(Pair(Quantity("minifw", f"{split}_error"), Quantity("torch", f"{split}_error")),),
            slack=0.5,
            slack_reason="0.5 points, the margin of F4",
            note="As well: no more than half a point worse. Better is as well, too.",
        )
        for split in ("train", "test")
    ),
)
