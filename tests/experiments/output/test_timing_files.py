"""The files of times: a table of each measurement, and a figure where there is one to draw."""

from __future__ import annotations

import pandas as pd

from experiments.benchmarks.published_times import MEASUREMENTS
from experiments.figures.png import read_texts
from experiments.figures.style import data_digest, new_figure, title
from experiments.output import timing_files
from experiments.output.timing_files import FIGURES, write_all_times, write_times

TIMES = pd.DataFrame({"arm": ["a", "b"], "seconds": [0.25, 2.0]})


def draw(times):
    figure, _ = new_figure(2, 1)
    title(figure, f"{len(times)} times")
    return figure


def test_times_have_a_table_and_where_they_are_drawn_a_figure_of_them(tmp_path):
    assert [path.name for path in write_times(TIMES, tmp_path, "x")] == ["x.timing.csv"]
    assert (tmp_path / "x.timing.csv").read_text() == "arm,seconds\na,0.25\nb,2.0\n"
    files = write_times(TIMES, tmp_path, "y", draw)
    assert [path.name for path in files] == ["y.timing.csv", "y_time.png"]
    texts = read_texts(files[1])
    assert (texts["Title"], texts["Data-Digest"]) == ("2 times", data_digest(TIMES))


def test_every_measurement_is_written_under_its_name(tmp_path, monkeypatch):
    monkeypatch.setattr(timing_files, "FIGURES", dict.fromkeys(FIGURES, draw))
    files = write_all_times(dict.fromkeys(MEASUREMENTS, TIMES), tmp_path)
    expected = [
        f"{measured.name}{end}"
        for key, measured in MEASUREMENTS.items()
        for end in (".timing.csv", *(["_time.png"] if key in FIGURES else []))
    ]
    assert [path.name for path in files] == expected and all(path.exists() for path in files)
    assert set(FIGURES) == set(MEASUREMENTS) - {"passes"}
