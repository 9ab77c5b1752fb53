"""What Bordignon claims."""

from __future__ import annotations

from functools import partial

from experiments.claims.kinds import Checked, Claim, Equal, Granularity, Order, Pair, Shape, Value
from experiments.claims.quantities import LAST_TEN, How, Quantity, Window, epochs

LOWEST_TEN = Window(tail=10, how=How.LOWEST)
AT_THE_END = "The end of a curve is read over its last ten epochs."
SINGLE_RUN = "All five accuracies are whole 900ths, as of single runs: n = 1, although the text says average."

SLOWEST_PLACE = "Section III, on Figure 3"
SLOWEST = "SGD is one of the slowest methods to converge (along with Adadelata)"
GENERALISE = "RMSProp and Adam seem to be the poorest performers, while Adagrad and Adadelata [...] the best"

OPTIMIZERS = ("sgd", "adam", "adagrad", "rmsprop", "adadelta")
PUBLISHED = {
    "sgd": (0.3411, 89.44),
    "adam": (0.2466, 94.44),
    "adagrad": (0.1008, 95.67),
    "rmsprop": (0.1589, 94.22),
    "adadelta": (0.1282, 95.00),
}

MISPRINTS = (
    ("sigmoid", "Table II", "(Sigmoid(x) - 1) / Sigmoid(x)", "sigmoid' = s (1 - s); the printed quotient is negative"),
    ("mse", "Equations 2 and 3", "-2(y - f(x))", "the gradient of equation 2 has the derivative of its sigmoid as a factor"),
    ("adam", "Equation 11", "w - mu sqrt(s) / (sqrt(t) + eps)", "Adam divides the first moment itself, which may be negative"),
    (
        "rmsprop",
        "Section II-E",
        "in RMSProp, the first-order moment is estimated",
        "RMSProp averages squared gradients, and Adagrad sums them",
    ),
    (
        "xavier",
        "Section II-D",
        "according to a uniform distribution N(0, 2/sqrt(N + N'))",
        "a normal distribution, and its variance is 2 / (fan_in + fan_out)",
    ),
)

_on_losses = partial(Order, report="bordignon", study="sweep-losses", n=10, fitted=True, note=AT_THE_END)
_on_init = partial(Shape, report="bordignon", study="sweep-init", n=10, fitted=True)
_on_optimizers = partial(Order, report="bordignon", study="sweep-optimizers", n=10, fitted=True)


def _chain(metric: str, window: Window, *levels: tuple[str, ...]) -> tuple[Pair, ...]:
    """Every arm of a level below every arm of the levels after it."""
    return tuple(
        Pair(Quantity(lower, metric, window), Quantity(higher, metric, window))
        for index, level in enumerate(levels)
        for lower in level
        for later in levels[index + 1 :]
        for higher in later
    )


def _among_two_slowest(arm: str) -> tuple[Pair, ...]:
    """The arm above each of the others in training loss, averaged over all epochs: among the two largest if above three."""
    window = epochs(1, 100)
    others = (other for other in OPTIMIZERS if other != arm)
    return tuple(Pair(Quantity(other, "train_loss", window), Quantity(arm, "train_loss", window)) for other in others)


