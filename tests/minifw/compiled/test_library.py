"""Which build runs, and what is said when one is stale, missing or wrong."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from minifw.compiled import (
    Engine,
    EngineError,
    StaleBuildError,
    descriptor,
    engine,
    known_answer,
    library,
    load_engine,
    train,
    wasm,
)
from minifw.compiled.block import Block
from minifw.compiled.descriptor import Field
from minifw.compiled.library import HERE, load_native
from minifw.compiled.source_digest import SOURCE, source_digest
from tests.minifw.compiled.references import Case

ROOT = HERE.parents[1]
NATIVE, _ = load_native()


def names_in_header(enum: str, prefix: str, last: str) -> list[str]:
    """The names of one of the header's enumerations, without prefix, up to the one that counts them."""
    body = re.search(rf"enum {enum} {{([^}}]*)}}", (SOURCE / "descriptor.h").read_text()).group(1)
    names = [name.strip().removeprefix(prefix) for name in body.split(",") if name.strip()]
    assert names[-1] == last.removeprefix(prefix)
    return names[:-1]


@pytest.mark.parametrize(
    ("enum", "prefix", "last", "ours"),
    [
        ("field", "FIELD_", "FIELDS", descriptor.Field),
        ("layer_field", "LAYER_", "LAYER_FIELDS", descriptor.LayerField),
        ("dataset_field", "DATASET_", "DATASET_FIELDS", descriptor.DatasetField),
        ("number", "NUMBER_", "NUMBERS", descriptor.Number),
        ("progress", "PROGRESS_", "PROGRESS_FIELDS", descriptor.Progress),
    ],
)
def test_the_two_lists_of_names_are_one(enum, prefix, last, ours):
    assert [member.name for member in ours] == names_in_header(enum, prefix, last)


@pytest.mark.parametrize(
    ("enum", "last", "ours"),
    [
        ("layer_kind", "LAYER_KINDS", descriptor.LAYER_KINDS),
        ("loss_kind", "LOSS_KINDS", descriptor.LOSSES),
        ("reduction_kind", "REDUCTION_KINDS", descriptor.REDUCTIONS),
        ("decision_kind", "DECISION_KINDS", descriptor.DECISIONS),
        ("optimizer_kind", "OPTIMIZER_KINDS", descriptor.OPTIMIZERS),
    ],
)
def test_the_engine_knows_each_kind_by_its_place(enum, last, ours):
    assert [name.lower().replace("_", "-") for name in names_in_header(enum, "", last)] == list(ours)


def test_the_abi_number_is_one():
    assert f"ABI = {descriptor.ABI}," in (SOURCE / "descriptor.h").read_text()
    assert load_engine().libraries[16].version() == (descriptor.ABI, source_digest())


def test_a_build_from_other_source_is_named_with_the_command_that_mends_it(monkeypatch):
    monkeypatch.setattr(library, "source_digest", lambda: "0" * 64)
    with pytest.raises(StaleBuildError, match=r"engine\.wasm was built from other source.*make wasm"):
        load_engine("wasm")
    if NATIVE:
        with pytest.raises(StaleBuildError, match=r"_native16.*was built from other source.*pip install --editable"):
            load_engine()


def test_without_a_native_build_webassembly_runs_and_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "load_native", lambda: load_native(tmp_path))
    chosen = load_engine()
    assert chosen.kind == "wasm" and "without a C compiler" in chosen.describe()
    with pytest.raises(EngineError, match="there is no native engine: it was installed without a C compiler"):
        load_engine("native")


def test_the_choice_can_be_made_by_a_variable(monkeypatch):
    monkeypatch.setenv("MINIFW_BUILD", "wasm")
    engine.the_engine.cache_clear()
    try:
        assert engine.the_engine().kind == "wasm" and "asked for" in engine.the_engine().describe()
    finally:
        engine.the_engine.cache_clear()


def test_there_is_no_engine_without_webassembly_and_native(tmp_path):
    with pytest.raises(EngineError, match="make wasm"):
        wasm.WasmLibrary(tmp_path / "none.wasm")


