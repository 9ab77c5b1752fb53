"""A study from what is declared: which setting beats which, and which arms are chosen."""

from __future__ import annotations

import pytest

from experiments.config.settings import OPTIMIZERS, SettingError
from experiments.config.spec import Reading, StudySpec, make_configs
from experiments.config.trial import TrialConfig

SPEC = StudySpec(
    report="feng",
    command="sweep-things",
    name="things",
    title="A made-up study",
    settings={"lr": 0.2, "momentum": 0.5, "epochs": 20, "batch_size": 20, "init": "normal"},
    arms={"a-plain": {}, "a-apart": {"batch_size": 5}, "b-adam": {"optimizer": "adam", "beta1": 0.8}},
    readings={
        "short": Reading({"epochs": 3, "init": "he_normal"}, "Fewer epochs."),
        "one-arm": Reading({}, "One arm otherwise.", arms={"a-apart": {"batch_size": 2}}),
    },
    axes={"letters": ("a", "b"), "kinds": ("plain", "apart", "adam")},
    rounds=7,
)


def configs(spec: StudySpec = SPEC, **options) -> dict[str, TrialConfig]:
    return {arm.name: arm.config for arm in spec.build(**options).arms}


def test_the_study_beats_the_defaults_of_train():
    found = configs()["a-plain"]
    assert found == TrialConfig(lr=0.2, momentum=0.5, epochs=20, batch_size=20, init="normal")


def test_a_reading_beats_the_study_and_what_is_given_beats_both():
    plain = {
        "study": configs()["a-plain"],
        "reading": configs(reading="short")["a-plain"],
        "given": configs(reading="short", given={"epochs": 4})["a-plain"],
    }
    assert {name: config.epochs for name, config in plain.items()} == {"study": 20, "reading": 3, "given": 4}
    assert {name: config.init for name, config in plain.items()} == {
        "study": "normal",
        "reading": "he_normal",
        "given": "he_normal",
    }


def test_nothing_beats_what_sets_an_arm_apart_but_a_reading_of_that_arm():
    assert {name: config.batch_size for name, config in configs(given={"batch_size": 10}).items()} == {
        "a-plain": 10,
        "a-apart": 5,
        "b-adam": 10,
    }
    found = configs(reading="one-arm", given={"batch_size": 10})
    assert (found["a-plain"].batch_size, found["a-apart"].batch_size) == (10, 2)


def test_numbers_of_an_optimiser_go_to_the_arms_that_take_them():
    found = configs(given={"momentum": 0.9, "beta2": 0.99})
    assert [(config.momentum, config.beta1, config.beta2) for config in found.values()] == [
        (0.9, None, None),
        (0.9, None, None),
        (None, 0.8, 0.99),
    ]
    assert found["b-adam"].lr == 0.2


@pytest.mark.parametrize(("name", "users"), [("rho", "adadelta"), ("alpha", "rmsprop"), ("lr_decay", "adagrad")])
def test_a_number_that_no_arm_takes_is_refused_by_name(name, users):
    with pytest.raises(SettingError, match=f"belongs to {users}; no arm") as caught:
        SPEC.build(given={name: 0.5})
    assert caught.value.setting == name


def test_a_number_of_an_arm_that_was_not_chosen_is_refused():
    with pytest.raises(SettingError, match="belongs to adam;") as caught:
        SPEC.build(given={"beta2": 0.5}, arms=["a-plain"])
    assert caught.value.setting == "beta2"


def test_another_optimiser_leaves_the_numbers_of_the_studys_own_behind():
    other = configs(given={"optimizer": "adam"}, arms=["a-plain"])["a-plain"]
    assert other == TrialConfig(optimizer="adam", epochs=20, batch_size=20, init="normal")
    assert other.optimizer_numbers() == OPTIMIZERS["adam"]
    assert configs(given={"optimizer": "sgd"}, arms=["a-plain"])["a-plain"].momentum == 0.5
    assert configs(given={"optimizer": "rmsprop", "momentum": 0.3}, arms=["a-plain"])["a-plain"].momentum == 0.3


def test_another_optimiser_counts_as_such_when_a_reading_brings_it():
    spec = StudySpec("feng", "c", "s", "t", {"lr": 0.2}, {"x": {}}, readings={"r": Reading({"optimizer": "adam"}, "")})
    assert configs(spec, reading="r")["x"].lr == 0.2
    assert configs(spec, reading="r", given={"optimizer": "adam"})["x"].lr == 0.2
    assert configs(spec, reading="r", given={"optimizer": "sgd"})["x"].lr is None


def test_settings_are_checked_together():
    with pytest.raises(SettingError, match="more than the 10 training points") as caught:
        SPEC.build(given={"train_size": 10})
    assert caught.value.setting == "batch_size"


@pytest.mark.parametrize(
    ("options", "setting", "says"),
    [
        ({"reading": "shrot"}, "reading", r"'shrot' is not one of short, one-arm \(did you mean short\?\)"),
        ({"arms": ["a-plian"]}, "arms", r"'a-plian' is not one of a-plain, a-apart, b-adam \(did you mean a-plain\?\)"),
        ({"arms": ["he_normal"]}, "arms", "'he_normal' is not one of"),
    ],
)
def test_unknown_names_say_what_was_meant(options, setting, says):
    with pytest.raises(SettingError, match=says) as caught:
        SPEC.build(**options)
    assert caught.value.setting == setting


