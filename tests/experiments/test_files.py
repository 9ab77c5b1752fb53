"""Arrays as bytes, and files that are whole or not there."""

import os
import threading
import time

import numpy as np
import pytest

from experiments.files import locked, remove_leftovers, replace_file, write_text
from experiments.store.blobs import pack, unpack
from tests.experiments.storing import fork

ARRAYS = {
    "a": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b": np.array([np.nan, -0.0, np.inf]),
    "none": np.empty((0, 4)),
    "one": np.array(7),
}


def test_arrays_come_back_bit_for_bit():
    back = unpack(pack(ARRAYS, "me"), "me")
    assert list(back) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert (back[name].dtype, back[name].shape, back[name].tobytes()) == (array.dtype, array.shape, array.tobytes())
        assert back[name].flags.writeable


def test_every_flipped_bit_and_every_cut_is_noticed():
    whole = pack(ARRAYS, "me")
    for place in range(len(whole)):
        torn = bytearray(whole)
        torn[place] ^= 4
        with pytest.raises(ValueError, match="whole arrays"):
            unpack(bytes(torn), "me")
        with pytest.raises(ValueError, match="whole arrays"):
            unpack(whole[:place], "me")


def test_bytes_of_another_are_not_taken():
    with pytest.raises(ValueError, match="of this owner"):
        unpack(pack(ARRAYS, "seed 1"), "seed 2")


def test_a_file_is_replaced_in_one_step(tmp_path):
    path = tmp_path / "a.csv"
    write_text(path, "old")

    def write(temporary):
        assert path.read_text() == "old"
        temporary.write_text("new")
        assert path.read_text() == "old"

    replace_file(path, write)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a.csv", "new")]


def test_what_goes_wrong_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.csv"
    write_text(path, "old")

    def write(temporary):
        temporary.write_text("half")
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        replace_file(path, write)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a.csv", "old")]


def test_leftovers_of_a_kill_are_removed(tmp_path):
    for name in (".a.partial.csv", "a.csv", ".gitignore"):
        (tmp_path / name).touch()
    remove_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".gitignore", "a.csv"]


def test_a_folder_is_held_by_one_process_and_let_go_when_that_is_killed(tmp_path):
    def hold():
        with locked(tmp_path):
            (tmp_path / "held").touch()
            time.sleep(60)

    child = fork(hold)
    while not (tmp_path / "held").exists():
        time.sleep(0.01)
    killed = []
    timer = threading.Timer(0.3, lambda: (killed.append(True), os.kill(child, 9)))
    timer.start()
    with locked(tmp_path), locked(tmp_path):
        assert killed
    timer.join()
    os.waitpid(child, 0)
