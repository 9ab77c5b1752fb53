"""What is known of data sets before anything is drawn, and how they are named."""

import importlib.util
import json

import pytest

from experiments.config import data_sets
from experiments.config.data_sets import DATA_SOURCE, DataFacts, built_in, data_set_names, facts_of
from experiments.config.settings import SettingError
from experiments.config.trial import TrialConfig, config_from_dict, parse_setting

NAMES = ("disc", "breast-cancer", "circles", "digits", "gauss", "iris", "moons", "spirals", "wine", "xor")


def test_the_data_sets_there_are():
    assert data_set_names() == NAMES == DATA_SOURCE.names_allowed()


@pytest.mark.parametrize("name", NAMES)
def test_each_declares_what_it_is(name):
    facts = facts_of(built_in(name), None)
    assert facts.about and len(facts.classes) >= 2 and facts.features
    assert (facts.counts is None) == (built_in(name).name == "draw")
    if facts.counts:
        assert len(facts.counts) == len(facts.classes) and facts.needs == ("sklearn", "pip install 'minifw[data]'")


def test_the_default_stands_in_no_key_and_others_by_their_content():
    assert TrialConfig().data == built_in("disc") and "data" not in TrialConfig().to_dict()
    assert TrialConfig(data="disc").key() == TrialConfig().key() and TrialConfig().user_files() == []
    moons = TrialConfig(data="moons")
    assert moons.to_dict()["data"] == f"moons@{built_in('moons').digest}:draw" and moons.to_dict()["noise"] == 0.1
    read = config_from_dict(json.loads(moons.key()))
    assert read.key() == moons.key() and read.data.texts == built_in("moons").texts
    changed = config_from_dict(json.loads(moons.key().replace(built_in("moons").digest, "0" * 32)))
    assert changed.data.texts == () and "0" * 32 in changed.key()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (105, 45)),
        ({"train": 100}, (100, 50)),
        ({"test": 100}, (50, 100)),
        ({"validation": 50}, (70, 30)),
        ({"train": 10, "test": 20, "validation": 5}, (10, 20)),
        ({"train": 200}, (200, 0)),
    ],
)
def test_sizes_of_a_table_are_filled_in(given, expected):
    facts = DataFacts(counts=(50, 50, 50))
    assert facts.sizes(given.get("train"), given.get("validation", 0), given.get("test")) == expected
    drawn = DataFacts().sizes(given.get("train"), 0, given.get("test"))
    assert drawn == (given.get("train", 1000), given.get("test", 1000))


def test_another_data_set_decides_anew_what_the_one_before_decided():
    config = TrialConfig(test_size=20).replace(data="iris")
    assert (config.train_size, config.test_size, config.scale, config.noise) == (130, 20, "standardize", None)
    config = TrialConfig(data="iris")
    again = config.replace(data="moons", noise=0.3)
    assert (again.train_size, again.test_size, again.scale, again.noise) == (1000, 1000, "none", 0.3)
    assert again.replace(lr=0.5).noise == 0.3 and again.replace(data="gauss").noise == 0.3
    assert again.replace(noise=0.1).replace(data="disc") == TrialConfig()


@pytest.mark.parametrize(
    ("settings", "name", "says"),
    [
        (
            {"data": "iris", "train_size": 140, "test_size": 20},
            "train_size",
            "140 training, 0 validation and 20 test points are 160, and iris has 150",
        ),
        (
            {"data": "iris", "validation_size": 149, "test_size": 60},
            "validation_size",
            "1 training, 149 .* are 210, and iris has 150",
        ),
        (
            {"data": "iris", "train_size": 2, "batch_size": 1},
            "train_size",
            "2 training points are too few for the 3 classes of iris",
        ),
        ({"data": "iris", "targets": "pm1"}, "targets", "pm1 is for two classes, and iris has 3; use onehot"),
        ({"data": "wine", "targets": "binary"}, "targets", "binary is for two classes, and wine has 3; use onehot"),
        ({"noise": 0.1}, "noise", "disc takes none"),
        ({"data": "digits", "noise": 0.1}, "noise", "digits takes none"),
        ({"data": "moons", "target": "label"}, "target", "belongs to a table of yours, points.csv, not to moons"),
        (
            {"data": "moon"},
            "data",
            r"'moon' is not one of disc, .*xor, or a data set of yours in a file .* \(did you mean moons\?\)",
        ),
        ({"data": 3}, "data", "'3' is not one of disc"),
    ],
)
def test_what_does_not_suit_a_data_set_is_refused(settings, name, says):
    with pytest.raises(SettingError, match=says) as caught:
        TrialConfig(**settings)
    assert caught.value.setting == name


def test_more_than_two_classes_are_one_hot():
    assert TrialConfig(data="iris").resolve().targets == "onehot"
    assert TrialConfig(data="breast-cancer").resolve().targets == "pm1"
    assert TrialConfig(data="breast-cancer", loss="cross-entropy").resolve().targets == "onehot"


def test_what_is_not_installed_is_hinted_at(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SettingError, match=r"iris comes with sklearn, which is not installed; pip install 'minifw\[data\]'"):
        parse_setting("data", "iris")
    assert parse_setting("data", "moons").label == "moons"


def test_a_file_in_the_folder_is_a_data_set(tmp_path, monkeypatch):
    monkeypatch.setattr(data_sets, "FOLDER", tmp_path)
    (tmp_path / "new_one.py").write_text('"""New."""\nCLASSES = ("a", "b", "c")\nFEATURES = 4\nNOISE = 0.5\ndef draw(): pass\n')
    (tmp_path / "__init__.py").write_text("")
    assert data_set_names() == ("disc", "new-one")
    facts = facts_of(parse_setting("data", "new-one"), None)
    assert (facts.about, facts.classes, len(facts.features), facts.noise) == ("New", ("a", "b", "c"), 4, 0.5)


def test_of_a_users_function_only_names_are_taken(tmp_path):
    path = tmp_path / "own.py"
    path.write_text(
        "CLASSES = ('a', 'b', 'c')\nNOISE = 3\nSCALE = 'center'\nNEEDS = ('x', 'y')\nCOUNTS = make()\ndef f(): pass\n"
    )
    facts = TrialConfig(data=f"{path}:f").facts()
    assert facts == DataFacts(classes=("a", "b", "c"))
    path.write_text("CLASSES = 3\ndef f(): pass\n")
    config = TrialConfig(data=f"{path}:f")
    assert config.facts() == DataFacts() and config.resolve().targets == "onehot"
