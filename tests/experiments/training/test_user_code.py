"""Running Python of the user's from its text."""

import inspect
import linecache
import pickle
import sys

import pytest

from experiments.config.user_files import from_plain, read_user_file
from experiments.errors import UserCodeError
from experiments.training.user_code import errors_of_user_code, load_user_code


def bundle(folder, name: str, **texts: str):
    for file, text in texts.items():
        path = folder / f"{file.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return read_user_file(f"{folder}/{name}")


def test_it_runs_where_its_folder_is_not(tmp_path):
    file = bundle(
        tmp_path,
        "main.py:value",
        main="import helpers\nimport pack.deep\nfrom pack.deep import deep as also\n"
        "value = [helpers.value, pack.deep.deep, also]\n",
        helpers="import torch\nvalue = torch.tensor(3).item()",
        pack__deep="from .near import near\nfrom helpers import value\ndeep = near + value",
        pack__near="near = 10",
    )
    for path in tmp_path.rglob("*.py"):
        path.unlink()
    before = set(sys.path)
    assert load_user_code(pickle.loads(pickle.dumps(file))) == [3, 13, 13]
    assert load_user_code(file) is load_user_code(file)
    assert set(sys.path) == before and "helpers" not in sys.modules


def test_files_of_one_name_do_not_meet(tmp_path):
    files = [bundle(tmp_path / n, "main.py:value", main="from helpers import value", helpers=f"value = {n!r}") for n in "ab"]
    assert [load_user_code(file) for file in files] == ["a", "b"]


def test_dataclasses_with_postponed_annotations_work(tmp_path):
    text = "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass Point:\n    x: int = 3\n"
    assert load_user_code(bundle(tmp_path, "main.py:Point", main=text))().x == 3


def test_an_error_shows_the_users_own_lines_only(tmp_path):
    helper = "def divide(x):\n    return x / 0  # here\n"
    file = bundle(
        tmp_path, "main.py:f", main="import helper\n\n\ndef f(x):\n    return [helper.divide(y) for y in x]\n", helper=helper
    )
    function = load_user_code(file)
    (tmp_path / "helper.py").write_text("something else\n" * 9)
    with pytest.raises(UserCodeError) as caught, errors_of_user_code():
        list(map(function, [[1]]))
    lines = str(caught.value).splitlines()
    assert lines[0] == f"{tmp_path}/helper.py, line 2, failed"
    assert lines[1:3] == [f'  File "{tmp_path}/main.py", line 5, in f', "    return [helper.divide(y) for y in x]"]
    assert lines[-3:] == [
        f'  File "{tmp_path}/helper.py", line 2, in divide',
        "    return x / 0  # here",
        "ZeroDivisionError: division by zero",
    ]
    assert "user_code.py" not in str(caught.value) and str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_debuggers_see_the_lines_that_run_though_the_file_is_gone(tmp_path):
    text = "def double(x):\n    # here\n    return 2 * x"
    function = load_user_code(bundle(tmp_path, "main.py:double", main=text))
    (tmp_path / "main.py").unlink()
    assert inspect.getsource(function) == text
    lines = (tmp_path / "main.py").as_posix()
    assert [linecache.getline(lines, number) for number in (1, 3)] == ["def double(x):\n", "    return 2 * x"]


@pytest.mark.parametrize("text", ["f = 1\nraise ValueError('no')\n", "f = 1\nimport sys\nsys.exit('no')\n"])
def test_a_file_that_fails_when_it_is_run_is_named(tmp_path, text):
    with pytest.raises(UserCodeError, match=r"main.py, line \d, failed\n(.|\n)*no$"):
        load_user_code(bundle(tmp_path, "main.py:f", main=text))


def test_other_errors_are_let_through(tmp_path):
    with pytest.raises(ZeroDivisionError), errors_of_user_code():
        1 / 0  # noqa: B018
    file = bundle(tmp_path, "main.py:f", main="f = 1\ndel f\n")
    with pytest.raises(UserCodeError, match=r"main.py:f: nothing of that name is there once the file has run"):
        load_user_code(file)
    with pytest.raises(UserCodeError, match=rf"the content of file@{file.digest}:f is not known here"):
        load_user_code(from_plain(file.plain))
