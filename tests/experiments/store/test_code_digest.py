"""The digest of a way of computing covers what it computes with, all of it, and nothing but."""

import ast
import json
import shutil
import subprocess
import sys

import pytest

from experiments.config.engines import ENGINES
from experiments.store.code_digest import ROOT, SourceTree, code_digest, covered_sources, digest_of, statements
from experiments.training.engines import REGISTRY, Grouping, TrainingEngine

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
    digests = {code_digest(name) for name in ENGINES}
    assert len(digests) == len(ENGINES)
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
    """The engines whose digest is not that of the code as it is."""
    return {name for name, digest in digests(root, registry).items() if digest != code_digest(name)}


@pytest.fixture
def copy(tmp_path):
    """The computing code, to be changed."""
    for package in ("minifw", "experiments/training", "experiments/config"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.wasm"))
    return tmp_path


ALL = frozenset(ENGINES)
OURS = frozenset({"stack", "single"})
THEIRS = frozenset({"torch", "vmap"})
BY_TORCH = OURS | THEIRS
COMPILED = frozenset({"compiled"})


def files(pattern: str, names: str) -> list[str]:
    """Paths of which one part differs."""
    return [pattern.format(name) for name in names.split()]


# Each file that some engine computes with, and the engines that do; whoever lets one compute with another file adds it here.
USED_BY = {
    **dict.fromkeys(files("experiments/training/{}.py", "data driver lanes results seeds trainable weights"), ALL),
    **dict.fromkeys(
        files("experiments/training/{}.py", "data_sets/disc data_sources drawing streams user_code"),
        ALL,
    ),
    **dict.fromkeys(["experiments/config/csv_table.py", "minifw/disc.py", "minifw/random.py"], ALL),
    **dict.fromkeys(
        files("experiments/training/{}.py", "device losses networks optimizer_arguments own_code torch_data torch_results"),
        BY_TORCH,
    ),
    "experiments/training/compiled_trials.py": COMPILED,
    "experiments/training/trials.py": OURS,
    "experiments/training/optimizers.py": OURS,
    "experiments/training/torch_trials.py": THEIRS,
    "experiments/training/vmapped.py": frozenset({"vmap"}),
    **dict.fromkeys(
        files(
            "minifw/{}.py",
            "activations arithmetic containers data dropout first_pass flat history initializers interop linear losses module "
            "nesting optimizer_base parameter passes stack targets training",
        ),
        BY_TORCH,
    ),
    "minifw/optimizers.py": OURS,
    # All engines start from the compiled one's draws, and what gives them has computed a known training first.
    **dict.fromkeys(
        files(
            "minifw/compiled/{}.py",
            "block building descriptor draws engine errors known_answer library points settings source_digest training wasm "
            "weights",
        ),
        ALL,
    ),
    **dict.fromkeys(
        files("minifw/compiled/source/{}.h", "abi coefficients draws elementary mersenne quantile rounding vector"), ALL
    ),
    **dict.fromkeys(
        files(
            "minifw/compiled/source/{}",
            "activations.h affine.h descriptor.h dropout.h engine.h evaluation.h float32.c float64.c layout.h limit.h loader.h "
            "losses.h network.h optimizers.h tiles.h training.h",
        ),
        COMPILED,
    ),
}


def test_a_copy_has_the_same_digests(copy):
    sources = SourceTree(copy)
    assert {name: digest_of(covered_sources(sources, way)) for name, way in REGISTRY.items()} == {
        name: code_digest(name) for name in REGISTRY
    }


@pytest.mark.parametrize("name", REGISTRY)
def test_a_way_is_made_of_the_files_that_it_computes_with(name):
    covered = COVERED[name]
    found = {file for file in covered if (ROOT / file).exists()} - {"experiments/training/engines.py"}
    assert found == {file for file, ways in USED_BY.items() if name in ways}


def test_a_statement_changes_exactly_the_digests_of_the_ways_that_use_it(copy):
    """One copy serves all files, each put back as it was."""
    for file, ways in USED_BY.items():
        path = copy / file
        before = path.read_text()
        if file in ("minifw/linear.py", "experiments/training/data.py"):
            path.write_text(before + "\n# A comment.\n")
            assert changed(copy) == set(), file
        path.write_text(before + "\nADDED = 1\n")
        assert changed(copy) == ways, file
        path.write_text(before)


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
    imported = names.read_text().replace("if TYPE_CHECKING:\n", "if TYPE_CHECKING:\n    from minifw.swish import Swish\n")
    assert imported != names.read_text()
    names.write_text(imported.replace("__all__ = [", '__all__ = [\n    "Swish",'))
    assert changed(copy) == set()


HANDING_ON = {"__all__", "_HOMES", "__getattr__", "__dir__", "_Package", "sys.modules[__name__].__class__"}


@pytest.mark.parametrize("name", ["minifw", "minifw.compiled", "experiments.training"])
def test_packages_only_hand_on_names(name):
    """So what a package's own file says need not be covered."""
    for node in ast.parse((ROOT / name.replace(".", "/") / "__init__.py").read_text()).body[1:]:
        if isinstance(node, ast.Assign):
            assert {ast.unparse(target) for target in node.targets} <= HANDING_ON
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            assert node.name in HANDING_ON
        else:
            parts = node.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" else [node]
            assert all(isinstance(part, ast.Import | ast.ImportFrom) for part in parts)


@pytest.mark.parametrize(
    ("old", "new", "ways"),
    [
        ('seed_of("data", seed) // self', 'seed_of("data", seed) % self', ALL),
        (
            "resolved = self.resolve()\n        return {name: getattr(resolved",
            "resolved = self\n        return {name: getattr(resolved",
            BY_TORCH,
        ),
        ("return seed if given is None", "return 0 if given is None", ALL),
        ('"none" if cross_entropy else "tanh"', '"none" if cross_entropy else "relu"', frozenset()),
        ("hidden: tuple[int, ...] = setting(", "added: int = 1\n    hidden: tuple[int, ...] = setting(", frozenset()),
    ],
    ids=["a seed's data set", "the optimiser's numbers", "a purpose's seed", "what stands in the key", "another setting"],
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
    way = TrainingEngine("experiments.training.engine_trials", "prepare", sources=("minifw/engine/source/*.c",))
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
    grouped = {**registry, "engine": TrainingEngine(way.module, way.prepare, Grouping.ALONE, way.sources)}
    assert digests(copy, grouped)["engine"] != first


def test_an_import_of_a_whole_package_covers_all_of_it(copy):
    path = copy / "experiments/training/vmapped.py"
    path.write_text("import minifw\n" + path.read_text())
    assert "minifw/gradcheck.py" in covered_sources(SourceTree(copy), REGISTRY["vmap"])


@pytest.mark.parametrize("name", REGISTRY)
def test_every_computing_file_that_a_way_loads_is_covered(name):
    script = (
        "import json, sys, experiments.training.driver, experiments.training.lanes\n"
        "from experiments.training.engines import REGISTRY\n"
        f"REGISTRY[{name!r}].load()\n"
        "print(json.dumps([name for name in sys.modules if name.startswith('experiments.training.')]))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True)
    loaded = {f"{module.replace('.', '/')}.py" for module in json.loads(done.stdout)}
    # Run from their text and by it, or for data sets other than the disc.
    loaded |= set(files("experiments/training/{}.py", "data_sets/disc data_sources drawing streams user_code"))
    covered = COVERED[name]
    assert loaded == {file for file in covered if file.startswith("experiments/training/")}


def test_the_ways_have_the_names_that_settings_take():
    assert tuple(REGISTRY) == ENGINES


def test_digests_are_found_without_loading_torch():
    script = (
        "import sys; from experiments.store.code_digest import code_digest; "
        f"[code_digest(name) for name in {ENGINES}]; print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout == "False\n"
