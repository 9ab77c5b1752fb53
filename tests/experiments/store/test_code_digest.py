"""The digest of a way of computing covers what it computes with, all of it, and nothing but."""

import ast
import json
import shutil
import subprocess
import sys

import pytest

from experiments.config.implementations import IMPLEMENTATIONS
from experiments.store.code_digest import PACKAGES, ROOT, SourceTree, code_digest, covered_sources, digest_of, statements
from experiments.training.implementations import REGISTRY, Grouping, Implementation

SOURCE = '"""Doc."""\n\ndef f(x):\n    """Doc."""\n    return x + 1  # why\n'


@pytest.mark.parametrize(
    "same",
    [
        '"""Another."""\n\ndef f(x):\n    return x + 1\n',
        "def f(x):\n\n    # another comment\n    return (x\n            + 1)\n",
    ],
)
def test_comments_docstrings_and_layout_do_not_count(same):
    assert statements(ast.parse(same)) == statements(ast.parse(SOURCE))


@pytest.mark.parametrize(
    "other",
    [
        SOURCE.replace("+ 1", "+ 2"),
        SOURCE.replace("return x", "return -x"),
        SOURCE.replace("f(", "g("),
        SOURCE + '\n"""Doc."""\n',
    ],
)
def test_every_statement_counts(other):
    assert statements(ast.parse(other)) != statements(ast.parse(SOURCE))


def test_a_digest_is_of_texts_and_their_names_in_any_order():
    assert digest_of({"a": "1", "b": "2"}) == digest_of({"b": "2", "a": "1"})
    assert len({digest_of(texts) for texts in ({"a": "1"}, {"a": "2"}, {"b": "1"}, {"a": "1", "b": ""}, {})}) == 5


def test_it_is_sixteen_digits_and_differs_between_ways():
    digests = {code_digest(name) for name in IMPLEMENTATIONS}
    assert len(digests) == len(IMPLEMENTATIONS)
    assert all(len(digest) == 16 and int(digest, 16) >= 0 for digest in digests)


AS_IT_IS = SourceTree(ROOT)
COVERED = {name: covered_sources(AS_IT_IS, way) for name, way in REGISTRY.items()}


def digests(root, registry=REGISTRY) -> dict[str, str]:
    sources = SourceTree(root)
    # What is not changed need not be read for every test.
    same = [file for file in AS_IT_IS._files if (root / file).read_bytes() == (ROOT / file).read_bytes()]
    sources._files = {file: AS_IT_IS._files[file] for file in same}
    return {name: digest_of(covered_sources(sources, way)) for name, way in registry.items()}


def changed(root, registry=REGISTRY) -> set[str]:
    """The implementations whose digest is not that of the code as it is."""
    return {name for name, digest in digests(root, registry).items() if digest != code_digest(name)}


@pytest.fixture
def copy(tmp_path):
    """The computing code, to be changed."""
    for package in ("minifw", "experiments/training", "experiments/config"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


ALL = frozenset(IMPLEMENTATIONS)
OURS = frozenset({"minifw", "single"})
THEIRS = frozenset({"torch", "vmap"})
# Each file that some way computes with, and the ways that do; whoever lets a way compute with another file adds it here.
USED_BY = {
    **dict.fromkeys(
        [
            f"experiments/training/{name}.py"
            for name in (
                *("data", "device", "driver", "lanes", "losses", "networks", "optimizer_arguments", "results", "seeds"),
                *("trainable", "data_sets/disc", "data_sources", "drawing", "own_code", "user_code"),
            )
        ],
        ALL,
    ),
    "experiments/config/csv_table.py": ALL,
    "experiments/training/trials.py": OURS,
    "experiments/training/optimizers.py": OURS,
    "experiments/training/torch_trials.py": THEIRS,
    "experiments/training/vmapped.py": frozenset({"vmap"}),
    **dict.fromkeys(
        [
            f"minifw/{name}.py"
            for name in (
                *("activations", "arithmetic", "containers", "data", "disc", "dropout", "first_pass", "flat", "history"),
                *("initializers", "interop", "linear", "losses", "module", "nesting", "optimizer_base", "parameter"),
                *("passes", "random", "scaling", "stack", "targets", "training"),
            )
        ],
        ALL,
    ),
    "minifw/optimizers.py": OURS,
}


def test_a_copy_has_the_same_digests(copy):
    sources = SourceTree(copy)
    assert {name: digest_of(covered_sources(sources, way)) for name, way in REGISTRY.items()} == {
        name: code_digest(name) for name in REGISTRY
    }


@pytest.mark.parametrize("name", REGISTRY)
def test_a_way_is_made_of_the_files_that_it_computes_with(name):
    covered = COVERED[name]
    files = {file for file in covered if (ROOT / file).exists()} - {"experiments/training/implementations.py"}
    assert files == {file for file, ways in USED_BY.items() if name in ways}


@pytest.mark.parametrize("file", USED_BY)
def test_a_statement_changes_exactly_the_digests_of_the_ways_that_use_it(copy, file):
    path = copy / file
    path.write_text(path.read_text() + "\n# A comment.\n")
    assert changed(copy) == set()
    path.write_text(path.read_text() + "\nADDED = 1\n")
    assert changed(copy) == USED_BY[file]


ELSEWHERE = {
    "minifw/swish.py": "from minifw.module import Module\n\nclass Swish(Module): ...\n",
    "experiments/figures/another.py": "from experiments.training.trials import Training\n",
    "experiments/training/another.py": "from experiments.training.trials import Training\n",
    "experiments/config/another.py": "ADDED = 1\n",
}


@pytest.mark.parametrize("file", ELSEWHERE)
def test_a_file_that_no_way_imports_changes_nothing(copy, file):
    (copy / file).parent.mkdir(exist_ok=True)
    (copy / file).write_text(ELSEWHERE[file])
    assert changed(copy) == set()


def test_a_name_that_minifw_offers_changes_nothing(copy):
    (copy / "minifw/swish.py").write_text(ELSEWHERE["minifw/swish.py"])
    names = copy / "minifw/__init__.py"
    names.write_text(names.read_text().replace("__all__ = [", 'from minifw.swish import Swish\n\n__all__ = [\n    "Swish",'))
    assert changed(copy) == set()


@pytest.mark.parametrize("name", ["minifw", "experiments", "experiments.training"])
def test_packages_only_hand_on_names(name):
    """So what a package's own file says need not be covered."""
    for node in ast.parse((ROOT / name.replace(".", "/") / "__init__.py").read_text()).body[1:]:
        offered = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"
        assert isinstance(node, ast.ImportFrom) or offered or name not in PACKAGES


@pytest.mark.parametrize(
    ("old", "new", "ways"),
    [
        ("return seed // self.seeds_per_data_set", "return seed % self.seeds_per_data_set", ALL),
        (
            "resolved = self.resolve()\n        return {name: getattr(resolved",
            "resolved = self\n        return {name: getattr(resolved",
            ALL,
        ),
        ('"none" if cross_entropy else "tanh"', '"none" if cross_entropy else "relu"', frozenset()),
        ("hidden: tuple[int, ...] = setting(", "added: int = 1\n    hidden: tuple[int, ...] = setting(", frozenset()),
    ],
    ids=["a seed's data set", "the optimiser's numbers", "what stands in the key", "another setting"],
)
def test_of_the_configuration_what_no_key_holds_counts(copy, old, new, ways):
    path = copy / "experiments/config/trial.py"
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))
    assert changed(copy) == ways