def test_a_file_that_is_no_library_is_named(tmp_path):
    (tmp_path / "_native16.so").write_text("not machine code")
    with pytest.raises(EngineError, match=r"_native16\.so does not load"):
        load_native(tmp_path)


def test_a_build_that_computes_something_else_does_not_run(monkeypatch):
    monkeypatch.setattr(known_answer, "KNOWN_ANSWER", "0" * 64)
    with pytest.raises(EngineError, match="does not compute what it should"):
        load_engine("wasm")


def test_blocks_hold_all_trials_in_the_cheapest_widths():
    three = Engine({width: NATIVE.get(width, load_engine("wasm").libraries[16]) for width in (16,)}, "")
    assert [count for _, count in three.cut_into_blocks(10, "float32")] == [4, 4, 2]

    class Fake(wasm.WasmLibrary):
        def __init__(self, width):
            self.vector_bytes = width

    wide = Engine({width: Fake(width) for width in (16, 32, 64)}, "")

    def blocks(trials, dtype="float32"):
        return [(library.vector_bytes, count) for library, count in wide.cut_into_blocks(trials, dtype)]

    assert blocks(0) == []
    assert blocks(1) == [(16, 1)]
    assert blocks(7) == [(32, 7)]
    assert blocks(10) == [(64, 10)]
    assert blocks(35) == [(64, 16), (64, 16), (16, 3)]
    assert blocks(9, "float64") == [(64, 8), (16, 1)]


def test_a_descriptor_that_fits_nothing_is_an_error_and_no_crash():
    narrow = load_engine().libraries[16]
    settings = Case().settings()
    for field, value, message in [
        (Field.ABI, 99, "another version"),
        (Field.LANES, 3, "another version"),
        (Field.LOSS, 7, "does not take"),
        (Field.BATCH_SIZE, 10**6, "does not take"),
        (Field.OUTPUTS, 3, "does not take"),
        (Field.EPOCHS, -1, "does not take"),
    ]:
        from minifw.compiled.block import _lay_out, describe_block

        described = describe_block(settings, narrow.lanes("float64"), True, [31, 23])
        described[field] = value
        with pytest.raises(EngineError, match=message):
            _lay_out(narrow, "float64", described)


def test_memory_that_is_not_aligned_or_of_another_build_is_an_error_and_no_crash():
    narrow = load_engine().libraries[16]
    block = Block(narrow, Case().settings(), True, [31, 23])
    assert block.memory.call("run_float64", block.memory.address + 8, 1) == -3
    assert block.memory.call("run_float32", block.memory.address, 1) == -1


def test_nothing_but_the_bridge_to_torch_and_the_benchmark_imports_torch():
    """The default command is to train without it."""
    for path in HERE.glob("*.py"):
        imported = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
        }
        assert ("torch" in imported) == (path.name in ("stacks.py", "benchmark.py")), path.name


def test_without_a_compiler_the_build_succeeds_and_leaves_nothing(tmp_path):
    """CC fails: the extensions are optional, so the package installs and WebAssembly runs."""
    for name in ("setup.py", "pyproject.toml", "README.md"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    (tmp_path / "minifw").mkdir()
    (tmp_path / "minifw" / "compiled").symlink_to(HERE)
    command = [
        sys.executable,
        "setup.py",
        "-q",
        "build_ext",
        "--build-lib",
        str(tmp_path / "out"),
        "--build-temp",
        str(tmp_path / "t"),
    ]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | {"CC": "/bin/false"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "_native16" in done.stderr and not list((tmp_path).rglob("out/**/*.so"))


def test_results_do_not_depend_on_which_of_the_two_runs(monkeypatch):
    case = Case(trials=20, dtype="float32", rates=((), (0.3,) * 20))
    results = [train(case.settings(), case.trials_from(0, each), engine=each) for each in (load_engine("wasm"), load_engine())]
    for ours, theirs in zip(results[0].parameters, results[1].parameters, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_the_webassembly_asks_for_nothing_from_outside():
    """No clock, no files, no memory but its own: nothing a browser or another machine could lack."""
    import wasmtime

    module = wasmtime.Module.from_file(wasmtime.Engine(), str(wasm.WASM))
    assert list(module.imports) == []
    assert Path(wasm.WASM).stat().st_size < 200_000