def test_a_study_without_readings_says_so():
    with pytest.raises(SettingError, match="this study has no other"):
        StudySpec("feng", "c", "s", "t", {}, {"x": {}}).build(reading="short")


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, ["a-plain", "a-apart", "b-adam"]),
        ({"letters": ["a"]}, ["a-plain", "a-apart"]),
        ({"letters": ["a", "b"], "kinds": ["adam", "plain"]}, ["a-plain", "b-adam"]),
        ({"letters": ["b", "a"], "kinds": ["adam", "plain"]}, ["b-adam", "a-plain"]),
        ({"kinds": ["apart", "plain"]}, ["a-apart", "a-plain"]),
        ({"letters": ["b", "a", "b"]}, ["b-adam", "a-plain", "a-apart"]),
        ({"letters": ["b"], "kinds": ["plain"]}, []),
    ],
)
def test_arms_are_chosen_on_every_axis(chosen, expected):
    assert SPEC.select(chosen) == expected


def test_the_reference_stays_whatever_is_chosen_and_comes_first():
    spec = StudySpec(**vars(SPEC) | {"reference": "b-adam"})
    assert spec.select({"kinds": ["plain"]}) == ["b-adam", "a-plain"]


def test_a_value_that_no_arm_has_names_the_axis():
    with pytest.raises(SettingError, match=r"'plian' is not one of plain, apart, adam \(did you mean plain\?\)") as caught:
        SPEC.select({"kinds": ["plian"]})
    assert caught.value.setting == "kinds"


FREE = StudySpec(
    "bordignon",
    "c",
    "inits",
    "t",
    {"epochs": 4},
    {"xavier": {"init": "xavier_normal"}, "uniform": {"init": "uniform", "bias_init": "zero"}},
    axes={"inits": ("xavier", "uniform")},
    free_setting="init",
)


def test_other_values_of_the_free_setting_are_arms_too():
    """`uniform` is both: the study's own arm, with what sets it apart."""
    chosen = FREE.select({"inits": ["he_normal", "uniform"]})
    assert chosen == ["he_normal", "uniform"]
    found = configs(FREE, arms=chosen)
    assert found == {
        "uniform": TrialConfig(epochs=4, init="uniform", bias_init="zero"),
        "he_normal": TrialConfig(epochs=4, init="he_normal"),
    }
    for wrong in ("he_norml", "relu"):
        with pytest.raises(SettingError):
            FREE.select({"inits": [wrong]})
        with pytest.raises(SettingError):
            FREE.build(arms=[wrong])


def test_the_order_of_arms_is_kept_and_is_not_another_setting():
    one, other = SPEC.build(arms=["a-plain", "b-adam"]), SPEC.build(arms=["b-adam", "a-plain"])
    assert [arm.name for arm in other.arms] == ["b-adam", "a-plain"]
    assert one.settings_digest() == other.settings_digest()


def test_rounds_seeds_names_and_words():
    study = SPEC.build(command="minifw sweep-things")
    assert (study.name, study.seeds, study.title, study.figures) == ("things", range(7), SPEC.title, SPEC.figures)
    assert study.command == "minifw sweep-things"
    assert SPEC.build(reading="short").name == "things-short"
    assert SPEC.build(reading="short", name="mine").name == "mine"
    assert SPEC.build(rounds=3, first_seed=40).seeds == range(40, 43)


def test_the_digest_of_settings_sees_every_setting_and_no_round():
    study, settings = SPEC.build(), set()
    assert study.settings_digest() == SPEC.build(rounds=99, first_seed=5, name="other").settings_digest()
    for given in ({}, {"epochs": 21}, {"weight_decay": 0.1}, {"beta2": 0.5}):
        settings.add(SPEC.build(given=given).settings_digest())
    settings.add(SPEC.build(arms=["a-plain", "a-apart"]).settings_digest())
    assert len(settings) == 5


def test_common_settings_reach_every_arm():
    found = make_configs({"epochs": 9}, {"batch_size": 7}, {"a": {}, "b": {"epochs": 2}})
    assert found == {"a": TrialConfig(epochs=9, batch_size=7), "b": TrialConfig(epochs=2, batch_size=7)}


def test_what_a_study_does_not_say_is_told_here():
    bare = StudySpec("feng", "train", "bare", "Bare", {}, {"only": {}})
    built = bare.build()
    assert (built.rounds, built.figures, bare.rounds, bare.max_rounds) == (10, ("loss", "error"), 10, None)
    assert (bare.note, bare.fitted, bare.alternative, bare.core, bare.readings, bare.axes) == ("", False, False, None, {}, {})
    assert not Reading({}, "A note.").fitted and Reading({}, "A note.").arms == {}


def test_arms_train_by_one_engine_unless_another_is_asked_for(tmp_path):
    (tmp_path / "own.py").write_text("class Own: ...\n")
    apart = {"known": {"act": ("tanh",)}, "own": {"act": (f"{tmp_path}/own.py:Own",)}}
    assert {config.engine for config in make_configs({}, {}, {"known": apart["known"]}).values()} == {"compiled"}
    assert {config.engine for config in make_configs({}, {}, apart).values()} == {"stack"}
    asked = make_configs({}, {}, {**apart, "known": {**apart["known"], "engine": "compiled"}})
    assert [config.engine for config in asked.values()] == ["compiled", "stack"]
