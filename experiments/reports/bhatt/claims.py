"""What Bhatt, Desaulty and Manguy claim."""

from __future__ import annotations

from experiments.claims.kinds import AS_PRINTED, Bound, Claim, Equal, NotTestable, Order, Pair, Relation, TimeRatio
from experiments.claims.quantities import Quantity

RATES = ("0.1", "0.2", "0.5")
PLACES = ("first", "middle", "last", "all")
ALL_DROPOUTS = tuple(f"{rate}-{place}" for rate in RATES for place in PLACES)
HALF_RATE = tuple(f"0.5-{place}" for place in PLACES)
TIME_PLACE = "Section 6.1, on Figure 4"
FASTER = "our custom model is better than pytorch by 11 ms in terms of computation time"

CLAIMS: tuple[Claim, ...] = (
    *(
        Bound(
            id=f"E1-{split}",
            report="bhatt",
            place="Section 6.2, on Figure 7",
            quote="both perform well with less than 0.5% of errors",
            study="train-bhatt",
            fitted=True,
            quantity=Quantity("bhatt", f"{split}_error"),
            limit=0.5,
            limit_reason=AS_PRINTED,
            note="The text does not say of which points; Figure 7 is called errors on test.",
        )
        for split in ("train", "test")
    ),
    *(
        Bound(
            id=f"E1-torch-{split}",
            report="bhatt",
            place="Section 6.2, on Figure 7",
            quote="both perform well with less than 0.5% of errors",
            study="compare-torch-bhatt",
            fitted=True,
            quantity=Quantity("torch", f"{split}_error"),
            limit=0.5,
            limit_reason=AS_PRINTED,
            note="Both: PyTorch's network as well.",
        )
        for split in ("train", "test")
    ),
    *(
        Order(
            id=f"E2-{name}",
            report="bhatt",
            place="Sections 3.3 and 6.2",
            quote="the overall performance is quite good especially when a dropout layer is implemented",
            study="sweep-dropout",
            fitted=True,
            pairs=tuple(Pair(Quantity(arm, "test_error"), Quantity("none", "test_error")) for arm in arms),
            at_least=count,
            note=note,
        )
        for name, arms, count, note in (
            ("some", ALL_DROPOUTS, 1, "The most lenient sense: at least one of twelve rates and places lowers the test error."),
            ("most", ALL_DROPOUTS, 7, "At least seven of twelve rates and places lower the test error."),
            ("default-rate", HALF_RATE, 1, "At the stated default rate of 0.5, in at least one of four places."),
        )
    ),
    *(
        Equal(
            id=f"E3-{split}",
            report="bhatt",
            place="Section 6.2, on Figures 5 to 7",
            quote="custom and Pytorch model behave the same way",
            study="compare-torch-bhatt",
            fitted=True,
            pairs=(Pair(Quantity("minifw", f"{split}_error"), Quantity("torch", f"{split}_error")),),
            margin=0.25,
            margin_reason="half of the 0.5 % that the report calls good",
        )
        for split in ("train", "test")
    ),
    TimeRatio(
        id="E4",
        report="bhatt",
        place=TIME_PLACE,
        quote=FASTER,
        evidence="bhatt-epoch-time",
        numerator=("torch",),
        denominator=("single",),
        published=11.0,
        relation=Relation.ABOVE,
        reference=0.0,
        unit="ms",
        note="PyTorch's time of an epoch less ours, one network at a time: only that it is above 0 is judged.",
    ),
    NotTestable(
        id="E4-size",
        report="bhatt",
        place=TIME_PLACE,
        quote="by 11 ms",
        published=11.0,
        reason="Milliseconds belong to a machine, and the text gives no time from which to make a ratio.",
    ),
    NotTestable(
        id="E6",
        report="bhatt",
        place="Section 6.1",
        quote="The use of yield function in parameter allows saving computation time",
        reason="Nothing is printed of a version without it; parameters are listed once, when an optimiser is made.",
    ),
    Bound(
        id="E5",
        report="bhatt",
        place="Section 6.2, on Figures 5 and 6",
        quote="still some mis-classifications on the borders of the disk",
        study="train-bhatt",
        fitted=True,
        quantity=Quantity("bhatt", "errors_near_border"),
        limit=90.0,
        below=False,
        limit_reason="ours: a quarter of all points lie this near: nine in ten of the errors there would not be chance",
        note="Share of a network's wrong test points that lie less than 0.05 from the circle, over networks with any.",
    ),
)
