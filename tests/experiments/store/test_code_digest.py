"""The digest covers the statements that compute trials, all of them, and nothing but."""

import json
import subprocess
import sys

import pytest

from experiments.store.code_digest import COMPUTING_MODULES, ROOT, code_digest, digest_of

SOURCE = '"""Doc."""\n\ndef f(x):\n    """Doc."""\n    return x + 1  # why\n'


@pytest.mark.parametrize(
    "same",
    [
        '"""Another."""\n\ndef f(x):\n    return x + 1\n',
        "def f(x):\n\n    # another comment\n    return (x\n            + 1)\n",
    ],
)
def test_comments_docstrings_and_layout_do_not_count(same):
    assert digest_of({"a.py": SOURCE}) == digest_of({"a.py": same})


@pytest.mark.parametrize(
    "other",
    [
        {"a.py": SOURCE.replace("+ 1", "+ 2")},
        {"a.py": SOURCE.replace("return x", "return -x")},
        {"a.py": SOURCE.replace("def f", "def g")},
        {"b.py": SOURCE},
        {"a.py": SOURCE, "b.py": ""},
        {"a.py": SOURCE + '\n"""Doc."""\n'},
    ],
)
def test_every_statement_counts(other):
    assert digest_of({"a.py": SOURCE}) != digest_of(other)


def test_it_is_sixteen_digits_and_the_same_each_time():
    assert len(code_digest()) == 16 and int(code_digest(), 16) >= 0
    sources = {name: (ROOT / name).read_text(encoding="utf-8") for name in COMPUTING_MODULES}
    assert digest_of(sources) == code_digest()


# Loaded by the computing modules, but nothing that a trial's bits come from.
NOT_COMPUTING = {
    **dict.fromkeys(
        [
            f"experiments/config/{name}.py"
            for name in ("setting_types", "settings", "trial", "validation", "implementations", "__init__")
        ],
        "resolved settings are part of a trial's key",
    ),
    "experiments/training/__init__.py": "empty",
    "experiments/__init__.py": "empty",
    "minifw/__init__.py": "names only",
    "minifw/checkpoint.py": "stops and resumes",
    "minifw/gradcheck.py": "checks gradients",
    "minifw/interop.py": "from and to torch.nn",
}


def test_every_module_that_training_loads_is_covered_or_listed():
    script = (
        "import json, sys, experiments.training.implementations, experiments.training.lanes; print(json.dumps("
        "[n.replace('.', '/') for n in sys.modules if n.split('.')[0] in ('minifw', 'experiments')]))"
    )
    loaded = json.loads(subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True).stdout)
    files = {f"{name}.py" if (ROOT / f"{name}.py").exists() else f"{name}/__init__.py" for name in loaded}
    assert files - NOT_COMPUTING.keys() == set(COMPUTING_MODULES) & files
    assert all((ROOT / name).exists() for name in COMPUTING_MODULES)
