"""Files of the user's that settings name: their content is what counts."""

import dataclasses
import pickle

import pytest

from experiments.config import user_files
from experiments.config.file_types import NameOrFile
from experiments.config.setting_types import ListOf
from experiments.config.settings import SettingError, setting
from experiments.config.trial import TrialConfig
from experiments.config.user_files import files_in, from_plain, read_user_file, with_content

LAYER = NameOrFile(("relu", "tanh"), "a layer")


def write(folder, **texts: str):
    """Files below the folder, `__` in a keyword standing for a slash."""
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_the_content_counts_and_not_where_it_lies(tmp_path):
    write(tmp_path, a__leaky="class Leaky: pass\n", b__renamed="class Leaky: pass\n", c__leaky="class Leaky: ...\n")
    first, same, other = (
        read_user_file(str(tmp_path / name)) for name in ("a/leaky.py:Leaky", "b/renamed.py:Leaky", "c/leaky.py:Leaky")
    )
    assert first == same and hash(first) == hash(same) and first.plain == same.plain
    assert other != first and other.digest != first.digest
    assert first.plain == f"file@{first.digest}:Leaky" and from_plain(first.plain) == first
    assert str(first) == f"{tmp_path}/a/leaky.py:Leaky" and str(from_plain(first.plain)) == first.plain
    assert pickle.loads(pickle.dumps(first)).texts == (("leaky.py", "class Leaky: pass\n"),)


def test_what_is_imported_from_beside_is_part_of_the_content(tmp_path):
    write(
        tmp_path,
        layer="import torch, json\nfrom helpers import slope\nfrom pack.deep import more\nfrom pack import twin\n"
        "def f(): import late\n",
        helpers="import layer, os\nslope = 1",
        late="",
        unused="",
        json="raise SystemError('never: json is Python\\'s own')",
        pack__near="from ..helpers import slope\nx = 1",
        pack__deep="from . import near\nmore = 1",
        pack__twin="",
    )
    (tmp_path / "pack/__init__.py").write_text("from .near import x")
    file = read_user_file(str(tmp_path / "layer.py:f"))
    assert [name for name, _ in file.texts] == [
        "layer.py",
        "helpers.py",
        "late.py",
        "pack/__init__.py",
        "pack/deep.py",
        "pack/near.py",
        "pack/twin.py",
    ]
    (tmp_path / "pack/twin.py").write_text("changed = 1")
    assert read_user_file(str(tmp_path / "layer.py:f")) != file
    (tmp_path / "unused.py").write_text("changed = 1")
    (tmp_path / "pack/twin.py").write_text("")
    assert read_user_file(str(tmp_path / "layer.py:f")) == file


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("leeky.py:Leaky", r"there is no file '.*/leeky.py' \(did you mean leaky.py\?\)"),
        ("none/leaky.py:Leaky", r"there is no file '.*/none/leaky.py'$"),
        ("leaky.py", r"'.*leaky.py' names no function or class; write leaky.py:NAME \(leaky.py defines Leaky, near, LIMIT\)"),
        ("leaky.py:Leeky", r"'Leeky' is not in .*leaky.py; leaky.py defines Leaky, near, LIMIT \(did you mean Leaky\?\)"),
        ("empty.py:Leaky", r"'Leaky' is not in .*empty.py; empty.py defines nothing$"),
        ("wrong.py:f", r".*wrong.py, line 2: .*: 'def f\(:'"),
        ("imports.py:f", r".*wrong.py, line 2: "),
        ("late.py:f", r".*late.py, line 1: 'return' outside function"),
        ("latin.py:f", r".*latin.py, line 2: byte 0xe9 is not UTF-8; save the file as UTF-8"),
        ("folder.py:f", r"'.*folder.py' cannot be read: Is a directory"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(tmp_path, typed, says):
    write(
        tmp_path,
        leaky="class Leaky: pass\nfrom math import inf as near\nLIMIT: int = 3\n",
        empty="",
        wrong="x = 1\ndef f(:\n",
        imports="import wrong\nf = 1",
        late="return 3\n",
    )
    (tmp_path / "latin.py").write_bytes("x = 1\n# caf\xe9\n".encode("latin-1"))
    (tmp_path / "folder.py").mkdir()
    with pytest.raises(ValueError, match=f"^{says}"):
        read_user_file(str(tmp_path / typed))


def test_a_table_needs_no_name(tmp_path):
    (tmp_path / "points.csv").write_bytes(b"\xef\xbb\xbfa,b\r\n1,2\r\n")
    file = read_user_file(str(tmp_path / "points.csv"), (".csv", ".py"))
    assert file.text == "a,b\n1,2\n" and file.plain == f"file@{file.digest}"


@dataclasses.dataclass(frozen=True)
class WithLayers(TrialConfig):
    """Settings with a list of names or files."""

    layers: tuple = setting(("relu",), ListOf(LAYER, "NAMES"), "Network", "Layers.", added_later=True)


@pytest.fixture
def known(monkeypatch):
    from experiments.config import trial

    monkeypatch.setitem(trial.SETTINGS, "layers", WithLayers.__dataclass_fields__["layers"].metadata["setting"])


def test_settings_hold_files_by_their_content(tmp_path, known):
    write(tmp_path, leaky="class Leaky: pass\n")
    config = WithLayers(layers=("relu", f"{tmp_path}/leaky.py:Leaky"))
    (file,) = config.user_files()
    assert config.to_dict()["layers"] == ("relu", file.plain) and str(tmp_path) not in config.key()
    assert "layers" not in WithLayers().to_dict()
    read = WithLayers(layers=LAYERS_TYPE.from_plain(["relu", file.plain]))
    assert read == config and read.key() == config.key() and read.user_files()[0].texts == ()
    (tmp_path / "leaky.py").unlink()
    assert read.with_contents({file.digest: file}).user_files()[0].texts == file.texts
    assert user_files.readable(config.layers) == ("relu", f"{tmp_path}/leaky.py:Leaky")
    assert config.differences(WithLayers()) == {"layers": ("relu", file.plain)}


LAYERS_TYPE = WithLayers.__dataclass_fields__["layers"].metadata["setting"].type


def test_a_file_that_is_missing_is_a_setting_that_is_not_allowed(tmp_path, known):
    with pytest.raises(SettingError, match="there is no file") as caught:
        WithLayers(layers=(f"{tmp_path}/leaky.py:Leaky",))
    assert caught.value.setting == "layers"
    with pytest.raises(
        ValueError, match=r"'rela' is not one of relu, tanh, or a layer in a file \(file.py:NAME\) \(did you mean relu"
    ):
        LAYER.parse("rela")


def test_contents_go_where_only_the_digest_is_known(tmp_path):
    write(tmp_path, leaky="class Leaky: pass\n")
    file = read_user_file(str(tmp_path / "leaky.py:Leaky"))
    bare = from_plain(file.plain)
    assert with_content((1, "x", bare), {}) == (1, "x", bare)
    (filled,) = files_in([("relu", with_content(bare, {file.digest: dataclasses.replace(file, name="Other")}))])
    assert filled.texts == file.texts and filled.name == "Leaky" and filled.path == file.path
