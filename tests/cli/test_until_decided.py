"""`--until-decided` as a user meets it: on a sweep, on train with a second arm, and where options don't go together."""

import json

import pytest

from tests.cli.terminal import QUICK, minifw, train

UNTIL = ("--until-decided", "--margin", "50", "--max-rounds", "60")


def test_a_second_arm_is_held_against_the_first_until_it_is_decided(tmp_path, dots):
    shown = train(tmp_path, "--against", "lr=0.3", *UNTIL)
    assert shown.code == 0
    assert "test error minus train's" in shown.out and " equal " in shown.out
    assert "Stopped at 40 of at most 60 rounds, when every arm was decided with a margin of 50 points" in shown.out
    assert "Resolution: 40 seeds show a difference of" in shown.out and "about 160 would show half of it" in shown.out
    assert "train-against.json" in shown.out


def test_json_has_the_decisions(tmp_path, dots):
    shown = minifw("sweep", "--over", "lr=0.1,0.3", *QUICK, *UNTIL, "--json", "--results-dir", tmp_path)
    told = json.loads(shown.out)
    assert told["rounds"] == 40 and told["until_decided"]["stopping"].startswith("Stopped at 40")
    assert [(row["arm"], row["verdict"], row["decided_at"]) for row in told["until_decided"]["decisions"]] == [
        ("lr=0.3", "equal", 40)
    ]


def test_a_second_arm_has_all_the_settings_named(tmp_path, dots):
    shown = train(tmp_path, "--against", "lr=0.3", "--against", "act=tanh", "--rounds", "2", "--json")
    arms = json.loads(shown.out)["arms"]
    assert list(arms) == ["train", "lr=0.3, act=tanh"]
    assert (arms["lr=0.3, act=tanh"]["lr"], arms["lr=0.3, act=tanh"]["act"]) == (0.3, ["tanh"])


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
