"""`--until-decided` as a user meets it: on a sweep, on train with a second arm, and where options don't go together."""

import json

import pytest

from experiments.figures.png import read_texts
from tests.cli.terminal import QUICK, minifw, train

UNTIL = ("--until-decided", "--margin", "50", "--max-rounds", "60")


def test_a_second_arm_is_held_against_the_first_until_it_is_decided(tmp_path, dots):
    shown = train(tmp_path, "--against", "lr=0.3", *UNTIL)
    assert shown.code == 0
    assert "test error minus lr=0.1's" in shown.out and " equal " in shown.out
    assert "Stopped at 40 of at most 60 rounds, when every arm was decided with a margin of 50 points" in shown.out
    assert "Resolution: 40 seeds show a difference of" in shown.out and "about 160 would show half of it" in shown.out
    assert "train-against.json" in shown.out


def test_what_is_decided_is_said_everywhere_alike(tmp_path):
    """Table, sentence, title, caption, and all of it again by `plot`: none has the test for a fixed number of seeds."""
    shown = train(tmp_path, "--against", "lr=0.3", *UNTIL)
    sentence = "Mean test error is equal within 50 points with lr=0.1 ("
    assert sentence in shown.out and "in a t test" not in shown.out and "clear difference" not in shown.out
    assert "not corrected for stopping early" in shown.out
    title, caption = texts(tmp_path / "train-against_error.png")
    assert title.startswith(sentence) and f"{title}." in shown.out
    assert "holds at every look" in caption and "bands are not corrected for that" in caption and "t test" not in caption
    again = minifw("plot", "train-against", "--results-dir", tmp_path)
    assert f"{title}." in again.out and "at all looks" in again.out and "in a t test" not in again.out
    assert texts(tmp_path / "train-against_error.png") == (title, caption)


def test_json_has_the_decisions(tmp_path, dots):
    shown = minifw("sweep", "--over", "lr=0.1,0.3", *QUICK, *UNTIL, "--json", "--results-dir", tmp_path)
    told = json.loads(shown.out)
    assert told["differences"] == []  # by a test for a fixed number of seeds
    assert told["rounds"] == 40 and told["until_decided"]["stopping"].startswith("Stopped at 40")
    assert [(row["arm"], row["verdict"], row["decided_at"]) for row in told["until_decided"]["decisions"]] == [
        ("lr=0.3", "equal", 40)
    ]


def test_a_second_arm_has_all_the_settings_named(tmp_path, dots):
    shown = train(tmp_path, "--against", "lr=0.3", "--against", "act=tanh", "--rounds", "2", "--json")
    arms = json.loads(shown.out)["arms"]
    assert list(arms) == ["lr=0.1, act=relu", "lr=0.3, act=tanh"]
    assert (arms["lr=0.3, act=tanh"]["lr"], arms["lr=0.3, act=tanh"]["act"]) == (0.3, ["tanh"])


def texts(path):
    """Title and caption of a figure."""
    found = read_texts(path)
    return found["Title"], found["Description"]


def test_a_setting_given_to_both_arms_alone_is_no_news(tmp_path):
    """`--lr 0.2 --against lr=0.3` asks for another rate in the second arm; that the first has act=tanh too holds for both."""
    shown = train(tmp_path, "--lr", "0.2", "--act", "tanh", "--against", "lr=0.3", "--rounds", "2", "--json")
    assert shown.code == 0 and "is not for every arm" not in shown.err
    assert list(json.loads(shown.out)["arms"]) == ["lr=0.2", "lr=0.3"]


@pytest.mark.parametrize(
    ("arguments", "option", "message"),
    [
        (["--until-decided"], "--until-decided", "there is one arm, train"),
        (["--against", "lr=0.3", "--until-decided", "--rounds", "50"], "--rounds", "--max-rounds bounds it"),
        (["--margin", "0.5"], "--margin", "goes with --until-decided"),
        (["--max-rounds", "50"], "--max-rounds", "goes with --until-decided"),
        (["--against", "lr=0.3", "--until-decided", "--max-rounds", "39"], "--max-rounds", "at least 40"),
        (["--against", "lr=0.3", "--until-decided", "--margin", "0"], "--margin", "above 0"),
        (["--against", "lr"], "--against", "gives no values"),
        (["--against", "rate=1"], "--against", "is no setting of train"),
        (["--against", "lr=0.1,0.2"], "--against", "minifw sweep --over lr=0.1,0.2"),
        (["--against", "lr=0.1"], "--against", "is what train has already"),
        (["--against", "lr=-1"], "--against", "lr"),
    ],
)
def test_what_does_not_go_together_is_named(tmp_path, arguments, option, message):
    shown = train(tmp_path, *arguments)
    assert shown.code == 2 and f"'{option}'" in shown.err and message in shown.err
