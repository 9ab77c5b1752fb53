"""Which figures and tables the reports show, and which of our files answer them. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """A figure or table of a report: where, what it shows, and our pictures of the same, by file name."""

    report: str
    place: str
    shows: str
    pictures: tuple[str, ...]


PICTURES: tuple[Published, ...] = (
    Published("feng", "Figure 1", "training loss by epoch, ten rounds and their mean", ("train_loss.png",)),
    Published("feng", "Figure 2", "mean training and test error by epoch", ("train_error.png", "train_boundary.png")),
    Published(
        "feng",
        "Table I",
        "errors and running time, ours and PyTorch",
        ("compare-torch_error.png", "compare-torch_errors.png", "compare-torch_time.png"),
    ),
    Published("feng", "Figure 2 against Table I", "two numbers from one training", ("contradiction-feng.png",)),
    Published(
        "bordignon",
        "Table II",
        "activations and derivatives; the sigmoid's is s (1 - s), misprinted as (s - 1) / s",
        ("activations_sigmoid.png",),
    ),
    Published(
        "bordignon",
        "Figure 1",
        "squared error against cross-entropy, loss and accuracy",
        ("sweep-losses_loss.png", "sweep-losses_error.png"),
    ),
    Published(
        "bordignon",
        "Figure 2",
        "Xavier normal against uniform, loss and accuracy",
        ("sweep-init_loss.png", "sweep-init_error.png"),
    ),
    Published(
        "bordignon",
        "Figure 3",
        "five optimisers, loss and accuracy",
        ("sweep-optimizers_loss.png", "sweep-optimizers_error.png"),
    ),
    Published("fernandez", "Figure 3", "1000 uniform points and their labels", ("train-fernandez_points.png",)),
    Published(
        "fernandez",
        "Figure 4",
        "loss by iteration and by epoch, and error",
        ("train-fernandez_steps.png", "train-fernandez_loss.png", "train-fernandez_error.png"),
    ),
    Published(
        "fernandez",
        "Figure 5",
        "predicted labels of the test set",
        ("train-fernandez_labels.png", "train-fernandez_boundary.png"),
    ),
    Published(
        "fernandez",
        "Section III-B",
        "mini-batches against full batches",
        ("fernandez-batches_loss.png", "fernandez-batches_error.png"),
    ),
    Published(
        "bamberger",
        "Table 1",
        "three activations, two initialisations: time and errors",
        (
            "sweep-activations_loss.png",
            "sweep-activations_error.png",
            "sweep-activations_spread.png",
            "sweep-activations_time.png",
        ),
    ),
    Published("bamberger", "Section 3.4", "mini-batches sixty times faster than a loop", ("sweep-batch_time.png",)),
    Published(
        "bamberger",
        "Section 4",
        "the rate 0.01 quasi-optimal for each network",
        ("sweep-activations-lr_error.png",),
    ),
    Published("bhatt", "Figure 2", "tanh and its derivative", ("activations_tanh.png",)),
    Published("bhatt", "Figure 3", "ReLU and its derivative", ("activations_relu.png",)),
    Published("bhatt", "Figure 4", "time per epoch, ours and PyTorch", ("compare-torch-bhatt_time.png",)),
    Published(
        "bhatt", "Figures 5 and 6", "the points as PyTorch and as ours classify them", ("compare-torch-bhatt_boundary.png",)
    ),
    Published(
        "bhatt", "Figure 7", "errors on the test set", ("compare-torch-bhatt_error.png", "compare-torch-bhatt_errors.png")
    ),
    Published(
        "bhatt",
        "Section 3.3",
        "dropout improves performance",
        ("sweep-dropout_loss.png", "sweep-dropout_error.png"),
    ),
)
