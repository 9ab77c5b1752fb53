"""The published number beside the end of a curve."""

import pytest

from experiments.config.study import Arm
from experiments.reports.catalogue import STUDIES
from experiments.reports.published import Published, is_declared, published_finals, published_of, published_windows


def numbers(study: str, arm: str, metric: str) -> tuple[float, ...]:
    return tuple(found.value for found in published_finals(study, arm, metric))


def arm_of(study: str, arm: str, reading: str | None = None, **settings) -> Arm:
    return STUDIES[study].build(reading=reading, given=settings, arms=[arm]).arms[0]


@pytest.mark.parametrize(
    ("study", "arm", "metric", "value"),
    [
        ("train", "train", "train_error", 8.03),
        ("compare-torch", "minifw", "train_error", 8.03),
        ("compare-torch", "minifw", "test_error", 8.73),
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
    assert numbers(study, arm, metric) == (value,)


@pytest.mark.parametrize(
    ("arm", "error"), [("sgd", 10.56), ("adam", 5.56), ("adagrad", 4.33), ("rmsprop", 5.78), ("adadelta", 5.00)]
)
def test_accuracies_become_errors(arm, error):
    assert numbers("sweep-optimizers", arm, "test_error") == pytest.approx((error,))


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
    assert numbers(study, arm, metric) == ()


def test_where_a_report_contradicts_itself_both_numbers_are_shown():
    """Feng's Figure 2 ends at about 4 %, its Table I prints 8.73 %."""
    assert numbers("train", "train", "test_error") == (4.0, 8.73)


def test_a_reading_has_the_numbers_of_its_study():
    assert numbers("sweep-optimizers-textbook", "adam", "test_loss") == (0.2466,)
    assert numbers("train-fernandez-textbook", "fernandez", "test_error") == (3.50,)
    assert numbers("train-centred", "train", "test_error") == (4.0, 8.73)


def test_another_study_whose_name_begins_alike_has_numbers_of_its_own():
    """Bhatt's comparison prints no errors; feng's Table I is not about it."""
    assert numbers("compare-torch-bhatt", "torch", "test_error") == ()
    assert numbers("compare-torch-bhatt", "minifw", "train_error") == ()


def test_a_mean_over_epochs_is_no_value_at_the_last_one():
    """Under epoch-average Table I is taken for a mean over epochs 1 to 50; what Figure 2 shows stays where it is."""
    assert numbers("compare-torch-epoch-average", "torch", "test_error") == ()
    assert numbers("compare-torch-epoch-average", "minifw", "test_error") == ()
    assert numbers("train-epoch-average", "train", "train_error") == ()
    assert numbers("train-epoch-average", "train", "test_error") == (4.0,)


def test_a_number_has_its_place_and_its_deviation():
    assert published_finals("sweep-activations", "relu-normal", "test_error") == (
        Published(1.95, "Table 1, Test error, relu-normal", 0.28),
    )
    assert published_finals("train", "train", "train_error") == (Published(8.03, "Table I, row Ours", None),)
    assert published_finals("sweep-optimizers", "sgd", "test_error")[0].place == "Section III, last paragraph"


@pytest.mark.parametrize(
    "settings", [{"hidden": (3,)}, {"epochs": 49}, {"lr": 0.2}, {"test_size": 500}, {"scale": "center"}, {"dtype": "float64"}]
)
def test_an_arm_with_other_settings_than_the_reports_is_compared_with_nothing(settings):
    assert published_of("train", arm_of("train", "train", **settings), "test_error") == ()


@pytest.mark.parametrize("settings", [{}, {"record_steps": True}, {"evaluate_every": 10}, {"lr": 0.1}])
def test_what_changes_no_number_keeps_the_comparison(settings):
    assert [found.value for found in published_of("train", arm_of("train", "train", **settings), "test_error")] == [4.0, 8.73]


def test_a_reading_is_declared_under_its_own_name_only():
    centred = arm_of("train", "train", "centred")
    assert is_declared("train-centred", centred) and not is_declared("train", centred)
    assert not is_declared("train-centred", arm_of("train", "train"))
    assert is_declared("train-fernandez", arm_of("train-fernandez", "fernandez"))


def test_names_and_arms_that_no_report_declares_have_nothing():
    arm = arm_of("train", "train")
    assert not any(is_declared(name, arm) for name in ("", "mine", "train-mine", "training"))
    assert not is_declared("train", Arm("other", arm.config))


def test_the_epochs_that_a_report_speaks_of_are_those_of_its_claims():
    """Bordignon compares initialisations between epochs 20 and 40, in both losses; fernandez' epoch 1100 is no range."""
    study = STUDIES["sweep-init"].build(rounds=2)
    assert published_windows(study, "train_loss") == published_windows(study, "validation_loss") == ((20, 40),)
    assert published_windows(study, "validation_error") == ()
    assert published_windows(STUDIES["sweep-init"].build(rounds=2, reading="relu"), "train_loss") == ((20, 40),)
    assert published_windows(STUDIES["sweep-init"].build(rounds=2, given={"hidden": (3,)}), "train_loss") == ()
    assert published_windows(STUDIES["sweep-optimizers"].build(rounds=2), "train_loss") == (), "from 1 to 100 is all"
    assert published_windows(STUDIES["fernandez-batches"].build(rounds=2), "train_loss") == ()
    assert published_windows(STUDIES["train"].build(rounds=2), "test_error") == ()
