"""The published number beside the end of a curve."""

import pytest

from experiments.reports.published import published_finals


def values_of(study: str, arm: str, metric: str) -> tuple[float, ...]:
    """The printed numbers without their places."""
    return tuple(published.value for published in published_finals(study, arm, metric))


@pytest.mark.parametrize(
    ("study", "arm", "metric", "value"),
    [
        ("train", "train", "train_error", 8.03),
        ("compare-torch", "torch", "train_error", 7.47),
        ("compare-torch", "torch", "test_error", 8.81),
        ("sweep-optimizers", "sgd", "test_loss", 0.3411),
        ("sweep-optimizers", "adadelta", "test_loss", 0.1282),
        ("train-fernandez", "fernandez", "train_error", 3.85),
        ("train-fernandez", "fernandez", "test_error", 3.50),
        ("sweep-activations", "tanh-uniform", "train_error", 1.7),
        ("sweep-activations", "sigmoid-normal", "test_error", 1.09),
    ],
)
def test_errors_and_losses_as_printed(study, arm, metric, value):
    assert values_of(study, arm, metric) == (value,)


@pytest.mark.parametrize(
    ("arm", "error"), [("sgd", 10.56), ("adam", 5.56), ("adagrad", 4.33), ("rmsprop", 5.78), ("adadelta", 5.00)]
)
def test_accuracies_become_errors(arm, error):
    assert values_of("sweep-optimizers", arm, "test_error") == pytest.approx((error,))


@pytest.mark.parametrize(
    ("study", "arm", "metric"),
    [
        ("train", "train", "train_loss"),
        ("train-bhatt", "bhatt", "test_error"),
        ("compare-torch", "single", "test_error"),
        ("sweep-optimizers", "sgd", "train_loss"),
        ("sweep-activations-lr", "relu-normal-0.01", "test_error"),
        ("sweep", "train", "test_error"),
        ("training", "train", "test_error"),
        ("", "train", "test_error"),
    ],
)
def test_what_a_report_does_not_print_is_empty(study, arm, metric):
    assert values_of(study, arm, metric) == ()


def test_where_a_report_contradicts_itself_both_numbers_are_shown():
    """Feng's Figure 2 ends at about 4 %, its Table I prints 8.73 %."""
    assert values_of("train", "train", "test_error") == (4.0, 8.73)


def test_a_reading_has_the_numbers_of_its_study():
    assert values_of("sweep-optimizers-textbook", "adam", "test_loss") == (0.2466,)
    assert values_of("train-fernandez-textbook", "fernandez", "test_error") == (3.50,)
    assert values_of("train-centred", "train", "test_error") == (4.0, 8.73)


def test_another_study_whose_name_begins_alike_has_numbers_of_its_own():
    """Bhatt's comparison prints no errors; feng's Table I is not about it."""
    assert values_of("compare-torch-bhatt", "torch", "test_error") == ()
    assert values_of("compare-torch-bhatt", "minifw", "train_error") == ()


def test_a_mean_over_epochs_is_no_value_at_the_last_one():
    """Under epoch-average Table I is taken for a mean over epochs 1 to 50; what Figure 2 shows stays where it is."""
    assert values_of("compare-torch-epoch-average", "torch", "test_error") == ()
    assert values_of("train-epoch-average", "train", "train_error") == ()
    assert values_of("train-epoch-average", "train", "test_error") == (4.0,)