CLAIMS: tuple[Claim, ...] = (
    _on_losses(
        id="B1",
        place="Section III, on Figure 1",
        quote="the cross-entropy minimization yields slightly improved validation accuracy",
        pairs=_chain("validation_error", LAST_TEN, ("cross-entropy",), ("mse",)),
    ),
    _on_losses(
        id="B2-above-mse",
        place="Section III, on Figure 1",
        quote="despite the worsened validation loss at final epochs",
        pairs=_chain("validation_loss", LAST_TEN, ("mse",), ("cross-entropy",)),
        note=AT_THE_END + " First sense: above MSE's, although the two losses have different scales.",
    ),
    _on_losses(
        id="B2-above-minimum",
        place="Section III, on Figure 1",
        quote="despite the worsened validation loss at final epochs",
        pairs=(
            Pair(
                Quantity("cross-entropy", "validation_loss", LOWEST_TEN),
                Quantity("cross-entropy", "validation_loss", LAST_TEN),
            ),
        ),
        note=AT_THE_END + " Second sense: above its own lowest ten epochs.",
    ),
    *(
        _on_init(
            id=f"B3-{split}-loss",
            place="Section III, on Figure 2",
            quote="between training epochs 20 and 40, we see an improved performance given by the Xavier approximation",
            pairs=_chain(f"{split}_loss", epochs(20, 40), ("xavier",), ("uniform",)),
        )
        for split in ("train", "validation")
    ),
    *(
        Equal(
            id=f"B4-{metric.replace('_', '-')}",
            report="bordignon",
            study="sweep-init",
            n=10,
            fitted=True,
            note=AT_THE_END,
            place="Section III, on Figure 2",
            quote="towards the end of the training phase, there is no difference",
            pairs=_chain(metric, LAST_TEN, ("xavier",), ("uniform",)),
            margin=margin,
            margin_reason=reason,
            relative=relative,
        )
        for metric, margin, relative, reason in (
            ("train_loss", 0.15, True, "15 % of the loss, the default margin of values"),
            ("validation_loss", 0.15, True, "15 % of the loss, the default margin of values"),
            ("validation_error", 0.5, False, "0.5 points, the least default margin of values"),
        )
    ),
    *(
        _on_optimizers(
            id=id,
            place=SLOWEST_PLACE,
            quote=SLOWEST,
            pairs=_among_two_slowest(arm),
            at_least=3,
            note="Among the two with the largest training loss, averaged over the epochs: above three of the four others.",
        )
        for id, arm in (("B5", "sgd"), ("B6", "adadelta"))
    ),
    *(
        _on_optimizers(
            id=f"B7-{name}",
            place=SLOWEST_PLACE,
            quote=GENERALISE,
            pairs=_chain(metric, LAST_TEN, ("adagrad", "adadelta"), ("sgd",), ("rmsprop", "adam")),
            contradicts=("B9-sgd-loss", "B9-sgd-accuracy"),
            note=f"{sense} {AT_THE_END} The printed test scores have SGD last.",
        )
        for name, metric, sense in (
            ("loss", "validation_loss", "First sense: validation loss, with SGD in the middle."),
            ("error", "validation_error", "Second sense: validation error, with SGD in the middle."),
            ("gap", "validation_loss_gap", "Third sense: validation loss less training loss, with SGD in the middle."),
        )
    ),
    _on_optimizers(
        id="B8",
        place="Section III, last paragraph",
        quote="SGD: 0.3411, Adam: 0.2466, Adagrad: 0.1008, RMSprop: 0.1589, Adadelata: 0.1282",
        pairs=_chain("test_loss", Window(), ("adagrad",), ("adadelta",), ("rmsprop",), ("adam",), ("sgd",)),
        note=SINGLE_RUN,
    ),
    *(
        Value(
            id=f"B9-{arm}-{measure}",
            report="bordignon",
            study="sweep-optimizers",
            n=1,
            fitted=True,
            place="Section III, last paragraph",
            quote=f"{published:.4f}" if measure == "loss" else f"{published:.2f}%",
            quantity=Quantity(arm, f"test_{measure}"),
            published=published,
            contradicts=("B10",),
            note=SINGLE_RUN,
        )
        for arm in OPTIMIZERS
        for measure, published in zip(("loss", "accuracy"), PUBLISHED[arm], strict=True)
    ),
    Granularity(
        id="B10",
        report="bordignon",
        place="Section III, last paragraph",
        quote="The average test accuracies achieved are",
        n=10,
        values=tuple(accuracy for _, accuracy in PUBLISHED.values()),
        points=900,
        runs=10,
        note="A mean of ten runs on 900 points is a whole 9000th; one in ten of those is a whole 900th.",
    ),
    *(
        Checked(id=f"B11-{id}", report="bordignon", place=place, quote=quote, holds=False, reason=reason)
        for id, place, quote, reason in MISPRINTS
    ),
)