def test_another_way_changes_no_digest_and_its_own_holds_its_files(copy):
    engine = copy / "minifw/engine"
    (engine / "source").mkdir(parents=True)
    (engine / "__init__.py").write_text("from minifw.engine.training import train\nfrom minifw.engine.unused import Unused\n")
    (engine / "training.py").write_text("from . import draws\nfrom .loops import loop as run\nimport minifw.engine.errors\n")
    for name in ("draws", "loops", "errors", "unused"):
        (engine / f"{name}.py").write_text("")
    (engine / "source/step.c").write_text("int step;")
    (engine / "README.md").write_text("For the reader.")
    (copy / "experiments/training/engine_trials.py").write_text("def prepare():\n    from minifw.engine import train\n")
    way = Implementation("experiments.training.engine_trials", "prepare", sources=("minifw/engine/source/*.c",))
    registry = {**REGISTRY, "engine": way}
    assert changed(copy, REGISTRY) == set()

    def digest_after(file: str, text: str) -> str:
        before = (copy / file).read_text()
        (copy / file).write_text(before + text)
        assert changed(copy, REGISTRY) == set()
        found = digests(copy, registry)["engine"]
        (copy / file).write_text(before)
        return found

    first = digests(copy, registry)["engine"]
    counting = [f"minifw/engine/{name}.py" for name in ("training", "draws", "loops", "errors")]
    for file in (*counting, "experiments/training/engine_trials.py"):
        assert digest_after(file, "\nADDED = 1\n") != first, file
    assert digest_after("minifw/engine/source/step.c", " ") != first
    for file in ("minifw/engine/README.md", "minifw/optimizers.py"):
        assert digest_after(file, "\n") == first
    grouped = {**registry, "engine": Implementation(way.module, way.prepare, Grouping.ALONE, way.sources)}
    assert digests(copy, grouped)["engine"] != first


def test_an_import_of_a_whole_package_covers_all_of_it(copy):
    path = copy / "experiments/training/vmapped.py"
    path.write_text("import minifw\n" + path.read_text())
    assert "minifw/gradcheck.py" in covered_sources(SourceTree(copy), REGISTRY["vmap"])


@pytest.mark.parametrize("name", REGISTRY)
def test_every_computing_file_that_a_way_loads_is_covered(name):
    script = (
        "import json, sys, experiments.training.driver, experiments.training.lanes\n"
        "from experiments.training.implementations import REGISTRY\n"
        f"REGISTRY[{name!r}].load()\n"
        "print(json.dumps([name for name in sys.modules if name.startswith('experiments.training.')]))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True)
    loaded = {f"{module.replace('.', '/')}.py" for module in json.loads(done.stdout)}
    # Run from their text, and by it.
    loaded |= {"experiments/training/data_sets/disc.py", "experiments/training/drawing.py"}
    covered = COVERED[name]
    assert loaded == {file for file in covered if file.startswith("experiments/training/")}


def test_the_ways_have_the_names_that_settings_take():
    assert tuple(REGISTRY) == IMPLEMENTATIONS


def test_digests_are_found_without_loading_torch():
    script = "import sys; from experiments.store.code_digest import code_digests; code_digests(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout == "False\n"
