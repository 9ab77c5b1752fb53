"""`minifw judge` walked as a new user would, bad input included."""

import gzip
import json

import pytest

from tests.cli.terminal import minifw

NOISE = [0.3, -0.2, 0.1, -0.4, 0.25, -0.05, 0.0, 0.0]


@pytest.fixture
def results(tmp_path):
    """Accuracies of three methods over eight seeds: `new` gains two points, `same` nothing; one cell is empty."""
    path = tmp_path / "results.csv"
    lines = ["method,seed,accuracy"]
    for arm, gain in (("old", 0), ("new", 2), ("same", 0)):
        lines += [f"{arm},{seed},{90 + seed + gain + (arm != 'old') * noise}" for seed, noise in enumerate(NOISE)]
    lines[24] = "same,7,"
    path.write_text("\n".join(lines) + "\n")
    return path


def judge(results, *more):
    arguments = (
        "--metric",
        "accuracy",
        "--arm",
        "method",
        "--higher-is-better",
        "--results-dir",
        results.parent / "out",
        *more,
    )
    return minifw("judge", results, *arguments)


def test_the_table_the_sentence_and_the_files(results):
    shown = judge(results, "--margin", "0.5")
    assert shown.code == 0
    assert "accuracy compared with old; higher is better" in shown.out and "97.5 % interval" in shown.out
    assert "In accuracy, new is better than old by +2 (" in shown.out and "same equals old within 0.5" in shown.out
    assert "Note: 1 row without accuracy, left out: line 25." in shown.err
    assert "Note: 1 row of same or old that the other lacks, left out: line 9." in shown.err
    assert sorted(path.name for path in (results.parent / "out").iterdir()) == ["judge-results.csv", "judge-results.png"]


def test_json_has_all_of_it(results):
    shown = judge(results, "--json", "--margin", "0.5", "--require", "new better than old")
    told = json.loads(shown.out)
    assert [(row["arm"], row["verdict"], row["units"]) for row in told["arms"]] == [("new", "better", 8), ("same", "equal", 7)]
    assert told["required"] == [{"required": "new better than old", "met": True}]
    assert told["margin"] == 0.5 and len(told["notes"]) == 2 and len(told["files"]) == 2
    assert told["quote"].startswith("In accuracy, new is better than old")


@pytest.mark.parametrize(
    ("requirements", "code"),
    [
        (["new better than old"], 0),
        (["new better than old", "same no worse than old", "same equal to old"], 0),
        (["same better than old"], 4),
        (["new better than old", "new equal to old"], 4),
        (["old better than new"], 4),
    ],
)
def test_exit_code_4_where_something_required_is_not_shown(results, requirements, code):
    typed = [word for text in requirements for word in ("--require", text)]
    assert judge(results, "--quiet", "--margin", "0.5", *typed).code == code


def test_the_arm_that_is_required_to_be_beaten_is_the_reference(results):
    shown = judge(results, "--require", "old better than new")
    assert "compared with new" in shown.out and "Required: old better than new: not shown." in shown.out


@pytest.mark.parametrize(
    ("more", "option", "message"),
    [
        (
            ["--metric", "acuracy"],
            "--metric",
            "no column 'acuracy'; the table has method, seed, accuracy (did you mean accuracy?)",
        ),
        (["--seed", "sed"], "--seed", "(did you mean seed?)"),
        (["--group", "data"], "--group", "no column 'data'"),
        (["--reference", "odl"], "--reference", "there is no arm 'odl'; there are old, new, same (did you mean old?)"),
        (["--margin", "wide"], "--margin", "'wide' is not a finite number above 0"),
        (["--margin", "0"], "--margin", "0.0 is not a finite number above 0"),
        (["--require", "new beats old"], "--require", "is not of the form 'ARM better than|no worse than|equal to ARM'"),
        (["--require", "new equal to old"], "--require", "'equal to' needs a --margin"),
        (["--require", "new better than old", "--reference", "same"], "--require", "compares with another arm than 'same'"),
        (["--require", "nw better than old"], "--require", "there is no arm 'nw' to compare with 'old'; there are new, same"),
        (["--require", "new better than odl"], "--reference", "there is no arm 'odl'"),
    ],
)
def test_bad_input_names_the_option_and_what_is_allowed(results, more, option, message):
    shown = judge(results, *more)
    assert shown.code == 2 and f"'{option}'" in shown.err and message in shown.err
    assert not (results.parent / "out" / "judge-results.csv").exists() or "to compare with" in message


def test_a_file_that_is_not_there_or_is_no_table(tmp_path):
    assert "there is no file" in minifw("judge", tmp_path / "no.csv", "--metric", "error").err
    (tmp_path / "empty.csv").write_text("")
    shown = minifw("judge", tmp_path / "empty.csv", "--metric", "error", "--results-dir", tmp_path)
    assert shown.code == 2 and "'RESULTS.csv'" in shown.err and "is empty" in shown.err


def test_our_own_tables_of_final_values_need_no_more_than_a_metric(tmp_path):
    lines = ["arm,seed,test_error"] + [
        f"{arm},{seed},{0.05 + 0.01 * seed + shift}" for arm, shift in (("a", 0), ("b", 0.2)) for seed in range(6)
    ]
    (tmp_path / "sweep.finals.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    shown = minifw("judge", tmp_path / "sweep.finals.csv.gz", "--metric", "test_error", "--results-dir", tmp_path)
    assert shown.code == 0 and "b is worse than a by +0.2" in shown.out
    assert {path.name for path in tmp_path.glob("judge-*")} == {"judge-sweep.finals.csv", "judge-sweep.finals.png"}
