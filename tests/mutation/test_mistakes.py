"""Which mistakes can be made in a text, and that each is made where it was found."""

from __future__ import annotations

import ast

import pytest

from tests.mutation.__main__ import GROUPS, ROOT
from tests.mutation.copies import COPIED, copy_of
from tests.mutation.equivalent import EQUIVALENT, reason
from tests.mutation.mapping import LEFT_OUT, files_of_tests, source_files
from tests.mutation.mistakes import mistakes_in
from tests.mutation.sample import draw_mistakes


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a < b", ["pass", "(a <= b)", "(a > b)"]),
        ("x = a <= b < c", ["pass", "(a < b < c)"]),
        ("x = a == b", ["pass", "(a != b)"]),
        ("x = a is None", ["pass", "(a is not None)"]),
        ("x = a + b", ["pass", "(a - b)"]),
        ("x = 'ä' + a * b", ["pass", "(a / b)"]),
        ("x = -a", ["pass", "(a)"]),
        ("x = not a", ["pass", "(a)"]),
        ("x = a and b", ["pass", "(a or b)"]),
        ("x = min(a)", ["pass", "(max(a))"]),
        ("x = m.floor(a)", ["pass", "(m.ceil(a))"]),
        ("x = 3", ["pass", "(4)"]),
        ("x = 0.5", ["pass", "(1.0)"]),
        ("x = 0.0", ["pass", "(1.0)"]),
        ("x = True", ["pass", "(False)"]),
        ("x = a if b else c", ["pass", "(a if not b else c)"]),
        ("f(a)", ["pass"]),
        ("raise E", ["pass"]),
        ("def f():\n    'text'\n    return a", ["return None"]),
        ("def f(x: 3 = 4) -> 5:\n    return", ["(5)"]),
        ("import a\n'text'\nx: int", []),
        ("x = f'{1 + 2}'", ["pass"]),
    ],
)
def test_mistakes_in_a_line(source: str, expected: list[str]) -> None:
    assert [mistake.new for mistake in mistakes_in("a.py", source)] == expected


def test_a_mistake_is_made_where_it_was_found_and_nowhere_else() -> None:
    source = "# ö\nx = 'ü'; y = a < b  # <\nz = a < b\n"
    changed = [mistake.planted_in(source) for mistake in mistakes_in("a.py", source)]
    assert "# ö\nx = 'ü'; y = (a <= b)  # <\nz = a < b\n" in changed and "# ö\nx = 'ü'; y = a < b  # <\npass\n" in changed
    assert len(set(changed)) == len(changed) == 7


@pytest.mark.parametrize("file", ["experiments/verdicts/rules.py", "minifw/optimizers.py"])
def test_every_mistake_is_python_and_changes_what_is_computed(file: str) -> None:
    source = (ROOT / file).read_text(encoding="utf-8")
    plain = ast.dump(ast.parse(source))
    for mistake in mistakes_in(file, source):
        assert ast.dump(ast.parse(mistake.planted_in(source))) != plain, str(mistake)


def test_a_seed_is_a_sample() -> None:
    drawn = draw_mistakes(ROOT, ["experiments/verdicts"], 20, 3)
    assert drawn == draw_mistakes(ROOT, ["experiments.verdicts"], 20, 3) and len(set(drawn)) == 20
    assert drawn != draw_mistakes(ROOT, ["experiments/verdicts"], 20, 4)
    assert draw_mistakes(ROOT, ["experiments/verdicts/rules.py"], 9, 1)[0].file == "experiments/verdicts/rules.py"


def test_every_file_of_the_groups_has_tests() -> None:
    files = [file for modules in GROUPS.values() for file in source_files(ROOT, modules)]
    assert len(files) > 80
    assert [file for file in files if not any(files_of_tests(ROOT, file)) and not file.endswith("__init__.py")] == []


def test_a_copy_has_all_that_tests_read_at_the_root_of_the_tree() -> None:
    """A file that cannot be collected hides every test that would have run after it."""
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.py")}
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in sorted(files) if not name.startswith(LEFT_OUT)]
    read = {path.name for path in ROOT.glob("[!.]*") if any(f'"{path.name}"' in text for text in texts)}
    assert {"docs", "results", "setup.py", "README.md"} <= read <= set(COPIED)


def test_a_copy_can_be_read_by_the_other_user_that_a_test_becomes() -> None:
    with copy_of(ROOT) as folder:
        assert folder.stat().st_mode & 0o777 == 0o755
        assert (folder / "setup.py").read_bytes() == (ROOT / "setup.py").read_bytes()


def test_the_tests_of_a_file_begin_with_those_that_mirror_it() -> None:
    own, others = files_of_tests(ROOT, "experiments/training/lanes.py")
    assert own == ["tests/experiments/training/test_lanes_by_hand.py", "tests/experiments/training/test_lanes.py"]
    assert "tests/experiments/running/test_runner.py" not in own and "tests/experiments/training/test_seeds.py" in others
    assert "tests/experiments/reports/test_plan.py" in files_of_tests(ROOT, "experiments/reports/feng/studies.py")[1]


def test_what_is_known_to_change_nothing_is_not_drawn_and_says_why() -> None:
    file = "experiments/statistics/bootstrap.py"
    known = {mistake for mistake in mistakes_in(file, (ROOT / file).read_text(encoding="utf-8")) if reason(mistake, ROOT)}
    assert {mistake.old for mistake in known} == {"1", "counts.flags.writeable = False", "False"}
    assert not known & set(draw_mistakes(ROOT, [file], 999, 1))
    assert all(len(why) > 20 for why in EQUIVALENT.values())
