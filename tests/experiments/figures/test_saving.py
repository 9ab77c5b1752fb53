"""Saved figures: the same data give the same bytes, however many are saved together."""

import threading

import pytest
from PIL import Image

from experiments.figures import saving
from experiments.figures.loss_and_error import error_figure
from experiments.figures.png import read_texts
from experiments.figures.saving import save, save_all
from experiments.figures.style import data_digest, new_figure
from tests.experiments.figures.artists import TWO, TWO_TABLE
from tests.experiments.madeup import history_of


def test_the_same_data_give_the_same_bytes_and_carry_their_digest(tmp_path):
    for name, table in (("one", TWO_TABLE), ("again", TWO_TABLE.copy()), ("other", history_of(TWO, 1))):
        save(error_figure(TWO, table), tmp_path / f"{name}.png", data_digest(table))
    one, again, other = ((tmp_path / f"{name}.png").read_bytes() for name in ("one", "again", "other"))
    assert one == again != other
    with Image.open(tmp_path / "one.png") as image:
        assert image.width > 600
    texts = read_texts(tmp_path / "one.png")
    assert list(texts) == ["Title", "Description", "Data-Digest"] and texts["Data-Digest"] == data_digest(TWO_TABLE)
    assert "mean test error ends between " in texts["Title"] and "n = " in texts["Description"]
    assert read_texts(tmp_path / "none.png") == {}


def test_figures_saved_together_are_those_saved_alone(tmp_path):
    tables = {name: history_of(TWO, seed) for seed, name in enumerate("abc")}
    given = [(error_figure(TWO, table), tmp_path / f"{name}.png", name) for name, table in tables.items()]
    assert save_all(iter(given)) == [tmp_path / "a.png", tmp_path / "b.png", tmp_path / "c.png"]
    for name, table in tables.items():
        save(error_figure(TWO, table), tmp_path / "alone.png", name)
        assert (tmp_path / f"{name}.png").read_bytes() == (tmp_path / "alone.png").read_bytes()
    assert save_all([]) == []


def test_the_next_figure_is_made_while_one_is_compressed(tmp_path, monkeypatch):
    second_is_made = threading.Event()

    def figures():
        yield new_figure()[0], tmp_path / "first.png", ""
        second_is_made.set()
        yield new_figure()[0], tmp_path / "second.png", ""

    def compress(pixels, path, dpi, texts):
        assert second_is_made.wait(60)
        path.write_bytes(b"")

    monkeypatch.setattr(saving, "write_png", compress)
    assert [path.name for path in save_all(figures())] == ["first.png", "second.png"]


def test_a_figure_that_cannot_be_saved_is_said_and_leaves_the_file_there_was(tmp_path):
    (tmp_path / "first.png").mkdir()
    (tmp_path / "first.png" / "full").write_text("")
    with pytest.raises(OSError) as caught:
        save_all((new_figure()[0], tmp_path / f"{name}.png", "") for name in ("first", "second"))
    assert caught.value.filename == str(tmp_path / "first.png")
    assert (tmp_path / "first.png" / "full").exists() and not list(tmp_path.glob(".*"))
